"""The queue against real databases: races, presence, capacity, places."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.desk import HandOver
from app.server.config import dump_config
from app.server.db.engine import reading, writing
from app.server.support.people import queue_rules
from app.server.support.people.queue_rules import LEFT_MS
from app.server.support.people.tables import agents, turns
from tests.server.staff import Member
from tests.server.support.people.conftest import Desk
from tests.server.support.world import open_conversation
from tests.server.world import World, code_of, world


async def set_agents(desk: Desk, **values: int | None) -> None:
    async with writing(desk.world.service.engine) as connection:
        await connection.execute(sa.update(agents).values(**values))


def another_node(desk: Desk, folder: Path) -> AbstractAsyncContextManager[World]:
    """A second service on the same database, with the same keys; SQLite has one node alone."""
    config = desk.world.service.config
    if config.database.startswith("sqlite"):
        return nullcontext(desk.world)
    return world(folder / "other", config.database_url, key_file=config.keys_path)


@asynccontextmanager
async def another_process(
    desk: Desk, member: Member
) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """A process of its own that claims for a member what it is told."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.server.support.people.other_process"),
        dump_config(desk.world.service.config),
        member.session.access_token,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    told, heard = process.stdin, process.stdout

    async def claims(conv: str) -> str:
        told.write(f"{conv}\n".encode())
        return (await heard.readline()).decode().strip()

    try:
        assert (await heard.readline()).decode().strip() == "ready"
        yield claims
    finally:
        told.write_eof()
        await process.wait()


async def claim(room: Any, member: Member, conv: str) -> str:
    """Claim on one node; who has it now, or why not."""
    principal = member.world.service.tokens._verified(member.session.access_token)
    try:
        await room.work.claim(principal, conv)
    except KBeanError as refused:
        return refused.code
    return member.id


# --- what people complain of


async def test_two_agents_answer_the_same_message_after_a_reconnect(desk: Desk):
    """One of them owns the conversation, whoever claims it when and in whichever process.

    And after both have lost their line and come back, each believing that it is their turn.
    """
    first, second = await desk.agent(online=False), await desk.agent(online=False)
    async with another_process(desk, second) as claims_too:
        for _ in range(3):
            conv = await desk.asked()
            outcomes = await asyncio.gather(claim(desk.room, first, conv.id), claims_too(conv.id))
            won = [outcome for outcome in outcomes if outcome != "already_claimed"]
            assert len(won) == 1
            assert await desk.owner(conv.id) == ("agent", won[0])
            winner, loser = (first, second) if won[0] == first.id else (second, first)
            assert (await desk.reply(winner, conv.id, "您好，我来帮您")).status_code == 201
            refused = await desk.reply(loser, conv.id, "您好，我来帮您")
            assert code_of(refused) == "conversation_not_found"
            messages = (await desk.world.service.talk.page(conv.id)).messages
            assert [m.sender.id for m in messages if m.sender.kind == "agent"] == [winner.id]
            await desk.do(winner, conv.id, "close", {"outcome": "resolved"})
    conv = await desk.asked()
    assert (await desk.do(winner, conv.id, "claim")).status_code == 200
    cmid = new_id()
    for _ in range(2):
        async with desk.line(winner) as owns, desk.line(loser) as believes:
            ack = await owns.say(conv.id, "已经退款了", cmid=cmid)
            assert await believes.refused(conv.id, "已经退款了") == "conversation_not_found"
    messages = (await desk.world.service.talk.page(conv.id)).messages
    assert [m.seq for m in messages if m.body == "已经退款了"] == [ack.seq]


async def test_many_agents_and_sweeps_on_two_nodes_give_each_conversation_once(
    desk: Desk, tmp_path
):
    waiting = [await desk.asked() for _ in range(8)]
    members = [await desk.agent(online=False, capacity=3) for _ in range(3)]
    async with another_node(desk, tmp_path) as node:
        rooms = [desk.room, node.service.people]
        await asyncio.gather(
            *(room.presence.set(member.id, "online") for room in rooms for member in members)
        )
        await asyncio.gather(*(room.queue.sweep() for room in rooms * 3))
        owners = [await desk.owner(conv.id) for conv in waiting]
        assert {owner for owner, _ in owners} == {"agent"}
        loads = [[who for _, who in owners].count(member.id) for member in members]
        assert sum(loads) == 8
        assert max(loads) <= 3
        async with reading(desk.world.service.engine) as connection:
            held = await connection.execute(
                sa.select(turns.c.conv_id).where(turns.c.owner == "agent")
            )
            assert sorted(held.scalars()) == sorted(conv.id for conv in waiting)
        await node.service.talk.settled()


async def test_nobody_is_assigned_when_agents_come_back(desk: Desk):
    """Somebody is: coming online sweeps the queue, and so does a stream that is back."""
    conv = await desk.asked()
    assert await desk.owner(conv.id) == ("queue", "")
    member = await desk.agent()
    assert await desk.owner(conv.id) == ("agent", member.id)
    # Away by their own word, and back.
    await desk.presence(member, "away")
    second = await desk.asked()
    assert await desk.owner(second.id) == ("queue", "")
    await desk.presence(member, "online")
    assert await desk.owner(second.id) == ("agent", member.id)
    # Gone without a word: their stream has been away for a minute.
    await set_agents(desk, live_at=desk.world.service.talk.clock() - queue_rules.GONE_MS)
    await desk.room.presence.look()
    third = await desk.asked()
    assert await desk.owner(third.id) == ("queue", "")
    assert (await member.get("/v1/staff/me")).json()["presence"] == "away"
    async with desk.line(member):
        assert (await member.get("/v1/staff/me")).json()["presence"] == "online"
        assert await desk.owner(third.id) == ("agent", member.id)


async def test_a_tick_finds_those_whose_stream_is_back(one_desk: Desk):
    member = await one_desk.agent()
    conv = await one_desk.asked()
    await one_desk.do(member, conv.id, "close", {"outcome": "resolved"})
    long_ago = one_desk.world.service.talk.clock() - queue_rules.GONE_MS
    await set_agents(one_desk, live_at=long_ago, gone_at=long_ago)
    waiting = await one_desk.asked()
    assert await one_desk.owner(waiting.id) == ("queue", "")
    async with one_desk.line(member):
        await one_desk.room.presence.look()
        assert await one_desk.owner(waiting.id) == ("agent", member.id)


async def test_no_limit_on_open_conversations_per_agent(desk: Desk):
    """There is one, and it holds for routing, claiming and handing over."""
    member = await desk.agent(capacity=2)
    convs = [await desk.asked() for _ in range(3)]
    assert [await desk.owner(conv.id) for conv in convs] == [
        ("agent", member.id),
        ("agent", member.id),
        ("queue", ""),
    ]
    assert code_of(await desk.do(member, convs[2].id, "claim")) == "capacity_full"
    colleague = await desk.agent("senior", online=False)
    assert (await desk.do(colleague, convs[2].id, "claim")).status_code == 200
    handed = await desk.do(
        colleague, convs[2].id, "hand-over", HandOver(to="agent", agent_id=member.id)
    )
    assert code_of(handed) == "capacity_full"
    # A close makes room, and the next one comes by itself.
    fourth = await desk.asked()
    assert await desk.owner(fourth.id) == ("queue", "")
    await desk.do(member, convs[0].id, "close", {"outcome": "resolved"})
    assert await desk.owner(fourth.id) == ("agent", member.id)


async def test_claims_at_the_same_moment_never_pass_the_limit(desk: Desk):
    member = await desk.agent(online=False, capacity=2)
    convs = [await desk.asked() for _ in range(5)]
    answers = await asyncio.gather(*(desk.do(member, conv.id, "claim") for conv in convs))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409, 409]


async def test_the_bot_keeps_talking_over_a_person_or_never_speaks_again(desk: Desk):
    """Whose turn it is follows the owner alone: to people, back to the bot, and never both."""
    member = await desk.agent()
    person = await desk.world.person()
    conv = await open_conversation(person)
    assert await desk.owner(conv.id) == ("bot", "")
    await desk.human(person, conv.id)
    assert await desk.owner(conv.id) == ("agent", member.id)
    # Asking again changes nothing and adds no event.
    before = (await desk.world.service.talk.find(conv.id)).last_seq
    await desk.human(person, conv.id)
    assert (await desk.world.service.talk.find(conv.id)).last_seq == before
    handed = await desk.do(member, conv.id, "hand-over", HandOver(to="bot"))
    assert handed.json()["owner"] == "bot"
    assert code_of(await desk.reply(member, conv.id, "还在吗")) in {
        "not_owner",
        "conversation_not_found",
    }
    await desk.human(person, conv.id)
    assert await desk.owner(conv.id) == ("agent", member.id)
    answer = await desk.world.client.post(
        f"/v1/support/conversations/{conv.id}/bot", headers=person.headers
    )
    assert answer.json()["owner"] == "bot"
    assert await desk.owner(conv.id) == ("bot", "")
    events = [
        (m.card.owner, m.card.reason)
        for m in (await desk.world.service.talk.page(conv.id)).messages
        if m.kind == "event"
    ]
    assert events == [
        ("bot", "opened"),
        ("queue", "asked"),
        ("agent", "routed"),
        ("bot", "returned"),
        ("queue", "asked"),
        ("agent", "routed"),
        ("bot", "returned"),
    ]


# --- skills, reopening, leaving


async def test_a_conversation_waits_for_somebody_with_its_language_and_skill(one_desk: Desk):
    await one_desk.agent(languages=("en",))
    cards = await one_desk.agent(online=False, skills=("cards",), languages=("zh",))
    conv = await one_desk.asked()
    assert await one_desk.owner(conv.id) == ("queue", "")
    await one_desk.presence(cards, "online")
    assert await one_desk.owner(conv.id) == ("agent", cards.id)
    await one_desk.do(cards, conv.id, "hand-over", HandOver(to="queue", skill="topup"))
    assert await one_desk.owner(conv.id) == ("queue", "")
    topup = await one_desk.agent(skills=("topup",))
    assert await one_desk.owner(conv.id) == ("agent", topup.id)


async def test_a_reopened_conversation_goes_back_to_whom_it_had(one_desk: Desk):
    person = await one_desk.world.person()
    member = await one_desk.agent()
    conv = await one_desk.asked(person)
    await one_desk.do(member, conv.id, "close", {"outcome": "resolved"})
    # Somebody with more room is there too.
    await one_desk.agent(capacity=9)
    async with one_desk.line(person) as line:
        assert await line.refused(conv.id, "我又来了") == "conversation_closed"
        await line.say(conv.id, "我又来了", reopen=True)
    assert await one_desk.owner(conv.id) == ("agent", member.id)
    assert (await one_desk.world.service.talk.find(conv.id)).cycle == 2


async def test_what_somebody_leaves_unanswered_goes_back_to_the_queue(desk: Desk):
    person = await desk.world.person()
    member = await desk.agent()
    conv, quiet = await desk.asked(person), await desk.asked()
    async with desk.line(person) as line:
        await line.say(conv.id, "在吗")
    assert (await member.delete("/v1/staff/sessions/current")).status_code == 204
    await desk.room.presence.look()
    assert await desk.owner(conv.id) == ("agent", member.id)
    await set_agents(desk, since=desk.world.service.talk.clock() - LEFT_MS)
    await desk.room.presence.look()
    assert await desk.owner(conv.id) == ("queue", "")
    # Nothing waits for an answer there: it stays with whom it knows.
    assert await desk.owner(quiet.id) == ("agent", member.id)


async def test_a_sign_out_takes_somebody_off_the_queue(one_desk: Desk):
    member = await one_desk.agent()
    await member.delete("/v1/staff/sessions/current")
    conv = await one_desk.asked()
    assert await one_desk.owner(conv.id) == ("queue", "")
    shown = await one_desk.room.presence.member(member.id)
    assert shown.presence == "offline"


async def test_those_who_do_not_talk_with_people_get_nothing(one_desk: Desk):
    auditor = await one_desk.agent("auditor")
    conv = await one_desk.asked()
    assert await one_desk.owner(conv.id) == ("queue", "")
    lead = await one_desk.agent("supervisor", online=False)
    handed = await one_desk.do(
        lead, conv.id, "hand-over", HandOver(to="agent", agent_id=auditor.id)
    )
    assert code_of(handed) == "agent_away"
