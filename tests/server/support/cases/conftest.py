"""A running service on each database, with a person, somebody of the staff, and a conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from app.protocol.ids import new_id
from app.protocol.messages.cards import Owner
from app.protocol.messages.support import Message, Sender
from tests.server.staff import Member, make_member
from tests.server.support.following import read_to_the_end
from tests.server.world import Person, World, world


@dataclass
class Desk:
    """Plays everybody around a case."""

    shop: World
    person: Person
    agent: Member
    supervisor: Member

    async def ask(self, person: Person, path: str, body: Any, key: str | None = None) -> Any:
        return await self.shop.client.post(
            path,
            content=msgspec.json.encode(body),
            headers=person.headers | {"idempotency-key": key or new_id()},
        )

    async def say(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        answer: httpx.Response = await self.ask(self.person, path, body, key)
        return answer

    async def work(
        self, member: Member, path: str, body: Any, key: str | None = None
    ) -> httpx.Response:
        return await self.shop.client.post(
            path,
            content=msgspec.json.encode(body),
            headers=member.headers | {"idempotency-key": key or new_id()},
        )

    async def conversation(self) -> str:
        async with self.shop.service.talk.change() as change:
            return (await change.open(self.person.session.user_id, "zh")).id

    async def give(self, conv: str, owner: Owner, reason: str) -> None:
        async with self.shop.service.talk.change() as change:
            row = await change.conversation(conv)
            agent = {"agent_id": self.agent.id, "agent_name": "林婷"} if owner == "agent" else {}
            await change.give(row, owner, reason, **agent)

    async def write(self, conv: str, who: str, text: str = "好") -> None:
        senders = {
            "person": Sender("person", self.person.session.user_id, "李伟"),
            "agent": Sender("agent", self.agent.id, "林婷"),
        }
        async with self.shop.service.talk.change() as change:
            row = await change.conversation(conv)
            await change.append(row, senders[who], "text", text)

    async def cards(self, conv: str) -> list[Message]:
        page = await self.person.get(f"/v1/support/conversations/{conv}/messages?after=0&limit=200")
        found = msgspec.json.decode(page.content)["messages"]
        return [message for message in msgspec.convert(found, list[Message]) if message.card]

    async def follow(self) -> None:
        await read_to_the_end(self.shop.service)


async def open_desk(shop: World) -> Desk:
    person = await shop.person(funds=1_000_000)
    agent = await make_member(shop, "agent")
    supervisor = await make_member(shop, "supervisor", display_name="周明")
    return Desk(shop, person, agent, supervisor)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(square: World) -> Desk:
    """On each database, in a service that stands already."""
    return await open_desk(square)


@pytest_asyncio.fixture(loop_scope="session")
async def one_desk(one_square: World) -> Desk:
    """On SQLite alone, for what no database decides."""
    return await open_desk(one_square)


@pytest.fixture
async def lone_desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """In a service of its own, for what counts everything or makes time pass for everybody."""
    async with world(tmp_path, database_url) as shop:
        yield await open_desk(shop)
