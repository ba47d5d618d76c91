"""The contract's small parts: ids, the table of errors, and what messages accept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.errors import CODES, KBeanError, Problem
from app.protocol.ids import is_uuid7, new_id, order_number
from app.protocol.messages.identity import (
    Contact,
    DeviceKey,
    RefreshRequest,
    RegistrationRequest,
    SignInRequest,
    TerminalSignInRequest,
)
from app.protocol.messages.payments import (
    OrderRequest,
    PaymentIntent,
    PaymentRequest,
    Receipt,
    ResolveRequest,
)

ID = "0190a5e0-7c1b-7d8e-9f2a-1b2c3d4e5f60"

# --- ids


def test_new_ids_are_version_7_and_sort_by_time():
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000
    assert all(is_uuid7(text) for text in ids)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        ID.upper(),
        f"{{{ID}}}",
        ID.replace("-", ""),
        f"urn:uuid:{ID}",
        ID + "\n",
        "0190a5e0-7c1b-4d8e-9f2a-1b2c3d4e5f60",
        "0190a5e0-7c1b-7d8e-1f2a-1b2c3d4e5f60",
        "豆" * 36,
    ],
)
def test_what_is_no_uuid7(text):
    assert not is_uuid7(text)


@given(st.uuids())
def test_is_uuid7_reads_version_and_variant(value):
    assert is_uuid7(str(value)) == (value.version == 7)


@pytest.mark.parametrize("value", [None, 7, b"x"])
def test_is_uuid7_of_another_type(value: Any):
    assert not is_uuid7(value)


def test_order_number_is_the_utc_day_and_ten_digits():
    at = int(datetime(2026, 11, 22, 23, 59, tzinfo=UTC).timestamp() * 1000)
    with time_machine.travel("2020-01-01"):
        number = order_number(ID, at)
    assert number == f"20261122{uuid.UUID(ID).int % 10**10:010d}"
    assert len(number) == 18


# --- errors


@pytest.mark.parametrize("code", CODES)
def test_every_code_makes_a_problem_and_comes_back(code):
    error = KBeanError(code, "more", field="f", retry_after=3, trace_id="t1", params={"limit": 5})
    wire = msgspec.json.encode(error.problem())
    problem = msgspec.json.decode(wire, type=Problem)
    assert problem == error.problem()
    assert problem.type == f"urn:kbean:error:{code}"
    assert problem.status == error.status == CODES[code].status
    again = KBeanError.from_problem(problem)
    assert again.problem() == problem
    assert str(again) == f"{code}: more"


def test_every_code_is_fixed_in_a_sensible_way():
    for code, kind in CODES.items():
        assert code == code.lower()
        assert kind.title
        assert kind.status == 0 or 400 <= kind.status <= 599
        assert kind.money in ("none", "not_moved", "moved", "unknown")
        # Only what refuses surely may say so: after a 5xx of our own nobody knows.
        assert kind.money == "unknown" or code not in ("internal_error", "service_unreachable")


def test_a_code_that_is_not_in_the_table_cannot_be_raised():
    with pytest.raises(KeyError):
        KBeanError("made_up")


def test_a_newer_services_code_becomes_ours_but_keeps_the_truth_about_money():
    problem = Problem(
        code="from_the_future", type="", title="", status=400, detail="d", money="moved"
    )
    error = KBeanError.from_problem(problem)
    assert (error.code, error.money, error.detail) == ("internal_error", "moved", "d")


def test_title_stands_in_for_a_missing_detail():
    assert str(KBeanError("order_paid")) == "order_paid: The order is already paid"


# --- what messages accept

INTENT: dict[str, Any] = {
    "key": ID,
    "payer": ID,
    "device": ID,
    "payee": ID,
    "code_id": ID,
    "order_id": None,
    "amount": 2372,
    "currency": "CNY",
    "time": 1_700_000_000_000,
}
ORDER = {"out_trade_no": "A-1", "amount": 1, "currency": "CNY"}
PAYMENT = {"intent": INTENT, "signature": "s" * 86}
CONTACT = {"kind": "email", "value": "a@example.org"}
DEVICE = {"public_key": "p" * 43, "name": "laptop"}
SIGN_IN = {
    "contact": CONTACT,
    "passphrase": "correct horse",
    "device": DEVICE,
    "time": 1,
    "signature": "s" * 86,
}
REGISTRATION = SIGN_IN | {"display_name": "豆豆", "locale": "zh-CN"}
REFRESH = {"refresh_token": "r" * 20, "device_id": ID, "time": 1, "signature": "s" * 86}
TERMINAL = {"terminal_id": ID, "time": 1, "signature": "s" * 86}


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (PaymentIntent, INTENT),
        (PaymentRequest, PAYMENT),
        (OrderRequest, ORDER),
        (RegistrationRequest, REGISTRATION),
        (SignInRequest, SIGN_IN),
        (RefreshRequest, REFRESH),
        (TerminalSignInRequest, TERMINAL),
        (ResolveRequest, {"code": "x"}),
    ],
)
def test_messages_are_read_whole_and_nothing_more(message, fields):
    value = msgspec.convert(fields, message)
    assert msgspec.json.decode(msgspec.json.encode(value), type=message) == value
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert(fields | {"surprise": 1}, message)
    for name in fields:
        with pytest.raises(msgspec.ValidationError, match="missing required"):
            msgspec.convert({k: v for k, v in fields.items() if k != name}, message)


@pytest.mark.parametrize(
    ("message", "fields", "changes"),
    [
        (OrderRequest, ORDER, {"currency": "CNY\n"}),
        (OrderRequest, ORDER, {"currency": "cny"}),
        (OrderRequest, ORDER, {"out_trade_no": "A-1\n"}),
        (OrderRequest, ORDER, {"out_trade_no": ""}),
        (OrderRequest, ORDER, {"out_trade_no": "a" * 65}),
        (OrderRequest, ORDER, {"out_trade_no": "订单"}),
        (OrderRequest, ORDER, {"amount": 0}),
        (OrderRequest, ORDER, {"amount": 10**15 + 1}),
        (OrderRequest, ORDER, {"amount": 1.5}),
        (OrderRequest, ORDER, {"amount": True}),
        (OrderRequest, ORDER, {"amount": "1"}),
        (OrderRequest, ORDER, {"subject": "a\0b"}),
        (OrderRequest, ORDER, {"subject": "line\n"}),
        (OrderRequest, ORDER, {"subject": "s" * 121}),
        (OrderRequest, ORDER, {"expires_in": 9}),
        (OrderRequest, ORDER, {"expires_in": 7201}),
        (PaymentRequest, PAYMENT, {"note": "a\x7fb"}),
        (PaymentRequest, PAYMENT, {"note": "n" * 121}),
        (PaymentRequest, PAYMENT, {"signature": "s" * 85}),
        (PaymentIntent, INTENT, {"key": "k" * 36}),
        (PaymentIntent, INTENT, {"payer": ID[:-1] + "\0"}),
        (PaymentIntent, INTENT, {"payee": ID.upper()}),
        (PaymentIntent, INTENT, {"order_id": ""}),
        (RegistrationRequest, REGISTRATION, {"display_name": ""}),
        (RegistrationRequest, REGISTRATION, {"display_name": "a\u0085b"}),
        (RegistrationRequest, REGISTRATION, {"locale": "fr"}),
        (SignInRequest, SIGN_IN, {"contact": CONTACT | {"value": "a@\nb.c"}}),
        (SignInRequest, SIGN_IN, {"device": DEVICE | {"name": "a\0"}}),
        (RefreshRequest, REFRESH, {"device_id": "d"}),
        (TerminalSignInRequest, TERMINAL, {"terminal_id": "t"}),
        (ResolveRequest, {"code": "x"}, {"code": "x" * 2049}),
    ],
)
def test_values_that_are_refused(message, fields, changes):
    msgspec.convert(fields, message)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(fields | changes, message)


# --- what is signed covers every field

RECEIPT: dict[str, Any] = {
    "receipt_id": ID,
    "payment_id": ID,
    "order_number": "202611220000000001",
    "intent_hash": "h",
    "payer": ID,
    "payee": ID,
    "payee_name": "K豆便利店",
    "store_name": "一号店",
    "amount": 2372,
    "currency": "CNY",
    "points_earned": 23,
    "posted_at": 1,
    "journal_id": 2,
    "key_id": "r1",
}


def _changed(value: Any) -> Any:
    return value + 1 if isinstance(value, int) else f"{value or ''}x"


@pytest.mark.parametrize(("message", "fields"), [(PaymentIntent, INTENT), (Receipt, RECEIPT)])
def test_a_change_of_any_field_changes_the_signed_bytes(
    message: Callable[..., Any], fields: dict[str, Any]
):
    signed = message(**fields).signed_bytes()
    for name, value in fields.items():
        assert message(**fields | {name: _changed(value)}).signed_bytes() != signed, name
    assert len({message(**fields).signed_bytes(), signed}) == 1


def test_a_receipts_own_signature_is_not_signed():
    assert Receipt(**RECEIPT, signature="s").signed_bytes() == Receipt(**RECEIPT).signed_bytes()


def test_sign_in_bytes_cover_contact_key_and_time_and_tell_the_messages_apart():
    sign_in = msgspec.convert(SIGN_IN, SignInRequest)
    seen = {
        sign_in.signed_bytes(),
        msgspec.convert(REGISTRATION, RegistrationRequest).signed_bytes(),
        msgspec.structs.replace(sign_in, time=2).signed_bytes(),
        msgspec.structs.replace(sign_in, contact=Contact("phone", "a@example.org")).signed_bytes(),
        msgspec.structs.replace(sign_in, contact=Contact("email", "b@example.org")).signed_bytes(),
        msgspec.structs.replace(sign_in, device=DeviceKey("q" * 43, "laptop")).signed_bytes(),
        msgspec.convert(REFRESH, RefreshRequest).signed_bytes(),
        msgspec.convert(REFRESH | {"time": 2}, RefreshRequest).signed_bytes(),
        msgspec.convert(TERMINAL, TerminalSignInRequest).signed_bytes(),
        msgspec.convert(TERMINAL | {"time": 2}, TerminalSignInRequest).signed_bytes(),
    }
    assert len(seen) == 10
    assert all(b"correct horse" not in signed for signed in seen)
