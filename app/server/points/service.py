"""What the rules are now, and what a person has: balance, open lots."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.messages.payments import ExpiryWarning, PointLot
from app.server.db.engine import reading
from app.server.points.rules import DAY_MS, EarningRule
from app.server.points.tables import HAS_SOME, earning_rules, point_lots


async def load_rules(engine: AsyncEngine) -> tuple[EarningRule, ...]:
    """Every earning rule; the service keeps them and loads them anew when staff change one."""
    columns = [earning_rules.c[name] for name in EarningRule.__dataclass_fields__]
    async with reading(engine) as connection:
        rows = await connection.execute(sa.select(*columns).order_by(earning_rules.c.id))
        return tuple(EarningRule(*row) for row in rows)


async def open_lots(connection: AsyncConnection, account_id: int) -> list[PointLot]:
    """The lots of a points account that have something left, soonest expiry first."""
    t = point_lots.c
    rows = await connection.execute(
        sa.select(t.id, t.earned, t.remaining, t.earned_at, t.expires_at, t.payment_id)
        .where(t.account_id == account_id, HAS_SOME)
        .order_by(t.expires_at, t.id)
    )
    return [PointLot(*row) for row in rows]


_STEPS: tuple[Literal[1, 7, 30], ...] = (1, 7, 30)
"""Days before expiry at which people are warned (design/1 P3)."""


async def expiry_warnings(
    connection: AsyncConnection, account_id: int, now: int, zone: tzinfo
) -> list[ExpiryWarning]:
    """What of an account runs out within thirty days, date by date in the operator's zone.

    What a reservation has promised can't run out and is left out.
    """
    t = point_lots.c
    rows = await connection.execute(
        sa.select(t.expires_at, t.remaining - t.reserved)
        .where(
            t.account_id == account_id,
            HAS_SOME,
            t.remaining > t.reserved,
            t.expires_at > now,
            t.expires_at <= now + _STEPS[-1] * DAY_MS,
        )
        .order_by(t.expires_at)
    )
    return warnings_of(((row[0], row[1]) for row in rows), now, zone)


def warnings_of(lots: Iterable[tuple[int, int]], now: int, zone: tzinfo) -> list[ExpiryWarning]:
    """One warning for each date on which something runs out, with the nearest step it is within.

    Args:
        lots: (expires_at, K-Beans), soonest first.
        now: Unix milliseconds.
        zone: Whose midnight ends a date.
    """
    dates: dict[date, tuple[int, int]] = {}
    for expires_at, beans in lots:
        day = datetime.fromtimestamp(expires_at / 1000, zone).date()
        first, sum_before = dates.get(day, (expires_at, 0))
        dates[day] = (first, sum_before + beans)
    found = []
    for expires_at, beans in dates.values():
        left = expires_at - now
        days = next((step for step in _STEPS if left <= step * DAY_MS), None)
        if days is not None and left > 0:
            found.append(ExpiryWarning(beans, expires_at, days))
    return found
