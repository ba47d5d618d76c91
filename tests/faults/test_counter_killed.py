"""``kill -9`` of the counter at every arrow of a sale: the next start knows the one truth."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.sdk.transport import TimeLimits
from app.wallet.counter.sale import SaleState
from app.wallet.counter.selling import Wish
from app.wallet.counter.till_flow import TillFlow
from tests.end_to_end.world import Fate, until
from tests.faults import counter_process
from tests.faults.nursery import Actor
from tests.rude import Heard
from tests.wallet.counter.shop import Payer, Shop, ended, shop, sold

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SMALL, LARGE = 12_50, 800_00
PAID, CLOSED = SaleState.SUCCESS, SaleState.CLOSED


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Shop]:
    async with shop(tmp_path) as made:
        yield made


def counter_at(here: Shop, moment: str, code: str, amount: int) -> Actor:
    """The counter in its own process; killed at the end of the block."""
    words = (str(here.world.folder / "till"), moment, code, str(amount))
    return Actor(counter_process.main, *words, log=here.world.folder / "till.log")


def heard(here: Shop, line: str) -> list[Heard]:
    return [h for h in here.world.road.heard if h.line.startswith(line)]


def fate(here: Shop, line: str, what: Fate) -> None:
    here.world.road.rule = lambda h: what if h.line.startswith(line) else "pass"


async def kill_at(here: Shop, ann: Payer, moment: str) -> None:
    """Let a counter sell, kill it at the moment."""
    stops = {"stalled": "stall", "swallowed": "swallow"}
    before = len(heard(here, "POST /v1/charges "))
    if moment in stops:
        fate(here, "POST /v1/charges ", stops[moment])
    amount = LARGE if moment == "reversing" else SMALL
    inside = "sent" if moment in stops else moment
    async with counter_at(here, inside, await ann.code(), amount) as process:
        if moment in stops:
            await until(lambda: len(heard(here, "POST /v1/charges ")) > before, seconds=90)
            while moment == "swallowed" and not here.world.road.swallowed:
                await asyncio.sleep(0.01)
        else:
            assert await process.line() == "here"
    here.world.road.rule = lambda h: "pass"


ARROWS: dict[str, SaleState] = {
    "created": CLOSED,
    "stalled": CLOSED,
    "swallowed": PAID,
    "answered": PAID,
    "reversing": CLOSED,
}
"""Where the counter is killed → what became of the sale."""


async def test_a_killed_counter_knows_the_truth_at_the_next_start(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    left = 1000_00
    for moment, end in ARROWS.items():
        await counter.close()
        await kill_at(here, ann, moment)
        counter = await here.again()
        # Before anything else: the sale has its end, and somebody is told.
        sale = counter.snapshot.sales[0]
        assert (moment, sale.state, counter.snapshot.open_sales) == (moment, end, 0)
        (notice,) = counter.snapshot.notices
        assert (notice.out_trade_no, notice.state) == (sale.out_trade_no, end)
        left -= sale.amount if end is PAID else 0
        assert await here.money(ann) == left
        if moment == "stalled":
            # The request itself, delivered late, can't be charged any more.
            late = await here.world.road.replay(heard(here, "POST /v1/charges ")[-1])
            assert int(late.split()[1]) >= 400
            assert await here.money(ann) == left
        await counter.sales.dismiss(sale.out_trade_no)
    # The shift goes on, and closes in agreement with the service.
    await counter.doors.sign_in("3", "3333")
    await sold(TillFlow(counter), 3_00, await ann.code())
    closed = await counter.shifts.close(100_00)
    assert closed.check.agreed, closed.check
    assert closed.check.service.sales == 1 + list(ARROWS.values()).count(PAID)


async def test_a_killed_refund_happens_once(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    await counter.close()
    fate(here, "POST /v1/refunds", "swallow")
    async with counter_at(here, "refund", await ann.code(), SMALL):
        await until(lambda: here.world.road.swallowed > 0, seconds=90)
    here.world.road.rule = lambda h: "pass"
    counter = await here.again()
    (sale,) = counter.snapshot.sales
    assert (counter.snapshot.open_refunds, sale.refunded) == (0, 1_00)
    assert counter.snapshot.notices[0].refund
    assert await here.money(ann) == 1000_00 - SMALL + 1_00


async def test_lost_answers_never_charge_twice(here: Shop):
    counter, ann = await here.counter(), await here.payer()
    here.hurry(counter, give_up=60)
    flow = TillFlow(counter)
    # Every way an answer gets lost; the next question finds it.
    fates: list[Fate] = ["lose_answer", "lose_request", "lose_answer", "garble", "pass"]
    for number in range(1, 3):
        left = list(fates)

        def rule(h: Heard, left: list[Fate] = left) -> Fate:
            about = " /v1/charges" in h.line
            return left.pop(0) if about and left else "pass"

        here.world.road.rule = rule
        assert (await sold(flow, 5_00, await ann.code())).state is PAID
        flow.forget()
        assert await here.money(ann) == 1000_00 - number * 5_00


async def test_the_service_dies_while_it_charges(here: Shop):
    counter = await here.counter(limits=TimeLimits(answer=2.0))
    ann = await here.payer()
    here.hurry(counter, give_up=0.5)
    flow = TillFlow(counter)
    fate(here, "POST /v1/charges ", "swallow")
    await flow.charge(Wish(SMALL), await ann.code())
    await until(lambda: here.world.road.swallowed > 0, seconds=30)
    await here.world.stop()
    here.world.road.cut()
    here.world.road.rule = lambda h: "pass"
    await here.world.start()
    sale = await ended(flow, seconds=90)
    # It was paid before the service died; found in time it stays, else it is taken back.
    assert sale.state in {PAID, SaleState.REVOKED}
    kept = SMALL if sale.state is PAID else 0
    await until_money(here, ann, 1000_00 - kept)


async def until_money(here: Shop, ann: Payer, amount: int) -> None:
    async with asyncio.timeout(30):
        while await here.money(ann) != amount:
            await asyncio.sleep(0.05)
