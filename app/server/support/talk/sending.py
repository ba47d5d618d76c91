"""Sends in batches: many messages, one transaction.

While the database works on one batch the next one gathers, so batches grow with the load by
themselves (the ledger's writer has the same shape). A send that the database stumbles over is
tried alone and hurts no neighbour; trying again is harmless, because the client's number tells
what is there already.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
import structlog

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import ActionCard, Card, Choice, FileCard, SuggestCard
from app.protocol.messages.stream import Ack, Send
from app.protocol.messages.support import Kind, Message, Sender
from app.server.http.tokens import Principal
from app.server.support.talk.access import NobodyDoor, StaffDoor, check_write, is_own
from app.server.support.talk.change import Change
from app.server.support.talk.drafts import Draft
from app.server.support.talk.files import stored_files
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

_log = structlog.get_logger("talk")

BATCH_MAX = 256
QUEUE_MAX = 5_000
TRIES = 4
BACKOFF_S = 0.05

Done = Callable[[Ack | KBeanError], None]


class _Item(NamedTuple):
    principal: Principal
    sender: Sender
    send: Send
    done: Done


class _Mark(NamedTuple):
    principal: Principal
    conv: str
    seq: int


class Sending:
    """Takes what is sent and what was read; works between :meth:`start` and :meth:`stop`."""

    def __init__(self, talk: Talk) -> None:
        """Write into conversations through ``talk``; main puts the staff's door in."""
        self.door: StaffDoor = NobodyDoor()
        self._talk = talk
        self._items: deque[_Item] = deque()
        self._marks: dict[tuple[str, str], _Mark] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self.batches = 0
        self.messages = 0

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._work(), name="talk-sending")

    async def stop(self) -> None:
        """Finish what waits, take nothing new."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            task, self._task = self._task, None
            await task

    def put(self, principal: Principal, sender: Sender, send: Send, done: Done) -> None:
        """Append a message soon; ``done`` is called with its ack or its refusal."""
        if self._stopping:
            done(KBeanError("shutting_down", retry_after=1))
        elif len(self._items) >= QUEUE_MAX:
            done(KBeanError("busy", "too many messages wait", retry_after=1))
        else:
            self._items.append(_Item(principal, sender, send, done))
            self._wake.set()

    async def send(self, principal: Principal, sender: Sender, send: Send) -> Ack:
        """Append a message.

        Raises:
            KBeanError: ``conversation_not_found``, ``conversation_closed``, ``not_owner``,
                ``message_empty``, ``message_differs``, ``attachment_not_found``, ``busy``.
        """
        waiting: asyncio.Future[Ack | KBeanError] = asyncio.get_running_loop().create_future()

        def done(outcome: Ack | KBeanError) -> None:
            if not waiting.done():
                waiting.set_result(outcome)

        self.put(principal, sender, send, done)
        outcome = await waiting
        if isinstance(outcome, KBeanError):
            raise outcome
        return outcome

    def mark(self, principal: Principal, conv: str, seq: int) -> None:
        """Keep a read mark soon; it only ever grows."""
        key = (conv, principal.id)
        there = self._marks.get(key)
        if (there is None or there.seq < seq) and len(self._marks) < QUEUE_MAX:
            self._marks[key] = _Mark(principal, conv, seq)
            self._wake.set()

    # --- the worker

    async def _work(self) -> None:
        while True:
            if not self._items and not self._marks:
                if self._stopping:
                    return
                self._wake.clear()
                await self._wake.wait()
                continue
            size = min(len(self._items), BATCH_MAX)
            batch = [self._items.popleft() for _ in range(size)]
            marks, self._marks = list(self._marks.values()), {}
            await self._post(batch, marks)

    async def _post(self, batch: Sequence[_Item], marks: Sequence[_Mark]) -> None:
        """Try together, then one by one, then again; every sender is answered."""
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(BACKOFF_S * 4 ** (attempt - 1))
            try:
                await self._try(batch, marks)
                return
            except (sa.exc.DBAPIError, OSError, TimeoutError) as error:
                reason = type(error).__name__
                _log.info("talk.batch_failed", messages=len(batch), reason=reason)
            except KBeanError as refusal:
                if len(batch) <= 1:
                    _fail(batch, refusal)
                    return
            except Exception:
                # A bug of ours, in a room that listens perhaps: only its own message suffers.
                if len(batch) <= 1:
                    _log.exception("talk.send_failed")
                    _fail(batch, KBeanError("internal_error", money="none"))
                    return
            if len(batch) > 1:
                for item in batch:
                    await self._post([item], [])
                await self._post([], marks)
                return
        _fail(batch, KBeanError("busy", "the database is away or crowded", retry_after=1))

    async def _try(self, batch: Sequence[_Item], marks: Sequence[_Mark]) -> None:
        outcomes: list[Ack | KBeanError] = []
        async with self._talk.change() as change:
            await change.lock([*(i.send.conv for i in batch), *(m.conv for m in marks)])
            if batch:
                outcomes = await self._append(change, batch)
            await self._mark(change, marks)
            change.first(lambda: _answer(batch, outcomes))
        self.batches += 1
        self.messages += len(batch)

    async def _append(self, change: Change, batch: Sequence[_Item]) -> list[Ack | KBeanError]:
        files = await stored_files(
            change.connection, [(i.send.conv, i.send.file.sha256) for i in batch if i.send.file]
        )
        drafts: list[Draft | KBeanError] = []
        for item in batch:
            try:
                drafts.append(await self._draft(change, item, files))
            except KBeanError as refusal:
                drafts.append(refusal)
        found = iter(await change.append_all([d for d in drafts if isinstance(d, Draft)]))
        return [
            draft if isinstance(draft, KBeanError) else _ack(item.send, next(found))
            for item, draft in zip(batch, drafts, strict=True)
        ]

    async def _draft(
        self, change: Change, item: _Item, files: dict[tuple[str, str], FileCard]
    ) -> Draft:
        """What is to be appended for a send, once everything speaks for it."""
        send = item.send
        row = change.row(send.conv)
        await check_write(self.door, item.principal, row)
        kind, card = _meaning(send)
        if isinstance(card, FileCard):
            card = files.get((send.conv, card.sha256))
            if card is None:
                raise KBeanError("attachment_not_found")
        draft = Draft(send.conv, item.sender, kind, send.body, card, send.cmid)
        if row.owner == "nobody" and not await change.is_known(draft):
            await self._reopen(change, row, item)
        return draft

    async def _reopen(self, change: Change, row: ConversationRow, item: _Item) -> None:
        """Open a closed conversation again, if its person means it.

        Whoever was helped by an agent comes back to people, not to the bot.
        """
        if not item.send.reopen or item.principal.kind != "person":
            raise KBeanError("conversation_closed")
        other = await change.open_conversation(row.user_id)
        if other is not None:
            raise KBeanError("conversation_closed", params={"open": other.id})
        await change.give(row, "queue" if row.agent_id else "bot", "reopened", skill=row.skill)

    async def _mark(self, change: Change, marks: Sequence[_Mark]) -> None:
        for mark in marks:
            try:
                row = change.row(mark.conv)
            except KBeanError:
                continue
            if is_own(mark.principal, row):
                by_person = True
            elif mark.principal.kind == "staff" and await self.door.may_reply(mark.principal, row):
                by_person = False
            else:
                continue
            await change.mark_read(row, mark.seq, by_person=by_person)


def _meaning(send: Send) -> tuple[Kind, Card | None]:
    """What a send says, as kind and card.

    A choice among the bot's suggestions is kept as the :class:`SuggestCard` of the one that was
    chosen, an action asked for by name as an :class:`ActionCard` whose request is this message.

    Raises:
        KBeanError: ``message_empty``.
    """
    if send.kind == "file":
        if send.file is None:
            raise KBeanError("message_empty", field="file")
        return "file", send.file
    if send.choice is not None:
        return "card", SuggestCard([Choice(send.choice, send.body)])
    if send.act is not None:
        return "card", ActionCard(send.cmid, send.act)
    if not send.body.strip() and send.context is None:
        raise KBeanError("message_empty", field="body")
    return ("text" if send.body.strip() else "card"), send.context


def _ack(send: Send, outcome: Message | KBeanError) -> Ack | KBeanError:
    if isinstance(outcome, KBeanError):
        return outcome
    return Ack(send.conv, send.cmid, outcome.seq, outcome.created_at)


def _answer(batch: Sequence[_Item], outcomes: Sequence[Ack | KBeanError]) -> None:
    for item, outcome in zip(batch, outcomes, strict=True):
        item.done(outcome)


def _fail(batch: Sequence[_Item], error: KBeanError) -> None:
    for item in batch:
        item.done(error)
