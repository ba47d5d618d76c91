"""Numbers that people quote: a prefix, the day, and the how-manieth of that day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.server.db.engine import insert_of
from app.server.support.talk.tables import support_counters


async def next_number(connection: AsyncConnection, prefix: str, at_ms: int, zone: ZoneInfo) -> str:
    """The next number, e.g. ``KC-20261123-0007``; given out again if the transaction fails.

    Args:
        connection: The transaction that stores what gets the number.
        prefix: ``KC`` conversations, and whatever a room needs; at most four letters.
        at_ms: Now, Unix milliseconds.
        zone: Whose midnight begins a day.
    """
    day = dt.datetime.fromtimestamp(at_ms / 1000, zone).date()
    statement = (
        insert_of(connection)(support_counters)
        .values(prefix=prefix, day=day.toordinal(), last=1)
        .on_conflict_do_update(
            index_elements=["prefix", "day"], set_={"last": support_counters.c.last + 1}
        )
        .returning(sa.column("last"))
    )
    last: int = await connection.scalar(statement)
    return f"{prefix}-{day:%Y%m%d}-{last:04d}"
