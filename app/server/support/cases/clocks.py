"""SLA clocks: made of events, counted in service hours (design/4 §Cases and clocks). Pure.

A clock is never a stored number of seconds. It is the list of what happened to it: ``activate``,
``pause``, ``resume``, ``fulfil``, ``cancel``, and the marks ``warn``, ``breach``, ``escalate`` that
were made when it passed them. What it shows is computed from those and the calendar, so bot time,
nights, holidays and the time a person takes to answer can't get into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol

from app.protocol.messages.cases import Clock, Metric

EventKind = Literal["activate", "pause", "resume", "fulfil", "cancel", "warn", "breach", "escalate"]
MARKS: tuple[EventKind, ...] = ("warn", "breach", "escalate")

WARN_AT = 0.75
"""Part of the target at which somebody is warned."""

GRACE_PART = 0.25
"""Part of the target after the breach at which a supervisor takes notice."""

TARGETS: dict[int, dict[Metric, int]] = {
    0: {"first_response": 1800, "next_response": 3600, "resolution": 5 * 43_200},
    1: {"first_response": 600, "next_response": 1800, "resolution": 3 * 43_200},
    2: {"first_response": 300, "next_response": 900, "resolution": 43_200},
    3: {"first_response": 120, "next_response": 300, "resolution": 4 * 3600},
}
"""Priority → metric → seconds of service hours, where the operator has set no other."""


class Hours(Protocol):
    """The service's calendar, in Unix milliseconds."""

    def open_seconds(self, start: int, end: int) -> int:
        """Seconds of [start, end) in which people answer."""
        ...

    def add_open_seconds(self, at: int, seconds: int) -> int:
        """The moment at which that many seconds of service hours have passed since ``at``."""
        ...


class Event(NamedTuple):
    """Something that happened to a clock. ``at``: Unix milliseconds."""

    kind: EventKind
    at: int


class Mark(NamedTuple):
    """The next thing a clock will come to by itself."""

    kind: EventKind
    at: int


def running_since(events: Iterable[Event]) -> int | None:
    """Since when it runs without a pause; None while it is paused or over."""
    since: int | None = None
    for event in events:
        if event.kind in {"activate", "resume"}:
            since = event.at
        elif event.kind not in MARKS:
            since = None
    return since


def state(events: Sequence[Event]) -> Literal["running", "paused", "fulfilled", "cancelled"]:
    """What it is doing."""
    for event in reversed(events):
        if event.kind == "fulfil":
            return "fulfilled"
        if event.kind == "cancel":
            return "cancelled"
        if event.kind == "pause":
            return "paused"
        if event.kind in {"activate", "resume"}:
            return "running"
    return "cancelled"


def used(events: Sequence[Event], hours: Hours, now: int) -> int:
    """Seconds of service hours that were counted until ``now``."""
    total, since = 0, None
    for event in events:
        if event.kind in {"activate", "resume"} and since is None:
            since = event.at
        elif event.kind not in MARKS and since is not None:
            total += hours.open_seconds(since, event.at)
            since = None
    if since is not None:
        total += hours.open_seconds(since, now)
    return total


def moment_of(events: Sequence[Event], hours: Hours, seconds: int) -> int | None:
    """When so many seconds will have been counted if nothing else happens; None unless it runs."""
    since = running_since(events)
    if since is None:
        return None
    before = used(events, hours, since)
    return hours.add_open_seconds(since, max(0, seconds - before))


def threshold(kind: EventKind, target: int) -> int:
    """Seconds at which a mark is made."""
    parts = {"warn": WARN_AT, "breach": 1.0, "escalate": 1.0 + GRACE_PART}
    return round(target * parts[kind])


def next_mark(events: Sequence[Event], target: int, hours: Hours) -> Mark | None:
    """The next mark it will come to; None where it doesn't run or has made them all."""
    made = {event.kind for event in events}
    for kind in MARKS:
        if kind not in made:
            at = moment_of(events, hours, threshold(kind, target))
            return None if at is None else Mark(kind, at)
    return None


def refuse(events: Sequence[Event], kind: EventKind) -> bool:
    """Whether an event makes no sense now: it is then left out, so that repeating is harmless."""
    now = state(events) if events else None
    if now is None:
        return kind != "activate"
    allowed: dict[str, set[EventKind]] = {
        "running": {"pause", "fulfil", "cancel", *MARKS},
        "paused": {"resume", "fulfil", "cancel"},
        "fulfilled": set(),
        "cancelled": set(),
    }
    return kind not in allowed[now] or (
        kind in MARKS and any(event.kind == kind for event in events)
    )


def kept(events: Sequence[Event], target: int, hours: Hours) -> bool | None:
    """Whether the target was met; None while that is open and for a cancelled clock."""
    now = state(events)
    if now == "cancelled":
        return None
    end = events[-1].at if now == "fulfilled" else None
    if end is None:
        return False if any(event.kind == "breach" for event in events) else None
    return used(events, hours, end) <= target


class Record(NamedTuple):
    """A clock as it is stored: what it measures, of which opening, against which target."""

    metric: Metric
    cycle: int
    target: int
    events: Sequence[Event]


def view(record: Record, hours: Hours, now: int) -> Clock:
    """The clock as people see it."""
    events = record.events
    spent = used(events, hours, now)
    doing = state(events)
    level: Literal["ok", "warn", "breach"] = "ok"
    if spent > record.target:
        level = "breach"
    elif spent >= threshold("warn", record.target) and doing in {"running", "paused"}:
        level = "warn"
    return Clock(
        metric=record.metric,
        cycle=record.cycle,
        target=record.target,
        state=doing,
        started_at=events[0].at,
        used=spent,
        sla=level,
        due_at=moment_of(events, hours, record.target),
        ended_at=events[-1].at if doing in {"fulfilled", "cancelled"} else None,
    )
