"""What the rules are now, and what a person has: balance, open lots."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.messages.payments import PointLot
from app.server.db.engine import reading
from app.server.points.rules import EarningRule
from app.server.points.tables import earning_rules, point_lots


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
        .where(t.account_id == account_id, t.remaining > 0)
        .order_by(t.expires_at, t.id)
    )
    return [PointLot(*row) for row in rows]
