"""The transport against servers that misbehave: each ends in the right code and money word."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import socket
import ssl
from email.utils import format_datetime

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.sdk.address import ServiceAddress
from app.sdk.clock import ServiceClock
from app.sdk.retry import RetryPolicy, parse_retry_after
from app.sdk.transport import Call, TimeLimits, Transport
from tests.rude import RudeServer, answer, drip, hang_up, problem, raw, stay_silent

PATIENT = TimeLimits(connect=30, answer=30)
QUICK = TimeLimits(connect=0.3, answer=0.2)
"""For servers that never answer: everything else has time, however busy the machine is."""
GET = Call("GET", "/v1/service")


def post(*, key: str | None = None) -> Call:
    return Call("POST", "/v1/payments", b'{"a":1}', key=key)


class Waits:
    """Stands in for sleeping: notes how long would have been waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits():
    return Waits()


@pytest.fixture
async def transport_to(waits):
    opened = []

    def build(url: str, **more) -> Transport:
        more.setdefault("limits", PATIENT)
        more.setdefault("retry", RetryPolicy(attempts=3, draw=lambda: 0.0))
        transport = Transport(ServiceAddress.parse(url), sleep=waits, **more)
        opened.append(transport)
        return transport

    yield build
    for transport in opened:
        await transport.close()


async def failing(transport: Transport, call: Call) -> KBeanError:
    with pytest.raises(KBeanError) as caught:
        await transport.send(call)
    return caught.value


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (hang_up, "service_unreachable"),
        (stay_silent, "service_unreachable"),
        (drip, "service_unreachable"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"), "service_unreachable"),
        (raw(b"220 mail.example.org ESMTP\r\n\r\n"), "service_garbled"),
        (raw(b"\x00\xff" * 400), "service_garbled"),
        (answer(302, headers={"Location": "http://portal.example.org/"}), "service_garbled"),
        (answer(404, raw=b"<html>nothing here", media="text/html"), "service_garbled"),
        (answer(400, raw=b"{", media="application/problem+json"), "service_garbled"),
        (answer(502, raw=b"<html>bad gateway", media="text/html"), "service_unreachable"),
        (answer(504, raw=b"", media="text/html"), "service_unreachable"),
        (answer(200, raw=b" " * (9 * 1024 * 1024)), "service_garbled"),
    ],
)
async def test_a_payment_whose_answer_is_no_answer_is_unknown(transport_to, behaviour, code):
    limits = QUICK if behaviour in {stay_silent, drip} else PATIENT
    async with RudeServer(behaviour) as server:
        error = await failing(transport_to(server.url, limits=limits), post(key=new_id()))
    assert (error.code, error.money) == (code, "unknown")


async def test_a_question_that_moves_nothing_has_no_money_word(transport_to):
    async with RudeServer(hang_up) as server:
        error = await failing(transport_to(server.url), GET)
    assert (error.code, error.money) == ("service_unreachable", "none")


async def test_nothing_listens_means_nothing_left(transport_to, waits):
    with socket.socket() as idle:
        idle.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{idle.getsockname()[1]}"
        error = await failing(transport_to(url), post(key=new_id()))
    assert (error.code, error.money) == ("service_unreachable", "not_moved")
    assert len(waits.seconds) == 2


async def test_a_keyed_post_is_repeated_byte_for_byte(transport_to, waits):
    key = new_id()
    script = (hang_up, problem("busy", 503), answer(201, {"ok": True}))
    async with RudeServer(*script) as server:
        assert await transport_to(server.url).send(post(key=key)) == b'{"ok": true}'
    assert len(server.heard) == 3
    assert {heard.body for heard in server.heard} == {b'{"a":1}'}
    assert {heard.headers["idempotency-key"] for heard in server.heard} == {key}
    assert waits.seconds == [0.2, 0.4]


async def test_a_post_without_a_key_is_never_repeated(transport_to, waits):
    async with RudeServer(hang_up, answer(201, {})) as server:
        error = await failing(transport_to(server.url), post())
    assert (error.code, len(server.heard), waits.seconds) == ("service_unreachable", 1, [])


@pytest.mark.parametrize("code", ["insufficient_funds", "order_paid", "unauthenticated"])
async def test_a_refusal_is_final(transport_to, code):
    async with RudeServer(problem(code, 422, money="not_moved")) as server:
        error = await failing(transport_to(server.url), post(key=new_id()))
    assert (error.code, error.money, len(server.heard)) == (code, "not_moved", 1)


async def test_a_refused_repetition_says_nothing_about_the_lost_try(transport_to):
    """The first may have posted; only asking by key can tell."""
    async with RudeServer(hang_up, problem("token_expired", 401, money="not_moved")) as server:
        error = await failing(transport_to(server.url), post(key=new_id()))
    assert (error.code, error.money) == ("token_expired", "unknown")


async def test_a_problem_carries_its_values(transport_to):
    refusal = problem(
        "insufficient_funds",
        422,
        money="not_moved",
        params={"available": 5},
        trace_id="t1",
        field="amount",
    )
    async with RudeServer(refusal) as server:
        error = await failing(transport_to(server.url), post(key=new_id()))
    assert (error.params, error.trace_id, error.field) == ({"available": 5}, "t1", "amount")


async def test_an_unknown_code_of_a_newer_service_is_ours_to_say(transport_to):
    async with RudeServer(problem("from_the_future", 418, money="not_moved")) as server:
        error = await failing(transport_to(server.url), GET)
    assert error.code == "internal_error"


async def test_retry_after_is_honoured(transport_to, waits):
    script = (
        answer(503, raw=b"", media="text/plain", headers={"Retry-After": "7"}),
        problem("busy", 503, retry_after=5),
        answer(200, {}),
    )
    async with RudeServer(*script) as server:
        await transport_to(server.url).send(GET)
    assert waits.seconds == [7.2, 5.4]


async def test_a_long_retry_after_is_left_to_the_person(transport_to, waits):
    async with RudeServer(problem("too_many_requests", 429, retry_after=3600)) as server:
        error = await failing(transport_to(server.url), GET)
    assert (error.code, error.retry_after, waits.seconds) == ("too_many_requests", 3600, [])


async def test_a_dripping_service_is_cut_off_in_time(transport_to):
    loop = asyncio.get_running_loop()
    async with RudeServer(drip) as server:
        transport = transport_to(server.url, limits=QUICK, retry=RetryPolicy(attempts=1))
        begun = loop.time()
        await failing(transport, GET)
    assert loop.time() - begun < 2


async def test_secrets_stay_out_of_logs(transport_to, caplog):
    caplog.set_level(logging.DEBUG)
    call = Call("POST", "/v1/x", b'{"passphrase":"s3cr3t-word"}', token="s3cr3t-token")
    async with RudeServer(answer(200, {"refresh_token": "s3cr3t-answer"})) as server:
        await transport_to(server.url).send(call)
    assert "s3cr3t" not in caplog.text


async def test_secrets_stay_out_of_errors(transport_to):
    call = Call("POST", "/v1/x", b'{"passphrase":"s3cr3t-word"}', token="s3cr3t-token")
    async with RudeServer(hang_up) as server:
        error = await failing(transport_to(server.url), call)
    told = f"{error!r} {call!r} {error.__cause__!r}"
    assert "s3cr3t-token" not in told


# --- TLS


async def test_an_organisations_own_authority_is_trusted(transport_to, organisation):
    context, authority = organisation
    async with RudeServer(answer(200, {}), tls=context) as server:
        assert await transport_to(server.url, ca_file=authority).send(GET) == b"{}"


async def test_an_unknown_authority_is_final(transport_to, organisation, waits):
    context, _ = organisation
    async with RudeServer(answer(200, {}), tls=context) as server:
        error = await failing(transport_to(server.url), post(key=new_id()))
    assert (error.code, error.money) == ("service_untrusted", "not_moved")
    assert (server.heard, waits.seconds) == ([], [])


async def test_old_tls_never_gets_a_request(transport_to, organisation):
    context, authority = organisation
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        async with RudeServer(answer(200, {}), tls=context) as server:
            error = await failing(transport_to(server.url, ca_file=authority), post(key=new_id()))
    finally:
        context.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED
    assert error.code in {"service_untrusted", "service_unreachable"}
    assert (error.money, server.heard) == ("not_moved", [])


async def test_plain_http_behind_an_https_address_is_untrusted(transport_to):
    async def speak_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(speak_at_once, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await failing(transport_to(f"https://127.0.0.1:{port}"), post(key=new_id()))
    assert (error.code, error.money) == ("service_untrusted", "not_moved")


async def test_a_missing_authority_file_is_said(transport_to, tmp_path):
    transport = transport_to("https://127.0.0.1:9", ca_file=str(tmp_path / "none.pem"))
    assert (await failing(transport, GET)).code == "service_untrusted"


# --- clock and waiting


async def test_the_clock_is_learned_from_any_answer(transport_to):
    hour_ahead = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    date = {"Date": format_datetime(hour_ahead, usegmt=True)}
    async with RudeServer(problem("clock_off", 400, headers=date)) as server:
        transport = transport_to(server.url)
        await failing(transport, GET)
    assert abs(transport.clock.offset_ms - 3_600_000) < 3000


def test_small_differences_are_not_the_clocks():
    clock = ServiceClock(lambda: 1000.0)
    clock.learn(1_001_500)
    assert clock.offset_ms == 0
    clock.learn(4_600_000)
    assert clock.time_ms() == 4_600_000
    clock.learn(1_000_100)
    assert clock.offset_ms == 0
    clock.learn_from_date("no date")
    clock.learn_from_date(None)
    assert clock.offset_ms == 0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("3", 3),
        ("999999999999", 86_400),
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("soon", None),
        ("-1", None),
    ],
)
def test_retry_after_in_both_forms(header, seconds):
    assert parse_retry_after(header, now=0.0) == seconds


def test_waits_grow_with_jitter_and_end():
    policy = RetryPolicy(attempts=4, base=1.0, cap=3.0, draw=lambda: 0.5)
    assert [policy.wait(tried, None) for tried in (1, 2, 3, 4)] == [0.5, 1.0, 1.5, None]
    assert policy.wait(1, 2) == 2.5
    assert policy.wait(1, 16) is None
