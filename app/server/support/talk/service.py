"""Talk: how every room writes into a conversation, and what anybody reads of one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.stream import FETCH_MAX
from app.protocol.messages.support import Language, Message, MessagePage, Sender
from app.server.db.engine import reading, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.realtime.hub import Hub
from app.server.support.talk.change import Change
from app.server.support.talk.drafts import SYSTEM, Draft, Listener
from app.server.support.talk.openings import keep_opening, opened_by
from app.server.support.talk.rows import ConversationRow, open_message, open_row
from app.server.support.talk.tables import conversations, messages

_log = structlog.get_logger("talk")

_TOLD_MAX = 50_000
SEQ_MAX = 2**31 - 1
"""No message has a greater number; PostgreSQL takes none for the column."""


class Talk:
    """Conversations: the one way in, for persons, bot, agents and mail alike."""

    def __init__(
        self,
        engine: AsyncEngine,
        hub: Hub,
        sealer: Sealer,
        zone: ZoneInfo,
        *,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        """Wire it.

        Args:
            engine: The database.
            hub: Who is told after the commit.
            sealer: Seals what was said.
            zone: Whose midnight begins a day of numbers.
            clock: Unix milliseconds.

        ``told`` remembers the newest number of each stream that this node has told its listeners.
        """
        self.engine = engine
        self.hub = hub
        self.sealer = sealer
        self.zone = zone
        self.clock = clock
        self.listeners: list[Listener] = []
        self.told: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # --- writing

    @asynccontextmanager
    async def change(self) -> AsyncIterator[Change]:
        """One transaction; what was appended in it is told after the commit."""
        async with writing(self.engine) as connection:
            change = Change(self, connection, self.clock())
            yield change
        change.settle()

    def listen(self, listener: Listener) -> None:
        """Let a room know what happens from now on, in the order of registration."""
        self.listeners.append(listener)

    def remember_told(self, told: Iterable[tuple[str, int]]) -> None:
        """Note what this node's listeners were told; forgetting it only costs a repetition."""
        if len(self.told) > _TOLD_MAX:
            self.told.clear()
        self.told.update(told)

    def later(self, call: Callable[[], Awaitable[None]]) -> None:
        """Run something in a task of its own; what it raises is logged."""

        async def run() -> None:
            try:
                await call()
            except Exception as error:
                _log.exception("talk.after_commit_failed", reason=type(error).__name__)

        task = asyncio.create_task(run(), name="talk-after-commit")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until everything that followed a commit is done, and what followed that."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def open(
        self, user_id: str, key: str, body: bytes, language: Language, context: ContextCard | None
    ) -> ConversationRow:
        """The person's open conversation, made where there is none; the context is appended.

        Args:
            user_id: Who asks.
            key: The request's Idempotency-Key, also the context message's ``cmid``.
            body: The request's canonical bytes.
            language: For a new conversation.
            context: What it is about.

        Raises:
            KBeanError: ``idempotency_body_differs``.
        """
        async with self.change() as change:
            row = await change.open_conversation(user_id)
            before = await opened_by(change.connection, user_id, key, body)
            if before is not None:
                return await change.conversation(before)
            if row is None:
                row = await change.open(user_id, language)
            await keep_opening(
                change.connection, user_id, key, body, conv_id=row.id, now=change.now
            )
            if context is not None:
                await change.append(row, Sender("person", user_id), "card", "", context, key)
            return change.row(row.id)

    # --- reading

    async def find(self, conv_id: str) -> ConversationRow:
        """A conversation or notes stream as it stands, not locked.

        Raises:
            KBeanError: ``conversation_not_found``.
        """
        found = await self.find_all([conv_id])
        if not found:
            raise KBeanError("conversation_not_found")
        return found[0]

    async def find_all(self, conv_ids: Iterable[str]) -> list[ConversationRow]:
        """Those of the conversations that exist."""
        wanted = sorted({conv_id for conv_id in conv_ids if is_uuid7(conv_id)})
        async with reading(self.engine) as connection:
            query = sa.select(conversations).where(conversations.c.id.in_(wanted))
            return [open_row(self.sealer, row) for row in await connection.execute(query)]

    async def of_person(
        self, user_id: str, *, before: int | None = None, limit: int = 50
    ) -> tuple[list[ConversationRow], bool]:
        """A person's conversations, newest first, and whether there are older ones."""
        query = sa.select(conversations).where(
            conversations.c.user_id == user_id, conversations.c.kind == "person"
        )
        if before is not None:
            query = query.where(conversations.c.created_at < before)
        query = query.order_by(conversations.c.created_at.desc()).limit(limit + 1)
        async with reading(self.engine) as connection:
            rows = [open_row(self.sealer, row) for row in await connection.execute(query)]
        return rows[:limit], len(rows) > limit

    async def notes_id(self, conv_id: str) -> str | None:
        """The notes stream of a conversation, None where nobody has noted anything."""
        async with reading(self.engine) as connection:
            query = sa.select(conversations.c.id).where(conversations.c.parent_id == conv_id)
            found: str | None = await connection.scalar(query)
            return found

    async def page(
        self, conv_id: str, *, after: int | None = None, before: int | None = None, limit: int = 100
    ) -> MessagePage:
        """A page of a stream by number, ascending.

        Args:
            conv_id: The stream.
            after: Only what follows this number, from there upwards.
            before: Only what precedes it, from there downwards; with neither the newest.
            limit: At most this many, at most 200; ``more`` is meant in the direction asked.

        Raises:
            KBeanError: ``conversation_not_found``.
        """
        limit = min(limit, FETCH_MAX)
        query = sa.select(messages).where(messages.c.conv_id == conv_id)
        if after is not None:
            query = query.where(messages.c.seq > min(after, SEQ_MAX)).order_by(messages.c.seq)
        else:
            query = query.order_by(messages.c.seq.desc())
            if before is not None:
                query = query.where(messages.c.seq < min(before, SEQ_MAX))
        async with reading(self.engine) as connection:
            last: int | None = None
            if is_uuid7(conv_id):
                last = await connection.scalar(
                    sa.select(conversations.c.last_seq).where(conversations.c.id == conv_id)
                )
            if last is None:
                raise KBeanError("conversation_not_found")
            rows = (await connection.execute(query.limit(limit + 1))).all()
        found = [open_message(self.sealer, row) for row in rows[:limit]]
        if after is None:
            found.reverse()
        return MessagePage(conv_id, found, len(rows) > limit, last)

    async def message(self, conv_id: str, seq: int) -> Message | None:
        """One message, None where there is none."""
        query = sa.select(messages).where(messages.c.conv_id == conv_id, messages.c.seq == seq)
        async with reading(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else open_message(self.sealer, row)


__all__ = ["SYSTEM", "Change", "ConversationRow", "Draft", "Listener", "Talk"]
