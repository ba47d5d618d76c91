"""Support as a window uses it: one object, no network where the vault can answer (design/4).

``session.support`` exists in every state of the session. All coroutines run on the session's loop;
:attr:`SupportChat.state` may be read from any thread. What changed is told by the session's
observers: topic ``"support"`` (state or transcript), ``"grants"`` (consent began or ended).

Failures are :class:`KBeanError` and :class:`VaultError`; give them to ``failure_of``. Writing never
fails for lack of a network: it waits in the outbox. What must be asked live says
``service_unreachable``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import ContextCard, FileCard, SuggestCard
from app.protocol.messages.stream import Typing
from app.protocol.messages.support import ATTACHMENT_MAX, BODY_MAX, Conversation, Language
from app.sdk.files import announced
from app.sdk.stream import Patience
from app.wallet.changes import Unsubscribe
from app.wallet.gate import Gate
from app.wallet.line import Line
from app.wallet.snapshot import Board
from app.wallet.support import files, transcript
from app.wallet.support.connection import Connection
from app.wallet.support.consent import Consent
from app.wallet.support.live import Live
from app.wallet.support.outbox import HUMAN
from app.wallet.support.requests import Requests
from app.wallet.support.standing import Spawn, Standing
from app.wallet.support.views import BubblePage, ExportFormat, Hit
from app.wallet.vault.files import write_atomically
from app.wallet.vault.stores.outbox import Entry
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

_TYPING_AGAIN = 3.0
_LOOK_BACK = 20


class SupportChat(Requests):
    """The person's side of support."""

    def __init__(
        self,
        worker: VaultWorker,
        line: Line,
        gate: Gate,
        board: Board,
        *,
        spawn: Spawn,
        refresh_soon: Callable[[], None],
        told: Callable[[set[str]], None],
        patience: Patience | None = None,
    ) -> None:
        """Put it together; nothing happens before :meth:`opened`.

        Args:
            worker: The vault's thread.
            line: The way to the service.
            gate: Asks again who is there.
            board: Whose observers hear of changes.
            spawn: Runs something to its end or to the lock.
            refresh_soon: Asks for balances and activity.
            told: Hears what else the stream says has changed.
            patience: Of the event stream, for tests.
        """
        self._worker = worker
        self._line = line
        self._clock = line.clock
        self._standing = Standing(worker, board, line.clock, spawn)
        self._connection = Connection(line, spawn, patience)
        self._live = Live(
            worker,
            line,
            self._standing,
            spawn=spawn,
            refresh_soon=refresh_soon,
            told=told,
            post=self._connection.post,
        )
        self._outbox = self._live.sender
        self._consent = Consent(worker, line, gate, board, self._standing)
        self._board = board
        self._deaf: list[Unsubscribe] = []
        self._typing_told = 0.0

    # --- with the session

    async def opened(self) -> None:
        """The vault is open: show what it holds."""
        listeners = (self._standing.told, self._connection.told(self._board))
        self._deaf = [self._board.observers.add(listener) for listener in listeners]
        await self._standing.opened()

    def start(self) -> None:
        """Signed in: keep the event stream up and send what waits; again after signing in anew."""
        self._connection.start(self._live)

    def refresh_soon(self) -> None:
        """Ask again for hours, queue, conversations and consent; a window does when it opens."""
        if self.state.link == "live":
            self._live.ask_again("support", "grants")

    def stopped(self) -> None:
        """Locked: the tasks have ended, nothing is known any more."""
        for unsubscribe in self._deaf:
            unsubscribe()
        self._live.forget()
        self._standing.forget()

    # --- reading

    async def page(self, conv: str, *, before: int | None = None, limit: int = 60) -> BubblePage:
        """Some lines of a conversation, from the vault; what is missing there is fetched.

        Args:
            conv: The conversation; a local id goes on working after the real one is known.
            before: ``older`` of the page below; None is the newest page.
            limit: Lines a page.
        """
        now = self._clock.time_ms()
        found, chat = await self._worker.run(
            lambda vault: transcript.page(vault, conv, before, limit, now)
        )
        if chat is None or chat.low <= 1:
            return found
        live = self.state.link == "live"
        drawn = sum(1 for bubble in found.bubbles if bubble.seq is not None)
        if live and drawn < limit:
            low = chat.low
            try:
                await self._live.older(found.conv, low)
            except KBeanError:
                return found
            return (
                await self._worker.run(
                    lambda vault: transcript.page(vault, conv, before, limit, now)
                )
            )[0]
        return found

    async def conversations(self) -> tuple[Conversation, ...]:
        """All conversations, newest first."""
        chats = await self._worker.run(lambda vault: vault.chats.all())
        return tuple(chat.conversation for chat in chats)

    async def search(self, text: str, limit: int = 50) -> tuple[Hit, ...]:
        """Find words in the whole transcript: any part of any word, any script, newest first."""
        return await self._worker.run(lambda vault: transcript.search(vault, text, limit))

    async def attachment(self, file: FileCard) -> bytes:
        """The bytes of an attachment, checked against its hash; kept in the vault.

        Raises:
            KBeanError: ``attachment_not_found``, ``attachment_differs``, ``service_*``.
        """
        return await files.bytes_of(self._worker, self._line, file)

    async def export(self, path: Path, fmt: ExportFormat, *, language: Language = "zh") -> None:
        """Write the whole transcript to a file for its owner alone, wholly or not at all.

        Raises:
            OSError: the file can't be written; what was there before is untouched.
        """
        now = self._clock.time_ms()
        told, pictures = await self._worker.run(lambda vault: transcript.whole(vault, now))

        def write() -> None:
            from app.wallet.support.export import exported

            write_atomically(
                path, [exported(told, fmt, language=language, at=now, pictures=pictures)]
            )

        await asyncio.to_thread(write)

    # --- writing

    async def open(self, context: ContextCard | None = None, *, language: Language) -> str:
        """The conversation to write into, made where there is none that is open.

        Works offline: the id is then a local one that keeps working. Without a context a closed
        newest conversation is answered as it is: it is :meth:`new` that begins another.

        Args:
            context: What the person was looking at; appended to the conversation.
            language: What bot and queue go by.

        Returns:
            The conversation's id.
        """
        key, now = new_id(), self._clock.time_ms()
        entry = Entry("open", now, context=context, language=language)
        conv, written = await self._worker.run(
            lambda vault: transcript.begin(vault, key, entry, again=False)
        )
        if written:
            self._outbox.stir()
            await self._standing.look()
        return conv

    async def new(self, *, language: Language = "zh") -> str:
        """Begin a new conversation, where the current one is closed; its id."""
        key, now = new_id(), self._clock.time_ms()
        entry = Entry("open", now, language=language)
        conv, written = await self._worker.run(
            lambda vault: transcript.begin(vault, key, entry, again=True)
        )
        if written:
            self._outbox.stir()
            await self._standing.look()
        return conv

    async def send(self, text: str, *, context: ContextCard | None = None) -> str:
        """Say something in the current conversation; on the disk when this returns.

        Returns:
            The bubble's key.

        Raises:
            KBeanError: ``message_empty``; ``conversation_not_found`` before :meth:`open`.
        """
        if not text.strip() and context is None:
            raise KBeanError("message_empty", field="body")
        if len(text) > BODY_MAX:
            raise KBeanError("validation_failed", field="body", params={"limit": BODY_MAX})
        entry = Entry("text", self._clock.time_ms(), body=text, context=context)
        return await self._say(entry)

    async def send_file(self, source: Path | bytes, name: str, *, text: str = "") -> str:
        """Attach a picture (PNG, JPEG, WebP, GIF), a PDF or a text; on the disk when this returns.

        Raises:
            KBeanError: ``attachment_refused``, ``attachment_too_large``.
            OSError: the file can't be read.
        """
        data = source if isinstance(source, bytes) else await asyncio.to_thread(_read, source)
        file = await asyncio.to_thread(announced, data, name)
        return await self._say(Entry("file", self._clock.time_ms(), body=text, file=file), data)

    async def choose(self, topic: str) -> str:
        """Take one of the bot's suggestions, or ``none_of_these``; the bubble's key."""
        title = await self._worker.run(lambda vault: _title(vault, topic))
        return await self._say(Entry("text", self._clock.time_ms(), body=title, choice=topic))

    async def act(self, name: str) -> str:
        """Ask for an action by name (a button under an answer); the bubble's key."""
        return await self._say(Entry("text", self._clock.time_ms(), act=name))

    async def ask_human(self) -> str:
        """Ask for a person; always possible, waits in the outbox when offline."""
        return await self._say(Entry("ask", self._clock.time_ms(), act=HUMAN))

    async def back_to_bot(self) -> str:
        """Leave the queue and go on with the bot."""
        return await self._say(Entry("ask", self._clock.time_ms(), act="bot"))

    async def retry(self, key: str) -> None:
        """Send a refused message again; a closed conversation is opened again by it."""
        await self._outbox.retry(key)

    async def discard(self, key: str) -> None:
        """Throw a message away that is refused or still waits."""
        await self._outbox.discard(key)

    async def draft(self, conv: str) -> str:
        """What was typed and not sent in this conversation."""
        return await self._worker.run(lambda vault: vault.chats.draft(vault.chats.real(conv)))

    async def keep_draft(self, conv: str, text: str) -> None:
        """Remember what is typed, in the vault; empty forgets it."""
        await self._worker.run(lambda vault: vault.chats.keep_draft(vault.chats.real(conv), text))

    async def read(self, seq: int) -> None:
        """The person saw everything of the current conversation up to ``seq``."""
        conversation = self.state.conversation
        if conversation is None:
            return
        if await self._worker.run(lambda vault: vault.chats.mark_read(conversation.id, seq)):
            await self._standing.look()
            await self._live.tell_marks()

    async def typing(self, on: bool) -> None:
        """The person writes, or no longer; call it at every key, it is told sparingly."""
        conversation = self.state.conversation
        now = asyncio.get_running_loop().time()
        if conversation is None or not conversation.number:
            return
        if on == bool(self._typing_told) and now - self._typing_told < _TYPING_AGAIN:
            return
        if on or self._typing_told:
            self._typing_told = now if on else 0.0
            await self._connection.post(Typing(conversation.id, on))

    async def _say(self, entry: Entry, data: bytes | None = None) -> str:
        conversation = self.state.conversation
        if conversation is None:
            raise KBeanError("conversation_not_found")
        self._typing_told = 0.0
        return await self._outbox.add(new_id(), conversation.id, entry, data)


def _read(path: Path) -> bytes:
    """A file's bytes, and no more of a large one than says that it is too large."""
    with path.open("rb") as stream:
        return stream.read(ATTACHMENT_MAX + 1)


def _title(vault: Vault, topic: str) -> str:
    """What the bot called a topic that it suggested lately."""
    chat = transcript.current(vault)
    kept = vault.chats.page(chat.conversation.id, None, _LOOK_BACK) if chat else []
    for card in (one.message.card for one in reversed(kept)):
        if isinstance(card, SuggestCard):
            for choice in card.choices:
                if choice.topic == topic:
                    return choice.title
    return ""
