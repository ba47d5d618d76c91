"""Money between people, two wallets on the real service: sent, lost, doubled, killed, asked for."""

from __future__ import annotations

import asyncio
import sys

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.transfers import AskMoney, MoneyRequest, Split, SplitPart
from app.wallet.flows.base import FlowStateError
from app.wallet.flows.transfer import PayState, TransferFlow
from app.wallet.people.split import equal_parts
from app.wallet.session import WalletSession
from app.wallet.vault.errors import WrongPassphraseError
from tests.end_to_end.friends import BEN, fate_of, found, send, sent
from tests.end_to_end.world import PASSPHRASE, World, now, reopened, until, world


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
    await flow.answer(MoneyRequest(new_id(), False, "B*", 1, "CNY", "", "paid", 0, 0))
    assert flow.view.failure.code == "money_request_closed"
    # Who is looked for last counts; who gives up looking leaves nothing behind.
    first = asyncio.create_task(flow.find("cid@example.org"))
    await asyncio.sleep(0)
    assert now(flow) is PayState.READING
    await flow.find(own.text)
    await first
    assert flow.view.failure.code == "payee_is_payer"
    here.road.rule = lambda heard: "stall"
    last = asyncio.create_task(flow.find("cid@example.org"))
    await until(lambda: now(flow) is PayState.READING)
    last.cancel()
    await asyncio.gather(last, return_exceptions=True)
    assert now(flow) is PayState.IDLE
    here.road.rule = lambda heard: "pass"
    await ann.line.forget_session()
    await flow.find("cid@example.org")
    assert flow.view.failure.code == "session_ended"


async def test_a_personal_code_is_verified_and_paid(here, ann, ben):
    code = await ben.people.personal_code(12_50, "tea")
    flow = await found(ann, code.text)
    assert (flow.view.offer.amount, flow.view.offer.note) == (12_50, "tea")
    await send(flow)
    assert now(flow) is PayState.SUCCEEDED, flow.view
    ann.line.keys = tuple(key for key in ann.line.keys if key.purpose != "code")
    await flow.find(code.text)
    assert now(flow) is PayState.CONFIRMING
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
        assert notice.payment_id is not None
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
