"""Call-backs: slots in service hours, one place one call, numbers that stay hidden."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import CallbackCard
from app.protocol.messages.desk import CallbackOutcome, StaffCallbackList
from app.protocol.messages.support import Callback, CallbackRequest, OpenSpan, Slot
from app.server.db.engine import reading
from app.server.support.people import callback_rules as rules
from app.server.support.people.tables import callbacks
from tests.server.support.people.conftest import Desk
from tests.server.support.world import open_conversation
from tests.server.world import Person, code_of

HALF = 30 * 60_000


def at(text: str) -> int:
    return int(
        datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000
    )


# --- rules


def test_slots_are_whole_and_inside_the_open_spans():
    span = OpenSpan(at("2026-11-23T09:10"), at("2026-11-23T10:45"))
    assert rules.slots_of([span], 30) == [
        Slot(at("2026-11-23T09:30"), at("2026-11-23T10:00")),
        Slot(at("2026-11-23T10:00"), at("2026-11-23T10:30")),
    ]
    assert rules.slots_of([], 30) == []


def test_numbers_are_checked_and_hidden():
    assert rules.phone_number("138 0013 8000", "CN") == "+8613800138000"
    assert rules.phone_number("+44 20 7946 0958", "CN") == "+442079460958"
    assert rules.masked_phone("+8613800138000") == "+86 •••• 8000"
    for wrong in ("12345", "call me", "+86 1"):
        with pytest.raises(KBeanError, match="contact_invalid"):
            rules.phone_number(wrong, "CN")


# --- booking


def still(desk: Desk) -> None:
    """Let the clock of support stand, so that no slot passes while a test looks at it."""
    moment = desk.world.service.talk.clock()
    desk.world.service.talk.clock = lambda: moment


async def slots(person: Person) -> list[int]:
    answer = await person.get("/v1/support/callbacks/slots")
    assert answer.status_code == 200, answer.text
    return [slot["start"] for slot in answer.json()["slots"]]


async def book(
    person: Person, conv: str, start: int, phone: str = "13800138000", key: str = "", **more: Any
) -> Any:
    return await person.world.client.post(
        "/v1/support/callbacks",
        content=msgspec.json.encode(CallbackRequest(conv, start, phone, **more)),
        headers=person.headers | {"idempotency-key": key or new_id()},
    )


async def cancel(person: Person, callback_id: str) -> Any:
    return await person.world.client.delete(
        f"/v1/support/callbacks/{callback_id}", headers=person.headers
    )


async def cards(desk: Desk, conv: str) -> list[tuple[int, str]]:
    found = (await desk.world.service.talk.page(conv)).messages
    return [
        (message.card.start, message.card.state)
        for message in found
        if isinstance(message.card, CallbackCard)
    ]


async def test_a_call_is_booked_once_moved_and_cancelled(desk: Desk):
    still(desk)
    await desk.agent(online=False)
    person = await desk.world.person()
    conv = await open_conversation(person)
    free = await slots(person)
    assert free
    assert all(desk.world.service.hours.is_open(start) for start in free)
    key = new_id()
    booked = await book(person, conv.id, free[0], key=key, topic="提现没到账")
    assert booked.status_code == 201, booked.text
    found = msgspec.json.decode(booked.content, type=Callback)
    assert (found.phone_masked, found.state) == ("+86 •••• 8000", "booked")
    assert (
        await book(person, conv.id, free[0], key=key, topic="提现没到账")
    ).json() == booked.json()
    other = await book(person, conv.id, free[1], key=key)
    assert code_of(other) == "idempotency_body_differs"
    # One agent, one call at a time.
    assert free[0] not in await slots(person)
    moved = await book(person, conv.id, free[1])
    assert moved.status_code == 201, moved.text
    assert free[0] in await slots(person)
    moved_id = moved.json()["id"]
    cancelled = await cancel(person, moved_id)
    assert cancelled.json()["state"] == "cancelled"
    assert (await cancel(person, moved_id)).json() == cancelled.json()
    assert await cards(desk, conv.id) == [
        (free[0], "booked"),
        (free[0], "cancelled"),
        (free[1], "booked"),
        (free[1], "cancelled"),
    ]
    assert await slots(person) == free
    async with reading(desk.world.service.engine) as connection:
        rows = (await connection.execute(sa.select(callbacks))).all()
    assert not any(b"13800138000" in row.phone or "提现".encode() in row.topic for row in rows)


async def test_one_place_goes_to_one_of_those_who_want_it(desk: Desk):
    still(desk)
    await desk.agent(online=False)
    people = [await desk.world.person() for _ in range(3)]
    convs = [await open_conversation(person) for person in people]
    start = (await slots(people[0]))[0]
    answers = await asyncio.gather(
        *(book(person, conv.id, start) for person, conv in zip(people, convs, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {code_of(answer) for answer in answers if answer.status_code == 409} == {"slot_taken"}


async def test_what_cannot_be_booked(one_desk: Desk):
    still(one_desk)
    person, stranger = await one_desk.world.person(), await one_desk.world.person()
    conv = await open_conversation(person)
    # Nobody to call.
    assert await slots(person) == []
    member = await one_desk.agent()
    start = (await slots(person))[0]
    assert code_of(await book(person, conv.id, start, "12345")) == "contact_invalid"
    assert code_of(await book(person, conv.id, start + 1)) == "slot_invalid"
    assert code_of(await book(person, conv.id, start - 14 * 86_400_000)) == "slot_invalid"
    assert code_of(await book(stranger, conv.id, start)) == "conversation_not_found"
    headers = {"idempotency-key": ""}
    keyless = await one_desk.world.client.post(
        "/v1/support/callbacks",
        content=msgspec.json.encode(CallbackRequest(conv.id, start, "13800138000")),
        headers=person.headers | headers,
    )
    assert code_of(keyless) == "idempotency_key_missing"
    booked = (await book(person, conv.id, start)).json()
    assert code_of(await cancel(stranger, booked["id"])) == "request_not_found"
    assert code_of(await cancel(person, "no-id")) == "request_not_found"
    await one_desk.human(person, conv.id)
    assert await one_desk.owner(conv.id) == ("agent", member.id)
    await one_desk.do(member, conv.id, "close", {"outcome": "resolved"})
    assert code_of(await book(person, conv.id, start)) == "conversation_closed"


# --- the desk's side


async def test_the_number_is_shown_to_who_takes_the_call_alone(desk: Desk):
    still(desk)
    first, second = await desk.agent(online=False), await desk.agent(online=False)
    person = await desk.world.person()
    conv = await open_conversation(person)
    start = (await slots(person))[0]
    booked = (await book(person, conv.id, start, topic="提现没到账")).json()

    async def listed(member: Any) -> Any:
        answer = await member.get("/v1/staff/callbacks")
        return msgspec.json.decode(answer.content, type=StaffCallbackList).callbacks[0]

    async def say(member: Any, state: Any, note: str = "") -> Any:
        return await member.post(
            f"/v1/staff/callbacks/{booked['id']}", CallbackOutcome(state, note)
        )

    shown = await listed(first)
    assert (shown.person_name, shown.number, shown.topic) == ("李伟", conv.number, "提现没到账")
    assert shown.phone == ""
    assert code_of(await say(first, "done")) == "not_owner"
    answers = await asyncio.gather(say(first, "taken"), say(second, "taken"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    taker, other = (first, second) if answers[0].status_code == 200 else (second, first)
    assert (await listed(taker)).phone == "+8613800138000"
    assert (await listed(other)).phone == ""
    assert code_of(await say(other, "taken")) == "already_claimed"
    # Who calls may read what it is about; the other may not.
    assert (await taker.get(f"/v1/staff/conversations/{conv.id}")).status_code == 200
    refused = await other.get(f"/v1/staff/conversations/{conv.id}")
    assert code_of(refused) == "conversation_not_found"
    done = await say(taker, "done", "解释了到账时间，用户满意")
    assert done.json()["callback"]["state"] == "done"
    assert done.json().get("phone", "") == ""
    assert (await say(taker, "done")).status_code == 200
    assert code_of(await say(taker, "missed")) == "request_answered"
    assert code_of(await say(taker, "taken")) == "request_answered"
    seen = await desk.opened(taker, conv.id)
    assert [note.body for note in seen.notes] == ["解释了到账时间，用户满意"]
    assert [call.state for call in seen.callbacks] == ["done"]
    assert await cards(desk, conv.id) == [(start, "booked"), (start, "done")]
    assert (await cancel(person, booked["id"])).json()["state"] == "done"
