"""A service's end of the event stream for tests, and a client's that only listens."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import ClientFrame, Hello, Msg, ServiceFrame, Welcome
from app.protocol.messages.support import Message, Sender
from app.sdk.address import ServiceAddress
from app.sdk.clock import ServiceClock
from app.sdk.stream import EventStream, Link, Patience, Token

QUICK = Patience(welcome=30, base=0.01, cap=0.05, absent=0.05)
NOW = 1_795_000_000_000
_decode = msgspec.json.Decoder(ClientFrame).decode
Talk = Callable[["Far", ServerConnection], Awaitable[None]]


def message(seq: int, **more) -> Message:
    return Message("c", seq, "", Sender("bot"), "text", NOW, f"number {seq}", **more)


async def stay(far: Far, line: ServerConnection) -> None:
    """Say nothing more, read everything."""
    await far.read(line)


class Far:
    """A service's end: greets everybody, then does what the script says, the last for ever."""

    def __init__(self, *script: Talk) -> None:
        self.script = list(script) or [stay]
        self.frames: list[ClientFrame] = []
        self.open = self.most = self.connections = 0

    @property
    def hellos(self) -> list[Hello]:
        return [frame for frame in self.frames if isinstance(frame, Hello)]

    async def serve(self, line: ServerConnection) -> None:
        self.connections += 1
        self.open += 1
        self.most = max(self.most, self.open)
        talk = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        try:
            self.frames.append(_decode(await line.recv()))
            await self.tell(line, Welcome([], NOW))
            await talk(self, line)
        except ConnectionClosed:
            return
        finally:
            self.open -= 1

    async def read(self, line: ServerConnection) -> None:
        async for raw in line:
            frame = _decode(raw)
            self.frames.append(frame)
            if isinstance(frame, Hello):
                await self.tell(line, Welcome([], NOW))

    async def tell(self, line: ServerConnection, *frames: ServiceFrame) -> None:
        for frame in frames:
            await line.send(msgspec.json.encode(frame).decode())


class Ear:
    """Hears everything and knows how far it got."""

    def __init__(self) -> None:
        self.have = {"c": 7}
        self.heard: list[ServiceFrame] = []
        self.links: list[tuple[Link, int | None]] = []

    async def cursors(self) -> dict[str, int]:
        return dict(self.have)

    async def received(self, frame: ServiceFrame) -> None:
        self.heard.append(frame)

    def linked(self, link: Link, close_code: int | None) -> None:
        self.links.append((link, close_code))

    @property
    def texts(self) -> list[str]:
        return [frame.message.body for frame in self.heard if isinstance(frame, Msg)]


class Purse:
    """Gives tokens with a number; refused ones are noted."""

    def __init__(self, lasting: int = 900_000) -> None:
        self.given = 0
        self.refused: list[str] = []
        self.lasting = lasting
        self.error: KBeanError | None = None

    async def __call__(self, refused: str | None) -> Token:
        if refused is not None:
            self.refused.append(refused)
        if self.error is not None:
            raise self.error
        self.given += 1
        return Token(f"token-{self.given}", NOW + self.lasting)


@dataclasses.dataclass
class Near:
    stream: EventStream
    ear: Ear
    purse: Purse
    task: asyncio.Task[None]


@contextlib.asynccontextmanager
async def listening(
    url: str, *, patience: Patience = QUICK, purse: Purse | None = None, ca_file: str | None = None
) -> AsyncIterator[Near]:
    ear, purse = Ear(), purse or Purse()
    stream = EventStream(
        ServiceAddress.parse(url),
        purse,
        ear,
        ca_file=ca_file,
        clock=ServiceClock(lambda: NOW / 1000),
        patience=patience,
    )
    near = Near(stream, ear, purse, asyncio.create_task(stream.run()))
    try:
        yield near
    finally:
        near.task.cancel()
        await asyncio.gather(near.task, return_exceptions=True)
        assert stream.link == "off"


@contextlib.asynccontextmanager
async def meeting(far: Far, **more) -> AsyncIterator[Near]:
    """A stream that talks to ``far`` from here on."""
    async with serve(far.serve, "127.0.0.1", 0, compression=None, close_timeout=0.2) as server:
        port = server.sockets[0].getsockname()[1]
        async with listening(f"http://127.0.0.1:{port}", **more) as near:
            yield near


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.005)
