"""The staff's typed calls: against the real service, and against one that loses answers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import msgspec
import pyotp
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.desk import (
    AskAccess,
    AskVerification,
    CannedReplyRequest,
    CloseRequest,
    ConsultRequest,
    HandOver,
    MacroRequest,
    MacroStep,
    Reply,
    StaffMember,
    StaffSession,
    StaffSignIn,
)
from app.protocol.messages.identity import Contact, DeviceKey, RegistrationRequest
from app.protocol.messages.support import OpenRequest
from app.protocol.signing import SigningKey
from app.sdk.address import ServiceAddress
from app.sdk.client import PublicClient, ServiceClient
from app.sdk.files import announced
from app.sdk.retry import RetryPolicy
from app.sdk.staff import StaffClient
from app.sdk.support import SupportClient
from app.sdk.transport import Transport
from app.server.config import Config
from app.server.main import Service
from app.server.runner import running
from tests.rude import RudeServer, answer, hang_up, problem

PASSPHRASE = "seven purple bicycles argue quietly"
MEMBER = StaffMember("s", "mei", "Mei", ["agent"], [], ["zh"], 5)


class Place:
    """A service with two of the staff signed in."""

    def __init__(self, service: Service, url: str) -> None:
        self.service, self.url = service, url
        self.opened: list[Transport] = []

    def transport(self) -> Transport:
        made = Transport(ServiceAddress.parse(self.url))
        self.opened.append(made)
        return made

    async def staff(self, name: str, *roles: str) -> StaffClient:
        made = await self.service.staff.add(
            name, PASSPHRASE, display_name=name.title(), roles=list(roles)
        )
        client = StaffClient(self.transport())
        code = pyotp.TOTP(made.secret).now()
        await client.sign_in(StaffSignIn(name, PASSPHRASE, code))
        with pytest.raises(KBeanError, match="staff_credentials_wrong"):
            await client.sign_in(StaffSignIn(name, PASSPHRASE, code))
        return client

    async def waiting(self) -> str:
        """A conversation that waits in the queue."""
        key = SigningKey.generate()
        request = RegistrationRequest(
            contact=Contact("email", "ann@example.org"),
            passphrase=PASSPHRASE,
            display_name="Ann",
            locale="en",
            device=DeviceKey(key.public, "laptop", "linux"),
            time=int(time.time() * 1000),
            signature="",
        )
        request = msgspec.structs.replace(request, signature=key.sign(request.signed_bytes()))
        transport = self.transport()
        session = await PublicClient(transport).register(request)

        async def keep(_session) -> None:
            return None

        support = SupportClient(ServiceClient(transport, key, session, keep))
        conv = (await support.open(new_id(), OpenRequest(language="en"))).id
        async with self.service.talk.change() as change:
            await change.give(await change.conversation(conv), "queue", "asked")
        return conv


@pytest.fixture
async def place(tmp_path) -> AsyncIterator[Place]:
    config = Config(data_dir=tmp_path, port=0, hash_memory=64, hash_passes=1, rate_limits=False)
    async with running(config) as up:
        made = Place(up.service, up.url)
        yield made
        for transport in made.opened:
            await transport.close()


async def test_a_day_of_an_agent(place):
    mei, han = await place.staff("mei", "agent"), await place.staff("han", "supervisor")
    conv = await place.waiting()
    assert (await mei.me()).open_conversations == 0
    board = await mei.board()
    assert [entry.conversation.id for entry in board.queue] == [conv]
    opened = await mei.claim(conv)
    assert opened.entry.agent_id == mei.staff.id
    with pytest.raises(KBeanError, match="already_claimed"):
        await han.claim(conv)
    # The same number is the same message, however often it is sent.
    reply = Reply(new_id(), "Hello Ann")
    assert await mei.reply(conv, reply) == await mei.reply(conv, reply)
    # A file goes first, then the reply that carries it; both steps may be repeated.
    text = "第一步：打开安全中心\n".encode()
    guide = announced(text, "guides/步骤.txt")
    with pytest.raises(KBeanError, match="not_owner"):
        await han.files.store(conv, guide, text)
    kept = await mei.files.store(conv, guide, text)
    assert await mei.files.store(conv, guide, text) == kept
    await mei.reply(conv, Reply(new_id(), "", kept))
    assert (await mei.conversation(conv)).messages[-1].card == kept
    assert await mei.files.bytes_of(conv, kept.sha256) == text
    note = await mei.note(conv, Reply(new_id(), "for colleagues"))
    seen = await mei.conversation(conv)
    assert [message.body for message in seen.notes] == ["for colleagues"]
    assert "for colleagues" not in [message.body for message in seen.messages]
    page = await mei.page(note.conv, after=0)
    assert [message.body for message in page.messages] == ["for colleagues"]
    with pytest.raises(KBeanError, match="grant_missing"):
        await mei.account(conv, "balance")
    assert (await mei.ask_access(conv, AskAccess(["balance"], "to help"))).request_id
    assert (await mei.ask_verification(conv, AskVerification(1))).request_id
    await mei.consult(conv, ConsultRequest(han.staff.id, "what now?"))
    await han.set_presence("online")
    handed = await mei.hand_over(conv, HandOver(to="agent", agent_id=han.staff.id))
    assert handed.agent_name == "Han"
    with pytest.raises(KBeanError, match=r"not_owner|conversation_not_found"):
        await mei.reply(conv, Reply(new_id(), "too late"))
    closed = await han.close_conversation(conv, CloseRequest("resolved"))
    assert closed.owner == "nobody"
    assert [member.name for member in await mei.members()] == ["han", "mei"]
    entries = (await han.audit(actor="mei")).entries
    assert {"claim", "hand_over"} <= {entry.action for entry in entries}


async def test_ready_words_calls_and_the_end(place):
    han = await place.staff("han", "supervisor")
    request = CannedReplyRequest(shortcut="hello", title="Hi", language="en", body="Hello")
    kept = await han.keep_canned_reply(request)
    changed = msgspec.structs.replace(request, body="Hello there")
    assert (await han.keep_canned_reply(changed, kept.id)).body == "Hello there"
    assert [reply.body for reply in await han.canned_replies()] == ["Hello there"]
    await han.drop_canned_reply(kept.id)
    assert await han.canned_replies() == []
    steps = [MacroStep("note", "seen")]
    macro = await han.keep_macro(MacroRequest("Note it", steps))
    assert (await han.keep_macro(MacroRequest("Noted", steps), macro.id)).title == "Noted"
    conv = await place.waiting()
    await han.claim(conv)
    assert (await han.run_macro(conv, macro.id)).id == conv
    await han.drop_macro(macro.id)
    assert await han.macros() == []
    assert await han.callbacks() == []
    assert await han.glass_requests() == []
    frozen = await han.freeze(conv, "on their word")
    assert frozen.state == "frozen"
    assert 0 < han.seconds_left() <= place.service.config.staff_session_seconds
    other = StaffClient(place.transport())
    other.adopt(han.session)
    await han.close()
    with pytest.raises(KBeanError, match="unauthenticated"):
        assert han.session
    with pytest.raises(KBeanError, match="session_ended"):
        await other.board()


def signed_in(server: RudeServer) -> StaffClient:
    async def no_wait(_seconds: float) -> None:
        return None

    client = StaffClient(
        Transport(ServiceAddress.parse(server.url), retry=RetryPolicy(attempts=3), sleep=no_wait)
    )
    client.adopt(StaffSession(MEMBER, "token", 2**53, 0))
    return client


async def test_a_lost_answer_is_asked_for_again_only_where_that_is_safe():
    ack = answer(200, {"t": "ack", "conv": "c", "cmid": "m", "seq": 3, "ts": 1})
    async with RudeServer(hang_up, ack) as server:
        client = signed_in(server)
        assert (await client.reply("c", Reply(new_id(), "once"))).seq == 3
        assert server.heard[0].body == server.heard[1].body
        await client.transport.close()
    async with RudeServer(hang_up) as server:
        client = signed_in(server)
        with pytest.raises(KBeanError, match="service_unreachable"):
            await client.close_conversation("c", CloseRequest("resolved"))
        assert len(server.heard) == 1
        await client.transport.close()


async def test_signing_in_is_never_repeated_and_the_end_is_not_waited_for():
    async with RudeServer(hang_up) as server:
        client = StaffClient(Transport(ServiceAddress.parse(server.url)))
        with pytest.raises(KBeanError, match="service_unreachable"):
            await client.sign_in(StaffSignIn("mei", PASSPHRASE, "123456"))
        assert len(server.heard) == 1
        assert client.seconds_left() == 0
        await client.close()
    async with RudeServer(problem("busy", 503)) as server:
        client = signed_in(server)
        await client.close()
        assert client.seconds_left() == 0
