"""Lost, slow and garbled answers: nothing lost, nothing doubled, the truth is told."""

from __future__ import annotations

import asyncio

import pytest

from app.sdk.transport import TimeLimits
from app.wallet.flows.pay import PayState
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import Network, SessionState
from tests.end_to_end.people import PASSPHRASE
from tests.end_to_end.world import (
    ends,
    now,
    ready_to_confirm,
    states,
    until,
    world,
)

SHORT = TimeLimits(connect=1.0, answer=0.3)


@pytest.fixture
async def here(tmp_path):
    async with world(tmp_path) as here:
        yield here


@pytest.mark.parametrize("fate", ["lose_answer", "garble", "forge"])
async def test_a_lost_answer_is_found_out_by_itself(here, fate):
    ann = await here.person()
    order = await here.order(7_00)
    flow = await ready_to_confirm(ann, order.code)
    seen = states(flow)
    here.fate_of_payments(fate)
    await flow.confirm()
    assert PayState.UNKNOWN in seen
    assert await ends(flow) is PayState.SUCCEEDED
    assert len({heard.body for heard in here.road.payments()}) == 1
    assert len({heard.headers["idempotency-key"] for heard in here.road.payments()}) == 1
    assert await here.balance(ann) == 93_00
    assert ann.snapshot.open_payments == 0


async def test_one_lost_answer_is_bridged_by_the_retry(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    seen = states(flow)
    here.fate_of_payments("lose_answer", "pass")
    await flow.confirm()
    assert now(flow) is PayState.SUCCEEDED
    assert PayState.UNKNOWN not in seen
    first, second = here.road.payments()
    assert first.body == second.body
    assert await here.balance(ann) == 93_00


async def test_a_lost_request_never_posts_afterwards(here):
    """The fence burns the key: the same request, arriving late, moves nothing."""
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments("lose_request")
    await flow.confirm()
    assert await ends(flow) is PayState.REFUSED
    failure = flow.view.failure
    assert failure is not None
    assert (failure.code, failure.money) == ("service_unreachable", "not_moved")
    late = await here.road.replay(here.road.payments()[0])
    assert b" 201 " not in late.split(b"\r\n")[0]
    assert await here.balance(ann) == 100_00
    assert ann.snapshot.open_payments == 0


async def test_a_slow_service_is_unknown_until_it_answers(here):
    ann = await here.person(limits=SHORT)
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    seen = states(flow)
    here.fate_of_payments("swallow")
    await flow.confirm()
    assert PayState.UNKNOWN in seen
    assert await ends(flow) is PayState.SUCCEEDED
    assert await here.balance(ann) == 93_00


async def test_a_person_is_told_before_the_tries_are_over(here):
    ann = await here.person()
    ann.desk.patience = 0.3
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments("stall")
    await flow.confirm()
    assert now(flow) is PayState.UNKNOWN
    assert ann.snapshot.network is Network.OFFLINE
    assert await ends(flow) is PayState.REFUSED
    assert await here.balance(ann) == 100_00


async def test_a_service_that_is_away_when_it_matters(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    await here.road.shut()
    await flow.confirm()
    view = flow.view
    assert view.failure is not None
    if view.state is PayState.REFUSED:
        assert view.failure.money == "not_moved"
    else:
        assert (view.state, view.failure.money) == (PayState.UNKNOWN, "unknown")
        assert not await flow.cancel()
        await flow.ask_again()
        assert now(flow) is PayState.UNKNOWN
        assert ann.snapshot.open_payments == 1
    await until(lambda: ann.snapshot.network is Network.OFFLINE)
    await here.road.open(here.road.port)
    assert await ends(flow) is PayState.REFUSED
    assert flow.view.failure is not None
    assert flow.view.failure.money == "not_moved"
    assert await here.balance(ann) == 100_00


async def test_signing_out_does_not_wait_for_a_service_that_is_away(here):
    ann = await here.person(money=0)
    await here.road.shut()
    await ann.sign_out()
    assert ann.state is SessionState.LOCKED
    await UnlockFlow(ann).unlock_with_passphrase(PASSPHRASE)
    assert ann.snapshot.session_ended


async def test_a_dismissed_unknown_becomes_a_notice(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.road.rule = lambda heard: "lose_answer" if "payments" in heard.line else "pass"
    await flow.confirm()
    assert now(flow) is PayState.UNKNOWN
    key = flow.view.key
    here.road.rule = lambda heard: "pass"
    await flow.dismiss()
    assert now(flow) is PayState.IDLE
    await until(lambda: ann.snapshot.notices != ())
    (notice,) = ann.snapshot.notices
    assert (notice.kind, notice.key, notice.amount) == ("payment_succeeded", key, 7_00)
    assert notice.payee_name == "K豆便利店"
    assert notice.payment_id is not None
    assert (await ann.receipt(notice.payment_id)).amount == 7_00
    await ann.dismiss_notice(notice.notice_id)
    assert ann.snapshot.notices == ()


async def test_locking_in_the_middle_leaves_the_truth_to_the_next_unlock(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments("swallow")
    confirming = asyncio.create_task(flow.confirm())
    await until(lambda: here.road.swallowed == 1)
    await ann.lock()
    await asyncio.gather(confirming, return_exceptions=True)
    assert now(flow) is PayState.IDLE
    here.fate_of_payments("pass")
    await UnlockFlow(ann).unlock_with_passphrase(PASSPHRASE)
    await until(lambda: ann.snapshot.notices != ())
    assert ann.snapshot.notices[0].kind == "payment_succeeded"
    assert await here.balance(ann) == 93_00


@pytest.mark.parametrize("fate", ["swallow", "pass"])
async def test_a_window_closed_in_the_middle_is_told_by_a_notice(here, fate):
    ann = await here.person(limits=SHORT)
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.fate_of_payments(fate)
    confirming = asyncio.create_task(flow.confirm())
    await until(lambda: flow.view.state is PayState.SENDING)
    await flow.close()
    await confirming
    assert now(flow) is PayState.IDLE
    await until(lambda: ann.snapshot.notices != ())
    assert ann.snapshot.notices[0].kind == "payment_succeeded"


async def test_locking_while_unknown_leaves_it_to_the_next_unlock(here):
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    here.road.rule = lambda heard: "lose_answer" if "payments" in heard.line else "pass"
    await flow.confirm()
    assert now(flow) is PayState.UNKNOWN
    await ann.lock()
    assert now(flow) is PayState.IDLE
    here.road.rule = lambda heard: "pass"
    await UnlockFlow(ann).unlock_with_passphrase(PASSPHRASE)
    await until(lambda: ann.snapshot.notices != ())
    assert ann.snapshot.notices[0].kind == "payment_succeeded"


async def test_who_gives_up_waiting_does_not_stop_the_payment(here):
    """A window that closes drops its operation; the money's way goes on."""
    ann = await here.person()
    flow = await ready_to_confirm(ann, (await here.order(7_00)).code)
    confirming = asyncio.create_task(flow.confirm())
    await until(lambda: flow.view.state is PayState.SENDING)
    confirming.cancel()
    await asyncio.gather(confirming, return_exceptions=True)
    assert await ends(flow) is PayState.SUCCEEDED
