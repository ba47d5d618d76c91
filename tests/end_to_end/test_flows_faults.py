"""Kills, replays, races and a vault that gives way: the next start tells the truth."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.wallet.flows.pay import PayState
from app.wallet.payments import Wanted
from tests.end_to_end.world import (
    now,
    ready_to_confirm,
    reopened,
    until,
    world,
)


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


@pytest.mark.parametrize(
    ("fate", "kind", "left"),
    [("swallow", "payment_succeeded", 93_00), ("stall", "payment_refused", 100_00)],
)
async def test_kill_between_send_and_answer(here, fate, kind, left):
    """``kill -9`` of the wallet's process: the next start tells what became of the payment."""
    ann = await here.person()
    order = await here.order(7_00)
    await ann.close()
    here.fate_of_payments(fate)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.end_to_end.victim", str(here.folder / "ann"), order.code
    )
    try:
        await until(lambda: len(here.road.payments()) == 1, seconds=30)
        if fate == "swallow":
            await until(lambda: here.road.swallowed == 1)
            assert (await here.till.order(order.order_id)).status == "paid"
    finally:
        process.kill()
        await process.wait()
    here.fate_of_payments("pass")
    again = await reopened(here, "ann")
    assert again.snapshot.open_payments == 1
    await until(lambda: again.snapshot.notices != ())
    (notice,) = again.snapshot.notices
    assert (notice.kind, notice.amount, notice.payee_name) == (kind, 7_00, "K豆便利店")
    assert notice.key == here.road.payments()[0].headers["idempotency-key"]
    if kind == "payment_refused":
        assert notice.failure is not None
        assert notice.failure.money == "not_moved"
        late = await here.road.replay(here.road.payments()[0])
        assert b" 201 " not in late.split(b"\r\n")[0]
    assert await here.balance(again) == left
    assert again.snapshot.open_payments == 0
    # Told once: the notice survives a restart until it is dismissed, and doesn't come twice.
    await again.settle()
    assert len(again.snapshot.notices) == 1


async def test_every_request_replayed_twice_changes_nothing(here):
    ann = await here.person()
    here.road.heard.clear()
    for code, amount in (((await here.order(7_00)).code, 0), (here.static_code, 3_00)):
        flow = await ready_to_confirm(ann, code, amount)
        await flow.confirm()
        assert now(flow) is PayState.SUCCEEDED
    await ann.refresh()
    for heard in list(here.road.heard) * 2:
        answer = await here.road.replay(heard)
        assert int(answer.split()[1]) < 500
    assert await here.balance(ann) == 90_00
    page = await ann.activity(kind="money", direction="out")
    assert [item.amount for item in page.items] == [-3_00, -7_00]


async def test_two_wallets_race_for_one_order(here):
    people = [await here.person(name, money=100_00) for name in ("ann", "ben")]
    order = await here.order(7_00)
    flows = [await ready_to_confirm(person, order.code) for person in people]
    await asyncio.gather(*(flow.confirm() for flow in flows))
    ended = Counter(flow.view.state for flow in flows)
    assert ended == {PayState.SUCCEEDED: 1, PayState.REFUSED: 1}
    loser = next(flow for flow in flows if flow.view.state is PayState.REFUSED)
    assert loser.view.failure is not None
    assert (loser.view.failure.code, loser.view.failure.money) == ("order_paid", "not_moved")
    assert sum([await here.balance(person) for person in people]) == 193_00


@pytest.mark.parametrize(
    ("money", "kind", "code"),
    [(10_00, "payment_succeeded", None), (1_00, "payment_refused", "insufficient_funds")],
)
async def test_an_end_that_nobody_was_told_becomes_a_notice(here, money, kind, code):
    """Killed after the outcome was written and before it was shown."""
    ann = await here.person(money=money)
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    offer = flow.view.offer
    assert offer is not None
    wanted = Wanted(
        offer.payee.merchant_id, "K豆便利店", offer.code_id, offer.order_id, 7_00, "CNY"
    )
    signed = await ann.desk.prepare(wanted)
    await ann.desk.send(signed)
    assert await ann.settle() == ()
    await ann.close()
    again = await reopened(here, "ann")
    assert again.snapshot.open_payments == 0
    await until(lambda: again.snapshot.notices != ())
    (notice,) = again.snapshot.notices
    assert (notice.kind, notice.key) == (kind, signed.key)
    assert (notice.failure.code if notice.failure else None) == code
    await again.dismiss_notice(notice.notice_id)
    assert await again.settle() == ()


async def test_a_service_that_is_still_away_at_the_next_start(here):
    """Nothing is guessed: the payment stays open, and is settled when the service is back."""
    ann = await here.person()
    first = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.road.rule = lambda heard: "lose_answer" if "payments" in heard.line else "pass"
    await first.confirm()
    assert now(first) is PayState.UNKNOWN
    second = await ready_to_confirm(ann, (await here.order(2_00)).code)
    await second.confirm()
    assert now(second) is PayState.UNKNOWN
    await ann.close()

    again = await reopened(here, "ann")
    assert again.snapshot.open_payments == 2
    assert await again.settle() == ()
    assert (again.snapshot.open_payments, again.snapshot.notices) == (2, ())

    # Back, but one receipt doesn't verify: the other payment isn't held up by it.
    wrong = first.view.key or here.road.payments()[0].headers["idempotency-key"]
    here.road.rule = lambda heard: "forge" if wrong in heard.line else "pass"
    again.refresh_soon()
    await until(lambda: again.snapshot.open_payments == 1)
    await until(lambda: again.snapshot.notices != ())
    assert [notice.amount for notice in again.snapshot.notices] == [2_00]

    here.road.rule = lambda heard: "pass"
    again.refresh_soon()
    await until(lambda: again.snapshot.open_payments == 0)
    await until(lambda: len(again.snapshot.notices) == 2)
    assert {notice.kind for notice in again.snapshot.notices} == {"payment_succeeded"}
    assert await here.balance(again) == 91_00


async def test_signed_out_between_looking_and_confirming(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await ann.line.forget_session()
    await flow.confirm()
    assert now(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert (flow.view.failure.code, flow.view.failure.money) == ("session_ended", "not_moved")
    assert here.road.payments() == []


async def test_asking_about_a_key_that_is_not_ours(here):
    ann = await here.person(money=0)
    with pytest.raises(KBeanError) as unknown:
        await ann.desk.ask(new_id())
    assert unknown.value.code == "payment_not_found"


async def test_a_vault_that_can_not_write_sends_nothing(here):
    """Pending is recorded before any outside call; where it can't be, there is no call."""
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await asyncio.wrap_future(ann.worker.lock())
    await flow.confirm()
    assert now(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert (flow.view.failure.code, flow.view.failure.money) == ("vault_locked", "not_moved")
    assert here.road.payments() == []


async def test_an_outcome_that_can_not_be_written_stays_unknown(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments("swallow", "pass")
    confirming = asyncio.create_task(flow.confirm())
    await until(lambda: here.road.swallowed == 1)
    await asyncio.wrap_future(ann.worker.lock())
    await here.road.shut()
    await here.road.open(here.road.port)
    await confirming
    assert now(flow) is PayState.UNKNOWN
    assert flow.view.failure is not None
    assert flow.view.failure.money == "unknown"
    await flow.ask_again()
    assert now(flow) is PayState.UNKNOWN
    assert flow.view.asked == 1
    await flow.close()
    assert now(flow) is PayState.IDLE
    await ann.close()
    again = await reopened(here, "ann")
    await until(lambda: again.snapshot.notices != ())
    assert again.snapshot.notices[0].kind == "payment_succeeded"
