"""The calendar of plans: month ends, leap days, time zones, retries; pure and random."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.errors import KBeanError
from app.protocol.messages.transfers import PlanIntent
from app.server.payments.transfers import plan_rules as rules
from app.server.payments.transfers.plan_rules import PlanRow

SHANGHAI = ZoneInfo("Asia/Shanghai")
ID = "0190a5e0-7c1b-7d8e-9f2a-1b2c3d4e5f60"
INTENT = PlanIntent(ID, ID, ID, ID, 100, "CNY", "2026-06-01", "month", 1, None, 0)


class Calendar(NamedTuple):
    first_on: str
    unit: str
    every: int = 1
    times: int | None = None


def days(plan: Calendar, count: int) -> list[str]:
    found = [rules.occurrence(plan, number) for number in range(count)]
    return [day.isoformat() for day in found if day is not None]


def test_month_ends_and_leap_days():
    assert days(Calendar("2027-12-31", "month"), 4) == [
        "2027-12-31",
        "2028-01-31",
        "2028-02-29",
        "2028-03-31",
    ]
    assert days(Calendar("2026-01-30", "month"), 3) == ["2026-01-30", "2026-02-28", "2026-03-30"]
    assert days(Calendar("2024-02-29", "year"), 5) == [
        "2024-02-29",
        "2025-02-28",
        "2026-02-28",
        "2027-02-28",
        "2028-02-29",
    ]
    assert days(Calendar("2026-03-01", "once"), 3) == ["2026-03-01"]
    assert days(Calendar("2026-03-01", "week", 2, 3), 9) == [
        "2026-03-01",
        "2026-03-15",
        "2026-03-29",
    ]


plans = st.builds(
    Calendar,
    st.dates(date(2020, 1, 1), date(2100, 12, 31)).map(date.isoformat),
    st.sampled_from(["day", "week", "month", "year"]),
    st.integers(1, 99),
    st.none() | st.integers(1, 999),
)


@given(plans, st.integers(0, 500))
def test_occurrences_come_one_after_the_other_and_keep_their_day(plan: Calendar, number: int):
    first = date.fromisoformat(plan.first_on)
    this, following = rules.occurrence(plan, number), rules.occurrence(plan, number + 1)
    if this is None:
        assert following is None
        assert plan.times is None or number >= plan.times or number * plan.every > 800
        return
    assert this >= first
    assert following is None or following > this
    if plan.unit in {"month", "year"}:
        assert this.day == min(first.day, calendar.monthrange(this.year, this.month)[1])
        step = plan.every * (12 if plan.unit == "year" else 1)
        months = (this.year - first.year) * 12 + this.month - first.month
        assert months == number * step
    else:
        step = plan.every * (7 if plan.unit == "week" else 1)
        assert this - first == timedelta(days=number * step)


@given(plans, st.integers(0, 50), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_first_from_a_day_is_the_first(plan: Calendar, number: int, day: date):
    found = rules.first_from(plan, number, day)
    if found is None:
        return
    assert found >= number
    falls, before = rules.occurrence(plan, found), rules.occurrence(plan, found - 1)
    assert falls is not None
    assert falls >= day
    assert found == number or (before is not None and before < day)


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"]),
)
def test_a_day_is_due_in_the_operators_morning(day: date, name: str):
    zone = ZoneInfo(name)
    at = rules.due_at(day, zone)
    assert rules.today_at(at, zone) == day
    assert datetime.fromtimestamp(at / 1000, zone).hour == rules.DUE_HOUR
    assert rules.due_at(day + timedelta(1), zone) > at


def row(**changes: Any) -> PlanRow:
    made = PlanRow(
        id="p", payer_id="a", device_id="d", payee_id="b", amount=1, currency="CNY", note="",
        first_on="2026-01-31", unit="month", every=1, times=3, mandate=b"", signature="",
        state="active", done=0, number=0, tries=0, next_on="2026-01-31",
        due_at=rules.due_at(date(2026, 1, 31), SHANGHAI), created_at=0,
    )  # fmt: skip
    return made._replace(**changes)


def test_want_of_money_is_tried_on_the_two_days_after():
    plan, seen = row(), []
    while plan.number == 0:
        now = plan.due_at or 0
        seen.append(rules.today_at(now, SHANGHAI).isoformat())
        plan = rules.after_failure(plan, "insufficient_funds", now, SHANGHAI)
    assert seen == ["2026-01-31", "2026-02-01", "2026-02-02"]
    assert (plan.next_on, plan.tries, plan.state) == ("2026-02-28", 0, "active")
    frozen = rules.after_failure(row(), "account_frozen", row().due_at or 0, SHANGHAI)
    assert (frozen.number, frozen.next_on) == (1, "2026-02-28")
    # The next occurrence is due as soon as another try would be.
    daily = row(unit="day", times=None)
    assert rules.after_failure(daily, "insufficient_funds", daily.due_at or 0, SHANGHAI).number == 1


def test_a_plan_ends_after_its_last_occurrence():
    plan = row(number=2, next_on="2026-03-31")
    over = rules.moved_on(plan, 3, 77, SHANGHAI)
    assert (over.state, over.next_on, over.due_at, over.ended_at) == ("ended", None, None, 77)
    missed = rules.after_failure(plan, "limit_exceeded", plan.due_at or 0, SHANGHAI)
    assert missed.state == "ended"


def test_paused_days_are_not_made_up_for():
    plan = row(state="paused", times=None)
    now = round(datetime(2026, 5, 5, 12, tzinfo=UTC).timestamp() * 1000)
    back = rules.resumed(plan, now, SHANGHAI)
    assert (back.state, back.next_on, back.number) == ("active", "2026-05-31", 4)
    ended = rules.resumed(row(state="paused"), now, SHANGHAI)
    assert ended.state == "ended"


@pytest.mark.parametrize(
    ("first_on", "unit", "every", "times"),
    [
        ("2026-02-30", "month", 1, None),
        ("2026-01-01", "month", 1, None),
        ("2099-01-01", "month", 1, None),
        ("2026-06-01", "once", 2, None),
        ("2026-06-01", "once", 1, 2),
    ],
)
def test_plans_that_make_no_sense(first_on: str, unit: str, every: int, times: int | None):
    intent = msgspec.structs.replace(INTENT, first_on=first_on, unit=unit, every=every, times=times)
    with pytest.raises(KBeanError) as refused:
        rules.check_plan(intent, date(2026, 5, 5))
    assert refused.value.code == "plan_invalid"
