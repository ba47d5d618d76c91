"""Who a text means, which days a plan has, and where the cents of a bill go."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.codes import personal_code
from app.protocol.signing import SigningKey
from app.wallet.people.calendar import Schedule
from app.wallet.people.split import equal_parts, left_over
from app.wallet.people.who import code_in, understand

NUMBER = personal_code.wallet_number("483920175")
CODE = personal_code.build(
    SigningKey(bytes(range(32))), "code-1", wallet_no=NUMBER, currency="CNY", note="午饭  两份"
)


@pytest.mark.parametrize(
    ("text", "how", "value"),
    [
        (" 138 0013-8000 ", "phone", "13800138000"),
        ("+86 (138) 0013 8000", "phone", "+8613800138000"),
        ("１３８００１３８０００", "phone", "13800138000"),
        ("Ann@Example.org", "email", "Ann@Example.org"),
        ("ann＠example．org", "email", "ann@example.org"),
        (f"{NUMBER[:3]} {NUMBER[3:6]} {NUMBER[6:]}", "wallet", NUMBER),
        (f"\n{CODE} ", "code", CODE),
    ],
)
def test_what_is_understood(text, how, value):
    typed = understand(text)
    assert typed is not None
    assert (typed.how, typed.value) == (how, value)


@pytest.mark.parametrize("text", ["", "hello", "12345", "a@b", "@", CODE[:-1] + "0", "0002"])
def test_what_is_not(text):
    if text != "0002":
        assert understand(text) is None
    assert code_in(text) is None


@given(st.text(max_size=80))
def test_any_text_is_something_or_nothing(text):
    typed = understand(text)
    assert typed is None or typed.value


def days(*schedule) -> list[str]:
    return [day.isoformat() for day in Schedule(*schedule).next_days(4)]


def test_the_last_day_of_a_month_comes_back_after_a_short_one():
    first = dt.date(2027, 1, 31)
    assert days(first, "month") == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]
    assert days(dt.date(2024, 2, 29), "year", 2, 3) == ["2024-02-29", "2026-02-28", "2028-02-29"]
    assert days(first, "once", 1, 9) == ["2027-01-31"]
    assert days(first, "week", 2, 2) == ["2027-01-31", "2027-02-14"]
    assert days(dt.date(9998, 6, 1), "year") == ["9998-06-01", "9999-06-01"]
    since = Schedule(first, "day", 3).next_days(1, since=dt.date(2027, 2, 1))
    assert since == [dt.date(2027, 2, 3)]


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2100, 1, 1)),
    st.sampled_from(["day", "week", "month", "year"]),
    st.integers(1, 99),
)
def test_days_only_go_forward(first, unit, every):
    found = Schedule(first, unit, every).next_days(8)
    assert found[0] == first
    assert found == sorted(set(found))


@given(st.integers(2, 50), st.integers(1, 10**9))
def test_no_cent_of_a_bill_is_lost(people, more):
    total = people + more
    parts = equal_parts(total, people)
    assert left_over(total, parts) == 0
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize(("total", "people"), [(100, 1), (1, 2)])
def test_what_can_not_be_split(total, people):
    with pytest.raises(ValueError, match="split"):
        equal_parts(total, people)
