"""Kept answers grow old: after 30 days a key may be forgotten (design/3 §Idempotency)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import writing
from app.server.ledger.tables import idempotency_keys

KEPT_MS = 30 * 86_400_000
"""How long an answer is kept, milliseconds."""

_PORTION = 2000


async def forget_answers(engine: AsyncEngine, now_ms: int) -> int:
    """Remove answers older than 30 days, a portion per transaction so that nobody waits long.

    Harmless to run on several nodes at once and to repeat.

    Returns:
        How many were removed.
    """
    t = idempotency_keys.c
    old = (sa.select(t.key, t.principal, t.route).where(t.created_at < now_ms - KEPT_MS)).limit(
        _PORTION
    )
    removed = 0
    while True:
        async with writing(engine) as connection:
            done = await connection.execute(
                sa.delete(idempotency_keys).where(sa.tuple_(t.key, t.principal, t.route).in_(old))
            )
        removed += done.rowcount
        if done.rowcount < _PORTION:
            return removed
