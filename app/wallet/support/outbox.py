"""Sending: first in, first out, exactly once, however often the line breaks (design/4).

A message is in the vault before this module hears of it. It goes out under the ``cmid`` it was
written with; until the service acknowledged it the same frame goes out again after every
reconnect, and the service answers the same ack. It leaves the outbox when it stands in the
transcript. A crash at any point repeats a step that may be repeated.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import FileCard
from app.protocol.messages.stream import CLOSE_INVALID, Ack, Refused, Send
from app.protocol.messages.support import AttachmentOffer, Conversation, OpenRequest
from app.sdk.retry import RetryPolicy
from app.sdk.support import SupportClient
from app.wallet.line import Line
from app.wallet.support import transcript
from app.wallet.support.rules import AGAIN
from app.wallet.support.standing import Standing
from app.wallet.vault.stores.outbox import Entry, Outgoing
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

HUMAN = "human"
"""The ``act`` of an entry that asks for a person."""

ACK_SECONDS = 30.0
"""A live line that doesn't answer a Send for so long: it is sent again."""

_POLICY = RetryPolicy(attempts=1_000_000, base=0.5, cap=30.0, patience=300.0)


class Sender:
    """Takes one entry after the other out of the vault's outbox."""

    def __init__(
        self,
        worker: VaultWorker,
        line: Line,
        standing: Standing,
        post: Callable[[Send], Awaitable[bool]],
        opened: Callable[[Conversation], Awaitable[None]],
    ) -> None:
        """Prepare.

        Args:
            worker: The vault's thread.
            line: HTTP, for openings and attachments.
            standing: Told when the outbox changes.
            post: Sends a frame; False when the stream isn't live.
            opened: A conversation became known.
        """
        self._worker = worker
        self._line = line
        self._standing = standing
        self._post = post
        self._opened = opened
        self._stir = asyncio.Event()
        self._under_way: tuple[str, asyncio.Future[int]] | None = None
        self._unreadable = 0

    # --- what others do to it

    async def add(self, key: str, conv: str, entry: Entry, data: bytes | None = None) -> str:
        """Write an entry (with its attachment's bytes) to the disk, to be sent in its turn."""

        def work(vault: Vault) -> None:
            with vault.transaction():
                if entry.file is not None and data is not None:
                    vault.chat_files.put(entry.file.sha256, data, at=entry.at, held=True)
                vault.outbox.add(key, vault.chats.real(conv), entry)

        await self._worker.run(work)
        self.stir()
        await self._standing.look()
        return key

    def stir(self) -> None:
        """There is something to do, or the line is back: look now."""
        self._stir.set()

    async def retry(self, key: str) -> None:
        """Send a refused entry again; all that was refused with its opening comes back too."""

        def work(vault: Vault) -> None:
            out = vault.outbox.get(key)
            if out is None or out.state != "refused":
                return
            with vault.transaction():
                for other in vault.outbox.of(out.conv):
                    if other.entry.kind == "open":
                        vault.outbox.retry(other.key)
                _again(vault, out)

        await self._worker.run(work)
        self.stir()
        await self._standing.look()

    async def discard(self, key: str) -> None:
        """Throw an entry away, unless its bytes are just on their way."""
        if self._under_way is not None and self._under_way[0] == key:
            return

        def work(vault: Vault) -> None:
            out = vault.outbox.get(key)
            if out is None or out.state == "acked":
                return
            with vault.transaction():
                vault.outbox.remove(key)
                if out.entry.file is not None:
                    vault.chat_files.release(out.entry.file.sha256)

        await self._worker.run(work)
        await self._standing.look()

    # --- what the stream brings

    async def acked(self, ack: Ack) -> None:
        """The service has it; the same ack twice changes nothing."""
        await self._worker.run(lambda vault: vault.outbox.acked(ack.cmid, ack.seq))
        if self._under_way is not None and self._under_way[0] == ack.cmid:
            _resolve(self._under_way[1], ack.seq)
        await self._standing.look()

    def refused(self, frame: Refused) -> None:
        """The service won't have it."""
        if self._under_way is not None and self._under_way[0] == frame.cmid:
            _fail(self._under_way[1], KBeanError.from_problem(frame.problem))

    def lost(self, close_code: int | None) -> None:
        """The line broke: what was under way may or may not have arrived; it goes out again."""
        if self._under_way is None:
            return
        error = KBeanError("service_unreachable", money="none")
        if close_code == CLOSE_INVALID:
            # Twice the same goodbye to the same frame: it is this frame that can't be read.
            self._unreadable += 1
            if self._unreadable > 1:
                error = KBeanError("frame_invalid")
        _fail(self._under_way[1], error)

    # --- the turn of each

    async def run(self) -> None:
        """Send for ever."""
        misses = 0
        while True:
            self._stir.clear()
            out = await self._worker.run(lambda vault: vault.outbox.first())
            if out is None:
                await self._stir.wait()
                continue
            try:
                await self._deliver(out)
                misses = self._unreadable = 0
            except KBeanError as error:
                if error.code not in AGAIN:
                    await self._refuse(out, error)
                    misses = self._unreadable = 0
                    continue
                misses += 1
                pause = _POLICY.wait(misses, error.retry_after) or _POLICY.cap
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._stir.wait()

    async def _deliver(self, out: Outgoing) -> None:
        if out.entry.kind == "open":
            await self._open(out)
            return
        if out.entry.kind == "ask":
            await self._hand(out)
            return
        entry = out.entry
        if entry.file is not None and entry.stored is None:
            entry = await self._upload(out, entry.file)
        frame = Send(
            out.conv,
            out.key,
            "file" if entry.kind == "file" else "text",
            entry.body,
            entry.context,
            entry.stored,
            entry.choice,
            entry.act,
            entry.reopen,
        )
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._under_way = out.key, answer
        try:
            if not await self._post(frame):
                raise KBeanError("service_unreachable", money="none")
            async with asyncio.timeout(ACK_SECONDS):
                await answer
        except TimeoutError as error:
            raise KBeanError("service_unreachable", "no ack", money="none") from error
        finally:
            self._under_way = None

    async def _open(self, out: Outgoing) -> None:
        request = OpenRequest(language=out.entry.language, context=out.entry.context)
        made = await self._line.ask(lambda client: SupportClient(client).open(out.key, request))

        def work(vault: Vault) -> None:
            with vault.transaction():
                if made.id != out.conv:
                    chat = vault.chats.get(out.conv)
                    if chat is not None and not chat.conversation.number:
                        vault.chats.adopt(out.conv, made)
                    vault.outbox.move(out.conv, made.id, behind=out.position)
                if vault.chats.get(made.id) is None:
                    vault.chats.save(made)
                vault.outbox.remove(out.key)

        await self._worker.run(work)
        await self._opened(made)

    async def _hand(self, out: Outgoing) -> None:
        to: Literal["human", "bot"] = "human" if out.entry.act == HUMAN else "bot"
        told = await self._line.ask(lambda client: SupportClient(client).hand(out.conv, to))
        await self._worker.run(lambda vault: vault.outbox.remove(out.key))
        await self._opened(told)

    async def _upload(self, out: Outgoing, file: FileCard) -> Entry:
        """Two steps, hash then bytes; where the service has them already the second is left out."""
        offer = AttachmentOffer(out.conv, file.sha256, file.name, file.media_type, file.size)
        state = await self._line.ask(lambda client: SupportClient(client).offer(offer))
        if state.state == "needed":
            data = await self._worker.run(
                lambda vault: vault.chat_files.get(file.sha256, at=out.entry.at)
            )
            if data is None:
                raise KBeanError("attachment_not_found")
            state = await self._line.ask(
                lambda client: SupportClient(client).upload(file.sha256, data)
            )
        if state.file is None:
            raise KBeanError("service_garbled", "no file after the upload", money="none")
        entry = msgspec.structs.replace(out.entry, stored=state.file)
        await self._worker.run(lambda vault: vault.outbox.change(out.key, entry))
        return entry

    async def _refuse(self, out: Outgoing, error: KBeanError) -> None:
        problem = error.problem()

        def work(vault: Vault) -> None:
            with vault.transaction():
                vault.outbox.refuse(out.key, problem)
                if out.entry.kind == "open" or error.code in _FOR_ALL:
                    # What stands behind it would meet the same answer: the person decides once.
                    vault.outbox.refuse_waiting(out.conv, problem)

        await self._worker.run(work)
        await self._standing.look()


_FOR_ALL = frozenset({"conversation_closed", "conversation_not_found"})


def _again(vault: Vault, out: Outgoing) -> None:
    """Put a refused entry back into its turn, changed where the refusal asks for it."""
    code = out.problem.code if out.problem is not None else ""
    if code == "conversation_closed":
        assert out.problem is not None
        chat = transcript.current(vault)
        other = out.problem.params.get("open")
        if chat is not None and chat.conversation.owner != "nobody":
            other = chat.conversation.id
        if isinstance(other, str) and other != out.conv:
            # The person went on in another conversation: there it belongs now.
            vault.outbox.move(out.conv, other, behind=out.position - 1)
        else:
            # Only what is said reopens; a wish for a person is said too, then.
            entry = msgspec.structs.replace(out.entry, reopen=True)
            if entry.kind == "ask":
                entry = msgspec.structs.replace(entry, kind="text")
            vault.outbox.change(out.key, entry)
    if code == "attachment_not_found":
        vault.outbox.change(out.key, msgspec.structs.replace(out.entry, stored=None))
    vault.outbox.retry(out.key)
    if code == "message_differs":
        vault.outbox.rename(out.key, new_id())


def _resolve(future: asyncio.Future[int], seq: int) -> None:
    if not future.done():
        future.set_result(seq)


def _fail(future: asyncio.Future[int], error: KBeanError) -> None:
    if not future.done():
        future.set_exception(error)
