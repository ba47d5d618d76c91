"""Payers' codes: design/3's vectors, and what any key, time, counter or text does."""

from __future__ import annotations

import base64

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.protocol.codes import explain, payment_code
from app.protocol.errors import KBeanError

KEY = bytes(range(32))
HANDLE = 123456789
AT = 1_700_000_000
VECTOR = (
    "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xE"
    "RVIvRU1WXy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw=="
)

keys = st.binary(min_size=32, max_size=32)
handles = st.integers(0, payment_code.HANDLES - 1)
times = st.integers(0, 2**40)
counters = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("counter", "code"), [(0, "881234567897593846"), (1, "881234567897445078")]
)
def test_vectors(counter, code):
    assert payment_code.generate(KEY, HANDLE, AT, counter) == code
    assert payment_code.split(code) == (HANDLE, int(code[11:]))


@given(keys, handles, times, counters)
def test_every_code_is_18_digits_and_is_read_back_from_both_shapes(key, handle, at, counter):
    code = payment_code.generate(key, handle, at, counter)
    assert len(code) == 18
    assert code.isdigit()
    assert payment_code.split(code)[0] == handle
    assert payment_code.read(code) == payment_code.read(payment_code.cpm(code)) == code
    assert payment_code.read(f" {code[:4]} {code[4:8]} {code[8:]}\r\n") == code
    assert explain.explain(code).kind == "ours_payer"


@given(
    keys,
    handles,
    st.integers(180, 2**40),
    st.integers(0, 2**31),
    st.tuples(st.integers(-3, 6), st.integers(-3, 3)),
)
def test_codes_of_three_steps_and_four_counters_match_and_no_others(key, handle, at, last, away):
    ahead, steps = away
    counter = last + ahead
    assume(counter >= 0)
    _, otp = payment_code.split(payment_code.generate(key, handle, at + steps * 60, counter))
    found = payment_code.matches(key, handle, otp, at, last)
    if abs(steps) <= 1 and 0 <= ahead <= 3:
        assert found is not None
        # Another pair with the same seven digits may come first, once in some hundred thousand.
        assert payment_code.generate(key, handle, found[0] * 60, found[1])[11:] == f"{otp:07d}"
    elif found is not None:
        assert found != (at // 60 + steps, counter)


def test_a_clock_is_off_by_one_step_at_the_edges():
    _, otp = payment_code.split(payment_code.generate(KEY, HANDLE, AT, 2))
    step = AT // 60
    first, last = (step - 1) * 60, (step + 2) * 60 - 1
    assert payment_code.matches(KEY, HANDLE, otp, first, 0) == (step, 2)
    assert payment_code.matches(KEY, HANDLE, otp, last, 0) == (step, 2)
    assert payment_code.matches(KEY, HANDLE, otp, first - 1, 0) is None
    assert payment_code.matches(KEY, HANDLE, otp, last + 1, 0) is None
    assert payment_code.matches(KEY, HANDLE, otp, AT, 3) is None


@pytest.mark.parametrize(
    ("key", "handle", "at", "counter"),
    [
        (KEY[:31], HANDLE, AT, 0),
        (KEY, -1, AT, 0),
        (KEY, 10**9, AT, 0),
        (KEY, HANDLE, -1, 0),
        (KEY, HANDLE, AT, -1),
        (KEY, HANDLE, AT, 2**32),
    ],
)
def test_what_is_out_of_range_makes_no_code(key, handle, at, counter):
    with pytest.raises(ValueError):
        payment_code.generate(key, handle, at, counter)


# --- CPM


def shape(objects):
    return [(one.tag, shape(one.parts)) if one.parts else one.tag for one in objects]


def test_the_published_text_is_read_whole():
    objects = payment_code.parse_cpm(VECTOR)
    assert shape(objects) == [
        "85",
        ("61", ["4F", "50"]),
        ("61", ["4F", "50"]),
        ("62", ["5A", "5F20", "5F2D", ("64", ["9F10", "9F26", "9F36", "9F37"])]),
    ]
    assert objects[3].find("5F20").value == b"CARDHOLDER/EMV"


def test_our_text_is_short_and_complete():
    text = payment_code.cpm("881234567897593846")
    assert len(text) <= 64
    version, application, common = payment_code.parse_cpm(text)
    assert version == payment_code.Tlv("85", b"CPV01")
    assert application.find("4F").value == payment_code.AID
    assert application.find("50").value == b"K-Bean"
    assert application.find("5A").value.hex() == "881234567897593846"
    assert common.tag == "62"


def wrapped(*objects: bytes) -> str:
    return base64.b64encode(bytes.fromhex("8505") + b"CPV01" + b"".join(objects)).decode()


def tlv(tag: str, value: bytes) -> bytes:
    size = bytes((len(value),)) if len(value) < 128 else b"\x81" + bytes((len(value),))
    return bytes.fromhex(tag) + size + value


def test_long_lengths_and_padding_are_read():
    long = tlv("9F10", b"x" * 200)
    objects = payment_code.parse_cpm(wrapped(b"\0\0", long, b"\0"))
    assert objects[1].value == b"x" * 200


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "characters"),
        ("付款码", "characters"),
        ("１２３", "characters"),
        ("8812345678975938", "digits"),
        ("8812345678975938460", "digits"),
        ("991234567897593846", "digits"),
        ("hello, world", "base64"),
        ("A" * 516, "too_long"),
        ("hQ==", "tag"),
        (base64.b64encode(b"\x61\x00").decode(), "not_cpm"),
        (base64.b64encode(b"\x85\x05CPV0").decode(), "length"),
        (base64.b64encode(b"\x9f\xff").decode(), "tag"),
        (wrapped(b"\x4f\x83\0\0\0"), "length"),
        (wrapped(b"\x4f\x82\0"), "length"),
        (wrapped(b"\x4f\x80"), "length"),
        (wrapped(), "no_application"),
        (wrapped(tlv("61", tlv("4F", payment_code.AID))), "digits"),
        (wrapped(tlv("61", tlv("4F", payment_code.AID) + tlv("5A", b"\x12"))), "digits"),
        (wrapped(tlv("61", tlv("61", tlv("61", tlv("61", tlv("61", b"")))))), "depth"),
    ],
    ids=lambda value: None,
)
def test_what_is_no_code_is_malformed(text, reason):
    with pytest.raises(KBeanError) as refusal:
        payment_code.read(text)
    assert refusal.value.code == "code_malformed"
    assert refusal.value.params == {"reason": reason}


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("2512345678901234", "alipay"),
        ("281234567890123456", "alipay"),
        ("301234567890123456789012", "alipay"),
        ("101234567890123456", "wechat_pay"),
        ("151234567890123456", "wechat_pay"),
        ("6212345678901234567", "unionpay"),
        (wrapped(tlv("61", tlv("4F", bytes.fromhex("A000000333010101")))), "unionpay"),
        (wrapped(tlv("61", tlv("4F", bytes.fromhex("A0000000031010")))), "visa"),
        (VECTOR, "A0000000555555"),
    ],
    ids=lambda value: None,
)
def test_codes_of_other_systems_are_named(text, system):
    with pytest.raises(KBeanError) as refusal:
        payment_code.read(text)
    assert (refusal.value.code, refusal.value.params) == ("code_foreign", {"system": system})


@given(st.one_of(st.text(), st.binary(max_size=80).map(lambda raw: base64.b64encode(raw).decode())))
@example("88" + "0" * 16)
def test_no_text_breaks_the_reader(text):
    try:
        code = payment_code.read(text)
    except KBeanError as refusal:
        if refusal.code not in ("code_malformed", "code_foreign"):
            raise
    else:
        assert payment_code.split(code)


@pytest.mark.parametrize(
    "text", ["88123456789759384", "88123456789759384x", "８８1234567897593846"]
)
def test_only_18_digits_are_split(text):
    with pytest.raises(KBeanError, match="code_malformed"):
        payment_code.split(text)
