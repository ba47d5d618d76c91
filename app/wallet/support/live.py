"""The stream's other end: frames into the vault, gaps fetched, the state kept true (design/4).

Only the next number of a conversation is applied; anything else means that something is missing,
and then pages are fetched until nothing is. A conversation that is new here begins with its newest
page; older ones follow behind, newest first, and go on at the next connection where they stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import OwnerEvent, RequestEvent
from app.protocol.messages.stream import (
    Ack,
    Changed,
    Fetch,
    Msg,
    Page,
    Place,
    Read,
    Refused,
    ServiceFrame,
    Typing,
    Welcome,
)
from app.protocol.messages.support import Conversation, ConversationList
from app.sdk.client import ServiceClient
from app.sdk.stream import Link
from app.sdk.support import SupportClient
from app.wallet.line import Line
from app.wallet.support import transcript
from app.wallet.support.outbox import Sender
from app.wallet.support.standing import Spawn, Standing
from app.wallet.vault.errors import VaultError
from app.wallet.vault.stores.chats import Chat
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

FETCH_SECONDS = 20.0
_PAGE = 100
_LATE = 1.0
_MONEY = frozenset({"accounts", "activity", "person", "session", "points"})
_MISSED = frozenset(
    {
        "cases",
        "feedback",
        "codes",
        "confirmations",
        "shop",
        "requests",
        "plans",
        "holds",
        "limits",
    }
)
"""What may have changed while nobody told us; money is refreshed besides."""
BOT = "bot"
"""Stands in :attr:`ChatState.typing` for the bot, which has no display name of its own."""

Post = Callable[[Any], Awaitable[bool]]


class Live:
    """Hears the stream (:class:`app.sdk.stream.Listener`) and asks for what is missing."""

    def __init__(
        self,
        worker: VaultWorker,
        line: Line,
        standing: Standing,
        *,
        spawn: Spawn,
        refresh_soon: Callable[[], None],
        told: Callable[[set[str]], None],
        post: Post,
    ) -> None:
        """Prepare.

        Args:
            worker: The vault's thread.
            line: HTTP.
            standing: The state.
            spawn: Runs something to its end or to the lock.
            refresh_soon: Balances may have changed.
            told: Hears which other topics changed, or may have after a gap.
            post: Sends a frame; False when the stream isn't live.
        """
        self._worker = worker
        self._line = line
        self._standing = standing
        self._spawn = spawn
        self._refresh_soon = refresh_soon
        self._told = told
        self._post = post
        self.sender = Sender(worker, line, standing, post, self.know)
        self._pages: dict[tuple[str, int | None, int | None], asyncio.Future[Page]] = {}
        self._wanted: dict[str, int] = {}
        self._asking: set[str] = set()
        self._asked_once = False

    def forget(self) -> None:
        """The vault is closed."""
        self._wanted, self._asked_once = {}, False
        self._asking.clear()

    # --- the listener

    async def cursors(self) -> dict[str, int]:
        """The last applied number of each conversation."""
        return await self._worker.run(transcript.cursors)

    def linked(self, link: Link, close_code: int | None) -> None:
        """The line changed."""
        if link != "live":
            lost = KBeanError("service_unreachable", money="none")
            for future in self._pages.values():
                if not future.done():
                    future.set_exception(lost)
            self.sender.lost(close_code)
        elif self._asked_once:
            # Nobody told us of changes meanwhile.
            self._refresh_soon()
        self._standing.show(link=link)

    async def received(self, frame: ServiceFrame) -> None:
        """One frame; never waits for another one."""
        match frame:
            case Msg():
                await self._message(frame)
            case Ack():
                await self.sender.acked(frame)
                self._spawn(self._look_for(frame.conv, frame.seq))
            case Welcome():
                await self._welcomed({gap.conv: gap.last for gap in frame.gaps})
            case Read():
                await self._read(frame)
            case _:
                self._said(frame)

    def _said(self, frame: ServiceFrame) -> None:
        """Frames that nothing in the vault depends on."""
        match frame:
            case Page():
                future = self._pages.pop((frame.conv, frame.after, frame.before), None)
                if future is not None and not future.done():
                    future.set_result(frame)
            case Refused():
                self._refused(frame)
            case Typing():
                if frame.by != "person":
                    self._standing.writes(frame.conv, frame.name or BOT, frame.on)
            case Place():
                self._standing.placed(frame)
            case Changed():
                self._changed(set(frame.topics))
            case _:
                pass

    # --- what is missing

    async def fetch(
        self, conv: str, *, after: int | None = None, before: int | None = None, limit: int = _PAGE
    ) -> Page:
        """Ask for a page over the stream.

        Raises:
            KBeanError: ``service_unreachable``, ``conversation_not_found``.
        """
        key = (conv, after, before)
        future = self._pages.get(key)
        if future is None or future.done():
            future = self._pages[key] = asyncio.get_running_loop().create_future()
            if not await self._post(Fetch(conv, after, before, limit)):
                self._pages.pop(key, None)
                raise KBeanError("service_unreachable", money="none")
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await asyncio.shield(future)
        except TimeoutError as error:
            raise KBeanError("service_unreachable", "no page", money="none") from error
        finally:
            if self._pages.get(key) is future:
                del self._pages[key]

    def catch_up(self, conv: str, last: int) -> None:
        """Fetch until ``last`` is here; one fetcher a conversation, however many gaps are seen."""
        running = conv in self._wanted
        self._wanted[conv] = max(last, self._wanted.get(conv, 0))
        if not running:
            self._spawn(self._catch_up(conv))

    async def older(self, conv: str, low: int, limit: int = _PAGE) -> None:
        """Fetch the page right below ``low``.

        Raises:
            KBeanError: why not.
        """
        page = await self.fetch(conv, before=low, limit=limit)
        await self._worker.run(lambda vault: transcript.prepend(vault, conv, page.messages))

    async def know(self, conversation: Conversation) -> None:
        """A conversation became known here."""
        await self._worker.run(partial(transcript.described, told=[conversation]))
        await self._standing.look()
        self.catch_up(conversation.id, conversation.last_seq)

    def ask_again(self, *what: str) -> None:
        """Ask by HTTP what the stream doesn't carry: ``support`` (list, hours) and ``grants``."""
        for name in what:
            if name not in self._asking:
                self._asking.add(name)
                self._spawn(self._ask_again(name))

    async def _catch_up(self, conv: str) -> None:
        try:
            with contextlib.suppress(KBeanError, VaultError):
                await self._fetch_missing(conv)
        finally:
            self._wanted.pop(conv, None)

    async def _fetch_missing(self, conv: str) -> None:
        """What is new comes first, the past behind it; ends where nothing is missing or given."""
        while True:
            chat = await self._chat(conv)
            if chat is None:
                self.ask_again("support")
                return
            wanted = self._wanted[conv]
            if chat.high == 0 and wanted > 0:
                await self._apply(conv, await self.fetch(conv, before=wanted + 1))
            elif chat.high < wanted:
                await self._apply(conv, await self.fetch(conv, after=chat.high))
            elif chat.low > 1:
                await self.older(conv, chat.low)
                await self._standing.look()
            else:
                return
            after = await self._chat(conv)
            if after is None or (after.low, after.high) == (chat.low, chat.high):
                return

    async def _apply(self, conv: str, page: Page) -> None:
        await self._worker.run(lambda vault: transcript.append(vault, conv, page.messages))
        self._wanted[conv] = max(self._wanted.get(conv, 0), page.last_seq)
        await self._standing.look()

    async def _chat(self, conv: str) -> Chat | None:
        return await self._worker.run(lambda vault: vault.chats.get(conv))

    async def _look_for(self, conv: str, seq: int) -> None:
        """An acknowledged message comes by itself; if it doesn't, it is fetched."""
        await asyncio.sleep(_LATE)
        with contextlib.suppress(VaultError):
            chat = await self._chat(conv)
            if chat is not None and chat.high < seq:
                self.catch_up(conv, seq)

    # --- frames

    async def _message(self, frame: Msg) -> None:
        message = frame.message
        conv = message.conv
        if message.sender.kind != "person":
            self._standing.wrote(conv, message.sender.name or BOT)
        chat = await self._worker.run(lambda vault: transcript.append(vault, conv, [message]))
        if chat is None or chat.high < message.seq or chat.low > 1:
            self.catch_up(conv, message.seq)
        if chat is None or chat.high < message.seq:
            return
        if isinstance(message.card, OwnerEvent) and message.card.owner != "queue":
            self._standing.unplaced(conv)
        if isinstance(message.card, RequestEvent) and message.card.what == "access":
            self.ask_again("grants")
        await self._standing.look()

    def _refused(self, frame: Refused) -> None:
        if frame.cmid is not None:
            self.sender.refused(frame)
            return
        for (conv, _, _), future in self._pages.items():
            if conv == frame.conv and not future.done():
                future.set_exception(KBeanError.from_problem(frame.problem))

    async def _welcomed(self, last: dict[str, int]) -> None:
        chats = await self._worker.run(
            lambda vault: {chat.conversation.id: chat for chat in vault.chats.all()}
        )
        for conv, chat in chats.items():
            if chat.high < last.get(conv, 0) or chat.low > 1:
                self.catch_up(conv, last.get(conv, 0))
        if not self._asked_once or any(conv not in chats for conv in last):
            self.ask_again("support", "grants")
        elif last:
            self.ask_again("support")
        self._asked_once = True
        self._told(set(_MISSED))
        self.sender.stir()
        await self.tell_marks()

    async def tell_marks(self) -> None:
        """Tell the service what was read.

        A mark that is lost on the way is told again: the list of conversations, asked for after
        every gap, says what the service knows.
        """
        for conv, seq in await self._worker.run(transcript.untold_marks):
            if await self._post(Read(conv, seq)):
                await self._read(Read(conv, seq, "person"))

    async def _read(self, frame: Read) -> None:
        def work(vault: Vault) -> None:
            with vault.transaction():
                if frame.by == "person":
                    vault.chats.mark_read(frame.conv, frame.seq)
                    transcript.read_by_person(vault, frame.conv, frame.seq)
                else:
                    transcript.read_by_staff(vault, frame.conv, frame.seq)

        await self._worker.run(work)
        await self._standing.look()

    def _changed(self, topics: set[str]) -> None:
        if topics & _MONEY:
            self._refresh_soon()
        self.ask_again(*sorted(topics & {"support", "grants"}))
        self._told(topics)

    # --- HTTP

    async def _ask_again(self, name: str) -> None:
        self._asking.discard(name)
        with contextlib.suppress(KBeanError, VaultError):
            await (self._ask_conversations() if name == "support" else self._ask_grants())

    async def _ask_conversations(self) -> None:
        current = self._standing.state.conversation
        language = current.language if current is not None else "zh"
        info = await self._line.ask(lambda client: SupportClient(client).info(language))
        await self._standing.keep_info(info)
        before: int | None = None
        while True:
            listed = await self._line.ask(partial(_list, before=before))
            found = listed.conversations
            chats = await self._worker.run(partial(transcript.described, told=found))
            for told, chat in zip(found, chats, strict=True):
                if chat.high < told.last_seq or chat.low > 1:
                    self.catch_up(told.id, told.last_seq)
            if not listed.more or not found:
                break
            before = min(told.created_at for told in found)
        await self.tell_marks()
        await self._standing.look()

    async def _ask_grants(self) -> None:
        looks = await self._line.ask(lambda client: SupportClient(client).looks())
        self._standing.granted(tuple(looks.grants))


async def _list(client: ServiceClient, before: int | None) -> ConversationList:
    return await SupportClient(client).conversations(before)
