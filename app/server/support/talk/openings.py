"""What an opening's Idempotency-Key led to, so that a repeated request opens nothing twice."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.server.db.engine import writing
from app.server.support.talk.tables import conversation_openings

KEPT_MS = 30 * 86_400_000
"""How long a key is remembered (design/3 §Idempotency)."""


async def opened_by(connection: AsyncConnection, user_id: str, key: str, body: bytes) -> str | None:
    """The conversation that a key led to, None where the key is new.

    Raises:
        KBeanError: ``idempotency_body_differs``.
    """
    table = conversation_openings
    query = sa.select(table).where(table.c.user_id == user_id, table.c.key == key)
    found = (await connection.execute(query)).one_or_none()
    if found is None:
        return None
    if found.body_hash != sha256(body).digest():
        raise KBeanError("idempotency_body_differs")
    conv_id: str = found.conv_id
    return conv_id


async def keep_opening(
    connection: AsyncConnection, user_id: str, key: str, body: bytes, *, conv_id: str, now: int
) -> None:
    """Remember it."""
    await connection.execute(
        sa.insert(conversation_openings).values(
            user_id=user_id,
            key=key,
            conv_id=conv_id,
            body_hash=sha256(body).digest(),
            created_at=now,
        )
    )


async def forget_openings(engine: AsyncEngine, now: int) -> None:
    """Remove keys older than they must be kept."""
    async with writing(engine) as connection:
        await connection.execute(
            sa.delete(conversation_openings).where(
                conversation_openings.c.created_at < now - KEPT_MS
            )
        )
