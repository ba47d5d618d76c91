"""Plans, holds and limits from the wallet, on the real service."""

from __future__ import annotations

import datetime as dt

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.limits import LimitsRequest
from app.sdk.till_holds import TillHolds
from app.wallet.flows.pay import PayFlow
from app.wallet.flows.transfer import PayState, TransferFlow
from app.wallet.people.calendar import Schedule
from app.wallet.session import WalletSession
from tests.end_to_end.friends import BEN, fate_of, found, send, sent
from tests.end_to_end.world import PASSPHRASE, World, now, reopened, until, world

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
