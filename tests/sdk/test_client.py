"""Typed calls and tokens against a server that answers, refuses and loses on request."""

from __future__ import annotations

import asyncio
import json

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.identity import RefreshRequest, Session
from app.protocol.signing import SigningKey, verify
from app.sdk.address import ServiceAddress
from app.sdk.client import ServiceClient
from app.sdk.retry import RetryPolicy
from app.sdk.transport import Transport
from tests.rude import RudeServer, answer, hang_up, problem, stay_silent

FAR = 2**53
ACCOUNTS = answer(200, {"accounts": [], "server_time": 0})


def session_of(
    token: str, *, expires: int = FAR, refresh: str = "refresh-token-0000000"
) -> Session:
    return Session("u", new_id(), "s", token, expires, refresh, FAR, 0)


def renewed(token: str):
    return answer(200, msgspec.to_builtins(session_of(token, refresh="refresh-token-1111111")))


class Kept:
    def __init__(self) -> None:
        self.sessions: list[Session] = []

    async def __call__(self, session: Session) -> None:
        self.sessions.append(session)


@pytest.fixture
def key():
    return SigningKey.generate()


@pytest.fixture
def kept():
    return Kept()


@pytest.fixture
async def client_of(key, kept):
    opened = []

    async def no_wait(_seconds: float) -> None:
        return

    def build(server: RudeServer, session: Session) -> ServiceClient:
        transport = Transport(
            ServiceAddress.parse(server.url), retry=RetryPolicy(attempts=3), sleep=no_wait
        )
        opened.append(transport)
        return ServiceClient(transport, key, session, kept)

    yield build
    for transport in opened:
        await transport.close()


async def test_a_fresh_token_is_used_as_it_is(client_of, kept):
    async with RudeServer(ACCOUNTS) as server:
        await client_of(server, session_of("fresh")).accounts()
    assert server.heard[0].headers["authorization"] == "Bearer fresh"
    assert kept.sessions == []


async def test_an_old_token_is_renewed_before_it_is_used(client_of, kept, key):
    async with RudeServer(renewed("new"), ACCOUNTS) as server:
        await client_of(server, session_of("old", expires=1)).accounts()
    first, second = server.heard
    request = msgspec.json.decode(first.body, type=RefreshRequest)
    assert verify(key.public, request.signed_bytes(), request.signature)
    assert second.headers["authorization"] == "Bearer new"
    assert [session.access_token for session in kept.sessions] == ["new"]


async def test_a_refused_token_is_renewed_once(client_of):
    script = (problem("token_expired", 401), renewed("new"), ACCOUNTS)
    async with RudeServer(*script) as server:
        await client_of(server, session_of("old")).accounts()
    assert [heard.line.split()[1] for heard in server.heard] == [
        "/v1/accounts",
        "/v1/sessions/refresh",
        "/v1/accounts",
    ]


async def test_a_second_refusal_is_final(client_of):
    script = (problem("token_expired", 401), renewed("new"), problem("token_expired", 401))
    async with RudeServer(*script) as server:
        with pytest.raises(KBeanError) as refused:
            await client_of(server, session_of("old")).accounts()
    assert (refused.value.code, len(server.heard)) == ("token_expired", 3)


async def test_many_callers_renew_once(client_of, kept):
    async with RudeServer(renewed("new"), ACCOUNTS) as server:
        client = client_of(server, session_of("old", expires=1))
        await asyncio.gather(*(client.accounts() for _ in range(8)))
    refreshes = [heard for heard in server.heard if "refresh" in heard.line]
    assert (len(refreshes), len(kept.sessions)) == (1, 1)


async def test_a_lost_renewal_is_asked_for_with_identical_bytes(client_of):
    """The service answers the same again; other bytes under a used token would look like theft."""
    async with RudeServer(hang_up, renewed("new"), ACCOUNTS) as server:
        await client_of(server, session_of("old", expires=1)).accounts()
    first, second, _ = server.heard
    assert first.body == second.body


async def test_a_caller_that_gives_up_leaves_the_renewal_to_the_others(client_of, kept):
    async with RudeServer(renewed("new"), ACCOUNTS) as server:
        client = client_of(server, session_of("old", expires=1))
        hasty = asyncio.create_task(client.accounts())
        await asyncio.sleep(0)
        hasty.cancel()
        await client.accounts()
        await client.tokens.idle(1.0)
    assert len([heard for heard in server.heard if "refresh" in heard.line]) == 1


@pytest.mark.parametrize("code", ["refresh_invalid", "session_ended"])
async def test_an_ended_session_is_said_in_one_word(client_of, code):
    async with RudeServer(problem(code, 401)) as server:
        with pytest.raises(KBeanError) as ended:
            await client_of(server, session_of("old", expires=1)).accounts()
    assert ended.value.code == "session_ended"


async def test_a_revoked_device_keeps_its_own_word(client_of):
    async with RudeServer(problem("device_revoked", 403)) as server:
        with pytest.raises(KBeanError) as ended:
            await client_of(server, session_of("old", expires=1)).accounts()
    assert ended.value.code == "device_revoked"


async def test_a_clock_refused_at_renewal_is_learned_and_tried_once(client_of):
    date = {"Date": "Tue, 01 Jan 2030 00:00:00 GMT"}
    script = (problem("clock_off", 400, headers=date), renewed("new"), ACCOUNTS)
    async with RudeServer(*script) as server:
        await client_of(server, session_of("old", expires=1)).accounts()
    times = [json.loads(heard.body)["time"] for heard in server.heard[:2]]
    assert abs(times[1] - 1_893_456_000_000) < 60_000
    assert times[0] != times[1]


async def test_a_payment_lost_and_then_refused_for_its_token_stays_unknown(client_of):
    script = (hang_up, problem("token_expired", 401), renewed("new"), problem("busy", 503))
    async with RudeServer(*script) as server:
        with pytest.raises(KBeanError) as error:
            await client_of(server, session_of("old")).pay_bytes(new_id(), b"{}")
    assert (error.value.code, error.value.money) == ("busy", "unknown")


async def test_an_unreadable_payment_is_unknown(client_of):
    async with RudeServer(answer(201, {"payment_id": 5})) as server:
        with pytest.raises(KBeanError) as error:
            await client_of(server, session_of("t")).pay_bytes(new_id(), b"{}")
    assert (error.value.code, error.value.money) == ("service_garbled", "unknown")


async def test_asking_by_key(client_of):
    script = (problem("payment_not_found", 404), problem("forbidden", 403))
    key = new_id()
    async with RudeServer(*script) as server:
        client = client_of(server, session_of("t"))
        assert await client.payment_by_key(key, fence=True) is None
        with pytest.raises(KBeanError) as refused:
            await client.payment_by_key(key)
    assert refused.value.code == "forbidden"
    assert [heard.line.split()[1] for heard in server.heard] == [
        f"/v1/payments/by-key/{key}?fence=true",
        f"/v1/payments/by-key/{key}",
    ]


async def test_answers_of_another_shape_are_garbage(client_of):
    async with RudeServer(answer(200, {"accounts": "many"})) as server:
        with pytest.raises(KBeanError) as error:
            await client_of(server, session_of("t")).accounts()
    assert (error.value.code, error.value.money) == ("service_garbled", "unknown")


async def test_the_query_of_activity(client_of):
    empty = answer(200, {"items": [], "next_cursor": None, "server_time": 0})
    async with RudeServer(empty) as server:
        client = client_of(server, session_of("t"))
        await client.activity(currency="CNY", cursor="a b", limit=10)
        await client.activity(after=0)
    assert [heard.line.split()[1] for heard in server.heard] == [
        "/v1/activity?currency=CNY&cursor=a+b&limit=10",
        "/v1/activity?after=0&limit=100",
    ]


async def test_closing_waits_for_a_renewal_under_way(client_of, kept):
    """Its new token must be written down, or the session is lost."""
    go = asyncio.Event()

    async def when_told(writer, heard):
        await go.wait()
        await renewed("new")(writer, heard)

    async with RudeServer(when_told) as server:
        client = client_of(server, session_of("old", expires=1))
        caller = asyncio.create_task(client.accounts())
        while not server.heard:
            await asyncio.sleep(0)
        caller.cancel()
        closing = asyncio.create_task(client.tokens.idle(5.0))
        await asyncio.sleep(0)
        go.set()
        await closing
    assert [session.access_token for session in kept.sessions] == ["new"]


async def test_closing_does_not_wait_for_ever(client_of, kept):
    async with RudeServer(stay_silent) as server:
        client = client_of(server, session_of("old", expires=1))
        caller = asyncio.create_task(client.accounts())
        while not server.heard:
            await asyncio.sleep(0)
        caller.cancel()
        await client.tokens.idle(0.01)
    assert kept.sessions == []
    await asyncio.gather(caller, return_exceptions=True)


async def test_a_clock_that_stays_refused_is_said(client_of):
    async with RudeServer(
        problem("clock_off", 400, headers={"Date": "Tue, 01 Jan 2030 00:00:00 GMT"})
    ) as server:
        with pytest.raises(KBeanError) as refused:
            await client_of(server, session_of("old", expires=1)).accounts()
    assert (refused.value.code, len(server.heard)) == ("clock_off", 2)
