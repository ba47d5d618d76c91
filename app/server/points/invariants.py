"""Whether the lots of K-Beans say the same as the ledger (design/3, invariant 9)."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import snapshot
from app.server.ledger.invariants import Invariant, found

_LOTS = (
    "SELECT a.id, a.posted, COALESCE(l.remaining, 0) FROM accounts a LEFT JOIN "
    "(SELECT account_id, SUM(remaining) AS remaining FROM point_lots GROUP BY account_id) l "
    "ON l.account_id = a.id WHERE a.kind = 'points' AND a.posted <> COALESCE(l.remaining, 0)"
)
_SOURCES = (
    "SELECT l.id, l.journal_id FROM point_lots l WHERE l.earned <> COALESCE((SELECT "
    "SUM(-e.amount) FROM entries e WHERE e.journal_id = l.journal_id "
    "AND e.account_id = l.account_id), 0)"
)


async def check(engine: AsyncEngine) -> list[Invariant]:
    """Hold the lots against the ledger, all at the same moment."""
    async with snapshot(engine) as connection:
        return [
            Invariant(
                "lots",
                "9: open lots add up to the balance of K-Beans",
                await found(connection, _LOTS, "account {0}: balance {1}, lots {2}"),
            ),
            Invariant(
                "lot_sources",
                "9: a lot holds what its posting credited",
                await found(connection, _SOURCES, "lot {0}: not what journal {1} credited"),
            ),
        ]
