"""What every request meets, whatever it asks: shapes, sizes, types, methods, headers, limits."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.protocol.errors import CODES, KBeanError, Problem
from app.protocol.ids import new_id
from app.protocol.messages.identity import Contact, ServiceInfo
from app.protocol.messages.payments import PaymentRequest
from app.protocol.signing import SigningKey
from tests.conftest import Expect
from tests.server.world import JSON, World, code_of, world


@pytest.fixture
def alone(one_square: World) -> World:
    """A service on SQLite: what is looked at here does not touch the database's kind."""
    return one_square


async def test_every_failure_is_a_problem_document(alone: World):
    person = await alone.person()
    client, signed_in = alone.client, person.headers
    big = b'{"code": "' + b"x" * 70_000 + b'"}'

    async def endless():
        for _ in range(100):
            yield b"x" * 1_000

    keyed = signed_in | {"idempotency-key": new_id()}
    resolve, pay, me = "/v1/codes/resolve", "/v1/payments", "/v1/me"
    text = {"content-type": "text/plain"}
    untyped = {"authorization": signed_in["authorization"]}
    cases: list[tuple[str, str, Any, dict[str, Any], str]] = [
        ("GET", "/nothing/here", None, {}, "not_found"),
        ("GET", "/v1/", None, {}, "not_found"),
        ("GET", "/schema", None, {}, "not_found"),
        ("PUT", me, None, signed_in, "method_not_allowed"),
        ("GET", resolve, None, signed_in, "method_not_allowed"),
        ("GET", pay, None, signed_in, "method_not_allowed"),
        ("POST", resolve, b"{", signed_in, "bad_request"),
        ("POST", resolve, b"", signed_in, "validation_failed"),
        ("POST", resolve, b"\xff", signed_in, "bad_request"),
        ("POST", resolve, b'{"code": "\xff"}', signed_in, "bad_request"),
        ("POST", resolve, b'{"code": "\\ud800"}', signed_in, "bad_request"),
        ("POST", resolve, b'{"code": "a", "code": "\\u0000"}', signed_in, "code_malformed"),
        ("POST", resolve, b"[" * 50_000, signed_in, "validation_failed"),
        ("POST", resolve, b"[]", signed_in, "validation_failed"),
        ("POST", resolve, b"{}", signed_in, "validation_failed"),
        ("POST", resolve, big, signed_in, "payload_too_large"),
        ("POST", resolve, endless(), signed_in, "payload_too_large"),
        ("POST", pay, big, keyed, "payload_too_large"),
        ("POST", pay, b"{", keyed, "bad_request"),
        ("POST", pay, b"{}", keyed, "validation_failed"),
        ("POST", pay, b"", keyed, "validation_failed"),
        ("POST", "/v1/sessions", b"a=b", text, "unsupported_media_type"),
        ("POST", "/v1/sessions", b"{}", {}, "unsupported_media_type"),
        ("POST", pay, b"{}", untyped, "unsupported_media_type"),
        ("GET", me, None, {}, "unauthenticated"),
        ("GET", me, None, {"authorization": "Basic eDp5"}, "unauthenticated"),
        ("GET", me, None, {"authorization": "Bearer k1.AA.AA"}, "unauthenticated"),
        ("GET", me, None, {"authorization": "Bearer é".encode()}, "unauthenticated"),
        ("POST", pay, b"{}", JSON, "unauthenticated"),
    ]
    wrong = await client.patch("/v1/orders/x")
    assert wrong.headers["allow"] == "GET, OPTIONS"
    for method, path, content, headers, code in cases:
        answer = await client.request(method, path, content=content, headers=headers)
        assert code_of(answer) == code, (method, path, content, answer.text)
        problem = answer.json()
        assert problem["title"] == CODES[code].title
        assert problem["trace_id"] == answer.headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{16}", problem["trace_id"])


async def test_a_forged_or_shortened_token_opens_nothing(alone: World):
    person = await alone.person()
    token = person.session.access_token
    head, body, mac = token.split(".")
    other = SigningKey.generate().public
    for forged in (
        f"{head}.{body}.{other}",
        f"{head}.{body}.{mac[:-1]}",
        f"{head}.{body[:-2]}.{mac}",
        f"k2.{body}.{mac}",
        f"{body}.{mac}",
        token + "=",
        f"{head}..{mac}",
    ):
        answer = await alone.client.get("/v1/me", headers={"authorization": f"Bearer {forged}"})
        assert code_of(answer) == "unauthenticated", forged


async def test_answers_carry_security_headers(alone: World):
    for answer in (
        await alone.client.get("/v1/service"),
        await alone.client.get("/nothing"),
        await alone.client.post("/v1/payments", content=b"{}", headers=JSON),
    ):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "server" not in answer.headers
        assert "strict-transport-security" not in answer.headers


async def test_the_service_says_who_runs_it(alone: World):
    info = msgspec.json.decode((await alone.client.get("/v1/service")).content, type=ServiceInfo)
    assert (info.mode, info.licence, info.currency) == ("demo", None, "CNY")
    assert {key.purpose for key in info.keys} == {"receipt", "code"}
    assert alone.service.keys.receipt.public in {key.public_key for key in info.keys}


async def test_health_and_metrics_which_can_be_closed(tmp_path: Path):
    async with world(tmp_path, metrics_token="let me in") as shop:
        assert (await shop.client.get("/health/live")).json()["status"] == "ok"
        ready = (await shop.client.get("/health/ready")).json()
        assert (ready["status"], ready["database"]) == ("ok", "sqlite")
        await shop.client.get("/nothing/12345")
        assert code_of(await shop.client.get("/metrics")) == "unauthenticated"
        headers = {"authorization": "Bearer let me in"}
        text = (await shop.client.get("/metrics", headers=headers)).text
        live = 'kbean_http_requests_total{method="GET",route="/health/live",status="200"} 1.0'
        assert live in text
        assert 'route="unmatched",status="404"' in text
        assert "12345" not in text


async def test_a_bug_is_a_number_to_quote_and_a_line_in_the_log(
    alone: World, monkeypatch: pytest.MonkeyPatch, expect_log: Expect
):
    person = await alone.person()

    async def broken(*_: object, **__: object) -> None:
        secret = "a secret in a local variable"
        raise RuntimeError(f"it broke after {len(secret)} letters")

    monkeypatch.setattr(alone.service.identity, "profile", broken)
    monkeypatch.setattr(alone.service.payments._facts, "device", broken)
    expect_log("it broke after")
    answer = await person.get("/v1/me")
    assert code_of(answer) == "internal_error"
    assert answer.json()["money"] == "unknown"
    assert "it broke" not in answer.text
    till = await alone.till()
    found = await person.resolve((await till.order(5)).code)
    assert code_of(await person.pay_raw(found)) == "internal_error"


async def test_logs_hold_no_secrets(
    alone: World,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: Expect,
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level("DEBUG")
    expect_log("request failed")

    async def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(alone.service.identity.hasher, "hash", broken)
    contact = Contact("email", "secret.person@example.com")
    request = alone.registration(contact, SigningKey.generate(), "planted heron passphrase 77")
    answer = await alone.post("/v1/registrations", request)
    assert code_of(answer) == "internal_error"
    written = "\n".join(record.getMessage() for record in caplog.records)
    assert answer.json()["trace_id"] in written
    for planted in ("planted heron", "secret.person", request.signature):
        assert planted not in written


async def test_requests_in_pieces_and_cut_off(alone: World):
    """A payment that comes letter by letter is paid; one whose sender leaves half-way is not."""
    person, till = await alone.person(1_000), await alone.till()
    host, port = alone.url.removeprefix("http://").split(":")

    def raw(request: PaymentRequest) -> tuple[bytes, bytes]:
        body = msgspec.json.encode(request)
        head = (
            f"POST /v1/payments HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {person.session.access_token}\r\n"
            f"Idempotency-Key: {request.intent.key}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode(), body

    found = await person.resolve((await till.order(100)).code)
    request = person.signed(person.intent(found))
    head, body = raw(request)
    reader, writer = await asyncio.open_connection(host, int(port))
    for piece in (head[:40], head[40:], *(body[n : n + 150] for n in range(0, len(body), 150))):
        writer.write(piece)
        await writer.drain()
    assert (await reader.readline()).startswith(b"HTTP/1.1 201")
    writer.close()

    found = await person.resolve((await till.order(100)).code)
    request = person.signed(person.intent(found))
    head, body = raw(request)
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head + body[:-10])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    fenced = await person.get(f"/v1/payments/by-key/{request.intent.key}?fence=true")
    assert code_of(fenced) == "payment_not_found"
    assert await person.available() == 900


async def test_a_full_queue_answers_busy_and_loses_nothing(tmp_path: Path):
    async with world(tmp_path) as shop:
        person, till = await shop.person(10_000), await shop.till()
        _, text = await shop.service.merchants.add_code(till.store_id, "CNY")
        found = await person.resolve(text)
        shop.service.writer._queue_limit = 3
        requests = [person.signed(person.intent(found, 10)) for _ in range(40)]
        answers = await asyncio.gather(*(person.send(request) for request in requests))
        busy = [answer for answer in answers if answer.status_code == 503]
        assert busy
        assert {code_of(answer) for answer in busy} == {"busy"}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in busy)
        assert all(answer.json().get("money", "not_moved") == "not_moved" for answer in busy)
        shop.service.writer._queue_limit = 2_000
        again = await asyncio.gather(*(person.send(request) for request in requests))
        assert {answer.status_code for answer in again} == {201}
        assert await person.available() == 10_000 - 400


async def test_rate_limits_say_how_long_to_wait(tmp_path: Path):
    limits: dict[str, Any] = {
        "register_per_minute": 3,
        "sign_in_per_minute": 4,
        "resolve_per_minute": 2,
    }
    async with world(tmp_path, rate_limits=True, **limits) as shop:
        person = await shop.person()
        contact = Contact("email", "nobody@example.com")
        request = shop.sign_in_request(contact, SigningKey.generate(), "wrong")
        codes = [code_of(await shop.post("/v1/sessions", request)) for _ in range(5)]
        assert codes == ["credentials_wrong"] * 4 + ["too_many_requests"]
        resolved = [await person.resolve_raw("x") for _ in range(3)]
        assert [code_of(a) for a in resolved] == ["code_malformed"] * 2 + ["too_many_requests"]
        assert 1 <= int(resolved[-1].headers["retry-after"]) <= 61
        weak = shop.registration(contact, SigningKey.generate(), "12345")
        codes = [code_of(await shop.post("/v1/registrations", weak)) for _ in range(3)]
        assert codes == ["passphrase_weak"] * 2 + ["too_many_requests"]


async def test_the_description_names_every_route_and_its_problems(alone: World):
    described = (await alone.client.get("/v1/openapi.json")).json()
    money_and_people = {
        "/health/live", "/health/ready", "/v1/accounts", "/v1/activity", "/v1/codes/resolve",
        "/v1/devices/{device_id}", "/v1/me", "/v1/orders", "/v1/orders/{order_id}",
        "/v1/orders/{order_id}/cancel", "/v1/payments", "/v1/payments/by-key/{key}",
        "/v1/payments/{payment_id}", "/v1/points", "/v1/registrations", "/v1/service",
        "/v1/sessions", "/v1/sessions/current", "/v1/sessions/refresh", "/v1/terminal-sessions",
    }  # fmt: skip
    more = set(described["paths"]) - money_and_people
    assert money_and_people < set(described["paths"])
    rooms = {
        "bills", "charges", "confirmations", "counter", "holds", "limits", "me", "money-requests",
        "payees", "payer-codes", "payments", "personal-code", "plans", "points", "redemptions",
        "refunds", "staff", "statements", "support", "transfers", "webhooks",
    }  # fmt: skip
    assert {path.split("/")[2] for path in more} == rooms
    schemas = described["components"]["schemas"]
    for strict in ("PaymentRequest", "PaymentIntent", "OrderRequest", "RegistrationRequest"):
        assert schemas[strict]["additionalProperties"] is False
    for path, methods in described["paths"].items():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], path


def test_every_code_makes_a_problem_document():
    for code, kind in CODES.items():
        error = KBeanError(code, retry_after=3, params={"a": 1})
        raw = msgspec.json.encode(error.problem())
        problem = msgspec.json.decode(raw, type=Problem)
        assert (problem.code, problem.status, problem.money) == (code, kind.status, kind.money)
