"""Writing into conversations: numbers without gaps, one transaction, listeners, secrecy."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import OwnerEvent
from app.protocol.messages.stream import Changed, Msg, Refused, Send, Welcome
from app.protocol.messages.support import Message, Sender
from app.server.db.engine import writing
from app.server.db.sealing import SealError
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import SYSTEM, Change
from app.server.support.talk.tables import conversations, messages
from tests.conftest import Expect
from tests.server.support.world import (
    World,
    give_to,
    open_conversation,
    staff_member,
    stream,
    stream_of,
    world,
)


async def numbers(shop: World, conv: str) -> list[int]:
    async with shop.service.engine.connect() as connection:
        query = sa.select(messages.c.seq).where(messages.c.conv_id == conv)
        return list((await connection.scalars(query.order_by(messages.c.seq))).all())


async def test_many_writers_on_two_nodes_leave_no_gap_and_the_same_send_is_one_message(
    database_url: str, tmp_path: Path
):
    async with world(tmp_path, database_url) as shop, world(tmp_path, database_url) as other:
        person = await shop.person()
        conv = await open_conversation(person)
        author = Sender("person", person.session.user_id)

        async def send(node: World, frame: Send) -> Any:
            principal = node.service.tokens.open(person.session.access_token, 0)
            return await node.service.sending.send(principal, author, frame)

        async def write(node: World, count: int) -> None:
            for _ in range(count):
                async with node.service.talk.change() as change:
                    row = await change.conversation(conv.id)
                    await change.append(row, SYSTEM, "text", "from a room")

        async def send_many(node: World, count: int) -> None:
            frames = [Send(conv.id, new_id(), body=f"message {n}") for n in range(count)]
            await asyncio.gather(*(send(node, frame) for frame in frames))

        await asyncio.gather(*(do(node, 8) for node in (shop, other) for do in (write, send_many)))
        found = await numbers(shop, conv.id)
        assert found == list(range(1, len(found) + 1))
        row = await shop.service.talk.find(conv.id)
        assert row.last_seq == found[-1]
        assert len(found) >= 1 + 4 * 8

        once = Send(conv.id, new_id(), body="once")
        acks = await asyncio.gather(*(send(node, once) for node in (shop, other) * 4))
        assert len(set(acks)) == 1
        page = await shop.service.talk.page(conv.id, after=found[-1])
        assert [m.body for m in page.messages].count("once") == 1
        assert await numbers(shop, conv.id) == [*found, found[-1] + 1]


async def test_two_people_open_once_each_and_one_person_never_twice(square: World):
    shop = square
    person, other = await shop.person(), await shop.person()
    opened = await asyncio.gather(*(open_conversation(person) for _ in range(6)))
    assert len({conv.id for conv in opened}) == 1
    second = await open_conversation(other)
    assert second.id != opened[0].id
    assert second.number != opened[0].number


class Room:
    """A listener that writes down what it hears, and answers once."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []
        self.broken = False

    async def appended(self, change: Change, row: ConversationRow, message: Message) -> None:
        if message.body == "break":
            raise RuntimeError("a bug in a room")
        self.heard.append((message.seq, message.body, row.last_seq))
        if message.body == "ping":
            await change.append(row, Sender("bot", name="bot"), "text", "pong")

    async def owner_changed(
        self, change: Change, row: ConversationRow, before: str, event: OwnerEvent
    ) -> None:
        self.heard.append((before, event.owner, event.reason, row.owner))


async def test_rooms_hear_inside_the_transaction_and_people_after_it(
    square: World, monkeypatch: pytest.MonkeyPatch
):
    shop = square
    room, talk = Room(), shop.service.talk
    person, agent = await shop.person(), await staff_member(shop)
    conv = await open_conversation(person)
    monkeypatch.setattr(talk, "listeners", [room])
    done: list[str] = []

    async def later() -> None:
        done.append("after the commit")

    async def fail() -> None:
        async with talk.change() as change:
            row = await change.conversation(conv.id)
            await change.append(row, SYSTEM, "text", "never")
            change.tell(f"person:{person.session.user_id}", Changed(["never"]))
            change.after_commit(later)
            raise ZeroDivisionError

    async with stream(person) as line:
        with pytest.raises(ZeroDivisionError):
            await fail()
        room.heard.clear()
        async with talk.change() as change:
            row = await change.conversation(conv.id)
            await change.append(row, Sender("person", person.session.user_id), "text", "ping")
            await change.give(row, "agent", "claimed", agent_id=agent.id, agent_name="小李")
            change.tell(f"person:{person.session.user_id}", Changed(["support"]))
            change.after_commit(later)
            now = change.row(conv.id)
        await talk.settled()
        assert done == ["after the commit"]
        seq = conv.last_seq
        assert room.heard == [
            (seq + 1, "ping", seq + 1),
            (seq + 2, "pong", seq + 2),
            (seq + 3, "", seq + 3),
            ("bot", "agent", "claimed", "agent"),
        ]
        assert (now.owner, now.agent_id, now.last_seq) == ("agent", agent.id, seq + 3)
        assert await line.expect(Changed) == Changed(["support"])
        told = [f.message.seq for f in line.frames if isinstance(f, Msg)]
        assert told == [seq + 1, seq + 2, seq + 3]
        assert await numbers(shop, conv.id) == list(range(1, seq + 4))


async def test_a_broken_room_hurts_only_its_own_message(
    square: World, monkeypatch: pytest.MonkeyPatch, expect_log: Expect
):
    expect_log("talk.send_failed")
    shop = square
    person = await shop.person()
    conv = await open_conversation(person)
    monkeypatch.setattr(shop.service.talk, "listeners", [Room()])
    async with stream(person) as line:
        sends = [Send(conv.id, new_id(), body=b) for b in ("a", "break", "b", "c")]
        for send in sends:
            await line.tell(send)
        refused = await line.expect(Refused)
        assert (refused.problem.code, refused.cmid) == ("internal_error", sends[1].cmid)
        last = await line.say(conv.id, "d")
        page = await line.fetch(conv.id, after=conv.last_seq)
    assert [m.body for m in page] == ["a", "b", "c", "d"]
    assert last.seq == conv.last_seq + 4


async def test_after_commit_failures_are_logged_and_hurt_nobody(
    one_square: World, expect_log: Expect
):
    expect_log("talk.after_commit_failed")
    shop = one_square

    async def breaks() -> None:
        raise RuntimeError

    async with shop.service.talk.change() as change:
        change.after_commit(breaks)
    await shop.service.talk.settled()


async def test_notes_never_reach_a_person(one_square: World):
    shop = one_square
    person, agent = await shop.person(), await staff_member(shop)
    conv = await open_conversation(person)
    await give_to(shop, conv.id, agent)
    async with stream(person) as line, stream_of(shop, agent.token) as desk:
        async with shop.service.talk.change() as change:
            row = await change.conversation(conv.id)
            notes = await change.notes_of(row)
        async with shop.service.talk.change() as change:
            row = await change.conversation(conv.id)
            assert (await change.notes_of(row)).id == notes.id
        assert await shop.service.talk.notes_id(conv.id) == notes.id
        await desk.watch(notes.id)
        ack = await desk.say(notes.id, "she called before, be kind")
        assert (await desk.message(notes.id, ack.seq)).body == "she called before, be kind"
        # The person asks for them by every way there is.
        assert await line.refused(notes.id, "let me in") == "conversation_not_found"
        answer = await person.get(f"/v1/support/conversations/{notes.id}/messages")
        assert answer.status_code == 404
        listed = (await person.get("/v1/support/conversations")).json()["conversations"]
        assert [c["id"] for c in listed] == [conv.id]
        after = await line.say(conv.id, "hello?")
        await line.message(conv.id, after.seq)
        assert not [f for f in line.frames if isinstance(f, Msg) and f.message.conv == notes.id]
    async with stream(person) as line:
        assert notes.id not in [g.conv for g in (await line.expect(Welcome)).gaps]


async def test_two_agents_answer_the_same_message_after_a_reconnect(square: World):
    """Only the owner's answer is taken; the other agent's client, come back, is told so."""
    shop = square
    person, one, two = await shop.person(), await staff_member(shop), await staff_member(shop)
    conv = await open_conversation(person)
    await give_to(shop, conv.id, one)
    cmid = new_id()
    async with stream_of(shop, one.token) as desk:
        first = await desk.say(conv.id, "我来帮您", cmid=cmid)
    await give_to(shop, conv.id, two)
    async with stream_of(shop, one.token) as old, stream_of(shop, two.token) as new:
        # The old owner's client sends again what it never saw acknowledged, and something new.
        assert await old.refused(conv.id, "我来帮您!", cmid=new_id()) in {
            "not_owner",
            "conversation_not_found",
        }
        second = await new.say(conv.id, "我接手了")
        assert second.seq == first.seq + 2
    page = await shop.service.talk.page(conv.id)
    assert [m.body for m in page.messages if m.sender.kind == "agent"] == [
        "我来帮您",
        "我接手了",
    ]


async def test_who_lost_a_conversation_no_longer_hears_it(one_square: World):
    shop = one_square
    person, one, two = await shop.person(), await staff_member(shop), await staff_member(shop)
    conv = await open_conversation(person)
    await give_to(shop, conv.id, one)
    async with stream(person) as line, stream_of(shop, one.token) as desk:
        await desk.watch(conv.id)
        ack = await line.say(conv.id, "for the first")
        assert (await desk.message(conv.id, ack.seq)).body == "for the first"
        await give_to(shop, conv.id, two)
        await shop.service.talk.settled()
        await line.say(conv.id, "for the second")
        await line.fetch(conv.id)
        bodies = [f.message.body for f in desk.frames if isinstance(f, Msg)]
        assert "for the second" not in bodies


async def test_what_was_said_is_sealed_where_it_is_kept(one_square: World):
    shop = one_square
    person = await shop.person()
    conv, other = await open_conversation(person), await open_conversation(await shop.person())
    async with stream(person) as line:
        await line.say(conv.id, "the tall heron at noon")
    async with shop.service.engine.connect() as connection:
        said = sa.select(messages).where(messages.c.conv_id == conv.id)
        kept = (await connection.execute(said)).all()
        row = sa.select(conversations).where(conversations.c.id == conv.id)
        rows = (await connection.execute(row)).all()
    assert b"heron" not in b"".join(row.content for row in kept)
    assert b"heron" not in b"".join(row.subject or b"" for row in rows)
    assert "heron" in (await shop.service.talk.find(conv.id)).subject
    # A sealed message that somebody copies into another stream doesn't open there.
    stolen = next(row for row in kept if row.conv_id == conv.id and row.kind == "text")
    async with writing(shop.service.engine) as connection:
        values = {**stolen._mapping, "conv_id": other.id, "seq": 2}
        await connection.execute(sa.insert(messages).values(values))
    with pytest.raises(SealError):
        await shop.service.talk.page(other.id)


async def test_what_was_appended_never_changes(square: World):
    shop = square
    await open_conversation(await shop.person())
    for statement in (
        sa.update(messages).values(seq=7),
        sa.delete(messages),
    ):
        with pytest.raises(sa.exc.DBAPIError, match="posted rows never change"):
            async with writing(shop.service.engine) as connection:
                await connection.execute(statement)


async def test_unknown_conversations_are_said_to_be_unknown(one_square: World):
    shop = one_square
    for conv in (new_id(), "nonsense", ""):
        with pytest.raises(KBeanError, match="conversation_not_found"):
            async with shop.service.talk.change() as change:
                await change.conversation(conv)
        with pytest.raises(KBeanError, match="conversation_not_found"):
            await shop.service.talk.find(conv)
        with pytest.raises(KBeanError, match="conversation_not_found"):
            await shop.service.talk.page(conv)
    assert await shop.service.talk.message(new_id(), 1) is None
