"""The calendar of plans: pure, in whole days of the operator's time zone.

A plan's occurrence number *n* (from 0) falls on ``first_on`` + *n* × ``every`` units, counted from
the first day each time and not from the one before: so a plan of the 31st is paid on the last day
of shorter months and on the 31st again afterwards, and one of 29 February on the 28th in years
without it. ``times`` counts occurrences, paid or not: whoever signs a plan knows its last day.

An occurrence falls due at :data:`DUE_HOUR` o'clock. For want of money it is tried again on the two
days after, unless the next occurrence is due by then. Where the service was away, days are done
late and in order, each once. Days that pass while a plan is paused are not made up for.
"""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta

from app.protocol.errors import KBeanError
from app.protocol.messages.transfers import PlanIntent

DUE_HOUR = 8
"""The hour of the day at which plans pay: people are awake and read what they are told."""

TRIES = 3
"""How often an occurrence is tried, one day after the other."""

LAST_YEAR = 2999
RETRIED = frozenset({"insufficient_funds"})
"""What another day may change by itself; everything else fails the occurrence at once."""

_STEPS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}


class PlanRow(NamedTuple):
    """A plan as its runs change it; see :data:`app.server.payments.transfers.tables.plans`."""

    id: str
    payer_id: str
    device_id: str
    payee_id: str
    amount: int
    currency: str
    note: str
    first_on: str
    unit: str
    every: int
    times: int | None
    mandate: bytes
    signature: str
    state: str
    done: int
    number: int
    tries: int
    next_on: str | None
    due_at: int | None
    created_at: int
    ended_at: int | None = None


def read_day(text: str) -> date:
    """A day as it is written.

    Raises:
        KBeanError: ``plan_invalid``.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise KBeanError("plan_invalid", "no such day", field="intent.first_on") from None


def occurrence(plan: Any, number: int) -> date | None:
    """The day of an occurrence, or None after the last one.

    Args:
        plan: Something with ``first_on``, ``unit``, ``every`` and ``times``.
        number: From 0.
    """
    first = date.fromisoformat(plan.first_on)
    if plan.unit == "once":
        return first if number == 0 else None
    if plan.times is not None and number >= plan.times:
        return None
    step: dict[str, Any] = {_STEPS[plan.unit]: number * plan.every}
    try:
        day: date = first + relativedelta(**step)
    except (OverflowError, ValueError):
        return None
    return day if day.year <= LAST_YEAR else None


def first_from(plan: Any, number: int, day: date) -> int | None:
    """The number of the first occurrence at or after ``number`` that isn't before a day."""
    while (falls := occurrence(plan, number)) is not None:
        if falls >= day:
            return number
        number += 1
    return None


def check_plan(intent: PlanIntent, today: date) -> None:
    """Refuse a plan that could never pay, or not as it reads.

    Raises:
        KBeanError: ``plan_invalid``.
    """
    first = read_day(intent.first_on)
    if first < today:
        raise KBeanError("plan_invalid", "the first day is over", field="intent.first_on")
    if first.year > today.year + 50:
        raise KBeanError("plan_invalid", "the first day is too far away", field="intent.first_on")
    if intent.unit == "once" and (intent.every != 1 or intent.times not in (None, 1)):
        raise KBeanError("plan_invalid", "a single payment comes once", field="intent.times")


def due_at(day: date, zone: tzinfo) -> int:
    """When an occurrence of a day falls due, Unix milliseconds."""
    return round(datetime.combine(day, time(DUE_HOUR), zone).timestamp() * 1000)


def today_at(now_ms: int, zone: tzinfo) -> date:
    """The operator's day at a moment."""
    return datetime.fromtimestamp(now_ms / 1000, zone).date()


def moved_on(row: PlanRow, number: int | None, now_ms: int, zone: tzinfo) -> PlanRow:
    """The plan with another next occurrence; without one it has ended."""
    day = None if number is None else occurrence(row, number)
    if number is None or day is None:
        return row._replace(
            state="ended", number=row.number + 1, tries=0, next_on=None, due_at=None,
            ended_at=now_ms,
        )  # fmt: skip
    return row._replace(number=number, tries=0, next_on=day.isoformat(), due_at=due_at(day, zone))


def after_failure(row: PlanRow, code: str, now_ms: int, zone: tzinfo) -> PlanRow:
    """What comes after a try in vain: another one tomorrow, or the next occurrence."""
    tries = row.tries + 1
    tomorrow = due_at(date.fromordinal(today_at(now_ms, zone).toordinal() + 1), zone)
    following = occurrence(row, row.number + 1)
    overtaken = following is not None and due_at(following, zone) <= tomorrow
    if code in RETRIED and tries < TRIES and not overtaken:
        return row._replace(tries=tries, due_at=tomorrow)
    return moved_on(row, row.number + 1, now_ms, zone)


def resumed(row: PlanRow, now_ms: int, zone: tzinfo) -> PlanRow:
    """A paused plan that goes on: with the first occurrence that isn't over."""
    active = row._replace(state="active")
    return moved_on(active, first_from(row, row.number, today_at(now_ms, zone)), now_ms, zone)
