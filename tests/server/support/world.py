"""A service with people who talk: a raw client of the event stream, conversations to start with.

async with world(tmp_path, database_url) as shop:
    person = await shop.person()
    conv = await open_conversation(person)          # the Conversation
    async with stream(person) as line:              # hello is said, welcome came
        ack = await line.say(conv.id, "我的付款没到账")
        told = await line.message(conv.id, ack.seq)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import msgspec
import pyotp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.protocol.ids import new_id
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.desk import StaffSession, StaffSignIn
from app.protocol.messages.stream import (
    Ack,
    ClientFrame,
    Fetch,
    Hello,
    Msg,
    Page,
    Refused,
    Send,
    ServiceFrame,
    Watch,
    Welcome,
)
from app.protocol.messages.support import Conversation, Message, OpenRequest
from tests.server.world import JSON, Person, World, world

F = TypeVar("F")
PATIENCE = 30.0
"""Seconds for anything that must come; reached only where something is broken."""


@contextmanager
def put_back(shop: World) -> Iterator[None]:
    """Whatever a test does to the clock and the post, the next one has the real ones."""
    talk, verifications = shop.service.talk, shop.service.consent.verifications
    clock, postman = talk.clock, verifications.postman
    yield
    talk.clock, verifications.postman = clock, postman


async def open_conversation(
    person: Person, *, context: ContextCard | None = None, key: str | None = None
) -> Conversation:
    """The person's open conversation, made where there is none."""
    answer = await person.world.client.post(
        "/v1/support/conversations",
        content=msgspec.json.encode(OpenRequest(language="zh", context=context)),
        headers=person.headers | {"idempotency-key": key or new_id()},
    )
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Conversation)


class Line:
    """One connection of somebody; what came is kept in ``frames`` until it is asked for."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[ServiceFrame] = []
        self.closed: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._came = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for raw in self.socket:
                self.frames.append(msgspec.json.decode(raw, type=ServiceFrame))
                self._came.set()
        except ConnectionClosed:
            pass
        finally:
            self.closed.set_result(self.socket.close_code)
            self._came.set()

    async def tell(self, frame: ClientFrame) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def expect(self, kind: type[F], which: Callable[[F], bool] = lambda _f: True) -> F:
        """The first frame of a kind for which something holds; it and none before is taken."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for place, frame in enumerate(self.frames):
                    if isinstance(frame, kind) and which(frame):
                        del self.frames[place]
                        return frame
                if self.closed.done():
                    raise AssertionError(
                        f"closed ({self.closed.result()}) before {kind.__name__}: {self.frames}"
                    )
                self._came.clear()
                await self._came.wait()

    async def say(self, conv: str, body: str = "", **fields: Any) -> Ack:
        """Send a message and wait for its ack."""
        send = Send(conv=conv, cmid=fields.pop("cmid", None) or new_id(), body=body, **fields)
        await self.tell(send)
        answer = await self.expect(
            object, lambda f: isinstance(f, Ack | Refused) and f.cmid == send.cmid
        )
        assert isinstance(answer, Ack), answer
        return answer

    async def refused(self, conv: str, body: str = "", **fields: Any) -> str:
        """Send a message that must be refused; the code."""
        send = Send(conv=conv, cmid=fields.pop("cmid", None) or new_id(), body=body, **fields)
        await self.tell(send)
        answer = await self.expect(
            object, lambda f: isinstance(f, Ack | Refused) and f.cmid == send.cmid
        )
        assert isinstance(answer, Refused), answer
        return answer.problem.code

    async def message(self, conv: str, seq: int) -> Message:
        """A message as it was told live."""
        found = await self.expect(Msg, lambda f: f.message.conv == conv and f.message.seq == seq)
        return found.message

    async def fetch(self, conv: str, after: int = 0, limit: int = 200) -> list[Message]:
        await self.tell(Fetch(conv, after=after, limit=limit))
        return (await self.expect(Page, lambda f: f.conv == conv)).messages

    async def watch(self, conv: str, *, on: bool = True) -> None:
        """Hear a conversation; answered by a page, so that it holds when this returns."""
        await self.tell(Watch(conv, on))
        await self.fetch(conv, limit=1)

    async def hang_up(self) -> None:
        await self.socket.close()
        await self._reader


@dataclass(frozen=True)
class Staff:
    """One of the staff, signed in."""

    world: World
    id: str
    name: str
    display_name: str
    secret: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return JSON | {"authorization": f"Bearer {self.token}"}

    async def get(self, path: str) -> httpx.Response:
        return await self.world.client.get(path, headers=self.headers)

    async def post(self, path: str, message: Any = None, **headers: str) -> httpx.Response:
        body = b"" if message is None else msgspec.json.encode(message)
        return await self.world.client.post(path, content=body, headers=self.headers | headers)


async def staff_member(shop: World, *roles: str, name: str = "", **profile: Any) -> Staff:
    """Add one of the staff and sign them in; an agent unless roles are named."""
    shop.people += 1
    name = name or f"staff{shop.people}"
    shown = profile.pop("display_name", f"小{name}")
    passphrase = "nine slow otters paddle downstream"
    added = await shop.service.staff.add(
        name, passphrase, display_name=shown, roles=roles or ("agent",), **profile
    )
    request = StaffSignIn(name, passphrase, pyotp.TOTP(added.secret).now())
    answer = await shop.post("/v1/staff/sessions", request)
    assert answer.status_code == 201, answer.text
    token = msgspec.json.decode(answer.content, type=StaffSession).access_token
    return Staff(shop, added.staff_id, name, shown, added.secret, token)


async def give_to(shop: World, conv: str, staff: Staff) -> None:
    """Let one of the staff own a conversation, without the queue."""
    async with shop.service.talk.change() as change:
        row = await change.conversation(conv)
        await change.give(row, "agent", "claimed", agent_id=staff.id, agent_name=staff.display_name)


def stream_url(world: World) -> str:
    return f"ws{world.url.removeprefix('http')}/v1/stream"


@asynccontextmanager
async def raw_line(world: World) -> AsyncIterator[Line]:
    """A connection on which nothing was said yet."""
    async with connect(stream_url(world), proxy=None, open_timeout=PATIENCE) as socket:
        line = Line(socket)
        try:
            yield line
        finally:
            await line.hang_up()


@asynccontextmanager
async def stream_of(
    world: World, token: str, cursors: Mapping[str, int] | None = None
) -> AsyncIterator[Line]:
    """A line on which Hello was said with any token (staff too) and Welcome came."""
    async with raw_line(world) as line:
        await line.tell(Hello(token, dict(cursors or {})))
        line.frames.insert(0, await line.expect(Welcome))
        yield line


@asynccontextmanager
async def stream(person: Person, cursors: Mapping[str, int] | None = None) -> AsyncIterator[Line]:
    """A person's line, greeted."""
    async with stream_of(person.world, person.session.access_token, cursors) as line:
        yield line


__all__ = [
    "Line",
    "Person",
    "Staff",
    "World",
    "give_to",
    "open_conversation",
    "put_back",
    "raw_line",
    "staff_member",
    "stream",
    "stream_of",
    "stream_url",
    "world",
]
