"""Service hours: when people answer, and how much of a stretch of time that was (design/4).

Pure: a table of weekly hours and of days that differ goes in, moments are Unix milliseconds.
Everything is half-open, ``[start, end)``: at 12:00 a morning of 09:00-12:00 is over. ``24:00`` is
the midnight at a day's end, so that two days can meet without a gap.

The hours are wall times of one zone. When its clocks change, a wall time that comes twice means
the first time, and one that is left out means the moment of the change: so spans that touch on
paper touch in fact, whatever the clocks do.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from app.protocol.messages.support import OpenSpan
from app.server.config import ConfigError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
_MINUTE = timedelta(minutes=1)
_DAY_MINUTES = 24 * 60

Minutes = tuple[tuple[int, int], ...]
"""Spans of a day in minutes after its midnight, ascending, without overlap."""


class HoursTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an operator writes down (TOML).

    Attributes:
        timezone: Whose clock is meant (IANA name); empty: the service's.
        weekly: ``mon`` … ``sun`` → spans such as ``"09:00-12:00"``; a day left out is closed.
        days: Days that differ, ``"2026-10-01"`` → spans; none at all is a holiday.
    """

    timezone: str = ""
    weekly: dict[str, list[str]]
    days: dict[str, list[str]] = {}


DEFAULT = HoursTable(weekly={day: ["09:00-21:00"] for day in _DAYS})
"""Every day from nine to nine."""

ALWAYS = HoursTable(weekly={day: ["00:00-24:00"] for day in _DAYS})
"""Round the clock."""


class Hours:
    """A table of hours, ready to be asked."""

    def __init__(self, table: HoursTable, timezone: str) -> None:
        """Check the table and unpack it.

        Args:
            table: The hours.
            timezone: The zone where the table names none.

        Raises:
            ConfigError: with what is wrong, in words.
        """
        self.timezone = table.timezone or timezone
        try:
            self._zone = ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ConfigError(f"service hours: timezone {self.timezone!r} is unknown") from None
        unknown = set(table.weekly) - set(_DAYS)
        if unknown:
            raise ConfigError(f"service hours: no weekday is called {', '.join(sorted(unknown))}")
        self._weekly = [parse_spans(table.weekly.get(name, [])) for name in _DAYS]
        if not any(self._weekly):
            raise ConfigError("service hours: no weekday has any; name at least one")
        self._days = {_parse_day(day): parse_spans(spans) for day, spans in table.days.items()}
        self._known: dict[date, tuple[OpenSpan, ...]] = {}

    def is_open(self, at: int) -> bool:
        """Whether people answer at this moment."""
        return any(span.start <= at < span.end for span in self._of(self._local_day(at)))

    def next_open(self, at: int) -> int:
        """The first moment from ``at`` on at which people answer; ``at`` itself where they do."""
        day = self._local_day(at)
        while True:
            for span in self._of(day):
                if at < span.end:
                    return max(at, span.start)
            day += timedelta(days=1)

    def spans(self, start: int, end: int) -> list[OpenSpan]:
        """The open spans of ``[start, end)``, cut to it, those that touch joined."""
        found: list[OpenSpan] = []
        day, last = self._local_day(start), self._local_day(end)
        while start < end and day <= last:
            for span in self._of(day):
                begin, finish = max(span.start, start), min(span.end, end)
                if begin >= finish:
                    continue
                if found and found[-1].end == begin:
                    begin = found.pop().start
                found.append(OpenSpan(begin, finish))
            day += timedelta(days=1)
        return found

    def open_seconds(self, start: int, end: int) -> int:
        """Whole seconds of service hours between two moments; 0 where ``end`` isn't later."""
        return sum(span.end - span.start for span in self.spans(start, end)) // 1000

    def add_open_seconds(self, at: int, seconds: int) -> int:
        """The moment by which so many seconds of service hours have passed since ``at``.

        ``open_seconds(at, add_open_seconds(at, n)) == n``, and no earlier moment has that.
        """
        left = seconds * 1000
        if left <= 0:
            return at
        day = self._local_day(at)
        while True:
            for span in self._of(day):
                begin = max(span.start, at)
                if span.end - begin >= left:
                    return begin + left
                left -= max(0, span.end - begin)
            day += timedelta(days=1)

    def _local_day(self, at: int) -> date:
        return datetime.fromtimestamp(at // 1000, self._zone).date()

    def _of(self, day: date) -> tuple[OpenSpan, ...]:
        """The open spans that the table gives a day, as moments."""
        known = self._known.get(day)
        if known is None:
            minutes = self._days.get(day, self._weekly[day.weekday()])
            edges = [(self._moment(day, start), self._moment(day, end)) for start, end in minutes]
            # A span can vanish in the hour that a change of the clocks leaves out.
            known = tuple(OpenSpan(start, end) for start, end in edges if start < end)
            self._known[day] = known
        return known

    def _moment(self, day: date, minutes: int) -> int:
        """When the clocks of the zone first show, or pass, so many minutes after midnight."""
        wall = datetime(day.year, day.month, day.day) + minutes * _MINUTE  # noqa: DTZ001
        # Before a change and after it the zone has different offsets; fold=0 takes the earlier.
        moment = wall.replace(tzinfo=self._zone).astimezone(UTC)
        if moment.astimezone(self._zone).replace(tzinfo=None) == wall:
            return _millis(moment)
        # The clocks jump over this wall time: the jump is the last second before which they
        # show less, to be found between the two readings of it.
        low = _millis(wall.replace(tzinfo=self._zone, fold=1).astimezone(UTC)) // 1000
        seconds = range(low, _millis(moment) // 1000)
        jump = bisect_right(seconds, False, key=lambda second: self._wall(second) >= wall)
        return seconds[jump] * 1000 if jump < len(seconds) else _millis(moment)

    def _wall(self, second: int) -> datetime:
        return datetime.fromtimestamp(second, self._zone).replace(tzinfo=None)


def parse_spans(texts: list[str]) -> Minutes:
    """Read ``["09:00-12:00", "13:00-24:00"]``.

    Raises:
        ConfigError: for what is no span, ends before it starts, or overlaps another.
    """
    found = []
    for text in texts:
        match = _SPAN.fullmatch(text)
        if match is None:
            raise ConfigError(f"service hours: {text!r} is not like 09:00-21:00")
        hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
        start, end = hour * 60 + minute, end_hour * 60 + end_minute
        if max(minute, end_minute) > 59 or not 0 <= start < end <= _DAY_MINUTES:
            raise ConfigError(f"service hours: {text!r} is no span of one day (24:00 is its end)")
        found.append((start, end))
    found.sort()
    if any(start < before for (_, before), (start, _) in pairwise(found)):
        raise ConfigError(f"service hours: {', '.join(texts)} overlap")
    return tuple(found)


def read_hours(path: Path | None, timezone: str) -> Hours:
    """The hours of a TOML file; nine to nine every day where there is none.

    Raises:
        ConfigError: if it can't be read or says something impossible.
    """
    if path is None:
        return Hours(DEFAULT, timezone)
    try:
        table = msgspec.convert(tomllib.loads(path.read_text("utf-8")), HoursTable)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"service hours: {path}: {error}") from error
    return Hours(table, timezone)


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"service hours: {text!r} is no day like 2026-10-01") from None


def _millis(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000
