"""A market day on PostgreSQL: at its end everybody's count agrees to the cent (issue 4).

20 tills and 500 wallets do everything at once over a line that loses 2 % of the answers and
brings 1 % of the requests twice, while the service is killed three times.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.protocol.messages.counter import ShiftFigures, ShiftReport
from app.server.config import Config
from app.server.db.engine import create_engine
from app.server.ledger import invariants as ledger
from app.server.payments import invariants as payments
from app.server.points import invariants as points
from tests.databases import free_port, postgresql
from tests.end_to_end.market.day import Day
from tests.end_to_end.market.square import Market, Till, Wallet, settle_in
from tests.end_to_end.world import Fate, Road
from tests.faults.nursery import Forked
from tests.rude import Heard

__all__ = ["postgresql"]

WALLETS, SHOPS, TILLS, CUSTOMERS, GIFTS = 500, 5, 20, 14, 40
KILLS = 3


def bad_line(road: Road, chance: random.Random, tasks: set[asyncio.Task[bytes]]) -> None:
    """2 % of the answers get lost, 1 % of the requests come twice."""

    def rule(heard: Heard) -> Fate:
        if heard.line.startswith("POST ") and chance.random() < 0.01:
            tasks.add(asyncio.create_task(road.replay(heard)))
        return "lose_answer" if chance.random() < 0.02 else "pass"

    road.rule = rule


class Service:
    """The service as it lives and dies."""

    def __init__(self, config: Config, port: int) -> None:
        self._config = config
        self.process = Forked(config, workers=2, port=port)

    async def kill_now_and_then(self, day: Day, over: asyncio.Event) -> None:
        """``kill -9`` whenever a quarter of the sales is done; a fresh process takes over."""
        for part in range(1, KILLS + 1):
            wanted = TILLS * CUSTOMERS * part // (KILLS + 1)
            while sum(day.tally.values()) < wanted:
                assert not over.is_set(), "the day was over before the kill"
                await asyncio.sleep(0.05)
            self.process.kill()
            self.process = Forked(self._config, workers=2, port=self.process.port)
            await self.process.up()


async def close_shift(till: Till, number: int, began: int) -> None:
    """The Z report: the service counted the same sales and the same refunds."""
    figures = ShiftFigures(
        len(till.sales), sum(till.sales.values()), len(till.returns), sum(till.returns.values())
    )
    report = ShiftReport(
        number=number,
        cashier=till.cashier,
        currency="CNY",
        opened_at=began,
        closed_at=int(time.time() * 1000),
        figures=figures,
        float_amount=0,
        cash_sales=0,
        cash_in=0,
        cash_out=0,
        expected_cash=0,
        counted_cash=0,
        trades=till.sales,
        returns=till.returns,
    )
    check = await till.counter.hand_in(till.shift, report)
    assert (check.missing_here, check.missing_there) == ([], [])
    assert (check.agreed, check.service) == (True, figures)


async def check_received(market: Market) -> None:
    """A till that reads on hears of all that came in by its store's printed code."""
    for till in {till.merchant_id: till for till in market.tills}.values():
        crew = [other for other in market.tills if other.merchant_id == till.merchant_id]
        heard, after, more = dict[str, int](), 0, True
        while more:
            told = await till.counter.received(after)
            heard |= {one.payment_id: one.amount for one in told.items}
            after, more = told.after, told.more
        assert heard == {k: v for other in crew for k, v in other.printed.items()}


async def check_wallet(wallet: Wallet) -> None:
    """The service counts what the person counted."""
    held = await wallet.client.accounts()
    money = next(account for account in held.accounts if account.kind == "money")
    assert (money.available, money.pending) == (wallet.balance, 0), wallet.id


async def check_bills(market: Market, zone: str) -> None:
    """Each merchant's bill adds up to what its account changed by, printed codes included."""
    today = dt.datetime.now(ZoneInfo(zone)).date()
    days = [(today - dt.timedelta(days=back)).isoformat() for back in (1, 0)]
    for till in {till.merchant_id: till for till in market.tills}.values():
        crew = [other for other in market.tills if other.merchant_id == till.merchant_id]
        bills = [await till.counter.bill(day, "CNY", preliminary=True) for day in days]
        for bill in bills:
            assert bill.change == bill.payments_amount - bill.refunds_amount + bill.other
            assert bill.closing - bill.opening == bill.change
        sold = sum(sum(other.sales.values()) for other in crew)
        given = sum(sum(other.returns.values()) for other in crew)
        assert sum(bill.payments_amount for bill in bills) >= sold
        assert sum(bill.refunds_amount for bill in bills) >= given


async def check_books(market: Market) -> None:
    engine = create_engine(market.town.config.database)
    try:
        rules = [
            *await ledger.check(engine),
            *await payments.check(engine),
            *await points.check(engine),
        ]
    finally:
        await engine.dispose()
    broken = [f"{rule.name}: {line}" for rule in rules for line in rule.findings]
    assert not broken, "\n".join(broken)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_market_day_agrees_to_the_cent(
    postgresql: str,
    tmp_path: Path,
) -> None:
    began = int(time.time() * 1000)
    road = Road(free_port())
    await road.open()
    market = await settle_in(
        tmp_path / "service", postgresql, road.port, wallets=WALLETS, shops=SHOPS, tills=TILLS
    )
    service = Service(market.town.config, road.upstream)
    day, twice, over = Day(market), set(), asyncio.Event()
    try:
        await service.process.up()
        bad_line(road, market.chance, twice)
        # Nobody stands in two queues: a wallet's own count then needs no locks.
        queue = random.Random(7).sample(market.wallets, WALLETS)
        share = WALLETS // TILLS
        lines = [queue[n * share : (n + 1) * share] for n in range(TILLS)]
        killer = asyncio.create_task(service.kill_now_and_then(day, over))
        serving = [
            day.serve(till, [market.chance.choice(line) for _ in range(CUSTOMERS)])
            for till, line in zip(market.tills, lines, strict=True)
        ]
        pairs = [market.chance.sample(market.wallets, 2) for _ in range(GIFTS)]
        await asyncio.gather(*serving, give_away(day, pairs))
        over.set()
        await killer
        road.rule = lambda heard: "pass"
        await asyncio.gather(*twice, return_exceptions=True)
        print(dict(day.tally))
        for number, till in enumerate(market.tills):
            await close_shift(till, number, began)
        await asyncio.gather(*(check_wallet(wallet) for wallet in market.wallets))
        await check_bills(market, market.town.config.timezone)
        await check_received(market)
        await check_books(market)
        check_variety(day)
    finally:
        service.process.kill()
        await market.close()
        await road.shut()


async def give_away(day: Day, pairs: list[list[Wallet]]) -> None:
    for one, other in pairs:
        await day.give(one, other)


def check_variety(day: Day) -> None:
    """Everything that the issue names did happen."""
    wanted = {
        "charge success": 40,
        "charge success after asking": 3,
        "charge closed after asking": 1,
        "scanned": 20,
        "scanned with K-Beans": 1,
        "printed code": 20,
        "refund of the printed code": 1,
        "refund": 5,
        "transfer": 30,
    }
    # What is refused says that nothing moved, and is refused for a reason of the day.
    allowed = {"insufficient_funds", "order_cancelled", "refund_too_large", "not_refundable"}
    odd = [
        what for what in day.tally if "refused: " in what and not any(a in what for a in allowed)
    ]
    assert not odd, odd
    short = {name: day.tally[name] for name, least in wanted.items() if day.tally[name] < least}
    assert not short, (short, dict(day.tally))
