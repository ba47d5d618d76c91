"""What a client has missed: its cursors beside the newest numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.ids import is_uuid7
from app.protocol.messages.stream import Gap
from app.server.db.engine import reading
from app.server.db.sealing import Sealer
from app.server.db.together import Together
from app.server.http.tokens import Principal
from app.server.support.talk.access import StaffDoor
from app.server.support.talk.rows import open_row
from app.server.support.talk.tables import conversations

CURSORS_MAX = 500
"""Cursors of one Hello that are looked at; nobody reads more conversations at once."""

Heads = list[tuple[str, int]]
"""Conversation and its newest number."""


class Cursors:
    """Compares cursors; after a restart thousands of clients ask at the same moment."""

    def __init__(self, engine: AsyncEngine, sealer: Sealer) -> None:
        """Read from the database."""
        self._engine = engine
        self._sealer = sealer
        self._persons: Together[str, Heads] = Together(self._heads_of_persons)
        self._agents: Together[str, Heads] = Together(self._heads_of_agents)

    async def gaps(
        self, principal: Principal, cursors: Mapping[str, int], door: StaffDoor
    ) -> list[Gap]:
        """Where the client is behind, its unknown conversations included.

        A person's are all of theirs; one of the staff has those they own, and those they name and
        may read.
        """
        if principal.kind == "staff":
            heads = dict(await self._agents.get(principal.id) or [])
            named = [conv for conv in list(cursors)[:CURSORS_MAX] if conv not in heads]
            heads |= await self._readable(principal, named, door)
        else:
            heads = dict(await self._persons.get(principal.id) or [])
        return [
            Gap(conv, max(0, cursors.get(conv, 0)), last)
            for conv, last in heads.items()
            if last > cursors.get(conv, 0)
        ]

    async def _readable(
        self, principal: Principal, named: Sequence[str], door: StaffDoor
    ) -> dict[str, int]:
        wanted = [conv for conv in named if is_uuid7(conv)]
        if not wanted:
            return {}
        async with reading(self._engine) as connection:
            query = sa.select(conversations).where(conversations.c.id.in_(wanted))
            rows = [open_row(self._sealer, row) for row in await connection.execute(query)]
        return {row.id: row.last_seq for row in rows if await door.may_read(principal, row)}

    async def _heads_of_persons(self, ids: Sequence[str]) -> dict[str, Heads]:
        mine = conversations.c.kind == "person"
        return await self._heads(conversations.c.user_id, mine, ids)

    async def _heads_of_agents(self, ids: Sequence[str]) -> dict[str, Heads]:
        mine = (conversations.c.kind == "person") & (conversations.c.owner == "agent")
        return await self._heads(conversations.c.agent_id, mine, ids)

    async def _heads(
        self, whose: sa.ColumnElement[str], which: sa.ColumnElement[bool], ids: Sequence[str]
    ) -> dict[str, Heads]:
        query = sa.select(whose, conversations.c.id, conversations.c.last_seq).where(
            whose.in_(ids), which
        )
        found: dict[str, Heads] = {}
        async with reading(self._engine) as connection:
            for holder, conv, last in await connection.execute(query):
                found.setdefault(holder, []).append((conv, last))
        return found
