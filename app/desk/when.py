"""Times and durations in the words of who reads them."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.desk.words import Words

MINUTE, HOUR, DAY = 60, 3600, 86_400


def now_ms() -> int:
    """The machine's clock, Unix milliseconds."""
    return int(time.time() * 1000)


def moment(milliseconds: int, zone: ZoneInfo) -> datetime:
    """Unix milliseconds on somebody's clock."""
    return datetime.fromtimestamp(milliseconds / 1000, zone)


def clock_words(milliseconds: int, zone: ZoneInfo) -> str:
    """``14:05``."""
    return moment(milliseconds, zone).strftime("%H:%M")


def day_words(
    milliseconds: int, zone: ZoneInfo, words: Words, *, now: int | None = None, within: bool = False
) -> str:
    """``Today``, ``Yesterday``, ``3 May``, ``3 May 2025``; ``within`` a sentence ``today``."""
    day = moment(milliseconds, zone).date()
    today = moment(now if now is not None else now_ms(), zone).date()
    if day == today:
        return words("when.today_within" if within else "when.today")
    if day == today - timedelta(days=1):
        return words("when.yesterday_within" if within else "when.yesterday")
    key = "when.day" if day.year == today.year else "when.day_year"
    return words(key, day=day.day, month=words(f"month.{day.month}"), year=day.year)


def moment_words(
    milliseconds: int, zone: ZoneInfo, words: Words, *, now: int | None = None, within: bool = False
) -> str:
    """Day and minute: ``Today 14:05``; ``within`` a sentence ``today 14:05``."""
    day = day_words(milliseconds, zone, words, now=now, within=within)
    return words("when.moment", day=day, time=clock_words(milliseconds, zone))


def span_words(seconds: float, words: Words) -> str:
    """How long, roughly: ``40 s``, ``12 min``, ``3 h 5 min``, ``2 days``."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return words("span.seconds", count=whole)
    if whole < HOUR:
        return words("span.minutes", count=whole // MINUTE)
    if whole < DAY:
        return words("span.hours", hours=whole // HOUR, minutes=whole % HOUR // MINUTE)
    return words("span.days", count=whole // DAY)


def countdown(seconds: float) -> str:
    """What is left, to the second: ``14:05``."""
    whole = max(0, int(seconds))
    return f"{whole // MINUTE}:{whole % MINUTE:02}"
