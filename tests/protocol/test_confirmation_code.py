"""The code that a counter without internet compares: bound to amount, currency, minute and key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.codes import confirmation_code as codes

KEY = bytes(range(32))
AT = 1_700_000_000_000
PAYMENT = "018bcfe5-6800-7000-8000-000000000001"
AMOUNTS = st.integers(1, 10**15)


def test_known_codes():
    """Fixed for ever: a counter of today and a service of next year must agree."""
    assert codes.code(KEY, 2370, "CNY", AT, PAYMENT) == "13885960"
    assert codes.code(KEY, 2371, "CNY", AT, PAYMENT) == "13207394"
    assert codes.shown("13885960") == "1388 5960"


@given(AMOUNTS, st.integers(0, 2**45), st.uuids())
def test_a_code_is_taken_in_its_minute_and_a_little_around(amount: int, at: int, payment) -> None:
    text = codes.code(KEY, amount, "CNY", at, str(payment))
    step = at // codes.STEP_MS
    taken = [
        later
        for later in range(-3, 8)
        if codes.accepts(KEY, text, amount, "CNY", max(0, at + later * codes.STEP_MS)) == step
    ]
    assert set(range(5)) <= set(taken) <= set(range(-1, 5)) | ({-3, -2} if step < 3 else set())


@given(AMOUNTS, AMOUNTS)
def test_another_amount_currency_or_key_has_another_code(amount: int, other: int) -> None:
    text = codes.code(KEY, amount, "CNY", AT, PAYMENT)
    wrong = [
        codes.code(KEY, amount, "HKD", AT, PAYMENT),
        codes.code(KEY[::-1], amount, "CNY", AT, PAYMENT),
        codes.code(KEY, amount, "CNY", AT + 60_000, PAYMENT),
    ]
    if other != amount:
        wrong.append(codes.code(KEY, other, "CNY", AT, PAYMENT))
    # Six digits collide once in a million; three and more at once never.
    assert sum(one == text for one in wrong) <= 1


@pytest.mark.parametrize("typed", ["1388 5960", "1388-5960", " 13885960 ", "１３８８５９６０"])
def test_how_people_type_it_does_no_harm(typed: str):
    assert codes.accepts(KEY, typed, 2370, "CNY", AT) == AT // 60_000


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1388596",
        "138859600",
        "1388596x",
        "13885961",
        "٢٣٤٥٦٧٨٩",
        "十四六八一零一四",
        "\x00" * 8,
    ],
)
def test_what_is_no_code_is_refused(typed: str):
    assert codes.accepts(KEY, typed, 2370, "CNY", AT) is None


def test_two_who_pay_the_same_in_one_minute_have_different_codes():
    made = {codes.code(KEY, 500, "CNY", AT, f"payment {number}") for number in range(10)}
    assert len(made) >= 8


def test_a_key_has_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        codes.code(b"short", 1, "CNY", AT, PAYMENT)
