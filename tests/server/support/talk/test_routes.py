"""The same things over HTTP: opening, pages, sending, closing."""

from __future__ import annotations

import msgspec
import pytest

from app.protocol.ids import new_id
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.stream import Send
from app.protocol.messages.support import MessagePage, OpenRequest
from tests.server.support.world import Person, World, open_conversation, stream
from tests.server.world import code_of


async def send(person: Person, frame: Send):
    return await person.world.client.post(
        f"/v1/support/conversations/{frame.conv}/messages",
        content=msgspec.json.encode(frame),
        headers=person.headers,
    )


async def page(person: Person, conv: str, query: str = "") -> MessagePage:
    answer = await person.get(f"/v1/support/conversations/{conv}/messages{query}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=MessagePage)


async def test_opening_twice_with_a_key_appends_the_context_once(square: World):
    shop = square
    person, key = await shop.person(), new_id()
    context = ContextCard("error", "insufficient_funds", "余额不足", "abc")
    first = await open_conversation(person, context=context, key=key)
    again = await open_conversation(person, context=context, key=key)
    assert again.id == first.id
    cards = [m.card for m in (await page(person, first.id)).messages]
    assert cards.count(context) == 1
    differs = await shop.client.post(
        "/v1/support/conversations",
        content=msgspec.json.encode(OpenRequest(language="en")),
        headers=person.headers | {"idempotency-key": key},
    )
    assert code_of(differs) == "idempotency_body_differs"
    # The key still leads to the same one after it was closed: nothing is opened twice.
    await shop.client.post(f"/v1/support/conversations/{first.id}/close", headers=person.headers)
    assert (await open_conversation(person, context=context, key=key)).id == first.id
    assert (await open_conversation(person)).id != first.id
    missing = await shop.client.post(
        "/v1/support/conversations",
        content=msgspec.json.encode(OpenRequest(language="en")),
        headers=person.headers,
    )
    assert code_of(missing) == "idempotency_key_missing"


async def test_a_client_without_a_stream_sends_and_reads(one_square: World):
    shop = one_square
    person, stranger = await shop.person(), await shop.person()
    conv = await open_conversation(person)
    frames = [Send(conv.id, new_id(), body=f"number {n}") for n in range(5)]
    acks = [(await send(person, frame)).json() for frame in frames]
    again = await send(person, frames[2])
    assert again.json() == acks[2]
    changed = msgspec.structs.replace(frames[2], body="else")
    assert code_of(await send(person, changed)) == "message_differs"
    assert code_of(await send(person, Send(conv.id, new_id(), body=" "))) == "message_empty"
    assert code_of(await send(stranger, frames[0])) == "conversation_not_found"
    first, last = acks[0]["seq"], acks[-1]["seq"]
    up = await page(person, conv.id, f"?after={first}&limit=2")
    assert ([m.seq for m in up.messages], up.more) == ([first + 1, first + 2], True)
    down = await page(person, conv.id, f"?before={last}&limit=2")
    assert [m.seq for m in down.messages] == [last - 2, last - 1]
    newest = await page(person, conv.id, "?limit=200")
    assert newest.last_seq == newest.messages[-1].seq
    assert not newest.more
    # Whoever has a stream hears it too.
    async with stream(person) as line:
        later = (await send(person, Send(conv.id, new_id(), body="by HTTP"))).json()
        assert (await line.message(conv.id, later["seq"])).body == "by HTTP"
    wrong = await shop.client.get(
        f"/v1/support/conversations/{conv.id}/messages?limit=201", headers=person.headers
    )
    assert code_of(wrong) == "validation_failed"


async def test_choices_and_actions_are_kept_as_what_they_are(
    one_square: World, monkeypatch: pytest.MonkeyPatch
):
    shop = one_square
    monkeypatch.setattr(shop.service.talk, "listeners", [])
    person = await shop.person()
    conv = await open_conversation(person)
    for frame, card in (
        (Send(conv.id, new_id(), body="退款多久到账", choice="refund_time"), "suggest"),
        (Send(conv.id, new_id(), act="human"), "action"),
        (Send(conv.id, new_id(), context=ContextCard("page", "home")), "context"),
        (Send(conv.id, new_id(), body="this", context=ContextCard("page", "home")), "context"),
    ):
        ack = (await send(person, frame)).json()
        (kept,) = (await page(person, conv.id, f"?after={ack['seq'] - 1}")).messages
        assert msgspec.to_builtins(kept.card)["type"] == card
        assert kept.kind == ("text" if frame.body == "this" else "card")


async def test_conversations_come_in_pages(one_square: World):
    shop = one_square
    person = await shop.person()
    made = []
    for _ in range(3):
        made.append((await open_conversation(person)).id)
        closed = await shop.client.post(
            f"/v1/support/conversations/{made[-1]}/close", headers=person.headers
        )
        assert closed.json()["owner"] == "nobody"
    rows, more = await shop.service.talk.of_person(person.session.user_id, limit=2)
    assert ([row.id for row in rows], more) == ([made[2], made[1]], True)
    listed = await person.get(f"/v1/support/conversations?before={rows[-1].created_at}")
    assert [c["id"] for c in listed.json()["conversations"]] == [made[0]]
    again = await shop.client.post(
        f"/v1/support/conversations/{made[0]}/close", headers=person.headers
    )
    assert again.status_code == 200
    stranger = await shop.person()
    foreign = await shop.client.post(
        f"/v1/support/conversations/{made[0]}/close", headers=stranger.headers
    )
    assert code_of(foreign) == "conversation_not_found"
