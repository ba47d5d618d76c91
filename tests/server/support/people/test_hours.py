"""Service hours: midnight, holidays, clocks that change, and that sums and deadlines agree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.server.config import ConfigError
from app.server.support.people.hours import (
    ALWAYS,
    DEFAULT,
    Hours,
    HoursTable,
    parse_spans,
    read_hours,
)

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR = 3_600_000


def at(text: str, zone: str = "Asia/Shanghai", *, fold: int = 0) -> int:
    wall = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(wall.timestamp() * 1000)


def hours(zone: str = "Asia/Shanghai", **weekly: str) -> Hours:
    return Hours(HoursTable(weekly={day: text.split() for day, text in weekly.items()}), zone)


def every_day(text: str, zone: str = "Asia/Shanghai", **days: str) -> Hours:
    table = HoursTable(
        weekly=dict.fromkeys(DAYS, text.split()),
        days={day.replace("_", "-")[1:]: spans.split() for day, spans in days.items()},
    )
    return Hours(table, zone)


# --- what people complain of: hours that are wrong at midnight and on holidays


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T08:59:59.999", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T20:59:59.999", True),
        ("2026-11-23T21:00", False),
        ("2026-11-24T00:00", False),
    ],
)
def test_hours_begin_at_their_start_and_are_over_at_their_end(moment: str, is_open: bool):
    assert Hours(DEFAULT, "Asia/Shanghai").is_open(at(moment)) is is_open


def test_service_hours_wrong_at_midnight_and_on_holidays():
    """They are right at both, and where the two meet."""
    check_midnight()
    check_holidays()
    calendar = every_day("20:00-24:00", d2026_10_01="00:00-01:00")
    assert calendar.is_open(at("2026-09-30T23:59:59.999"))
    assert calendar.is_open(at("2026-10-01T00:00"))
    assert not calendar.is_open(at("2026-10-01T20:00"))
    assert calendar.add_open_seconds(at("2026-09-30T23:30"), 2 * 3600) == at("2026-10-02T20:30")


def check_midnight():
    late = hours(mon="20:00-24:00", tue="00:00-02:00", wed="23:00-24:00")
    for moment in ("2026-11-23T23:59:59.999", "2026-11-24T00:00", "2026-11-24T01:59:59.999"):
        assert late.is_open(at(moment)), moment
    assert not late.is_open(at("2026-11-24T02:00"))
    # Tuesday has no 24:00 of its own, Wednesday's ends the day.
    assert not late.is_open(at("2026-11-26T00:00"))
    joined = late.spans(at("2026-11-23T00:00"), at("2026-11-24T12:00"))
    assert [(span.start, span.end) for span in joined] == [
        (at("2026-11-23T20:00"), at("2026-11-24T02:00"))
    ]
    assert late.add_open_seconds(at("2026-11-23T23:00"), 2 * 3600) == at("2026-11-24T01:00")
    assert late.add_open_seconds(at("2026-11-23T23:00"), 3 * 3600) == at("2026-11-24T02:00")
    assert late.add_open_seconds(at("2026-11-23T23:00"), 3 * 3600 + 1) == at("2026-11-25T23:00:01")


def check_holidays():
    calendar = every_day(
        "09:00-21:00", d2026_10_01="", d2026_10_02="", d2026_10_10="10:00-12:00 14:00-24:00"
    )
    assert not calendar.is_open(at("2026-10-01T10:00"))
    assert calendar.next_open(at("2026-09-30T21:00")) == at("2026-10-03T09:00")
    assert calendar.open_seconds(at("2026-09-30T20:00"), at("2026-10-03T10:00")) == 2 * 3600
    assert calendar.add_open_seconds(at("2026-09-30T20:00"), 7200) == at("2026-10-03T10:00")
    # An exception takes the place of the weekday's hours, longer or shorter.
    assert not calendar.is_open(at("2026-10-10T09:30"))
    assert calendar.is_open(at("2026-10-10T23:59"))
    assert not calendar.is_open(at("2026-10-11T00:00"))


def test_the_last_second_of_a_holiday_belongs_to_it():
    calendar = every_day("00:00-24:00", d2026_10_01="")
    assert calendar.is_open(at("2026-10-01T00:00") - 1)
    assert not calendar.is_open(at("2026-10-01T00:00"))
    assert not calendar.is_open(at("2026-10-02T00:00") - 1)
    assert calendar.is_open(at("2026-10-02T00:00"))


def test_always_open():
    always = Hours(ALWAYS, "America/New_York")
    begin, end = at("2026-03-01T00:00"), at("2026-12-01T00:00")
    assert [(span.start, span.end) for span in always.spans(begin, end)] == [(begin, end)]
    assert always.open_seconds(begin, end) == (end - begin) // 1000
    assert always.add_open_seconds(begin, 90 * 86_400) == begin + 90 * 86_400_000


# --- the clocks change (New York: 2026-03-08 02:00→03:00, 2026-11-01 02:00→01:00)

NEW_YORK = "America/New_York"


def test_a_day_of_23_hours():
    always = every_day("00:00-24:00", NEW_YORK)
    day = (at("2026-03-08T00:00", NEW_YORK), at("2026-03-09T00:00", NEW_YORK))
    assert always.open_seconds(*day) == 23 * 3600
    night = every_day("01:00-04:00", NEW_YORK)
    assert night.open_seconds(*day) == 2 * 3600
    # 02:30 isn't shown that day: hours up to it end, and hours from it begin, at the jump.
    jump = at("2026-03-08T03:00", NEW_YORK)
    for text, span in (
        ("01:00-02:30", (jump - HOUR, jump)),
        ("02:30-05:00", (jump, jump + 2 * HOUR)),
    ):
        found = every_day(text, NEW_YORK).spans(*day)
        assert [(one.start, one.end) for one in found] == [span]
    # What lies in the missing hour alone isn't open at all.
    assert every_day("02:10-02:50", NEW_YORK).spans(*day) == []


def test_a_day_of_25_hours():
    always = every_day("00:00-24:00", NEW_YORK)
    day = (at("2026-11-01T00:00", NEW_YORK), at("2026-11-02T00:00", NEW_YORK))
    assert always.open_seconds(*day) == 25 * 3600
    # 01:30 comes twice and means the first; nothing is counted twice and nothing is left out.
    first = at("2026-11-01T01:30", NEW_YORK)
    early, late = every_day("00:00-01:30", NEW_YORK), every_day("01:30-03:00", NEW_YORK)
    assert early.open_seconds(*day) == 90 * 60
    assert late.open_seconds(*day) == 150 * 60
    assert early.is_open(first - 1)
    assert not early.is_open(first)
    assert not early.is_open(at("2026-11-01T01:10", NEW_YORK, fold=1))
    assert late.next_open(day[0]) == first
    split = every_day("00:00-01:30 01:30-24:00", NEW_YORK)
    assert len(split.spans(*day)) == 1


def test_a_zone_whose_clocks_jump_at_midnight():
    # Beirut, 2026-03-29: the day begins at 01:00.
    beirut = "Asia/Beirut"
    calendar = every_day("00:00-02:00", beirut)
    begin = int(datetime(2026, 3, 28, 22, tzinfo=UTC).timestamp() * 1000)
    assert calendar.next_open(at("2026-03-28T12:00", beirut)) == begin
    assert not calendar.is_open(begin - 1)
    assert calendar.open_seconds(begin - HOUR, begin + 4 * HOUR) == 3600


def test_a_zone_changes_its_offset_in_the_middle_of_a_case():
    london = every_day("09:00-17:00", "Europe/London")
    # Friday before the change to Monday after it: the clocks went back on Sunday.
    begin = at("2026-10-23T16:00", "Europe/London")
    due = london.add_open_seconds(begin, (1 + 8 + 8 + 2) * 3600)
    assert due == at("2026-10-26T11:00", "Europe/London")
    assert due - begin == 68 * HOUR


# --- sums and deadlines

ZONES = ["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"]
TABLES = [
    ["00:00-24:00"],
    ["09:00-21:00"],
    ["00:00-01:30", "01:30-02:30", "22:00-24:00"],
    ["02:00-02:30"],
    ["23:59-24:00"],
]
calendars = st.builds(
    lambda weekly, days, zone: Hours(
        HoursTable(
            weekly=dict(zip(DAYS, weekly, strict=True)) | {"wed": ["08:15-12:00"]}, days=days
        ),
        zone,
    ),
    st.lists(st.sampled_from([*TABLES, []]), min_size=7, max_size=7),
    st.dictionaries(
        st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(str),
        st.sampled_from([*TABLES, []]),
        max_size=6,
    ),
    st.sampled_from(ZONES),
)
moments = st.integers(at("2026-01-01T00:00"), at("2026-12-31T00:00"))


@given(calendars, moments, st.integers(0, 400_000))
def test_a_deadline_is_the_inverse_of_the_sum(calendar: Hours, begin: int, seconds: int):
    due = calendar.add_open_seconds(begin, seconds)
    assert calendar.open_seconds(begin, due) == seconds
    if seconds:
        # The first such moment: one millisecond sooner a second is missing, and it was open then.
        assert calendar.open_seconds(begin, due - 1) == seconds - 1
        assert calendar.is_open(due - 1)


@given(calendars, moments, st.lists(st.integers(0, 8 * 86_400_000), min_size=2, max_size=2))
def test_parts_add_up(calendar: Hours, begin: int, lengths: list[int]):
    middle = begin + lengths[0] // 1000 * 1000
    end = middle + lengths[1]
    parts = calendar.spans(begin, middle) + calendar.spans(middle, end)
    whole = calendar.spans(begin, end)
    assert sum(one.end - one.start for one in parts) == sum(one.end - one.start for one in whole)
    assert all(one.end < two.start for one, two in pairwise(whole))


@given(calendars, moments)
def test_open_is_what_the_spans_say(calendar: Hours, moment: int):
    inside = calendar.spans(moment, moment + 1)
    assert calendar.is_open(moment) is bool(inside)
    opens = calendar.next_open(moment)
    assert calendar.is_open(opens)
    assert calendar.open_seconds(moment, opens) == 0
    assert (opens == moment) is calendar.is_open(moment)


@given(calendars, moments)
def test_spans_never_go_backwards(calendar: Hours, moment: int):
    found = calendar.spans(moment, moment + 10 * 86_400_000)
    assert all(span.start < span.end for span in found)
    assert calendar.open_seconds(moment + 1000, moment) == 0


# --- what an operator writes


@pytest.mark.parametrize(
    "text", ["9-17", "09:00-24:01", "09:60-10:00", "10:00-10:00", "12:00-09:00", "24:00-24:00"]
)
def test_what_is_no_span_is_refused(text: str):
    with pytest.raises(ConfigError, match="service hours"):
        parse_spans([text])


def test_overlapping_spans_are_refused():
    with pytest.raises(ConfigError, match="overlap"):
        parse_spans(["12:00-14:00", "09:00-12:01"])
    assert parse_spans(["12:00-14:00", "09:00-12:00"]) == ((540, 720), (720, 840))


@pytest.mark.parametrize(
    "table",
    [
        HoursTable(weekly={}),
        HoursTable(weekly={"mon": []}),
        HoursTable(weekly={"monday": ["09:00-10:00"]}),
        HoursTable(weekly={"mon": ["09:00-10:00"]}, days={"1 Oct": []}),
        HoursTable(weekly={"mon": ["09:00-10:00"]}, timezone="Moon/Base"),
    ],
)
def test_impossible_tables_are_refused(table: HoursTable):
    with pytest.raises(ConfigError, match="service hours"):
        Hours(table, "Asia/Shanghai")


def test_hours_are_read_from_a_file(tmp_path: Path):
    path = tmp_path / "hours.toml"
    path.write_text(
        'timezone = "Europe/London"\n[weekly]\nmon = ["09:00-12:00"]\n'
        '[days]\n"2026-11-24" = ["10:00-11:00"]\n',
        "utf-8",
    )
    found = read_hours(path, "Asia/Shanghai")
    assert found.timezone == "Europe/London"
    assert found.is_open(at("2026-11-23T09:00", "Europe/London"))
    assert found.next_open(at("2026-11-23T12:00", "Europe/London")) == at(
        "2026-11-24T10:00", "Europe/London"
    )
    assert read_hours(None, "Asia/Shanghai").timezone == "Asia/Shanghai"


@pytest.mark.parametrize("text", ["weekly = 1", "[weekly", '[weekly]\nmon = ["9-12"]'])
def test_a_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "hours.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match="service hours"):
        read_hours(path, "UTC")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_hours(tmp_path / "none.toml", "UTC")


def test_a_week_of_the_default():
    begin = at("2026-11-23T12:00")
    week = Hours(DEFAULT, "Asia/Shanghai").spans(
        begin, begin + int(timedelta(days=7).total_seconds() * 1000)
    )
    assert len(week) == 8
    assert week[0].start == begin
    assert sum(span.end - span.start for span in week) == 7 * 12 * HOUR
