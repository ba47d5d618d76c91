"""A small real world for flows: the embedded service, a merchant, people, and a bad road between.

The road is a real TCP gateway in front of the service that can lose requests or answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from app.protocol.ids import new_id
from app.protocol.messages.identity import Contact
from app.protocol.messages.payments import Order
from app.protocol.signing import SigningKey, encode_bytes
from app.sdk.till import TillClient
from app.server.config import Config
from app.server.main import Service
from app.server.runner import running
from app.wallet.flows.base import Flow
from app.wallet.flows.onboarding import OnboardingFlow, OnboardingState
from app.wallet.flows.pay import PayFlow, PayState
from app.wallet.flows.unlock import UnlockFlow
from app.wallet.session import WalletSession
from app.wallet.vault.vault import Setup
from tests.databases import migrated_copy
from tests.end_to_end.people import CHEAP, PASSPHRASE
from tests.rude import Heard, read_request

Fate = str | Callable[[bytes], bytes]
"""``pass``, ``lose_request``, ``lose_answer``, ``garble``, ``stall`` (before the service hears of
it), ``swallow`` (the service has answered, the answer never arrives), ``forge``, or a function
that changes the answer."""


class Road:
    """A gateway that forwards HTTP requests and WebSockets; ``rule`` decides the fate of each.

    Attributes:
        upstream: The service's port; a service that starts again may get another.
        tunnels: WebSockets that are open now.
        deaf: Those of them on which nothing comes back any more.
        downstream: What becomes of each WebSocket frame on its way to the wallet; a text comes as
            its payload and may be dropped, changed or repeated.
    """

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.tunnels: set[asyncio.StreamWriter] = set()
        self.deaf: set[asyncio.StreamWriter] = set()
        self.downstream: Callable[[bytes], list[bytes]] = lambda text: [text]
        self._tasks: set[asyncio.Task[None]] = set()
        self.rule: Callable[[Heard], Fate] = lambda heard: "pass"
        self.heard: list[Heard] = []
        self.swallowed = 0

    async def replay(self, heard: Heard) -> bytes:
        """Send a request again, byte for byte, past every rule; the whole answer."""
        return await self._forward(heard)

    async def open(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Nobody listens any more; open connections break."""
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def cut(self) -> None:
        """Break every open WebSocket, without a goodbye."""
        for writer in tuple(self.tunnels):
            writer.transport.abort()

    def deafen(self) -> None:
        """Let the WebSockets of now carry nothing to the wallet any more."""
        self.deaf |= self.tunnels

    def payments(self) -> list[Heard]:
        return [heard for heard in self.heard if heard.line.startswith("POST /v1/payments ")]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while (heard := await read_request(reader)) is not None:
                self.heard.append(heard)
                fate = self.rule(heard)
                if fate == "stall":
                    await asyncio.Event().wait()
                if fate == "lose_request":
                    return
                if "upgrade" in heard.headers:
                    await self._tunnel(heard, reader, writer)
                    return
                answer = await self._forward(heard)
                if fate == "lose_answer" or not answer:
                    # A service that was killed says nothing: whoever waits must hear of it.
                    return
                if fate == "swallow":
                    self.swallowed += 1
                    await asyncio.Event().wait()
                if callable(fate):
                    answer = fate(answer)
                if fate == "forge":
                    answer = forge(answer)
                writer.write(b"\x15\x03nonsense\r\n\r\n" if fate == "garble" else answer)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            return
        finally:
            self._tasks.discard(task)
            await hang_up(writer)

    async def _tunnel(
        self, heard: Heard, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry a WebSocket both ways until one side ends it."""
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        lines = [heard.line, *(f"{name}: {value}" for name, value in heard.headers.items())]
        far_writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        self.tunnels.add(writer)
        ways = {
            asyncio.create_task(_carry(reader, far_writer)),
            asyncio.create_task(self._carry_frames(far_reader, writer)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.tunnels.discard(writer)
            self.deaf.discard(writer)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await hang_up(far_writer)

    async def _carry_frames(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Frames of a service are not masked (RFC 6455 §5.1)."""
        writer.write(await reader.readuntil(b"\r\n\r\n"))
        while True:
            head = await reader.readexactly(2)
            size = head[1]
            if size >= 126:
                size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
            payload = await reader.readexactly(size)
            if writer in self.deaf:
                continue
            texts = self.downstream(payload) if head[0] == 0x81 else [payload]
            for text in texts:
                writer.write(head[:1] + _length(text) + text)
            await writer.drain()

    async def _forward(self, heard: Heard) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        kept = {name: value for name, value in heard.headers.items() if name != "connection"}
        lines = [heard.line, *(f"{name}: {value}" for name, value in kept.items())]
        lines += ["connection: close", "", ""]
        writer.write("\r\n".join(lines).encode("latin-1") + heard.body)
        try:
            return await reader.read()
        finally:
            await hang_up(writer)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


def _length(payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((size,))
    return b"\x7e" + size.to_bytes(2, "big") if size < 65536 else b"\x7f" + size.to_bytes(8, "big")


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close a connection and see it closed."""
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


def forge(answer: bytes) -> bytes:
    """Change one digit of what the service signed; the length stays."""
    at = answer.index(b'"points_earned":') + len(b'"points_earned":')
    return answer[:at] + (b"8" if answer[at : at + 1] != b"8" else b"7") + answer[at + 1 :]


@dataclasses.dataclass
class World:
    """What a test needs of the other side."""

    service: Service
    road: Road
    folder: Path
    merchant_id: str
    store_id: str
    till: TillClient
    static_code: str
    static_code_id: str
    settings: Config
    running: contextlib.AsyncExitStack
    sessions: list[WalletSession] = dataclasses.field(default_factory=list)
    people: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.road.port}"

    async def stop(self) -> None:
        """Stop the service in an orderly way; the road leads nowhere then."""
        await self.running.aclose()

    async def start(self) -> None:
        """Start it again, with everything it had written down."""
        up = await self.running.enter_async_context(running(self.settings))
        self.service = up.service
        self.road.upstream = _port(up.url)

    async def order(self, amount: int, **more) -> Order:
        return await self.till.create_order(new_id(), amount, "CNY", **more)

    def wallet(self, name: str, **more) -> WalletSession:
        """A wallet on its profile folder; the same name opens the same profile again."""
        more.setdefault("setup", Setup(argon2=CHEAP))
        session = WalletSession(self.folder / name, device_name=name, platform="linux", **more)
        self.sessions.append(session)
        return session

    async def person(self, name: str = "ann", *, money: int = 100_00, **more) -> WalletSession:
        """Somebody who went through onboarding and was given money."""
        session = self.wallet(name, **more)
        await onboard(session, self.url, Contact("email", f"{name}@example.org"))
        await self.fund(session, money)
        return session

    async def fund(self, session: WalletSession, amount: int) -> None:
        if amount:
            held = session.line.session
            assert held is not None
            await self.service.funding.fund(
                held.user_id, amount, "CNY", reason="test", key=new_id()
            )
        await session.refresh()

    async def balance(self, session: WalletSession) -> int:
        """What the service says now, past every road."""
        await session.refresh()
        account = session.snapshot.money()
        assert account is not None
        return account.available

    def fate_of_payments(self, *fates: Fate) -> None:
        """What becomes of the next POSTs of payments; the last one repeats."""
        left = list(fates)

        def rule(heard: Heard) -> Fate:
            if not heard.line.startswith("POST /v1/payments "):
                return "pass"
            return left.pop(0) if len(left) > 1 else left[0]

        self.road.rule = rule


async def onboard(
    session: WalletSession, url: str, contact: Contact, *, sign_in: bool = False
) -> OnboardingFlow:
    """Walk the whole of onboarding as a window would."""
    flow = OnboardingFlow(session)
    await flow.set_service(url)
    await flow.accept_service()
    if sign_in:
        await flow.sign_in(contact, PASSPHRASE)
    else:
        await flow.register(contact, PASSPHRASE, "Ann 安")
    code = flow.view.recovery_code
    assert code is not None
    await flow.confirm_recovery(code.lower().replace("-", " "))
    if flow.view.state is OnboardingState.QUICK_UNLOCK:
        await flow.choose_quick_unlock(False)
    assert flow.view.state is OnboardingState.DONE
    return flow


@contextlib.asynccontextmanager
async def world(folder: Path, **config) -> AsyncIterator[World]:
    """Everything up; everything down again."""
    settings = Config(
        data_dir=folder / "service",
        port=0,
        hash_memory=1024,
        hash_passes=1,
        rate_limits=False,
        **config,
    )
    if not settings.database_url:
        migrated_copy(settings.data_dir / "kbean.db")
    async with contextlib.AsyncExitStack() as stack:
        up = await stack.enter_async_context(running(settings))
        book = up.service.merchants
        merchant = await book.add_merchant(
            "KDOU STORE", mcc="5411", city="BEIJING", names={"zh": "K豆便利店"}
        )
        store = await book.add_store(merchant, "Haidian", city="BEIJING")
        key = SigningKey.generate()
        terminal = await book.add_terminal(store, "Till 1", key.public)
        code_id, code = await book.add_code(store, "CNY")
        road = Road(_port(up.url))
        await road.open()
        till = TillClient.connect(up.url, terminal, encode_bytes(key.seed))
        here = World(
            up.service, road, folder, merchant, store, till, code, code_id, settings, stack
        )
        try:
            yield here
        finally:
            for session in here.sessions:
                await session.close()
            await till.close()
            await road.shut()


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition, looking often; fails when it doesn't come true in time."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def now(flow: Flow[Any]) -> Any:
    """Where a flow stands at this moment (a type checker must not remember it)."""
    return flow.view.state


async def ready_to_confirm(session: WalletSession, code: str, amount: int = 0) -> PayFlow:
    """A pay flow that stands in CONFIRMING."""
    flow = PayFlow(session)
    await flow.read(code)
    if flow.view.state is PayState.CHOOSING_AMOUNT:
        await flow.choose_amount(amount)
    assert flow.view.state is PayState.CONFIRMING, flow.view
    return flow


async def reopened(here: World, name: str, **more: Any) -> WalletSession:
    """The same profile after a restart, unlocked."""
    session = here.wallet(name, **more)
    await UnlockFlow(session).unlock_with_passphrase(PASSPHRASE)
    return session


async def ends(flow: PayFlow) -> PayState:
    await until(lambda: flow.view.state in {PayState.SUCCEEDED, PayState.REFUSED})
    return flow.view.state


def states(flow: PayFlow) -> list[PayState]:
    seen: list[PayState] = []
    flow.observe(lambda view: seen.append(view.state))
    return seen
