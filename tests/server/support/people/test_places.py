"""What people are told about their place, and what is kept of waiting and handling."""

from __future__ import annotations

import sqlalchemy as sa

from app.protocol.messages.stream import Place
from app.server.db.engine import reading
from app.server.support.people.tables import desk_rows, turns
from tests.server.support.people.conftest import Desk
from tests.server.world import code_of

# --- places


async def test_people_are_told_their_place_when_it_changes(one_desk: Desk):
    people = [await one_desk.world.person() for _ in range(3)]
    convs = [await one_desk.asked(person) for person in people[:2]]
    async with one_desk.line(people[1]) as second, one_desk.line(people[2]) as third:
        convs.append(await one_desk.asked(people[2]))
        told = await third.expect(Place)
        assert (told.conv, told.owner, told.position) == (convs[2].id, "queue", 3)
        assert told.wait_seconds is None
        member = await one_desk.agent(capacity=1)
        assert await one_desk.owner(convs[0].id) == ("agent", member.id)
        assert (await second.expect(Place, lambda place: place.position == 1)).conv == convs[1].id
        assert (await third.expect(Place, lambda place: place.position == 2)).conv == convs[2].id
        # Now somebody was handled, so a wait can be told, in whole minutes.
        await one_desk.do(member, convs[0].id, "close", {"outcome": "resolved"})
        assert (await second.expect(Place, lambda place: place.owner == "agent")).position == 0
        last = await third.expect(Place, lambda place: place.position == 1)
        assert last.wait_seconds is not None
        assert last.wait_seconds >= 60


async def test_whoever_looks_again_is_told_again(one_desk: Desk):
    person = await one_desk.world.person()
    conv = await one_desk.asked(person)
    async with one_desk.line(person) as line:
        info = (await person.get("/v1/support")).json()
        assert info["waiting"] == 1
        assert info["agents_online"] == 0
        assert info.get("wait_seconds") is None
        assert len(info["spans"]) in {7, 8}
        told = await line.expect(Place)
        assert (told.conv, told.position) == (conv.id, 1)


async def test_off_hours_people_are_told_when_somebody_is_there(one_desk: Desk, monkeypatch):
    person = await one_desk.world.person()
    service = one_desk.world.service
    # Half past three in the morning, in the service's zone.
    night = 1_795_375_800_000
    monkeypatch.setattr(service.talk, "clock", lambda: night)
    conv = await one_desk.asked(person)
    async with one_desk.line(person) as line:
        info = (await person.get("/v1/support")).json()
        assert info["open_now"] is False
        told = await line.expect(Place)
        assert (told.conv, told.open_now) == (conv.id, False)
        assert told.opens_at == service.hours.next_open(night)
        assert told.opens_at == info["spans"][0]["start"]


async def test_the_outlook_counts_room(one_desk: Desk):
    person = await one_desk.world.person()
    await one_desk.agent(languages=("zh",), capacity=1)
    assert (await person.get("/v1/support")).json()["wait_seconds"] == 0
    info = (await person.get("/v1/support?language=en")).json()
    assert info.get("wait_seconds") is None
    assert info["agents_online"] == 1


# --- what is kept


async def test_turns_tell_of_waiting_handling_and_leaving(one_desk: Desk):
    person = await one_desk.world.person()
    conv = await one_desk.asked(person)
    await one_desk.world.client.post(
        f"/v1/support/conversations/{conv.id}/bot", headers=person.headers
    )
    await one_desk.human(person, conv.id)
    member = await one_desk.agent()
    await one_desk.do(member, conv.id, "close", {"outcome": "unresolved"})
    async with reading(one_desk.world.service.engine) as connection:
        of_it = sa.select(turns).where(turns.c.conv_id == conv.id)
        rows = (await connection.execute(of_it.order_by(turns.c.id))).all()
        row = sa.select(desk_rows).where(desk_rows.c.conv_id == conv.id)
        kept = (await connection.execute(row)).one()
    assert [(row.owner, row.ended_for) for row in rows] == [
        ("queue", "bot"),
        ("queue", "agent"),
        ("agent", "nobody"),
    ]
    assert rows[2].staff_id == member.id
    assert all(row.ended_at is not None for row in rows)
    assert (kept.outcome, kept.last_agent_id, kept.waiting_since) == (
        "unresolved",
        member.id,
        None,
    )


async def test_nobody_touches_anothers_conversation(one_desk: Desk):
    conv = await one_desk.asked()
    stranger = await one_desk.world.person()
    for what in ("human", "bot"):
        answer = await one_desk.world.client.post(
            f"/v1/support/conversations/{conv.id}/{what}", headers=stranger.headers
        )
        assert code_of(answer) == "conversation_not_found", what


async def test_a_closed_conversation_is_not_given_to_anybody(one_desk: Desk):
    person = await one_desk.world.person()
    member = await one_desk.agent()
    conv = await one_desk.asked(person)
    await one_desk.do(member, conv.id, "close", {"outcome": "resolved"})
    for what in ("human", "bot"):
        answer = await one_desk.world.client.post(
            f"/v1/support/conversations/{conv.id}/{what}", headers=person.headers
        )
        assert code_of(answer) == "conversation_closed"
    assert code_of(await one_desk.do(member, conv.id, "claim")) == "conversation_closed"
