"""A running service with people's work, agents who are there, people who ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import pytest_asyncio
import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.desk import Board, QueueEntry, Reply, StaffConversation
from app.protocol.messages.support import Conversation
from app.server.db.engine import writing
from app.server.identity.staff_tables import staff
from app.server.support.people import queue_rules
from app.server.support.people.tables import (
    agents,
    callback_slots,
    callbacks,
    canned_replies,
    consults,
    desk_rows,
    macros,
    turns,
)
from app.server.support.talk.tables import conversations
from tests.databases import fresh_postgresql
from tests.server.square import lasting
from tests.server.staff import Member, make_member
from tests.server.support.world import Line, open_conversation, put_back, stream, stream_of
from tests.server.world import Person, World, now


@dataclass
class Desk:
    """A service, and short words for what people and staff do in it."""

    world: World

    @property
    def room(self) -> Any:
        return self.world.service.people

    async def settled(self) -> None:
        """Everything that follows what was done, done too."""
        await self.world.service.talk.settled()

    async def agent(self, *roles: str, online: bool = True, **traits: Any) -> Member:
        member = await make_member(self.world, *roles, **traits)
        if online:
            await self.presence(member, "online")
        return member

    async def presence(self, member: Member, presence: str) -> None:
        answer = await member.put("/v1/staff/presence", {"presence": presence})
        assert answer.status_code == 200, answer.text
        await self.settled()

    async def asked(self, person: Person | None = None) -> Conversation:
        """A conversation whose person has asked for people."""
        person = person or await self.world.person()
        conv = await open_conversation(person)
        answer = await self.human(person, conv.id)
        await self.settled()
        return answer

    async def human(self, person: Person, conv: str) -> Conversation:
        answer = await self.world.client.post(
            f"/v1/support/conversations/{conv}/human", headers=person.headers
        )
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Conversation)

    async def owner(self, conv: str) -> tuple[str, str]:
        """The owner of a conversation, and the agent's id where it is one."""
        await self.settled()
        row = await self.world.service.talk.find(conv)
        return row.owner, row.agent_id if row.owner == "agent" else ""

    async def board(self, member: Member, **query: Any) -> Board:
        answer = await member.get("/v1/staff/board", **query)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Board)

    async def entry(self, member: Member, conv: str) -> QueueEntry:
        return (await self.opened(member, conv)).entry

    async def opened(self, member: Member, conv: str) -> StaffConversation:
        answer = await member.get(f"/v1/staff/conversations/{conv}")
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=StaffConversation)

    async def reply(self, member: Member, conv: str, body: str, cmid: str = "") -> Any:
        return await member.post(
            f"/v1/staff/conversations/{conv}/messages", Reply(cmid or new_id(), body)
        )

    async def do(self, member: Member, conv: str, what: str, body: Any = None) -> Any:
        answer = await member.post(f"/v1/staff/conversations/{conv}/{what}", body)
        await self.settled()
        return answer

    @asynccontextmanager
    async def line(self, who: Person | Member) -> AsyncIterator[Line]:
        if isinstance(who, Person):
            async with stream(who) as line:
                yield line
        else:
            async with stream_of(self.world, who.session.access_token) as line:
                yield line


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a crowded machine a test may take a minute; nobody is gone by that."""
    monkeypatch.setattr(queue_rules, "GONE_MS", 3_600_000)


EVERYTHING = (
    consults, callback_slots, callbacks, canned_replies, macros, turns, desk_rows, agents
)  # fmt: skip
"""What people's work writes down; before the sessions of the staff, whom all of it is about."""


async def empty(office: World) -> Desk:
    """An office nobody works in: who was here is gone, and what was asked is closed."""
    await office.service.talk.settled()
    async with writing(office.service.engine) as connection:
        for table in EVERYTHING:
            await connection.execute(sa.delete(table))
        await connection.execute(
            sa.update(conversations).values(owner="nobody", agent_id=None, closed_at=now())
        )
        await connection.execute(sa.update(staff).values(disabled_at=now()))
    return Desk(office)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_office_square(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[World]:
    """The office on SQLite: here everybody in the queue counts, so one test at a time works."""
    async with lasting(tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture(scope="session")
def office_url() -> Iterator[str]:
    with fresh_postgresql() as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgresql_office_square(
    office_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """The one on PostgreSQL."""
    async with lasting(tmp_path_factory.mktemp("office"), office_url) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def office_square(request: pytest.FixtureRequest) -> World:
    """Each in turn."""
    found: World = request.getfixturevalue(f"{request.param}_office_square")
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def desk(office_square: World) -> AsyncIterator[Desk]:
    """An empty office on each database in turn."""
    with put_back(office_square):
        yield await empty(office_square)


@pytest_asyncio.fixture(loop_scope="session")
async def one_desk(sqlite_office_square: World) -> AsyncIterator[Desk]:
    """An empty office on SQLite, for what has nothing to do with the database."""
    with put_back(sqlite_office_square):
        yield await empty(sqlite_office_square)
