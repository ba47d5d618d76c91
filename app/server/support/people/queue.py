"""The queue: who waits, who gets it, and telling people where they stand (design/4)."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import sqlalchemy as sa
import structlog

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import OwnerEvent
from app.protocol.messages.stream import Place
from app.protocol.messages.support import Message
from app.server.db.engine import reading, writing
from app.server.http.roles import FRONT
from app.server.support.people import queue_rules
from app.server.support.people.hours import Hours
from app.server.support.people.queue_rows import (
    Queued,
    lock_agent,
    put_desk_row,
    read_agents,
    read_handled,
    read_queue,
)
from app.server.support.people.queue_rules import Waiting
from app.server.support.people.tables import agents, consults, desk_rows, turns
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk
from app.server.support.talk.tables import conversations

_log = structlog.get_logger("queue")

_PEOPLE = frozenset({"queue", "agent"})


class Outlook(NamedTuple):
    """What somebody who asks now may expect."""

    waiting: int
    agents_online: int
    wait_seconds: int | None


class Queue:
    """Listens to conversations; gives them to agents; a sweep may run on any node at any time."""

    def __init__(self, talk: Talk, hours: Hours) -> None:
        """Stand on the conversations."""
        self._talk = talk
        self._hours = hours
        self._sweeping = asyncio.Lock()
        self._again = False

    # --- what happens to conversations (a listener of talk)

    async def appended(self, change: Change, row: ConversationRow, message: Message) -> None:
        """Nothing: what is unanswered is read from the stream where it is needed."""

    async def owner_changed(
        self, change: Change, row: ConversationRow, before: str, event: OwnerEvent
    ) -> None:
        """Keep the turns and the queue in step with the owner, whoever changed it."""
        if row.kind != "person" or not _PEOPLE & {row.owner, before}:
            return
        connection, waits = change.connection, row.owner == "queue"
        ended = await connection.execute(
            sa.update(turns)
            .where(turns.c.conv_id == row.id, turns.c.ended_at.is_(None))
            .values(ended_at=change.now, ended_for=row.owner)
            .returning(turns.c.staff_id)
        )
        had = [staff_id for staff_id in ended.scalars() if staff_id]
        values = {"waiting_since": change.now if waits else None, "told": ""}
        if waits:
            values["reason"] = event.reason
        if row.owner == "agent":
            values["last_agent_id"] = row.agent_id
        await put_desk_row(connection, row.id, **values)
        if row.owner in _PEOPLE:
            await connection.execute(
                sa.insert(turns).values(
                    id=new_id(),
                    conv_id=row.id,
                    cycle=row.cycle,
                    owner=row.owner,
                    staff_id=row.agent_id if row.owner == "agent" else None,
                    skill=row.skill,
                    reason=event.reason,
                    began_at=change.now,
                    ended_for="",
                )
            )
        if row.owner == "nobody":
            await connection.execute(sa.delete(consults).where(consults.c.conv_id == row.id))
        if row.user_id and not waits:
            change.tell(f"person:{row.user_id}", self._place(row.id, row.owner, 0, None))
        mine = {*had, row.agent_id} if row.owner == "agent" else set(had)
        change.after_commit(lambda: self._moved(mine))

    async def _moved(self, staff_ids: set[str]) -> None:
        """Say what lists changed; look whether somebody has room now."""
        for staff_id in staff_ids:
            self._talk.hub.changed(f"staff:{staff_id}", "mine")
        self._talk.hub.changed("staff", "queue")
        await self.sweep()

    # --- giving

    async def take(
        self, change: Change, row: ConversationRow, staff_id: str, reason: str, *, asked: bool
    ) -> None:
        """Give a conversation that waits to somebody: one conditional update decides who has it.

        Args:
            change: The transaction.
            row: The conversation, locked.
            staff_id: Who gets it.
            reason: ``claimed`` or ``routed``.
            asked: They asked for it themselves, so it doesn't matter whether they are online.

        Raises:
            KBeanError: ``already_claimed``, ``conversation_closed``, ``agent_away``,
                ``capacity_full``.
        """
        if row.owner == "nobody":
            raise KBeanError("conversation_closed")
        if row.owner != "queue":
            raise KBeanError("already_claimed")
        name = await self.reserve(change, staff_id, asked=asked)
        taken = await change.connection.execute(
            sa.update(desk_rows)
            .where(desk_rows.c.conv_id == row.id, desk_rows.c.waiting_since.is_not(None))
            .values(waiting_since=None)
        )
        if not taken.rowcount:
            raise KBeanError("already_claimed")
        await change.give(row, "agent", reason, agent_id=staff_id, agent_name=name, skill=row.skill)

    async def reserve(self, change: Change, staff_id: str, *, asked: bool) -> str:
        """Hold a place of one of the staff until the transaction ends; their display name.

        Raises:
            KBeanError: ``agent_away`` or ``capacity_full``.
        """
        agent = await lock_agent(change.connection, staff_id, change.now)
        if agent is None or agent.disabled_at is not None:
            raise KBeanError("agent_away")
        if not FRONT.intersection(agent.roles.split()):
            raise KBeanError("agent_away", "this colleague doesn't talk with people")
        if not asked and (agent.presence != "online" or agent.gone_at is not None):
            raise KBeanError("agent_away")
        if agent.load >= agent.capacity:
            raise KBeanError("capacity_full", params={"capacity": agent.capacity})
        await change.connection.execute(
            sa.update(agents).where(agents.c.staff_id == staff_id).values(given_at=change.now)
        )
        return str(agent.display_name)

    async def sweep(self) -> None:
        """Give what waits to those who have room, then say where the others stand.

        After every change of presence, hand-over and close, and by a tick. Those who ask for it
        on this node while it runs share one more round; two nodes meet at the rows.
        """
        self._again = True
        async with self._sweeping:
            if not self._again:
                return
            self._again = False
            try:
                await self._round()
            except (sa.exc.DBAPIError, OSError) as error:
                # The tick comes round again.
                _log.info("queue.sweep_failed", reason=type(error).__name__)

    async def _round(self) -> None:
        async with reading(self._talk.engine) as connection:
            queue = await read_queue(connection)
            free = await read_agents(connection) if queue else []
        for one, agent in queue_rules.assign((queued.waiting for queued in queue), free):
            await self._route(one.conv_id, agent.staff_id)
        if queue:
            await self.announce()

    async def _route(self, conv_id: str, staff_id: str) -> None:
        async with self._talk.change() as change:
            # Somebody else is at it just now? Then it comes round again.
            mine = await change.connection.scalar(
                sa.select(conversations.c.id)
                .where(conversations.c.id == conv_id, conversations.c.owner == "queue")
                .with_for_update(skip_locked=True)
            )
            if mine is None:
                return
            row = await change.conversation(conv_id)
            try:
                await self.take(change, row, staff_id, "routed", asked=False)
            except KBeanError as refused:
                _log.info("queue.passed", reason=refused.code)

    # --- telling

    async def announce(self) -> None:
        """Tell everybody in the queue where they stand, if that has changed."""
        now = self._talk.clock()
        async with reading(self._talk.engine) as connection:
            queue = await read_queue(connection)
            free = await read_agents(connection)
            handled = await read_handled(connection, now)
        places = self._places(queue, queue_rules.expected_waits(_lines(queue), free, handled))
        news = [
            (queued, place)
            for queued, place in zip(queue, places, strict=True)
            if _word(place) != queued.told
        ]
        if not news:
            return
        async with writing(self._talk.engine) as connection:
            # In one order on every node.
            for place in sorted((place for _, place in news), key=lambda place: place.conv):
                await connection.execute(
                    sa.update(desk_rows)
                    .where(
                        desk_rows.c.conv_id == place.conv, desk_rows.c.waiting_since.is_not(None)
                    )
                    .values(told=_word(place))
                )
        for queued, place in news:
            if queued.user_id:
                self._talk.hub.tell(f"person:{queued.user_id}", place)

    async def outlook(self, user_id: str, language: str) -> Outlook:
        """What somebody who asks now may expect; whoever waits is told their place again."""
        now = self._talk.clock()
        async with reading(self._talk.engine) as connection:
            queue = await read_queue(connection)
            free = await read_agents(connection)
            handled = await read_handled(connection, now)
        last = Waiting("", "", language, 0, now)
        *waits, wait = queue_rules.expected_waits([*_lines(queue), last], free, handled)
        for queued, place in zip(queue, self._places(queue, waits), strict=True):
            if queued.user_id == user_id:
                self._talk.hub.tell(f"person:{user_id}", place)
        return Outlook(len(queue), len(free), queue_rules.rounded_wait(wait))

    def _places(self, queue: list[Queued], waits: list[int | None]) -> list[Place]:
        return [
            self._place(queued.waiting.conv_id, "queue", number, queue_rules.rounded_wait(wait))
            for number, (queued, wait) in enumerate(zip(queue, waits, strict=True), 1)
        ]

    def _place(self, conv_id: str, owner: str, position: int, wait: int | None) -> Place:
        now = self._talk.clock()
        is_open = self._hours.is_open(now)
        return Place(
            conv=conv_id,
            owner=owner,  # type: ignore[arg-type]
            position=position,
            wait_seconds=wait,
            open_now=is_open,
            opens_at=None if is_open else self._hours.next_open(now),
        )


def _lines(queue: list[Queued]) -> list[Waiting]:
    return [queued.waiting for queued in queue]


def _word(place: Place) -> str:
    """A place in a few letters, to be compared with what was told before."""
    return f"{place.position} {place.wait_seconds} {place.opens_at}"
