"""Who of the staff is there: by their own word, and by whether their live stream stands."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.messages.desk import Presence as PresenceWord
from app.protocol.messages.desk import StaffMember
from app.server.db.engine import insert_of, reading, writing
from app.server.http.front import now_ms
from app.server.identity.staff import StaffService, member_of
from app.server.identity.staff_tables import staff, staff_sessions
from app.server.support.people import queue_rules
from app.server.support.people.queue import Queue
from app.server.support.people.queue_rows import load_of, read_unanswered
from app.server.support.people.tables import agents
from app.server.support.talk.service import Talk
from app.server.support.talk.tables import conversations

_NOTE_LIVE_MS = 20_000
"""A living stream is written down this often at most."""


class PresenceBook:
    """Presence of the staff; listens to their sessions; looked over by a tick."""

    def __init__(self, talk: Talk, staff_service: StaffService, queue: Queue) -> None:
        """Use the live streams of all nodes and the queue."""
        self._talk = talk
        self._staff = staff_service
        self._queue = queue

    async def set(self, staff_id: str, presence: PresenceWord) -> StaffMember:
        """Take conversations from now on, or no longer; coming online sweeps the queue."""
        async with writing(self._talk.engine) as connection:
            await self._put(connection, staff_id, presence)
        await self._changed()
        return await self.member(staff_id)

    async def _put(self, connection: AsyncConnection, staff_id: str, presence: str) -> None:
        now = self._talk.clock()
        values = {"presence": presence, "since": now, "live_at": now, "gone_at": None}
        await connection.execute(
            insert_of(connection)(agents)
            .values(staff_id=staff_id, **values)
            .on_conflict_do_update(index_elements=[agents.c.staff_id], set_=values)
        )

    async def staff_left(self, connection: AsyncConnection, staff_id: str) -> None:
        """Nobody is signed in under this id any more (a listener of the staff's sessions)."""
        await connection.execute(
            sa.update(agents)
            .where(agents.c.staff_id == staff_id, agents.c.presence != "offline")
            .values(presence="offline", since=now_ms(), gone_at=None)
        )

    async def _changed(self) -> None:
        self._talk.hub.changed("staff", "queue")
        await self._queue.sweep()

    # --- looked over by a tick

    async def look(self) -> None:
        """See who is gone and who is back, and give back what the gone left unanswered."""
        now = self._talk.clock()
        async with reading(self._talk.engine) as connection:
            rows = (
                await connection.execute(sa.select(agents).where(agents.c.presence != "away"))
            ).all()
            asked = await _asked(connection)
        live = await self._talk.hub.presence.who(f"staff:{row.staff_id}" for row in rows)
        gone, back, still = [], [], []
        for row in rows:
            if row.presence != "online":
                continue
            is_live = f"staff:{row.staff_id}" in live
            if is_live and row.gone_at is not None:
                back.append(row.staff_id)
            elif is_live and now - row.live_at >= _NOTE_LIVE_MS:
                still.append(row.staff_id)
            elif row.gone_at is None and queue_rules.is_gone(
                live=is_live, live_at=row.live_at, now_ms=now
            ):
                gone.append(row.staff_id)
        if gone or back or still:
            async with writing(self._talk.engine) as connection:
                await _mark(connection, gone, gone_at=now)
                await _mark(connection, sorted([*back, *still]), gone_at=None, live_at=now)
        if gone or back:
            await self._changed()
        for row in rows:
            if queue_rules.has_left(
                presence=row.presence,
                since=row.since,
                gone_at=row.gone_at,
                live=f"staff:{row.staff_id}" in live,
                asked_at=asked.get(row.staff_id, 0),
                now_ms=now,
            ):
                await self._give_back(row.staff_id)

    async def is_back(self, staff_id: str) -> None:
        """Somebody who was gone asks for something, with their stream: don't wait for the tick."""
        if not await self._talk.hub.presence.is_here(f"staff:{staff_id}"):
            return
        async with writing(self._talk.engine) as connection:
            found = await connection.execute(
                sa.update(agents)
                .where(agents.c.staff_id == staff_id, agents.c.gone_at.is_not(None))
                .values(gone_at=None, live_at=self._talk.clock())
            )
        if found.rowcount:
            await self._changed()

    async def _give_back(self, staff_id: str) -> None:
        """What waits for an answer of somebody who left goes back to the queue."""
        async with reading(self._talk.engine) as connection:
            owned = await connection.scalars(
                sa.select(conversations.c.id).where(
                    conversations.c.owner == "agent", conversations.c.agent_id == staff_id
                )
            )
            unanswered = await read_unanswered(connection, list(owned))
        for conv_id in sorted(unanswered):
            async with self._talk.change() as change:
                row = await change.conversation(conv_id)
                if row.owner == "agent" and row.agent_id == staff_id:
                    await change.give(row, "queue", "left", skill=row.skill)

    # --- who there is

    async def members(self) -> list[StaffMember]:
        """Everybody who isn't disabled, with presence and load."""
        async with reading(self._talk.engine) as connection:
            return await self._members(connection, sa.true())

    async def member(self, staff_id: str) -> StaffMember:
        """One of them.

        Raises:
            KBeanError: ``not_found``.
        """
        async with reading(self._talk.engine) as connection:
            found = await self._members(connection, staff.c.id == staff_id)
        if not found:
            raise KBeanError("not_found", "nobody of the staff has this id")
        return found[0]

    async def _members(
        self, connection: AsyncConnection, which: sa.ColumnElement[bool]
    ) -> list[StaffMember]:
        rows = await connection.execute(
            sa.select(staff, agents.c.presence, agents.c.gone_at, load_of(staff.c.id).label("load"))
            .outerjoin(agents, agents.c.staff_id == staff.c.id)
            .where(which, staff.c.disabled_at.is_(None))
            .order_by(staff.c.name)
        )
        return [
            member_of(row, presence=_shown(row.presence, row.gone_at), open_conversations=row.load)
            for row in rows
        ]


async def _asked(connection: AsyncConnection) -> dict[str, int]:
    """When each who is signed in last asked for something, to the minute."""
    rows = await connection.execute(
        sa.select(staff_sessions.c.staff_id, sa.func.max(staff_sessions.c.seen_at).label("at"))
        .where(staff_sessions.c.ended_at.is_(None))
        .group_by(staff_sessions.c.staff_id)
    )
    return {row.staff_id: row.at for row in rows}


async def _mark(connection: AsyncConnection, staff_ids: list[str], **values: int | None) -> None:
    if staff_ids:
        await connection.execute(
            sa.update(agents)
            .where(agents.c.staff_id.in_(staff_ids), agents.c.presence == "online")
            .values(**values)
        )


def _shown(presence: PresenceWord | None, gone_at: int | None) -> PresenceWord:
    if presence is None:
        return "offline"
    return "away" if presence == "online" and gone_at is not None else presence
