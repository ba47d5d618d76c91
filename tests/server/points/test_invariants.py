"""Every rule of the points' and refunds' invariants finds what breaks it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.server.payments import invariants as payments
from app.server.points import invariants as points
from tests.server.points.days import Day, quiet_service

BREAKS = {
    "lots": "UPDATE point_lots SET remaining = remaining - 1, reserved = 0 WHERE remaining > 0",
    "lot_sources": "UPDATE point_lots SET earned = earned + 1",
    "lot_stories": "UPDATE point_lots SET expired = expired + 1",
    "lots_reserved": "UPDATE point_lots SET reserved = reserved - 1 WHERE reserved > 0",
    "redemptions": "UPDATE redemptions SET beans = beans + 1",
    "coupons": "DELETE FROM coupons",
    "item_takers": "UPDATE point_takers SET taken = taken + 1",
    "payment_posted_once": "UPDATE payments SET discount = discount + 1",
    "points_spent_with_payment": "UPDATE payments SET points_spent = points_spent + 1",
    "coupon_used_once": "UPDATE coupons SET state = 'open', payment_id = NULL",
    "refunds_within_payment": "UPDATE refund_totals SET amount = amount + 1",
    "whole_refund_is_whole": "UPDATE refund_totals SET points_lapsed = points_lapsed + 1",
    "refund_posted_once": "UPDATE refunds SET amount = amount + 1",
    "refund_names_its_sale": "UPDATE refunds SET order_id = NULL",
    "journal_has_refund": "DELETE FROM refunds",
    "taken_back_once": "UPDATE point_lots SET taken = taken + 1",
    "returned_once": "UPDATE point_uses SET returned = returned + 1 WHERE returned < spent",
}


async def broken(day: Day) -> set[str]:
    engine = day.service.engine
    checked = [*await points.check(engine), *await payments.check(engine)]
    return {rule.name for rule in checked if not rule.holds}


async def test_every_break_is_found(tmp_path: Path, sqlite: str) -> None:
    async with quiet_service(tmp_path, sqlite) as service:
        day = await Day.begin(service, 100_000, 10_000)
        whole = await day.pay(20_000)
        assert whole is not None
        part = await day.pay(15_000, printed=True, points=30)
        assert part is not None
        await day.redeem(day.items[0])
        await day.redeem(day.items[1])
        await day.pay(3_000, coupon_id=day.coupons[0])
        await day.refund(part, 7_000)
        await day.refund(whole, None)
        assert await broken(day) == set()
        async with service.engine.connect() as connection:
            for name, statement in BREAKS.items():
                undone = await connection.begin()
                await connection.execute(sa.text(statement))
                found = await _inside(connection)
                await undone.rollback()
                assert name in found, (name, found)
        assert await broken(day) == set()


async def _inside(connection: AsyncConnection) -> set[str]:
    """The rules that are broken inside a transaction that nobody else sees."""
    rules = [(name, query) for name, _, query, _ in payments._RULES]
    rules += [(name, query) for name, _, query, _ in points._MORE]
    rules += [("lots", points._LOTS), ("lot_sources", points._SOURCES)]
    return {
        name
        for name, query in rules
        if (await connection.execute(sa.text(f"{query} LIMIT 1"))).first() is not None
    }
