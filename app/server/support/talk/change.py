"""One transaction on conversations: append, hand over, open; what it says is said after it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.cards import Card, MaskEvent, Owner, OwnerEvent
from app.protocol.messages.stream import Msg, Read, ServiceFrame
from app.protocol.messages.support import Kind, Language, Message, Sender
from app.server.identity.tables import users
from app.server.support.talk.drafts import SYSTEM, Draft, hearers, masked
from app.server.support.talk.numbers import next_number
from app.server.support.talk.rows import (
    SAVE_ROW,
    Channel,
    ConversationRow,
    open_message,
    open_row,
    save_row,
    seal_message,
    subject_of,
)
from app.server.support.talk.tables import conversations, messages

if TYPE_CHECKING:
    from app.server.support.talk.service import Talk


class Change:
    """Made by :meth:`Talk.change`; all of it is kept, or nothing."""

    def __init__(self, talk: Talk, connection: AsyncConnection, now: int) -> None:
        """Begin; ``now`` (Unix milliseconds) is the moment everything here carries."""
        self.connection = connection
        self.now = now
        self._talk = talk
        self._rows: dict[str, ConversationRow] = {}
        self._frames: list[tuple[tuple[str, ...], ServiceFrame]] = []
        self._calls: list[Callable[[], Awaitable[None]]] = []
        self._first: list[Callable[[], None]] = []
        self._rehear: set[str] = set()

    # --- rows

    async def conversation(self, conv_id: str) -> ConversationRow:
        """A conversation (or notes stream), locked until the transaction ends.

        Raises:
            KBeanError: ``conversation_not_found``.
        """
        await self.lock([conv_id])
        return self.row(conv_id)

    async def lock(self, conv_ids: Iterable[str]) -> None:
        """Lock several, in one order on every node; what doesn't exist is left out."""
        wanted = sorted({c for c in conv_ids if c not in self._rows and is_uuid7(c)})
        if wanted:
            await self._load(conversations.c.id.in_(wanted))

    async def _load(self, which: sa.ColumnElement[bool]) -> list[ConversationRow]:
        query = sa.select(conversations).where(which).order_by(conversations.c.id)
        found = (await self.connection.execute(query.with_for_update())).all()
        rows = [open_row(self._talk.sealer, row) for row in found]
        for row in rows:
            self._rows.setdefault(row.id, row)
        return rows

    def row(self, conv_id: str) -> ConversationRow:
        """The newest state of a conversation that this change has locked.

        Raises:
            KBeanError: ``conversation_not_found``.
        """
        try:
            return self._rows[conv_id]
        except KeyError:
            raise KBeanError("conversation_not_found") from None

    async def open_conversation(self, user_id: str) -> ConversationRow | None:
        """The person's open conversation, locked; nobody can open another one meanwhile."""
        query = sa.select(users.c.id).where(users.c.id == user_id)
        if await self.connection.scalar(query.with_for_update(key_share=True)) is None:
            raise KBeanError("not_found", "there is no such person")
        mine = (conversations.c.user_id == user_id) & (conversations.c.owner != "nobody")
        rows = await self._load(mine & (conversations.c.kind == "person"))
        return self._rows[rows[0].id] if rows else None

    async def open(
        self,
        user_id: str,
        language: Language,
        *,
        channel: Channel = "wallet",
        owner: Owner = "bot",
        reason: str = "opened",
    ) -> ConversationRow:
        """Make a conversation; the caller has looked for an open one in this same change.

        Args:
            user_id: Whose; empty where a stranger wrote an e-mail.
            language: What the bot and the queue go by.
            channel: Where it came from.
            owner: Who answers first.
            reason: Of the first :class:`OwnerEvent`.
        """
        row = ConversationRow(
            id=new_id(),
            number=await next_number(self.connection, "KC", self.now, self._talk.zone),
            kind="person",
            user_id=user_id,
            parent_id="",
            channel=channel,
            language=language,
            owner=owner,
            agent_id="",
            agent_name="",
            skill="",
            cycle=1,
            subject="",
            last_seq=0,
            read_by_person=0,
            read_by_staff=0,
            created_at=self.now,
            updated_at=self.now,
        )
        await self._insert(row)
        await self._hand(row, row, reason)
        return self.row(row.id)

    async def notes_of(self, row: ConversationRow) -> ConversationRow:
        """The internal notes of a conversation, locked; made when they are first asked for."""
        found = await self._load(conversations.c.parent_id == row.id)
        if found:
            return self._rows[found[0].id]
        made = msgspec.structs.replace(
            row,
            id=new_id(),
            number=f"{row.number}-N",
            kind="notes",
            user_id="",
            parent_id=row.id,
            owner="queue",
            agent_id="",
            agent_name="",
            subject="",
            last_seq=0,
            read_by_person=0,
            read_by_staff=0,
            created_at=self.now,
            updated_at=self.now,
            closed_at=None,
        )
        await self._insert(made)
        return made

    async def _insert(self, row: ConversationRow) -> None:
        values = msgspec.structs.asdict(row) | {
            "user_id": row.user_id or None,
            "parent_id": row.parent_id or None,
            "agent_id": row.agent_id or None,
            "subject": None,
        }
        await self.connection.execute(sa.insert(conversations).values(values))
        self._rows[row.id] = row

    # --- appending

    async def append(  # noqa: PLR0917 - every room writes this; the contract's order
        self,
        row: ConversationRow,
        sender: Sender,
        kind: Kind,
        body: str = "",
        card: Card | None = None,
        cmid: str | None = None,
    ) -> Message:
        """Append a message and let the rooms know.

        Repeated with the same sender and ``cmid`` it answers the message that is there already.

        Raises:
            KBeanError: ``message_differs`` where that one says something else.
        """
        (found,) = await self.append_all([Draft(row.id, sender, kind, body, card, cmid)])
        if isinstance(found, KBeanError):
            raise found
        return found

    async def append_all(self, drafts: Sequence[Draft]) -> list[Message | KBeanError]:
        """Append many messages of locked conversations in a few statements, in this order.

        Listeners are called when all of them have their numbers. The answer to a draft that can't
        be appended is its error; it takes no number.
        """
        known = await self._known(drafts)
        fresh: list[Message] = []
        outcomes: list[Message | KBeanError] = []
        for asked in drafts:
            draft, hidden = masked(asked)
            key = (draft.conv, draft.cmid or new_id(), draft.sender.kind, draft.sender.id)
            there = known.get(key)
            if there is None:
                there = known[key] = self._number(draft, key[1])
                fresh.append(there)
                if hidden:
                    event = MaskEvent(there.seq, hidden)
                    note = Draft(draft.conv, SYSTEM, "event", card=event)
                    fresh.append(self._number(note, new_id()))
            elif (there.kind, there.body, there.card) != (draft.kind, draft.body, draft.card):
                outcomes.append(KBeanError("message_differs"))
                continue
            outcomes.append(there)
        if fresh:
            await self._write(fresh)
            for message in fresh:
                for listener in self._talk.listeners:
                    await listener.appended(self, self.row(message.conv), message)
        return outcomes

    async def _known(self, drafts: Sequence[Draft]) -> dict[tuple[str, str, str, str], Message]:
        """Messages that are there already under one of the drafts' numbers."""
        keys = sorted({(d.conv, d.cmid) for d in drafts if d.cmid is not None})
        if not keys:
            return {}
        pair = sa.tuple_(messages.c.conv_id, messages.c.cmid)
        rows = await self.connection.execute(sa.select(messages).where(pair.in_(keys)))
        found = [open_message(self._talk.sealer, row) for row in rows]
        return {(m.conv, m.cmid, m.sender.kind, m.sender.id): m for m in found}

    async def is_known(self, draft: Draft) -> bool:
        """Whether a message stands under this draft's sender and number already."""
        key = (draft.conv, draft.cmid, draft.sender.kind, draft.sender.id)
        return key in await self._known([draft])

    def _number(self, draft: Draft, cmid: str) -> Message:
        """Give a draft the next number of its conversation."""
        row = self.row(draft.conv)
        at = max(self.now, row.updated_at)
        seq = row.last_seq + 1
        subject = row.subject
        if not subject and draft.kind == "text" and draft.sender.kind == "person":
            subject = subject_of(draft.body)
        self._rows[row.id] = msgspec.structs.replace(
            row, last_seq=seq, updated_at=at, subject=subject
        )
        return Message(
            conv=row.id,
            seq=seq,
            cmid=cmid,
            sender=draft.sender,
            kind=draft.kind,
            created_at=at,
            body=draft.body,
            card=draft.card,
        )

    async def _write(self, fresh: Sequence[Message]) -> None:
        values = [seal_message(self._talk.sealer, message) for message in fresh]
        await self.connection.execute(sa.insert(messages), values)
        await self.connection.execute(
            SAVE_ROW,
            [save_row(self._talk.sealer, self._rows[c]) for c in sorted({m.conv for m in fresh})],
        )
        for message in fresh:
            self._frames.append((hearers(self.row(message.conv)), Msg(message)))

    async def mark_read(self, row: ConversationRow, seq: int, *, by_person: bool) -> None:
        """Move a read mark forward; it never goes back nor beyond the last message."""
        before = self.row(row.id)
        column = "read_by_person" if by_person else "read_by_staff"
        seq = min(seq, before.last_seq)
        if seq <= getattr(before, column):
            return
        await self.connection.execute(
            sa.update(conversations).where(conversations.c.id == row.id).values({column: seq})
        )
        after = self._rows[row.id] = msgspec.structs.replace(before, **{column: seq})
        by: Literal["person", "staff"] = "person" if by_person else "staff"
        self._frames.append((hearers(after), Read(after.id, seq, by)))

    # --- handing over

    async def give(
        self,
        row: ConversationRow,
        owner: Owner,
        reason: str,
        *,
        agent_id: str = "",
        agent_name: str = "",
        skill: str = "",
    ) -> Message:
        """Change the owner, append the :class:`OwnerEvent`, let the rooms know.

        ``nobody`` closes; anything else opens a closed conversation again and begins a new cycle.
        A closed one keeps its last agent's id, so that whoever reopens it can be led back.
        """
        before = self.row(row.id)
        after = msgspec.structs.replace(
            before,
            owner=owner,
            agent_id=agent_id if owner != "nobody" else before.agent_id,
            agent_name=agent_name if owner != "nobody" else before.agent_name,
            skill="" if owner == "bot" else skill or before.skill,
            cycle=before.cycle + (before.owner == "nobody" and owner != "nobody"),
            closed_at=self.now if owner == "nobody" else None,
        )
        return await self._hand(before, after, reason)

    async def _hand(self, before: ConversationRow, after: ConversationRow, reason: str) -> Message:
        self._rows[after.id] = after
        self._rehear.add(after.id)
        name = after.agent_name if after.owner == "agent" else ""
        event = OwnerEvent(after.owner, reason, name, after.skill, after.cycle)
        message = await self.append(after, SYSTEM, "event", card=event)
        for listener in self._talk.listeners:
            await listener.owner_changed(self, self.row(after.id), before.owner, event)
        return message

    # --- after the commit

    def first(self, call: Callable[[], None]) -> None:
        """Call something right after the commit, before anybody else is told."""
        self._first.append(call)

    def tell(self, address: str, frame: ServiceFrame) -> None:
        """Send a frame once this is committed."""
        self._frames.append(((address,), frame))

    def after_commit(self, call: Callable[[], Awaitable[None]]) -> None:
        """Run something once this is committed, in a task of its own.

        It may be lost when the node dies; what must happen is found again by a tick.
        """
        self._calls.append(call)

    def settle(self) -> None:
        """Say what was to be said; by :meth:`Talk.change` alone, after the commit."""
        hub = self._talk.hub
        for call in self._first:
            call()
        for addresses, frame in self._frames:
            hub.tell(addresses, frame)
        self._talk.remember_told(
            (frame.message.conv, frame.message.seq)
            for _, frame in self._frames
            if isinstance(frame, Msg)
        )
        for conv_id in self._rehear:
            hub.say("rehear", conv_id)
        for later in self._calls:
            self._talk.later(later)


__all__ = ["SYSTEM", "Change", "Draft"]
