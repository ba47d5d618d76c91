"""Times as people say them, in Chinese and English: ``昨天``, ``last week``, ``11月``, ``2026-11``.

Every rule is a pattern for a whole phrase and a function from its match and today to a span of
days. A month or a day without a year is the latest one that isn't in the future: in March,
``11月`` is last November.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """Days from ``first`` to ``last``, both included; None is open."""

    first: date | None
    last: date | None


Reading = Callable[[re.Match[str], date], Span | None]

_DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {"两": 2}
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_NAME = "|".join(f"{name}|{name[:3]}" for name in _MONTHS if name != "may") + "|sept|may"
_COUNT = r"(?P<count>\d{1,4}|[一二三四五六七八九十两]{1,3})"
_CHINESE_MONTH = r"(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])"
_CHINESE_DAY = r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})"
_ISO = r"(?P<year>(?:19|20)\d\d)[-/](?P<month>\d{1,2})"


def _number(text: str) -> int:
    """``12``, ``十二``, ``二十``."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS[text] if len(text) == 1 else 0
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _day(year: int, month: int, day: int) -> Span | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return Span(found, found)


def _month(year: int, month: int) -> Span | None:
    if not 1 <= month <= 12 or not 1 <= year <= 9998:
        return None
    first = date(year, month, 1)
    return Span(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _year(year: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31))


def _week(day: date) -> Span:
    first = day - timedelta(days=day.weekday())
    return Span(first, first + timedelta(days=6))


def _latest_month(month: int, today: date) -> Span | None:
    return _month(today.year if month <= today.month else today.year - 1, month)


def _latest_day(month: int, day: int, today: date) -> Span | None:
    this = _day(today.year, month, day)
    if this is not None and this.first is not None and this.first <= today:
        return this
    return _day(today.year - 1, month, day)


def _shifted_month(today: date, back: int) -> Span | None:
    months = today.year * 12 + today.month - 1 - back
    return _month(months // 12, months % 12 + 1)


def _named(name: str) -> int:
    return next(at for at, full in enumerate(_MONTHS, 1) if full.startswith(name[:3]))


def _chinese(match: re.Match[str], today: date) -> Span | None:
    """``2026年11月5日``, ``去年11月``, ``十一月``, ``11月5号``."""
    month = _number(match["month"])
    day = _number(match["day"]) if match["day"] else None
    word = match["year"]
    if word is None:
        return _latest_month(month, today) if day is None else _latest_day(month, day, today)
    back = {"今年": 0, "去年": 1, "前年": 2}
    year = today.year - back[word] if word in back else int(word[:4])
    return _month(year, month) if day is None else _day(year, month, day)


def _iso(match: re.Match[str], today: date) -> Span | None:
    del today
    year, month, day = int(match["year"]), int(match["month"]), match.groupdict().get("day")
    return _month(year, month) if day is None else _day(year, month, int(day))


def _english(match: re.Match[str], today: date) -> Span | None:
    """``november``, ``nov 2025``, ``5 nov``, ``nov 5 2025``."""
    month = _named(match["name"])
    parts = match.groupdict()
    day = parts.get("day") or parts.get("after")
    year = int(match["year"]) if match["year"] else None
    if day is not None:
        if year is None:
            return _latest_day(month, int(day), today)
        return _day(year, month, int(day))
    return _latest_month(month, today) if year is None else _month(year, month)


def _weekday(match: re.Match[str], today: date) -> Span:
    """The latest such day, today included; ``last`` and ``上`` mean the week before this one."""
    name = match["name"]
    wanted = _CHINESE_DAYS[name] if name in _CHINESE_DAYS else _WEEKDAYS.index(name)
    if match["last"]:
        day = today - timedelta(days=today.weekday() + 7 - wanted)
    else:
        day = today - timedelta(days=(today.weekday() - wanted) % 7)
    return Span(day, day)


def _days_back(match: re.Match[str], today: date) -> Span | None:
    """``最近7天``, ``last 3 months``, ``近半年``."""
    count = 1 if match["count"] is None else _number(match["count"])
    unit = match["unit"]
    if unit in ("半年",):
        days = 182
    elif unit.startswith(("周", "星期", "个星期", "week")):
        days = count * 7
    elif unit.startswith(("月", "个月", "month")):
        days = count * 30
    elif unit.startswith(("年", "year")):
        days = count * 365
    else:
        days = count
    if not 1 <= days <= 40_000:
        return None
    return Span(today - timedelta(days=days - 1), today)


def _fixed(span: Callable[[date], Span | None]) -> Reading:
    return lambda _, today: span(today)


def _ago(days: int) -> Reading:
    return _fixed(lambda today: Span(today - timedelta(days=days), today - timedelta(days=days)))


_PATTERNS: tuple[tuple[str, Reading], ...] = (
    (r"今天|今日|today", _ago(0)),
    (r"昨天|昨日|yesterday", _ago(1)),
    (r"前天", _ago(2)),
    (r"(?:本|这)周|(?:这)?个星期|本星期|this week", _fixed(_week)),
    (
        r"上周|上个?星期|上个?礼拜|last week",
        _fixed(lambda today: _week(today - timedelta(days=7))),
    ),
    (r"本月|这个?月|this month", _fixed(lambda today: _shifted_month(today, 0))),
    (r"上个?月|last month", _fixed(lambda today: _shifted_month(today, 1))),
    (r"上上个?月", _fixed(lambda today: _shifted_month(today, 2))),
    (r"今年|this year", _fixed(lambda today: _year(today.year))),
    (r"去年|last year", _fixed(lambda today: _year(today.year - 1))),
    (r"前年", _fixed(lambda today: _year(today.year - 2))),
    (
        rf"(?:最近|近|过去){_COUNT}?(?P<unit>天|日|周|个?星期|个?月|年|半年)",
        _days_back,
    ),
    (r"(?:last|past) (?P<count>\d{1,4}) (?P<unit>days?|weeks?|months?|years?)", _days_back),
    (_ISO + r"[-/](?P<day>\d{1,2})", _iso),
    (_ISO, _iso),
    (r"(?P<year>(?:19|20)\d\d)年", lambda match, _: _year(int(match["year"]))),
    (
        rf"(?P<year>(?:19|20)\d\d年|今年|去年|前年)?{_CHINESE_MONTH}月份?(?:{_CHINESE_DAY}[日号])?",
        _chinese,
    ),
    (
        # With a zero somewhere, or it is a range of amounts: 10-20.
        r"(?=0|\d+-0)(?P<month>0\d|1[0-2])-(?P<day>0\d|[12]\d|3[01])",
        lambda match, today: _latest_day(int(match["month"]), int(match["day"]), today),
    ),
    (
        rf"(?P<day>\d{{1,2}}) (?P<name>{_NAME})(?: (?P<year>(?:19|20)\d\d))?",
        _english,
    ),
    (
        rf"(?P<name>{_NAME})(?: (?P<after>\d{{1,2}}))?(?:,? (?P<year>(?:19|20)\d\d))?",
        _english,
    ),
    (rf"(?P<last>last )?(?P<name>{'|'.join(_WEEKDAYS)})", _weekday),
    (r"(?P<last>上)?(?:个)?(?:周|星期|礼拜)(?P<name>[一二三四五六日天])", _weekday),
)
_RULES = tuple((re.compile(pattern), reading) for pattern, reading in _PATTERNS)
_BETWEEN = re.compile(r"(?P<first>.+?)\s*(?:到|至|~|～|\.\.|–|—| to | - )\s*(?P<last>.+)")
_SINCE = re.compile(r"(?:since|from|after|从)\s*(?P<day>.+)|(?P<day2>.+?)(?:以来|之后|以后|起)")
_UNTIL = re.compile(r"(?:until|till|before)\s*(?P<day>.+)|(?P<day2>.+?)(?:之前|以前|前)")


def read_date(phrase: str, today: date) -> Span | None:
    """What a whole phrase says about time, or None where it says nothing.

    Args:
        phrase: Folded: lower case, plain digits, single spaces.
        today: The person's day.
    """
    single = _single(phrase, today)
    if single is not None:
        return single
    if match := _BETWEEN.fullmatch(phrase):
        first, last = _single(match["first"], today), _single(match["last"], today)
        if first and last and first.first and last.last and first.first <= last.last:
            return Span(first.first, last.last)
    if match := _SINCE.fullmatch(phrase):
        span = _single(match["day"] or match["day2"], today)
        if span is not None:
            return Span(span.first, None)
    if match := _UNTIL.fullmatch(phrase):
        span = _single(match["day"] or match["day2"], today)
        if span is not None and span.first is not None:
            return Span(None, span.first - timedelta(days=1))
    return None


def _single(phrase: str, today: date) -> Span | None:
    for pattern, reading in _RULES:
        if match := pattern.fullmatch(phrase):
            return reading(match, today)
    return None
