"""The wallet's chat against the real service: nothing lost, nothing doubled, order kept."""

from __future__ import annotations

import asyncio
import dataclasses
from functools import partial

from app.protocol.ids import new_id
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.identity import Contact
from app.protocol.messages.stream import Msg, ServiceFrame
from app.sdk.frames import read_frame
from tests.end_to_end.chatting import (
    LONG,
    QUICK,
    agree,
    bubbles,
    chatting,
    eventually,
    live,
    opened_again,
    quick,
    say,
    sent,
    told,
)
from tests.end_to_end.people import PASSPHRASE
from tests.end_to_end.world import onboard, until, world

PAYMENT = ContextCard("payment", "01a20000-0000-7000-8000-000000000002", "K豆便利店")


async def test_what_was_typed_offline_is_sent_once_and_in_order(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        port = here.road.port
        await here.road.shut()
        await until(lambda: ann.support.state.link != "live", LONG)

        conv = await ann.support.open(PAYMENT, language="zh")
        keys = [await ann.support.send(f"第 {number} 句") for number in range(5)]
        state = ann.support.state
        assert state.conversation.number == ""
        assert (state.waiting_out, state.unread) == (5, 0)
        drawn = await bubbles(ann, conv)
        assert [b.state for b in drawn] == ["waiting"] * 6
        assert [b.key for b in drawn[1:]] == keys
        assert drawn[0].card == PAYMENT
        await ann.support.discard(keys[4])
        await ann.support.keep_draft(conv, "还没写完")

        await ann.lock()
        assert ann.support.state.conversation is None
        await ann.close()
        again = await opened_again(here)
        assert again.support.state.waiting_out == 4
        await here.road.open(port)
        real = await sent(again)
        assert real != conv
        assert await told(here, real) == [f"第 {number} 句" for number in range(4)]
        await agree(here, again, real)
        # The old id goes on working, and every line kept its key.
        shown = [b.key for b in await bubbles(again, conv) if b.sender.kind == "person"]
        assert shown[1:] == keys[:4]
        assert await again.support.draft(conv) == "还没写完"
        assert again.support.state.conversation.subject == "第 0 句"


async def test_two_devices_of_one_person_see_the_same_conversation(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        desktop = await chatting(here, "desktop")
        laptop = await chatting(here, "laptop", sign_in=True)
        await desktop.support.open(language="en")
        await desktop.support.send("from the desktop")
        conv = await sent(desktop)
        await until(lambda: laptop.support.state.conversation is not None, LONG)
        assert laptop.support.state.conversation.id == conv
        await laptop.support.send("from the laptop")
        await sent(laptop)
        await say(here, conv, "hello to both")
        for session in (desktop, laptop):
            assert await agree(here, session, conv) == [
                "from the desktop",
                "from the laptop",
                "hello to both",
            ]
            await until(partial(_has_unread, session), LONG)
        await eventually(partial(_read_here_known_there, desktop, laptop, conv))
        last = (await bubbles(desktop, conv))[-1].seq
        assert last is not None
        async with here.service.talk.change() as change:
            row = await change.conversation(conv)
            await change.mark_read(row, last, by_person=False)
        await eventually(lambda: _all_read(desktop, conv))


def _has_unread(session) -> bool:
    return session.support.state.unread > 0


async def _read_here_known_there(reader, other, conv) -> bool:
    """The bot may go on writing: read whatever is there now."""
    await reader.support.read((await bubbles(reader, conv))[-1].seq)
    return other.support.state.unread == 0


async def _all_read(session, conv) -> bool:
    mine = [b for b in await bubbles(session, conv) if b.sender.kind == "person"]
    return {b.state for b in mine} == {"read"}


async def test_one_reply_appears_four_times(tmp_path):
    """Whatever the road repeats, delays by a connection or swallows: each line stands once."""
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        await ann.support.open(language="en")
        conv = await sent(ann)
        here.road.downstream = lambda text: [text] * 4
        for number in range(5):
            await say(here, conv, f"reply {number}")
            await ann.support.send(f"question {number}")
            here.road.cut()
            await live(ann)
        await sent(ann)
        both = await agree(here, ann, conv)
        assert [text for text in both if "reply" in text] == [f"reply {n}" for n in range(5)]
        assert sorted(await told(here, conv)) == [f"question {number}" for number in range(5)]


async def test_the_widget_sends_but_no_longer_receives(tmp_path):
    """A line that is open in one direction only is noticed, and what it swallowed is fetched."""
    deaf = dataclasses.replace(QUICK, ping=0.2, pong=2.0)
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here, patience=deaf)
        await ann.support.open(language="en")
        conv = await sent(ann)
        here.road.deafen()
        await ann.support.send("do you hear me?")
        await eventually(lambda: _heard(here, conv, "do you hear me?"))
        await say(here, conv, "I do, but you don't hear me")
        await until(lambda: not here.road.deaf, LONG)
        await agree(here, ann, conv)
        await sent(ann)
        assert await told(here, conv) == ["do you hear me?"]


async def _heard(here, conv, body) -> bool:
    return body in await told(here, conv)


async def test_a_frame_that_never_arrives_is_fetched(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        await ann.support.open(language="en")
        conv = await sent(ann)
        lost: list[ServiceFrame] = []

        def drop_every_second(text: bytes) -> list[bytes]:
            frame = read_frame(text)
            if isinstance(frame, Msg):
                lost.append(frame)
                return [text] if len(lost) % 2 else []
            return [text]

        here.road.downstream = drop_every_second
        for number in range(10):
            await say(here, conv, f"reply {number}")
        await ann.support.send("and I?")
        await sent(ann)
        await agree(here, ann, conv)


async def test_a_reconnect_storm_loses_and_doubles_nothing(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        await ann.support.open(language="en")
        conv = await sent(ann)

        async def storm() -> None:
            for _ in range(15):
                await live(ann)
                here.road.cut()
                await until(lambda: ann.support.state.link != "live", LONG)

        async def talk() -> None:
            for number in range(30):
                await ann.support.send(f"me {number}")
                await say(here, conv, f"you {number}")
                await asyncio.sleep(0)

        await asyncio.gather(storm(), talk())
        await sent(ann)
        assert await told(here, conv) == [f"me {number}" for number in range(30)]
        assert await told(here, conv, "agent") == [f"you {number}" for number in range(30)]
        await agree(here, ann, conv)
        await until(lambda: here.service.stream.connections == 1, LONG)


async def test_the_service_restarts_in_the_middle(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        await ann.support.open(language="en")
        await ann.support.send("before")
        conv = await sent(ann)
        await here.stop()
        await until(lambda: ann.support.state.link != "live", LONG)
        await ann.support.send("meanwhile")
        await here.start()
        await say(here, conv, "after")
        await sent(ann)
        assert sorted(await agree(here, ann, conv)) == ["after", "before", "meanwhile"]


async def test_a_stale_client_reopens_a_resolved_chat(tmp_path):
    """What waited while the chat was closed asks the person first."""
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        await ann.support.open(language="en")
        await ann.support.send("help")
        conv = await sent(ann)
        port = here.road.port
        await here.road.shut()
        await until(lambda: ann.support.state.link != "live", LONG)
        first = await ann.support.send("still there?")
        second = await ann.support.send("hello?")
        async with here.service.talk.change() as change:
            await change.give(await change.conversation(conv), "nobody", "closed")
        await here.road.open(port)
        await until(lambda: ann.support.state.refused_out == 2, LONG)
        refused = [b for b in await bubbles(ann, conv) if b.state == "refused"]
        assert [b.failure.code for b in refused] == ["conversation_closed"] * 2
        await until(lambda: ann.support.state.conversation.owner == "nobody", LONG)
        assert (await here.service.talk.find(conv)).cycle == 1

        await ann.support.discard(second)
        await ann.support.retry(first)
        await sent(ann)
        row = await here.service.talk.find(conv)
        assert row.cycle == 2
        assert await told(here, conv) == ["help", "still there?"]
        await agree(here, ann, conv)

        # Closed again, and a new one begun: what is retried now goes where the person is.
        await ann.support.close()
        assert ann.support.state.conversation.owner == "nobody"
        assert await ann.support.open(language="en") == conv
        stale = await ann.support.send("one more thing")
        await until(lambda: ann.support.state.refused_out == 1, LONG)
        await ann.support.new(language="en")
        fresh = await sent(ann)
        assert fresh != conv
        await ann.support.retry(stale)
        await sent(ann)
        assert await told(here, fresh) == ["one more thing"]
        assert len(await ann.support.conversations()) == 2


async def test_balances_follow_within_a_moment(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        user = ann.line.session.user_id
        # By itself the wallet asks once a minute; the first time may be luck.
        for total in (5_00, 10_00, 15_00):
            await here.service.funding.fund(user, 5_00, "CNY", reason="test", key=new_id())
            await until(partial(_has, ann, total), LONG)


def _has(session, total: int) -> bool:
    account = session.snapshot.money()
    return account is not None and account.available == total


async def test_a_session_that_ends_is_said_and_signing_in_goes_on(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        ann = await chatting(here)
        await ann.support.open(language="en")
        conv = await sent(ann)
        user = ann.line.session.user_id
        await here.service.identity.freezing.freeze(user, by="operator", reason="test")
        await until(lambda: ann.snapshot.session_ended, LONG)
        await until(lambda: ann.support.state.link == "off", LONG)
        await ann.support.send("what happened?")
        await here.service.identity.freezing.thaw(user, reason="test")
        await ann.sign_in_again(PASSPHRASE)
        await sent(ann)
        assert await told(here, conv) == ["what happened?"]


async def test_an_older_service_without_support_works_as_before(tmp_path):
    async with world(tmp_path, bot="silent") as here:
        missing = b'{"code":"not_found","type":"x","title":"x","status":404}'
        head = b"HTTP/1.1 404 x\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\n"

        def old(heard):
            if " /v1/support" in heard.line:
                return lambda _: head % len(missing) + b"connection: close\r\n\r\n" + missing
            return "lose_request" if "upgrade" in heard.headers else "pass"

        here.road.rule = old
        session = quick(here.wallet("ann"))
        await onboard(session, here.url, Contact("email", "ann@example.org"))
        await session.refresh()
        await until(lambda: sum(" /v1/support" in h.line for h in here.road.heard) > 2, LONG)
        assert session.support.state.link == "off"
        assert not here.road.tunnels
        await session.support.open(language="en")
        await session.support.send("anybody?")
        asked = len(here.road.heard)
        await until(lambda: len(here.road.heard) > asked + 2, LONG)
        assert (session.support.state.waiting_out, session.support.state.refused_out) == (1, 0)
        here.road.rule = lambda heard: "pass"
        await live(session)
        await sent(session)
