"""The follower by hand, to the end of what there is to read."""

from __future__ import annotations

import asyncio
import time

import sqlalchemy as sa

from app.server.db.engine import reading
from app.server.main import Service
from app.server.support.cases.tables import followed
from app.server.support.talk.tables import conversations

_LONG = 20


async def read_to_the_end(service: Service) -> None:
    """Run the follower until everything is read; what the tick has begun is waited for."""
    deadline = time.monotonic() + _LONG
    await service.cases.follower.run()
    while await _unread(service):
        assert time.monotonic() < deadline, "conversations stay unread"
        await asyncio.sleep(0.02)
        await service.cases.follower.run()


async def _unread(service: Service) -> bool:
    query = (
        sa.select(conversations.c.id)
        .outerjoin(followed, followed.c.conversation_id == conversations.c.id)
        .where(
            conversations.c.kind == "person",
            conversations.c.last_seq > sa.func.coalesce(followed.c.seq, 0),
        )
        .limit(1)
    )
    async with reading(service.engine) as connection:
        return await connection.scalar(query) is not None
