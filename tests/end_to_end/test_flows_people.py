"""Money between people, two wallets on the real service: sent, lost, doubled, killed, asked for."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.transfers import AskMoney, LimitsRequest, Split, SplitPart
from app.sdk.till_holds import TillHolds
from app.wallet.flows.base import FlowStateError
from app.wallet.flows.pay import PayFlow
from app.wallet.flows.transfer import PayState, TransferFlow
from app.wallet.people.calendar import Schedule
from app.wallet.people.split import equal_parts
from app.wallet.session import WalletSession
from app.wallet.vault.errors import WrongPassphraseError
from tests.end_to_end.world import PASSPHRASE, World, now, reopened, until, world

BEN = "ben@example.org"
NINE = dt.time(9, 5)


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path, step_up_above=60_00) as here:
        yield here


@pytest.fixture
async def ann(here: World) -> WalletSession:
    return await here.person("ann")


@pytest.fixture
async def ben(here: World) -> WalletSession:
    return await here.person("ben", money=0)


async def found(session: WalletSession, who: str = BEN, amount: int = 30_00) -> TransferFlow:
    """A flow that has found somebody and stands before the last word."""
    flow = TransferFlow(session)
    await flow.find(who)
    if now(flow) is PayState.CHOOSING_AMOUNT:
        await flow.choose_amount(amount)
    assert now(flow) is PayState.CONFIRMING, flow.view
    return flow


async def send(flow: TransferFlow) -> None:
    """Agree, with the passphrase where it is asked for."""
    await flow.confirm()
    if now(flow) is PayState.AUTHENTICATING:
        await flow.authenticate_with_passphrase(PASSPHRASE)


def fate_of(here: World, path: str, *fates: str) -> None:
    """What becomes of the next POSTs to this path; the last one repeats."""
    left = list(fates)

    def rule(heard) -> str:
        if not heard.line.startswith(f"POST {path} "):
            return "pass"
        return left.pop(0) if len(left) > 1 else left[0]

    here.road.rule = rule


def sent(here: World, path: str = "/v1/transfers") -> list:
    return [heard for heard in here.road.heard if heard.line.startswith(f"POST {path} ")]


async def test_from_an_address_to_a_verified_receipt(here, ann, ben):
    flow = TransferFlow(ann)
    await flow.find(" Ben@example.org ")
    offer = flow.view.offer
    assert now(flow) is PayState.CHOOSING_AMOUNT
    assert offer is not None
    assert (offer.known, "Ann 安" in offer.name) == (False, False)
    for wrong, code in (
        (0, "amount_invalid"),
        (10**9, "amount_too_large"),
        (100_01, "insufficient_funds"),
    ):
        with pytest.raises(KBeanError) as refused:
            await flow.choose_amount(wrong)
        assert refused.value.code == code
    await flow.choose_amount(30_00, note="lunch")
    await flow.check_name("Somebody Else")
    assert flow.view.offer.name_fits is False
    await flow.check_name("Ann 安")
    assert flow.view.offer.name_fits is True
    await flow.confirm("lunch")
    assert (now(flow), flow.view.authenticate_because) == (PayState.AUTHENTICATING, "step_up")
    assert sent(here) == []
    with pytest.raises(WrongPassphraseError):
        await flow.authenticate_with_passphrase("not this one")
    await flow.authenticate_with_passphrase(PASSPHRASE)
    assert now(flow) is PayState.SUCCEEDED, flow.view
    transfer = flow.view.transfer
    assert (transfer.receipt.amount, transfer.note) == (30_00, "lunch")
    assert await here.balance(ann) == 70_00
    assert await here.balance(ben) == 30_00
    # In the vault, with what would be asked for it kept nowhere.
    here.road.rule = lambda heard: "lose_request"
    assert (await ann.people.transfer(transfer.transfer_id)).receipt == transfer.receipt
    row = await ann.worker.run(lambda vault: vault.intents.get(flow.view.key))
    assert PASSPHRASE.encode() not in row.body

    here.road.rule = lambda heard: "pass"
    await _once_more(here, ann, ben)


async def _once_more(here: World, ann: WalletSession, ben: WalletSession) -> None:
    """Somebody known needs no passphrase, unless the service wants it for the amount."""
    await until(lambda: len(ann.people.state.payees) == 1, 30)
    payee = ann.people.state.payees[0]
    flow = TransferFlow(ann)
    await flow.pick(payee)
    await flow.choose_amount(5_00)
    await flow.change_amount()
    await flow.choose_amount(6_00)
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED, flow.view
    await flow.pick(payee)
    await flow.choose_amount(61_00)
    await flow.confirm()
    assert (now(flow), flow.view.authenticate_because) == (PayState.AUTHENTICATING, "step_up")
    await flow.authenticate_with_passphrase(PASSPHRASE)
    assert now(flow) is PayState.SUCCEEDED, flow.view
    assert len({heard.headers["idempotency-key"] for heard in sent(here)}) == 4
    assert ann.snapshot.open_payments == 0
    assert await here.balance(ben) == 97_00


async def test_who_can_not_be_paid(here, ann, ben):
    own = await ann.people.personal_code()
    await ben.people.find_me(by_phone=False, by_email=False)
    assert not ben.people.state.code.find_by_email
    flow = TransferFlow(ann)
    for text, code in (
        ("nobody@example.org", "payee_not_found"),
        (BEN, "payee_not_found"),
        (own.text, "payee_is_payer"),
        ("what is this", "payee_not_found"),
    ):
        await flow.find(text)
        assert (now(flow), flow.view.failure.code) == (PayState.REFUSED, code)
        assert await flow.cancel()
    await ann.line.forget_session()
    await flow.find("cid@example.org")
    assert flow.view.failure.code == "session_ended"


async def test_a_personal_code_is_verified_and_paid(here, ann, ben):
    code = await ben.people.personal_code(12_50, "tea")
    flow = await found(ann, code.text)
    assert (flow.view.offer.amount, flow.view.offer.note) == (12_50, "tea")
    await send(flow)
    assert now(flow) is PayState.SUCCEEDED, flow.view
    plain = await ben.people.personal_code()
    assert ben.people.state.code == plain
    await flow.find(plain.wallet_no)
    assert now(flow) is PayState.CHOOSING_AMOUNT
    # The keys it is held against are pinned; another service's signature is none.
    ann.line.keys = tuple(key for key in ann.line.keys if key.purpose != "code")
    ann.line.refresh_service = _nothing_new
    await flow.find(code.text)
    assert (now(flow), flow.view.explanation.kind) == (PayState.EXPLAINED, "ours_forged")


async def _nothing_new() -> None:
    """The service has no key that isn't known."""


# --- lost, doubled, killed


async def test_a_lost_answer_is_the_same_transfer_and_replays_change_nothing(here, ann, ben):
    flow = await found(ann)
    fate_of(here, "/v1/transfers", "lose_answer", "pass")
    await send(flow)
    assert now(flow) is PayState.SUCCEEDED, flow.view
    first, second = sent(here)
    assert first.body == second.body
    for heard in list(here.road.heard) * 2:
        answer = await here.road.replay(heard)
        assert int(answer.split()[1]) < 500
    assert await here.balance(ann) == 70_00
    assert await here.balance(ben) == 30_00


async def test_a_lost_request_never_posts_afterwards(here, ann, ben):
    flow = await found(ann)
    fate_of(here, "/v1/transfers", "lose_request")
    await send(flow)
    await until(lambda: now(flow) is PayState.REFUSED, 30)
    assert flow.view.failure.money == "not_moved"
    late = await here.road.replay(sent(here)[0])
    assert b" 201 " not in late.split(b"\r\n")[0]
    assert await here.balance(ann) == 100_00
    assert ann.snapshot.open_payments == 0


@pytest.mark.parametrize(
    ("fate", "kind", "left"),
    [("swallow", "payment_succeeded", 70_00), ("stall", "payment_refused", 100_00)],
)
async def test_kill_between_send_and_answer(here, fate, kind, left):
    """``kill -9`` of the wallet's process: the next start tells what became of the transfer."""
    ann = await here.person("ann")
    await here.person("ben", money=0)
    await ann.close()
    fate_of(here, "/v1/transfers", fate)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.end_to_end.person_victim",
        str(here.folder / "ann"),
        BEN,
        "3000",
    )
    try:
        await until(lambda: len(sent(here)) == 1, 60)
        if fate == "swallow":
            await until(lambda: here.road.swallowed == 1, 30)
    finally:
        process.kill()
        await process.wait()
    here.road.rule = lambda heard: "pass"
    again = await reopened(here, "ann")
    await until(lambda: again.snapshot.notices != (), 30)
    (notice,) = again.snapshot.notices
    assert (notice.kind, notice.what, notice.amount) == (kind, "transfer", 30_00)
    assert notice.payee_name
    if kind == "payment_refused":
        late = await here.road.replay(sent(here)[0])
        assert b" 201 " not in late.split(b"\r\n")[0]
    else:
        assert (await again.people.transfer(notice.payment_id)).receipt.amount == 30_00
    assert await here.balance(again) == left
    assert again.snapshot.open_payments == 0


# --- asked for


async def test_two_wallets_exchange_a_request(here, ann, ben):
    await here.fund(ben, 50_00)
    who = await ben.people.lookup("email", "ann@example.org")
    key = new_id()
    wanted = AskMoney(20_00, "CNY", "hot pot", who.payee_ref)
    asked = await ben.people.ask_money(key, wanted)
    assert (await ben.people.ask_money(key, wanted)).request_id == asked.request_id
    await until(lambda: len(ann.people.state.asked) == 1, 30)
    (request,) = ann.people.state.asked
    assert (request.amount, request.note, request.mine) == (20_00, "hot pot", False)
    flow = TransferFlow(ann)
    await flow.answer(request)
    assert (now(flow), flow.view.offer.fixed) == (PayState.CONFIRMING, True)
    with pytest.raises(FlowStateError):
        await flow.change_amount()
    await send(flow)
    assert now(flow) is PayState.SUCCEEDED, flow.view
    await until(lambda: ann.people.state.asked == (), 30)
    await until(lambda: [r.state for r in ben.people.state.requests] == ["paid"], 30)
    await flow.answer(request)
    await send(flow)
    assert flow.view.failure.code == "money_request_closed"
    assert await here.balance(ben) == 70_00
    await _end_otherwise(ann, ben)


async def _end_otherwise(ann: WalletSession, ben: WalletSession) -> None:
    """Declined by one side, cancelled by the other."""
    who = await ben.people.lookup("email", "ann@example.org")
    for _ in range(2):
        await ben.people.ask_money(new_id(), AskMoney(1_00, "CNY", "", who.payee_ref))
    await until(lambda: len(ann.people.state.asked) == 2, 30)
    first, second = ann.people.state.asked
    await ben.people.take_request(second.request_id, "remind")
    await ann.people.take_request(first.request_id, "decline")
    await ben.people.take_request(second.request_id, "cancel")
    with pytest.raises(KBeanError) as ended:
        await ann.people.take_request(second.request_id, "decline")
    assert ended.value.code == "money_request_closed"
    await until(lambda: ann.people.state.asked == (), 30)
    states = {r.request_id: r.state for r in ben.people.state.requests if r.state != "paid"}
    assert states == {first.request_id: "declined", second.request_id: "cancelled"}


async def test_a_link_is_paid_once(here, ann, ben):
    link = await ben.people.ask_money(new_id(), AskMoney(8_00, "CNY", "ride"))
    flows = [await found(ann, link.link), await found(ann, link.link)]
    assert [flow.view.offer.amount for flow in flows] == [8_00, 8_00]
    await asyncio.gather(*(send(flow) for flow in flows))
    assert sorted(now(flow) for flow in flows) == [PayState.REFUSED, PayState.SUCCEEDED]
    assert await here.balance(ben) == 8_00


async def test_a_bill_is_split_to_the_cent(here, ann, ben):
    cid = await here.person("cid", money=50_00)
    refs = [
        (await ann.people.lookup("email", f"{name}@example.org")).payee_ref
        for name in ("ben", "cid")
    ]
    parts = equal_parts(100_00, 3)
    assert parts == [33_34, 33_33, 33_33]
    bill = Split(100_00, "CNY", [SplitPart(parts[0]), *map(SplitPart, parts[1:], refs)], "dinner")
    key = new_id()
    asked = await ann.people.split(key, bill)
    assert {r.request_id for r in await ann.people.split(key, bill)} == {
        r.request_id for r in asked
    }
    await until(lambda: len(cid.people.state.asked) == 1, 30)
    await until(lambda: len(ben.people.state.asked) == 1, 30)
    flow = TransferFlow(cid)
    await flow.answer(cid.people.state.asked[0])
    await send(flow)
    assert await here.balance(ann) == 133_33
    with pytest.raises(KBeanError) as wrong:
        await ann.people.split(new_id(), Split(9_99, "CNY", bill.parts))
    assert wrong.value.code == "split_unequal"


# --- later


async def plan_of(ann: WalletSession, schedule: Schedule, amount: int = 10_00) -> TransferFlow:
    flow = TransferFlow(ann)
    await flow.find(BEN, later=True)
    await flow.choose_amount(amount, schedule, "rent")
    await send(flow)
    return flow


async def test_a_plan_runs_is_skipped_paused_and_stopped(here, ann, ben):
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    tomorrow = today + dt.timedelta(days=1)
    schedule = Schedule(tomorrow, "week", 2, 6)
    flow = await plan_of(ann, schedule)
    assert now(flow) is PayState.SUCCEEDED, flow.view
    assert await here.balance(ann) == 100_00
    plan = flow.view.plan
    days = [day.isoformat() for day in schedule.next_days(9)]
    assert (plan.next_on, len(days)) == (days[0], 6)
    at = dt.datetime.combine(tomorrow, NINE, dt.timezone(dt.timedelta(hours=8)))
    runs = here.service.transfers.plan_runs
    runs.clock = lambda: int(at.timestamp() * 1000)
    await runs.run()
    assert await runs.run() == 0
    await ann.people.refresh("plans")
    (after,) = ann.people.state.plans
    assert (after.done, after.next_on, after.runs[0].state) == (1, days[1], "paid")
    assert await here.balance(ben) == 10_00
    assert (await ann.people.take_plan(plan.plan_id, "skip")).next_on == days[2]
    assert (await ann.people.take_plan(plan.plan_id, "pause")).state == "paused"
    assert (await ann.people.take_plan(plan.plan_id, "resume")).state == "active"
    assert (await ann.people.take_plan(plan.plan_id, "stop")).state == "stopped"
    await until(lambda: ann.people.state.plans[0].state == "stopped", 30)


async def test_a_plan_whose_answer_was_lost_is_found_in_the_list(here, ann, ben):
    flow = TransferFlow(ann)
    await flow.find(BEN, later=True)
    tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=2)
    with pytest.raises(KBeanError):
        await flow.choose_amount(1_00, Schedule(tomorrow, "week", 1, 0))
    await flow.choose_amount(1_00, Schedule(tomorrow, "once"))
    ann.desk.patience = 2.0
    fate_of(here, "/v1/plans", "swallow")
    await send(flow)
    await until(lambda: now(flow) is PayState.SUCCEEDED, 30)
    assert flow.view.plan.plan_id == flow.view.key
    assert ann.snapshot.open_payments == 0
    # Plans have no fence: one that never arrived ends when the service would refuse it as too old.
    fate_of(here, "/v1/plans", "stall")
    await flow.find(BEN, later=True)
    await flow.choose_amount(1_00, Schedule(tomorrow, "month"))
    await send(flow)
    assert now(flow) is PayState.UNKNOWN
    await flow.ask_again()
    assert now(flow) is PayState.UNKNOWN
    key = flow.view.key
    await ann.worker.run(
        lambda vault: vault.database.write(
            "UPDATE intents SET created_at = created_at - 700000 WHERE key = ?", (key,)
        )
    )
    await flow.ask_again()
    assert now(flow) is PayState.REFUSED
    assert flow.view.failure.money == "not_moved"


# --- held, limited, offline


async def test_a_hold_is_captured_partly_and_the_rest_let_go(here, ann):
    till = TillHolds(here.till)
    order = await till.order(new_id(), 60_00, "CNY", subject="deposit")
    flow = PayFlow(ann)
    await flow.read(order.code)
    assert (now(flow), flow.view.offer.hold) == (PayState.CONFIRMING, True)
    fate_of(here, "/v1/holds", "lose_answer", "pass")
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED, flow.view
    assert flow.view.authorisation.state == "held"
    assert await here.balance(ann) == 40_00
    await until(lambda: [h.state for h in ann.people.state.holds] == ["held"], 30)
    await till.capture(order.out_trade_no, new_id(), 45_00)
    await until(lambda: [h.state for h in ann.people.state.holds] == ["captured"], 30)
    assert ann.people.state.holds[0].captured == 45_00
    assert await here.balance(ann) == 55_00
    # A request that was lost holds nothing, then or later.
    order = await till.order(new_id(), 50_00, "CNY")
    await flow.read(order.code)
    fate_of(here, "/v1/holds", "lose_request")
    await flow.confirm()
    await until(lambda: now(flow) is PayState.REFUSED, 30)
    late = await here.road.replay(sent(here, "/v1/holds")[-1])
    assert b" 201 " not in late.split(b"\r\n")[0]
    assert await here.balance(ann) == 55_00


async def test_limits_are_tightened_at_once_and_loosened_with_the_passphrase(here, ann, ben):
    await ann.people.refresh("limits")
    tight = LimitsRequest("CNY", 5_00, 50_00, 0, 0)
    assert (await ann.people.set_limits(tight)).per_payment == 5_00
    flow = await found(ann, amount=6_00)
    await send(flow)
    assert flow.view.failure.code == "limit_exceeded"
    loose = LimitsRequest("CNY", None, 50_00, 0, 0)
    with pytest.raises(KBeanError) as refused:
        await ann.people.set_limits(loose)
    assert refused.value.code == "step_up_needed"
    with_passphrase = LimitsRequest("CNY", None, 50_00, 0, 0, PASSPHRASE)
    assert (await ann.people.set_limits(with_passphrase)).per_payment is None
    await send(await found(ann, amount=6_00))
    assert await here.balance(ben) == 6_00
    await _read_offline(here, ann)


async def _read_offline(here: World, ann: WalletSession) -> None:
    """Everything can be read without a network."""
    await ann.people.refresh()
    await ann.people.personal_code()
    seen = ann.people.state
    assert seen.known == {"payees", "requests", "plans", "holds", "limits"}
    await ann.close()
    await here.road.shut()
    again = await reopened(here, "ann")
    assert again.people.state == seen
    with pytest.raises(KBeanError):
        await again.people.refresh("plans")
    await again.lock()
    assert again.people.state.payees == ()
    await here.road.open(here.road.port)
