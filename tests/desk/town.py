"""A service with staff and people, and a desk before it: real processes, real sockets.

The service runs in a thread of its own (and later as a process that can be killed), the desk is
always ``kbean desk`` as a process; people are clients with a device key and an event stream.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pyotp
from PIL import Image

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import AccessCard, OwnerEvent
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
from app.server.config import Config
from app.server.main import Service
from app.server.runner import Running, running
from tests.databases import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
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


def picture() -> bytes:
    """A small screenshot."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), (15, 123, 85)).save(made, "PNG")
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


class Process:
    """A command of ours as a process; its output goes to a file."""

    def __init__(self, folder: Path, name: str, *words: str, **environment: str) -> None:
        self.log = folder / f"{name}.log"
        # NiceGUI behaves otherwise where it thinks that it runs inside a test.
        inherited = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", *words],
                env={**inherited, "PYTHONFAULTHANDLER": "1", **environment},
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def up(self, url: str) -> None:
        """Wait until it answers."""

        def answers() -> bool:
            assert self.process.poll() is None, self.log.read_text()[-4000:]
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:
                    return bool(answer.status == 200)
            except (urllib.error.URLError, OSError):
                return False

        wait_for(answers, url, 90)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            # Its stacks go to the log (PYTHONFAULTHANDLER).
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(30)
            raise AssertionError(f"did not stop: {self.log.read_text()[-6000:]}") from None


class Town:
    """Service, staff, people and desk."""

    def __init__(self, folder: Path, **config: Any) -> None:
        self.folder = folder
        self.background = Background()
        self.port, self.desk_port = free_port(), free_port()
        self.config = Config(
            data_dir=folder / "service",
            port=self.port,
            hash_memory=64,
            hash_passes=1,
            rate_limits=False,
            log_level="error",
            **config,
        )
        self.people: list[Person] = []
        self._secrets: dict[str, str] = {}
        self._steps: dict[str, int] = {}
        self.staff_ids: dict[str, str] = {}
        self._process: Process | None = None
        self.desk: Process | None = None
        self.open_service()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def desk_url(self) -> str:
        return f"http://127.0.0.1:{self.desk_port}"

    @property
    def service(self) -> Service:
        assert self._up is not None
        return self._up.service

    # --- the service

    def open_service(self) -> None:
        """Run it in the background, inside this process."""
        started: asyncio.Future[Running] = self.background.run(_future())

        async def serve() -> None:
            async with running(self.config) as up:
                self._leave = asyncio.Event()
                started.set_result(up)
                await self._leave.wait()

        async def begin() -> Running:
            self._serving = asyncio.create_task(serve())
            both: set[asyncio.Future[Any]] = {started, self._serving}
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
            return started.result()

        self._up: Running | None = self.background.run(begin())

    def shut_service(self) -> None:
        """Stop the one inside this process."""
        if self._up is None:
            return

        async def stop() -> None:
            self._leave.set()
            await self._serving

        self.background.run(stop())
        self._up = None

    def start_service_process(self) -> None:
        """Run it as a process on the same data and port."""
        settings = {
            "KBEAN_PORT": str(self.port),
            "KBEAN_DATA_DIR": str(self.config.data_dir),
            "KBEAN_RATE_LIMITS": "false",
            "KBEAN_LOG_LEVEL": "error",
            "KBEAN_HASH_MEMORY": "64",
            "KBEAN_HASH_PASSES": "1",
        }
        self._process = Process(self.folder, "service", "server", "run", **settings)
        self._process.up(f"{self.url}/health/ready")

    def kill_service_process(self) -> None:
        """``kill -9``."""
        assert self._process is not None
        self._process.kill()

    # --- staff and people

    def hire(self, name: str, display_name: str, *roles: str, **more: Any) -> None:
        """Add one of the staff."""
        made = self.background.run(
            self.service.staff.add(
                name, PASSPHRASE, display_name=display_name, roles=list(roles), **more
            )
        )
        self._secrets[name], self.staff_ids[name] = made.secret, made.staff_id

    def send_home(self, name: str) -> None:
        """Whoever left a page takes no conversations in the next test."""
        if self._up is not None:
            presence = self.service.people.presence
            self.background.run(presence.set(self.staff_ids[name], "offline"))

    def code(self, name: str) -> str:
        """A code that hasn't been used yet; waits for the clock where all were."""
        totp = pyotp.TOTP(self._secrets[name])

        def next_step() -> int:
            now = int(time.time()) // 30
            step = max(self._steps.get(name, 0) + 1, now - 1)
            return step if step <= now + 1 else 0

        step = wait_for(next_step, "an unused code", 90)
        self._steps[name] = step
        return totp.generate_otp(step)

    def person(self, name: str) -> Person:
        made = Person(self.background, self.url, name)
        self.people.append(made)
        return made

    def waiting(self, name: str, question: str, language: Language = "zh") -> Person:
        """Somebody whose conversation waits in the queue."""
        person = self.person(name)
        person.open(language)
        person.say(question)
        self.background.run(self._to_queue(person.conv))
        return person

    async def _to_queue(self, conv: str) -> None:
        async with self.service.talk.change() as change:
            row = await change.conversation(conv)
            if row.owner != "queue":
                await change.give(row, "queue", "asked")

    # --- the desk

    def open_desk(self, *words: str) -> None:
        """Run ``kbean desk``."""
        port = str(self.desk_port)
        self.desk = Process(
            self.folder, "desk", "desk", "--service", self.url, "--port", port, *words
        )
        self.desk.up(f"{self.desk_url}/health")

    @contextlib.contextmanager
    def another_desk(self, *words: str) -> Iterator[str]:
        """A second desk on the same service; its address."""
        port = free_port()
        desk = Process(
            self.folder, "desk2", "desk", "--service", self.url, "--port", str(port), *words
        )
        try:
            desk.up(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            desk.stop()

    def close(self) -> None:
        for person in self.people:
            person.close()
        if self.desk is not None:
            self.desk.stop()
        if self._process is not None:
            self._process.stop()
        self.shut_service()
        self.background.close()


async def _future() -> asyncio.Future[Any]:
    return asyncio.get_running_loop().create_future()
