"""The event stream on a real port: hello, send, ack, gaps, and what a client may do wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.protocol.ids import new_id
from app.protocol.messages.cards import ContextCard, MaskEvent, OwnerEvent
from app.protocol.messages.stream import (
    CLOSE_INVALID,
    CLOSE_UNAUTHENTICATED,
    Ack,
    Changed,
    Hello,
    Msg,
    Read,
    Refused,
    Send,
    Typing,
    Watch,
    Welcome,
)
from tests.server.support.world import (
    World,
    give_to,
    open_conversation,
    raw_line,
    staff_member,
    stream,
    stream_of,
    stream_url,
    world,
)


async def test_what_is_said_is_acknowledged_and_heard_everywhere(square: World):
    shop = square
    person = await shop.person()
    context = ContextCard("page", "home", "首页")
    conv = await open_conversation(person, context=context)
    assert conv.number.startswith("KC-")
    assert conv.owner == "bot"
    async with stream(person) as phone, stream(person) as laptop:
        gaps = (await phone.expect(Welcome)).gaps
        assert [(gap.conv, gap.have, gap.last) for gap in gaps] == [(conv.id, 0, conv.last_seq)]
        ack = await phone.say(conv.id, "我的付款没到账")
        heard = await laptop.message(conv.id, ack.seq)
        assert (heard.body, heard.sender.id) == ("我的付款没到账", person.session.user_id)
        assert (await phone.message(conv.id, ack.seq)) == heard
        page = await laptop.fetch(conv.id)
        assert [m.seq for m in page] == list(range(1, len(page) + 1))
        assert isinstance(page[0].card, OwnerEvent)
        assert context in [m.card for m in page]
    have = page[-1].seq
    async with stream(person, {conv.id: have}) as line:
        assert (await line.expect(Welcome)).gaps == []


async def test_one_reply_appears_four_times(square: World):
    """A client that retries gets the same ack, and there is one message."""
    shop = square
    person = await shop.person()
    conv = await open_conversation(person)
    cmid = new_id()
    async with stream(person) as line, stream(person) as other:
        # All at once: into the same batch too.
        for _ in range(4):
            await line.tell(Send(conv=conv.id, cmid=cmid, body="hello?"))
        acks = [await line.expect(Ack) for _ in range(4)]
        acks.append(await other.say(conv.id, "hello?", cmid=cmid))
        assert len(set(acks)) == 1
        assert await line.refused(conv.id, "hello!", cmid=cmid) == "message_differs"
        page = await line.fetch(conv.id)
    assert [m.body for m in page].count("hello?") == 1
    assert acks[0].seq == next(m.seq for m in page if m.cmid == cmid)
    async with stream(person) as later:
        assert await later.say(conv.id, "hello?", cmid=cmid) == acks[0]


async def test_the_widget_sends_but_no_longer_receives(one_square: World):
    """After a broken line and a renewed token, every new message still arrives."""
    shop = one_square
    person = await shop.person()
    conv = await open_conversation(person)
    async with stream(person) as line:
        first = await line.say(conv.id, "one")
    async with stream(person, {conv.id: first.seq}) as line, stream(person) as other:
        await line.tell(Hello(person.session.access_token, {conv.id: first.seq}))
        await line.expect(Welcome)
        await line.expect(Welcome)
        second = await other.say(conv.id, "two")
        assert (await line.message(conv.id, second.seq)).body == "two"
        third = await line.say(conv.id, "three")
        assert (await line.message(conv.id, third.seq)).body == "three"


async def test_impersonation_through_a_static_hash(one_square: World):
    """Only the token says who somebody is; nothing in a frame does."""
    shop = one_square
    person, thief = await shop.person(), await shop.person()
    conv = await open_conversation(person)
    for token in (
        person.session.user_id,
        "k1." + person.session.access_token.split(".")[1] + "." + "A" * 43,
        person.session.refresh_token,
        "",
    ):
        async with raw_line(shop) as line:
            await line.tell(Hello(token))
            assert (await line.expect(Refused)).problem.code == "unauthenticated"
            assert await asyncio.wait_for(line.closed, 30) == CLOSE_UNAUTHENTICATED
    async with stream(thief) as line:
        assert await line.refused(conv.id, "I am them") == "conversation_not_found"
        await line.tell(Read(conv.id, 1))
        await line.tell(Watch(conv.id))
        refused = await line.expect(Refused)
        assert (refused.problem.code, refused.conv) == ("forbidden", conv.id)
        # A line never changes hands.
        await line.tell(Hello(person.session.access_token))
        assert (await line.expect(Refused)).problem.code == "forbidden"
        assert await asyncio.wait_for(line.closed, 30) == CLOSE_UNAUTHENTICATED
    async with stream(person) as line:
        page = await line.fetch(conv.id)
    assert [m.sender.kind for m in page] == ["system"]


async def test_a_stale_client_reopens_a_resolved_chat(square: World):
    """What an old outbox still held never reopens anything; the person's own wish does."""
    shop = square
    person = await shop.person()
    conv = await open_conversation(person)
    async with stream(person) as line:
        kept = new_id()
        before = await line.say(conv.id, "thanks", cmid=kept)
        await shop.client.post(f"/v1/support/conversations/{conv.id}/close", headers=person.headers)
        assert await line.refused(conv.id, "from the outbox") == "conversation_closed"
        assert await line.say(conv.id, "thanks", cmid=kept) == before
        cmid = new_id()
        after = await line.say(conv.id, "still broken", cmid=cmid, reopen=True)
        page = await line.fetch(conv.id)
        events = [m.card for m in page if isinstance(m.card, OwnerEvent)]
        assert [(e.owner, e.reason, e.cycle) for e in events] == [
            ("bot", "opened", 1),
            ("nobody", "closed", 1),
            ("bot", "reopened", 2),
        ]
        assert "from the outbox" not in [m.body for m in page]
        assert await line.say(conv.id, "still broken", cmid=cmid, reopen=True) == after
    # Somebody else's conversation is open now: the closed one stays closed.
    await shop.client.post(f"/v1/support/conversations/{conv.id}/close", headers=person.headers)
    new = await open_conversation(person)
    assert new.id != conv.id
    async with stream(person) as line:
        assert await line.refused(conv.id, "x", reopen=True) == "conversation_closed"


async def test_secrets_never_reach_the_store(one_square: World):
    shop = one_square
    person = await shop.person()
    conv = await open_conversation(person)
    async with stream(person) as line:
        cmid = new_id()
        ack = await line.say(conv.id, "卡号 4111 1111 1111 1111，密码是 hunter22", cmid=cmid)
        told = await line.message(conv.id, ack.seq)
        assert "hunter22" not in told.body
        assert "4111 1111" not in told.body
        note = (await line.message(conv.id, ack.seq + 1)).card
        assert note == MaskEvent(ack.seq, ["card", "secret"])
        again = await line.say(conv.id, "卡号 4111 1111 1111 1111，密码是 hunter22", cmid=cmid)
        assert again == ack


async def test_a_read_mark_only_grows_and_typing_is_told_to_the_other_side(one_square: World):
    shop = one_square
    person = await shop.person()
    conv = await open_conversation(person)
    async with stream(person) as line, stream(person) as other:
        ack = await line.say(conv.id, "one")
        await line.tell(Read(conv.id, ack.seq))
        assert await other.expect(Read) == Read(conv.id, ack.seq, "person")
        await line.tell(Read(conv.id, 1))
        await line.tell(Read(conv.id, 10_000))
        await line.tell(Typing(conv.id, True))
        more = await line.say(conv.id, "two")
        await line.tell(Read(conv.id, more.seq))
        assert await other.expect(Read) == Read(conv.id, more.seq, "person")
        assert not [f for f in other.frames if isinstance(f, Read | Typing)]
        row = await shop.service.talk.find(conv.id)
        assert row.read_by_person == more.seq


BAD = ('{"t":"none"}', "[]", '{"t":"send","conv":"x"}', "\x00", "{" * 900)


async def test_a_bad_frame_is_refused_in_words(one_square: World):
    person = await one_square.person()
    conv = await open_conversation(person)
    for frame in BAD:
        async with stream(person) as line:
            await line.socket.send(frame)
            assert (await line.expect(Refused)).problem.code == "frame_invalid", frame
            assert (await line.say(conv.id, "still here")).seq > 0, frame
            for _ in range(9):
                await line.socket.send(frame)
            assert await asyncio.wait_for(line.closed, 30) == CLOSE_INVALID, frame
    assert (await person.get("/v1/me")).status_code == 200


async def test_what_is_no_text_or_too_long_ends_the_line_not_the_service(one_square: World):
    shop = one_square
    person = await shop.person()
    async with stream(person) as line:
        await line.socket.send(b"\x00\x01")
        assert await asyncio.wait_for(line.closed, 30) == CLOSE_INVALID
    async with stream(person) as line:
        await line.socket.send("x" * 200_000)
        assert await asyncio.wait_for(line.closed, 30) == 1009
    with pytest.raises(InvalidStatus) as nowhere:
        await connect(stream_url(shop) + "/else", proxy=None)
    assert nowhere.value.response.status_code == 404
    assert (await shop.client.get("/v1/stream")).status_code == 404
    assert (await person.get("/v1/me")).status_code == 200


async def test_nothing_is_heard_before_hello(one_square: World):
    shop = one_square
    person = await shop.person()
    conv = await open_conversation(person)
    async with raw_line(shop) as line:
        await line.tell(Send(conv=conv.id, cmid=new_id(), body="x"))
        assert (await line.expect(Refused)).problem.code == "unauthenticated"
        assert await asyncio.wait_for(line.closed, 30) == CLOSE_UNAUTHENTICATED
    till = await shop.till()
    async with raw_line(shop) as line:
        # A till only listens: to what becomes of its orders.
        await line.tell(Hello(till.token))
        assert (await line.expect(Welcome)).gaps == []
        await line.tell(Send(conv=conv.id, cmid=new_id(), body="x"))
        assert (await line.expect(Refused)).problem.code == "forbidden"


async def test_an_ended_session_ends_its_stream(square: World):
    shop = square
    person = await shop.person()
    async with stream(person) as line:
        gone = await shop.client.delete("/v1/sessions/current", headers=person.headers)
        assert gone.status_code == 204
        assert (await line.expect(Refused)).problem.code == "session_ended"
        assert await asyncio.wait_for(line.closed, 30) == CLOSE_UNAUTHENTICATED
    async with raw_line(shop) as line:
        await line.tell(Hello(person.session.access_token))
        assert (await line.expect(Refused)).problem.code == "session_ended"


async def test_one_person_has_so_many_lines(one_square: World):
    from contextlib import AsyncExitStack

    from app.server.support.talk.stream import PER_PERSON

    shop, open_before = one_square, one_square.service.stream.connections
    async with AsyncExitStack() as stack:
        person = await shop.person()
        lines = [await stack.enter_async_context(stream(person)) for _ in range(PER_PERSON)]
        async with raw_line(shop) as line:
            await line.tell(Hello(person.session.access_token))
            assert (await line.expect(Refused)).problem.code == "too_many_requests"
            assert await asyncio.wait_for(line.closed, 30) == 1013
        await lines[0].hang_up()
        async with asyncio.timeout(30):
            while shop.service.stream.connections >= open_before + PER_PERSON:
                await asyncio.sleep(0.01)
        async with stream(person):
            pass


async def test_too_many_messages_are_refused(sqlite: str, tmp_path: Path):
    async with world(tmp_path, sqlite, rate_limits=True) as shop:
        person = await shop.person()
        conv = await open_conversation(person)
        async with stream(person) as line:
            for _ in range(90):
                await line.tell(Send(conv=conv.id, cmid=new_id(), body="again"))
            refused = await line.expect(Refused)
            assert refused.problem.code == "too_many_requests"
            assert refused.problem.retry_after
            assert refused.cmid is not None


async def test_a_stream_by_its_token_alone(one_square: World):
    shop = one_square
    person = await shop.person()
    async with stream_of(shop, person.session.access_token) as line:
        assert (await line.expect(Welcome)).gaps == []
        assert not [f for f in line.frames if isinstance(f, Msg)]


async def test_a_wallet_hears_within_a_moment_that_money_moved(one_square: World):
    shop = one_square
    person, till = await shop.person(), await shop.till()
    async with stream(person) as line:
        await person.fund(10_000)
        assert {"accounts", "activity"} <= set((await line.expect(Changed)).topics)
        order = await till.order(1_250)
        await person.pay(await person.resolve(order.code))
        assert {"accounts", "activity"} <= set((await line.expect(Changed)).topics)
    # Nobody listens: nothing to do, and nothing breaks.
    await person.fund(1)


async def test_what_is_counted_and_how_the_channel_stands(sqlite: str, tmp_path: Path):
    async with world(tmp_path, sqlite) as shop:
        person = await shop.person()
        conv = await open_conversation(person)
        async with stream(person) as line:
            await line.say(conv.id, "count me")
            text = (await shop.client.get("/metrics")).text
            assert "kbean_stream_connections 1.0" in text
            assert 'kbean_messages_total{sender="person"} 1.0' in text
            assert "kbean_message_ack_seconds_count 1.0" in text
        ready = (await shop.client.get("/health/ready")).json()
        assert ready["channel"] == "single"


async def test_staff_who_work_in_the_stream_are_seen(
    one_square: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("app.server.support.talk.stream.SEEN_MS", 0)
    shop = one_square
    person, agent = await shop.person(), await staff_member(shop)
    conv = await open_conversation(person)
    await give_to(shop, conv.id, agent)
    async with stream_of(shop, agent.token) as desk, stream(person) as line:
        ack = await desk.say(conv.id, "您好")
        told = await line.message(conv.id, ack.seq)
        assert (told.sender.kind, told.sender.name) == ("agent", agent.display_name)
        await desk.tell(Typing(conv.id, True))
        typing = await line.expect(Typing)
        assert (typing.by, typing.name) == ("staff", agent.display_name)
        await desk.tell(Read(conv.id, ack.seq))
        assert await line.expect(Read) == Read(conv.id, ack.seq, "staff")
        await line.tell(Typing(conv.id, True))
        assert (await desk.expect(Typing)).by == "person"
        await shop.service.staff.disable(agent.name)
        assert await asyncio.wait_for(desk.closed, 30) == CLOSE_UNAUTHENTICATED
