"""What staff see of conversations: lists, and one that is open (design/4 §Desk)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.messages.desk import Board, QueueEntry, StaffConversation
from app.protocol.messages.support import Language
from app.server.db.engine import reading, writing
from app.server.http.roles import FRONT
from app.server.http.tokens import Principal
from app.server.identity.staff_audit import AuditBook
from app.server.identity.tables import users
from app.server.support.people.access import ALL_READERS, Access
from app.server.support.people.callbacks import CallbackBook
from app.server.support.people.queue_rows import read_queue, read_unanswered
from app.server.support.people.tables import consults, desk_rows
from app.server.support.talk.rows import ConversationRow, open_row
from app.server.support.talk.service import Talk
from app.server.support.talk.tables import conversations

_MOST = 200
"""Entries of one list."""

_NOTED_MS = 600_000
"""Looking again so soon is the same look."""

PAGE = 100
"""Messages of an opened conversation."""


class Due(NamedTuple):
    """The nearest target of a conversation, and how it stands."""

    at: int | None
    sla: Literal["ok", "warn", "breach"]


Dues = Callable[[AsyncConnection, Sequence[str]], Awaitable[Mapping[str, Due]]]
Particulars = Callable[[AsyncConnection, Principal, ConversationRow], Awaitable[Mapping[str, Any]]]
Strangers = Callable[[AsyncConnection, Sequence[str]], Awaitable[Mapping[str, str]]]


class Boards:
    """Reads for the desk. What other rooms know is put in by main."""

    def __init__(
        self, talk: Talk, access: Access, callbacks: CallbackBook, audit: AuditBook
    ) -> None:
        """Read conversations for those who may."""
        self._talk = talk
        self._access = access
        self._callbacks = callbacks
        self._audit = audit
        self._noted: dict[tuple[str, str], int] = {}
        self.dues: Dues | None = None
        """Clocks of conversations, by id."""
        self.particulars: list[Particulars] = []
        """Fields of :class:`StaffConversation` that other rooms fill (grants, cases …)."""
        self.strangers: Strangers | None = None
        """Names of those who wrote without having a wallet, by conversation."""

    async def board(
        self, principal: Principal, *, language: Language | None = None, skill: str | None = None
    ) -> Board:
        """What is mine, what waits, what the team has (or what I am asked about).

        Args:
            principal: Who looks.
            language: Only conversations in this language.
            skill: Only those that need this skill.
        """
        roles = set(principal.roles)
        own = sa.and_(conversations.c.owner == "agent", conversations.c.agent_id == principal.id)
        asked = sa.select(consults.c.conv_id).where(consults.c.staff_id == principal.id)
        if roles & ALL_READERS:
            team = sa.and_(
                conversations.c.owner == "agent", conversations.c.agent_id != principal.id
            )
        else:
            team = sa.and_(
                conversations.c.id.in_(asked), conversations.c.owner != "nobody", sa.not_(own)
            )
        filters = [
            *([conversations.c.language == language] if language else []),
            *([conversations.c.skill == skill] if skill else []),
        ]
        async with reading(self._talk.engine) as connection:
            waiting = conversations.c.owner == "queue" if roles & (FRONT | ALL_READERS) else None
            mine = await self._entries(connection, [own, *filters])
            queue = [] if waiting is None else await self._entries(connection, [waiting, *filters])
            others = await self._entries(connection, [team, *filters])
        return Board(
            mine=sorted(mine, key=_urgency),
            queue=sorted(queue, key=lambda entry: entry.position),
            team=sorted(others, key=_urgency),
            server_time=self._talk.clock(),
        )

    async def open(self, principal: Principal, conv_id: str) -> StaffConversation:
        """One conversation, for those who may read it.

        Raises:
            KBeanError: ``conversation_not_found``, also where one may not see it.
        """
        row = await self.readable(principal, conv_id)
        if row.kind != "person":
            raise KBeanError("conversation_not_found")
        page = await self._talk.page(row.id, limit=PAGE)
        notes_id = await self._talk.notes_id(row.id)
        notes = [] if notes_id is None else (await self._talk.page(notes_id, limit=PAGE)).messages
        async with reading(self._talk.engine) as connection:
            entry = (await self._described(connection, [row]))[0]
            fields: dict[str, Any] = {"grants": []}
            fields["callbacks"] = await self._callbacks.of_conversation(connection, row.id)
            for more in self.particulars:
                fields |= await more(connection, principal, row)
        return StaffConversation(
            entry=entry, messages=page.messages, more=page.more, notes=notes, **fields
        )

    async def readable(self, principal: Principal, conv_id: str) -> ConversationRow:
        """A conversation or notes stream that one may read.

        Reading what one doesn't own is written down, once in a while for the same conversation.

        Raises:
            KBeanError: ``conversation_not_found``.
        """
        row = await self._talk.find(conv_id)
        if not await self._access.may_read(principal, row):
            raise KBeanError("conversation_not_found")
        if row.agent_id != principal.id:
            await self._note_read(principal.id, row.parent_id or row.id)
        return row

    async def _note_read(self, staff_id: str, conv_id: str) -> None:
        now = self._talk.clock()
        if now - self._noted.get((staff_id, conv_id), 0) < _NOTED_MS:
            return
        async with writing(self._talk.engine) as connection:
            await self._audit.write(connection, staff_id, "conversation_read", conv_id)
        recent = {key: at for key, at in self._noted.items() if now - at < _NOTED_MS}
        self._noted = recent | {(staff_id, conv_id): now}

    # --- entries

    async def _entries(
        self, connection: AsyncConnection, which: Sequence[sa.ColumnElement[bool]]
    ) -> list[QueueEntry]:
        rows = await connection.execute(
            sa.select(conversations)
            .where(conversations.c.kind == "person", *which)
            .order_by(conversations.c.updated_at.desc())
            .limit(_MOST)
        )
        return await self._described(connection, [open_row(self._talk.sealer, row) for row in rows])

    async def _described(
        self, connection: AsyncConnection, rows: Sequence[ConversationRow]
    ) -> list[QueueEntry]:
        """Conversations as the lists show them, in the same order."""
        if not rows:
            return []
        ids = [row.id for row in rows]
        places: dict[str, int] = {}
        if any(row.owner == "queue" for row in rows):
            queue = await read_queue(connection)
            places = {queued.waiting.conv_id: place for place, queued in enumerate(queue, 1)}
        known = {
            row.conv_id: row
            for row in await connection.execute(
                sa.select(desk_rows).where(desk_rows.c.conv_id.in_(ids))
            )
        }
        unanswered = await read_unanswered(connection, ids)
        names = await self._names(connection, rows)
        notes = {
            row.parent_id: row.id
            for row in await connection.execute(
                sa.select(conversations.c.id, conversations.c.parent_id).where(
                    conversations.c.parent_id.in_(ids)
                )
            )
        }
        dues = await self.dues(connection, ids) if self.dues is not None else {}
        found = []
        for row in rows:
            desk = known.get(row.id)
            due = dues.get(row.id, Due(None, "ok"))
            found.append(
                QueueEntry(
                    conversation=row.shown(),
                    person_name=names.get(row.id, ""),
                    agent_id=row.agent_id if row.owner == "agent" else "",
                    position=places.get(row.id, 0),
                    waiting_since=desk.waiting_since if desk else None,
                    unanswered_since=unanswered.get(row.id) if row.owner != "nobody" else None,
                    due_at=due.at,
                    sla=due.sla,
                    reason=desk.reason if desk else "",
                    priority=desk.priority if desk else 0,
                    channel=row.channel,
                    notes_conv=notes.get(row.id, ""),
                )
            )
        return found

    async def _names(
        self, connection: AsyncConnection, rows: Sequence[ConversationRow]
    ) -> dict[str, str]:
        """What people call themselves, by conversation."""
        ids = sorted({row.user_id for row in rows if row.user_id})
        known = {
            row.id: row.display_name
            for row in await connection.execute(
                sa.select(users.c.id, users.c.display_name).where(users.c.id.in_(ids))
            )
        }
        found = {row.id: known.get(row.user_id, "") for row in rows if row.user_id}
        strangers = [row.id for row in rows if not row.user_id]
        if strangers and self.strangers is not None:
            found |= await self.strangers(connection, strangers)
        return found


def _urgency(entry: QueueEntry) -> tuple[int, int]:
    """What waits longest for an answer first, then the newest."""
    since = entry.unanswered_since
    return (0, since) if since is not None else (1, -entry.conversation.updated_at)
