"""Two service processes on one PostgreSQL and one Redis: nothing lost, nothing twice, in order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from app.protocol.ids import new_id
from app.protocol.messages.stream import Hello, Msg, Send, Unsure, Welcome
from app.protocol.messages.support import Message
from app.server.db.engine import create_engine
from app.server.main import build_service
from tests.conftest import Expect
from tests.databases import free_port
from tests.server.support.nodes import RedisServer
from tests.server.support.world import (
    Line,
    Person,
    World,
    give_to,
    open_conversation,
    staff_member,
    stream,
    stream_of,
    world,
)
from tests.server.world import settings


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    server = RedisServer()
    yield server
    server.stop()


class Reader:
    """A client that keeps the rule: apply only last + 1, else fetch; after Unsure compare."""

    def __init__(self, conv: str, line: Line, token: str) -> None:
        self.conv = conv
        self.line = line
        self.token = token
        self.bodies: list[str] = []

    @property
    def last(self) -> int:
        return len(self.bodies)

    async def until(self, last: int) -> None:
        """Read on until everything up to ``last`` is applied."""
        async with asyncio.timeout(60):
            while self.last < last:
                if await self._is_behind(await self.line.expect(object)):
                    for message in await self.line.fetch(self.conv, after=self.last):
                        self._apply(message)

    async def _is_behind(self, frame: object) -> bool:
        if isinstance(frame, Msg) and frame.message.conv == self.conv:
            self._apply(frame.message)
            return frame.message.seq > self.last
        if isinstance(frame, Unsure):
            await self.line.tell(Hello(self.token, {self.conv: self.last}))
        return isinstance(frame, Welcome) and any(gap.conv == self.conv for gap in frame.gaps)

    def _apply(self, message: Message) -> None:
        if message.seq == self.last + 1:
            self.bodies.append(message.body)


@asynccontextmanager
async def another_process(folder: Path, url: str, redis_url: str) -> AsyncIterator[str]:
    """A second service as a process of its own, on the same keys; its address."""
    port = free_port()
    environment = os.environ | {
        "KBEAN_HASH_MEMORY": "64",
        "KBEAN_HASH_PASSES": "1",
        "KBEAN_RATE_LIMITS": "false",
        "KBEAN_REDIS_URL": redis_url,
    }
    words = ["-m", "app", "server", "--data-dir", str(folder), "--database-url", url]
    log = (folder / "node2.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        *("run", "--port", str(port)),
        env=environment,
        stderr=log,
        stdout=log,
    )
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(60):
            while True:
                try:
                    await client.get(f"http://127.0.0.1:{port}/health/ready")
                    break
                except httpx.TransportError:
                    assert process.returncode is None, (folder / "node2.log").read_text()
                    await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 60)
        log.close()


class Talkers:
    """An agent and a person who write at the same time, and what they wrote."""

    def __init__(self, conv: str, shop: World, agent: Line, person: Line) -> None:
        self.conv, self.shop, self.agent, self.person = conv, shop, agent, person
        self.said: list[str] = []

    async def talk(self, name: str) -> int:
        """Five messages each, every one of them sent twice; the newest number afterwards."""
        await asyncio.gather(
            self._write(self.person, f"{name} ask"), self._write(self.agent, f"{name} reply")
        )
        async with asyncio.timeout(60):
            while True:
                stored = await self.stored()
                if set(self.said) <= set(stored):
                    return len(stored)
                await asyncio.sleep(0.02)

    async def _write(self, line: Line, name: str) -> None:
        for number in range(5):
            send = Send(conv=self.conv, cmid=new_id(), body=f"{name} {number}")
            self.said.append(send.body)
            await line.tell(send)
            await line.tell(send)

    async def stored(self) -> list[str]:
        page = await self.shop.service.talk.page(self.conv, after=0, limit=200)
        return [message.body for message in page.messages]


async def test_redis_restarts_between_an_agent_and_a_person(
    postgresql: str, tmp_path: Path, redis: RedisServer, expect_log: Expect
):
    """The agent on one node, the person on the other; Redis is killed and comes back."""
    expect_log("channel.away")
    async with (
        world(tmp_path, postgresql, redis_url=redis.url) as shop,
        another_process(tmp_path, postgresql, redis.url) as elsewhere,
    ):
        await _is_up(shop)
        person, agent = await shop.person(), await staff_member(shop)
        conv = await open_conversation(person)
        await give_to(shop, conv.id, agent)
        far_world = World(shop.service, elsewhere, shop.client)
        token = person.session.access_token
        async with stream_of(far_world, token) as far, stream_of(shop, agent.token) as near:
            talkers = Talkers(conv.id, shop, near, far)
            readers = [Reader(conv.id, far, token), Reader(conv.id, near, agent.token)]

            async def converse(name: str) -> None:
                last = await talkers.talk(name)
                for reader in readers:
                    await reader.until(last)

            await converse("first")
            redis.kill()
            await converse("without")
            redis.start()
            await converse("returned")
            await _is_up(shop)
            await converse("afterwards")

            stored = await talkers.stored()
            assert [reader.bodies for reader in readers] == [stored, stored]
            said = [body for body in stored if " ask " in body or " reply " in body]
            assert sorted(said) == sorted(talkers.said)
            for who in ("ask", "reply"):
                mine = [body for body in said if f" {who} " in body]
                assert mine == [body for body in talkers.said if f" {who} " in body]


async def _is_up(shop: World) -> None:
    async with asyncio.timeout(60):
        while shop.service.hub.channels.state != "up":
            await asyncio.sleep(0.02)


async def test_nodes_without_redis_still_find_each_other(postgresql: str, tmp_path: Path):
    """A forgotten setting costs a second, never a message."""
    async with world(tmp_path, postgresql) as shop, world(tmp_path, postgresql) as other:
        person = await shop.person()
        conv = await open_conversation(person)
        there = Person(other, person.contact, person.key, person.session)
        async with stream(person) as here, stream(there) as far:
            ack = await here.say(conv.id, "hello")
            assert (await far.message(conv.id, ack.seq)).body == "hello"
            back = await far.say(conv.id, "hello too")
            assert (await here.message(conv.id, back.seq)).body == "hello too"


async def test_presence_and_ended_sessions_reach_the_other_node(
    postgresql: str, tmp_path: Path, redis: RedisServer
):
    async with (
        world(tmp_path, postgresql, redis_url=redis.url) as shop,
        world(tmp_path, postgresql, redis_url=redis.url) as other,
    ):
        await _is_up(shop)
        await _is_up(other)
        person = await shop.person()
        address = f"person:{person.session.user_id}"
        assert not await shop.service.hub.presence.is_here(address)
        there = Person(other, person.contact, person.key, person.session)
        async with stream(there) as line:
            async with asyncio.timeout(30):
                while not await shop.service.hub.presence.is_here(address):
                    await asyncio.sleep(0.02)
            await shop.client.delete("/v1/sessions/current", headers=person.headers)
            assert await asyncio.wait_for(line.closed, 30) == 4401
        async with asyncio.timeout(30):
            while await shop.service.hub.presence.is_here(address):
                await asyncio.sleep(0.02)


async def test_a_node_starts_without_its_redis(postgresql: str, tmp_path: Path):
    config = settings(tmp_path, postgresql, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    service = build_service(config)
    await service.start()
    assert service.hub.channels.state == "away"
    service.hub.changed("person:nobody", "accounts")
    await service.stop()
    engine = create_engine(postgresql)
    await engine.dispose()
