"""SLA clocks: pure rules, with a calendar as simple as can be (open 9 to 17 UTC every day)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.messages.cases import Clock
from app.server.support.cases import clocks
from app.server.support.cases.clocks import Event, EventKind, Record

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
NINE = 9 * HOUR
OPEN = 8 * 3600


class NineToFive:
    """Open from 9 to 17 UTC, every day."""

    def _before(self, at: int) -> int:
        day, rest = divmod(at, DAY)
        return day * OPEN + min(max(rest - NINE, 0), OPEN * SECOND) // SECOND

    def open_seconds(self, start: int, end: int) -> int:
        return max(0, self._before(end) - self._before(start))

    def add_open_seconds(self, at: int, seconds: int) -> int:
        day, rest = divmod(self._before(at) + seconds, OPEN)
        if rest == 0 and seconds > 0:
            day, rest = day - 1, OPEN
        return max(at, day * DAY + NINE + rest * SECOND)


HOURS = NineToFive()


def seen(events: list[Event], now: int, target: int = 600) -> Clock:
    return clocks.view(Record("first_response", 1, target, events), HOURS, now)


def test_a_clock_counts_service_hours_only() -> None:
    started = 16 * HOUR + 55 * MINUTE
    events = [Event("activate", started)]
    assert seen(events, started + 5 * MINUTE).used == 300
    assert seen(events, started + 10 * HOUR).used == 300
    assert seen(events, DAY + NINE + 2 * MINUTE).used == 420
    assert seen(events, started).due_at == DAY + NINE + 5 * MINUTE


def test_it_warns_then_breaches_then_calls_a_supervisor() -> None:
    events = [Event("activate", NINE)]
    marks = []
    while (mark := clocks.next_mark(events, 600, HOURS)) is not None:
        marks.append((mark.kind, (mark.at - NINE) // SECOND))
        events.append(Event(mark.kind, mark.at))
    assert marks == [("warn", 450), ("breach", 600), ("escalate", 750)]


@pytest.mark.parametrize(
    ("at", "sla"), [(449, "ok"), (450, "warn"), (600, "warn"), (601, "breach")]
)
def test_what_it_shows(at: int, sla: str) -> None:
    assert seen([Event("activate", NINE)], NINE + at * SECOND).sla == sla


def test_clocks_are_not_polluted_by_waiting_for_the_person() -> None:
    events = [Event("activate", NINE), Event("pause", NINE + MINUTE)]
    assert seen(events, NINE + 5 * HOUR).used == 60
    assert seen(events, NINE + 5 * HOUR).state == "paused"
    assert seen(events, NINE + 5 * HOUR).due_at is None
    assert clocks.next_mark(events, 600, HOURS) is None
    events.append(Event("resume", NINE + 5 * HOUR))
    assert seen(events, NINE + 5 * HOUR + MINUTE).used == 120
    assert seen(events, NINE + 5 * HOUR).due_at == NINE + 5 * HOUR + 9 * MINUTE


def test_it_ends_once() -> None:
    events = [Event("activate", NINE), Event("fulfil", NINE + MINUTE)]
    kinds: list[EventKind] = ["pause", "resume", "fulfil", "cancel", "warn", "breach", "escalate"]
    assert all(clocks.refuse(events, kind) for kind in [*kinds, "activate"])
    assert seen(events, NINE + HOUR).used == 60
    assert seen(events, NINE + HOUR).ended_at == NINE + MINUTE


@pytest.mark.parametrize(
    ("events", "kept"),
    [
        ([Event("activate", NINE)], None),
        ([Event("activate", NINE), Event("fulfil", NINE + 600 * SECOND)], True),
        ([Event("activate", NINE), Event("fulfil", NINE + 601 * SECOND)], False),
        ([Event("activate", NINE), Event("breach", NINE + 600 * SECOND)], False),
        ([Event("activate", NINE), Event("cancel", NINE + HOUR)], None),
    ],
)
def test_whether_it_was_kept(events: list[Event], kept: bool | None) -> None:
    assert clocks.kept(events, 600, HOURS) is kept


@given(
    start=st.integers(0, 3 * DAY),
    steps=st.lists(
        st.tuples(st.sampled_from(["pause", "resume", "fulfil", "cancel"]), st.integers(0, DAY)),
        max_size=12,
    ),
    target=st.integers(1, 3 * OPEN),
)
def test_whatever_happens_a_clock_only_counts_forward(
    start: int, steps: list[tuple[EventKind, int]], target: int
) -> None:
    events = [Event("activate", start)]
    now, before = start, 0
    for kind, later in steps:
        now += later
        counted = clocks.used(events, HOURS, now)
        assert before <= counted <= HOURS.open_seconds(start, now)
        before = counted
        if not clocks.refuse(events, kind):
            events.append(Event(kind, now))
    mark = clocks.next_mark(events, target, HOURS)
    if mark is not None:
        assert clocks.state(events) == "running"
        assert clocks.used(events, HOURS, max(mark.at, now)) >= clocks.threshold("warn", target)
