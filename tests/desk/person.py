"""Somebody with a wallet at the desk's door, and how the tests wait."""

from __future__ import annotations

import asyncio
import contextlib
import io
import threading
import time
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from PIL import Image

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import AccessCard, FileCard, OwnerEvent
from app.protocol.messages.identity import Contact, DeviceKey, RegistrationRequest, Session
from app.protocol.messages.stream import Msg, Send, ServiceFrame, Welcome
from app.protocol.messages.support import (
    AccessAnswer,
    AttachmentOffer,
    CallbackRequest,
    Language,
    Look,
    Message,
    OpenRequest,
)
from app.protocol.signing import SigningKey
from app.sdk.address import ServiceAddress
from app.sdk.client import PublicClient, ServiceClient
from app.sdk.stream import EventStream, Link, Patience, Token
from app.sdk.support import SupportClient
from app.sdk.transport import Transport

PASSPHRASE = "seven purple bicycles argue quietly"
PATIENCE = 60.0
QUICK = Patience(base=0.1, cap=0.5)
T = TypeVar("T")


def wait_for(condition: Callable[[], T | None], what: str = "", seconds: float = PATIENCE) -> T:
    """Look often until something is true; fails when it doesn't come true in time."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"did not come true: {what or condition}"
        time.sleep(0.02)


def picture(green: int = 123, size: tuple[int, int] = (40, 30)) -> bytes:
    """A small screenshot."""
    made = io.BytesIO()
    Image.new("RGB", size, (15, green, 85)).save(made, "PNG")
    return made.getvalue()


class Background:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(30)
        self.loop.close()


class Person:
    """Somebody with a wallet, as far as support sees them: a key, a session, a stream."""

    def __init__(self, background: Background, url: str, name: str) -> None:
        self._background = background
        self._url = url
        self.name = name
        self.key = SigningKey.generate()
        self.heard: dict[tuple[str, int], Message] = {}
        self.doubled: list[Message] = []
        self.conv = ""
        self._sent: dict[str, int] = {}
        background.run(self._register())

    async def _register(self) -> None:
        transport = Transport(ServiceAddress.parse(self._url))
        contact = Contact("email", f"{new_id()[-12:]}@example.org")
        device = DeviceKey(self.key.public, "laptop", "linux")
        now = int(time.time() * 1000)
        request = RegistrationRequest(
            contact=contact,
            passphrase=PASSPHRASE,
            display_name=self.name,
            locale="zh-CN",
            device=device,
            time=now,
            signature="",
        )
        signature = self.key.sign(request.signed_bytes())
        public = PublicClient(transport)
        session = await public.register(msgspec.structs.replace(request, signature=signature))
        self._session = session

        async def keep(fresh: Session) -> None:
            self._session = fresh

        self.client = ServiceClient(transport, self.key, session, keep)
        self.support = SupportClient(self.client)
        self._stream = EventStream(transport.address, self._token, self, patience=QUICK)
        self._task = asyncio.create_task(self._stream.run())

    async def _token(self, refused: str | None) -> Token:
        text = await self.client.tokens.access(instead_of=refused)
        return Token(text, self._session.access_expires_at)

    # --- what the stream tells

    async def cursors(self) -> dict[str, int]:
        return {}

    async def received(self, frame: ServiceFrame) -> None:
        if isinstance(frame, Msg):
            key = (frame.message.conv, frame.message.seq)
            if key in self.heard and self.heard[key] != frame.message:
                self.doubled.append(frame.message)
            self.heard[key] = frame.message
        elif isinstance(frame, Welcome) and self.conv:
            page = await self.support.messages(self.conv, limit=200)
            for message in page.messages:
                self.heard[(message.conv, message.seq)] = message

    def linked(self, link: Link, close_code: int | None) -> None:
        pass

    # --- what a person does

    def open(self, language: Language = "zh") -> str:
        """Begin a conversation."""
        request = OpenRequest(language=language)
        conversation = self._background.run(self.support.open(new_id(), request))
        self.conv = conversation.id
        return conversation.id

    def say(self, text: str, **more: Any) -> None:
        """Say something; it is sent until the line takes it."""
        frame = Send(self.conv, new_id(), body=text, **more)
        wait_for(lambda: self._background.run(self._stream.send(frame)), "the person's line")
        if text:
            wait_for(lambda: text in self.bodies(), f"{text} told back")

    def bodies(self) -> list[str]:
        """What was said, in its order."""
        ours = sorted(key for key in self.heard if key[0] == self.conv)
        return [self.heard[key].body for key in ours if self.heard[key].body]

    def files(self) -> list[str]:
        """The names of the files in the conversation, in their order."""
        told = [self.heard[key].card for key in sorted(self.heard) if key[0] == self.conv]
        return [card.name for card in told if isinstance(card, FileCard)]

    @property
    def user_id(self) -> str:
        return self._session.user_id

    def owners(self, owner: str) -> list[OwnerEvent]:
        """Every time the conversation came to such an owner."""
        cards = [message.card for _, message in sorted(self.heard.items())]
        return [card for card in cards if isinstance(card, OwnerEvent) and card.owner == owner]

    def show(self, raw: bytes) -> None:
        """Send a picture."""
        self._background.run(self._upload(raw))

    async def _upload(self, raw: bytes) -> None:
        digest = sha256(raw).hexdigest()
        offer = AttachmentOffer(self.conv, digest, "screen.png", "image/png", len(raw))
        state = await self.support.offer(offer)
        if state.file is None:
            state = await self.support.upload(digest, raw)
        await self._stream.send(Send(self.conv, new_id(), kind="file", file=state.file))

    def book(self, phone: str, topic: str) -> None:
        """Ask for a call at the first time that is free."""
        slot = self._background.run(self.support.slots()).slots[0]
        request = CallbackRequest(self.conv, slot.start, phone, topic)
        self._background.run(self.support.book(new_id(), request))

    def looks(self) -> list[Look]:
        """Who saw what of the account."""
        return self._background.run(self.support.looks()).looks

    def asked_for_access(self) -> AccessCard | None:
        """The newest question about the account."""
        cards = [message.card for _, message in sorted(self.heard.items())]
        return next((card for card in reversed(cards) if isinstance(card, AccessCard)), None)

    def allow(self, card: AccessCard) -> str:
        """Allow a look; the grant's id."""
        now = int(time.time() * 1000)
        answer = AccessAnswer(True, card.scopes, card.minutes, now, "")
        signed = self.key.sign(answer.signed_bytes(card.request_id, card.agent_id))
        answer = msgspec.structs.replace(answer, signature=signed)
        return self._background.run(self.support.allow(card.request_id, answer)).id

    def revoke(self, grant_id: str) -> None:
        self._background.run(self.support.revoke(grant_id))

    def close(self) -> None:
        async def stop() -> None:
            self._task.cancel()
            # A freeze has ended the sessions of whoever it was for.
            with contextlib.suppress(asyncio.CancelledError, KBeanError):
                await self._task
            await self.client.transport.close()

        self._background.run(stop())
