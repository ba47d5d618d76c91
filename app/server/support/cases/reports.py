"""How support did, from the facts of each opening (design/4 §Cases and clocks, design/1 S9)."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.messages.cases import Day, Measured, Quantiles, Report
from app.server.db.engine import reading
from app.server.support.cases.clocks import Hours
from app.server.support.cases.tables import clocks, cycles, quality_samples

_SPAN_MAX_DAYS = 400


def quantile(ordered: Sequence[int], part: float) -> int | None:
    """The smallest value that at least ``part`` of the values don't exceed (nearest rank)."""
    if not ordered:
        return None
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def quantiles(values: Iterable[int]) -> Quantiles:
    """Median and ninth decile."""
    ordered = sorted(values)
    return Quantiles(len(ordered), quantile(ordered, 0.5), quantile(ordered, 0.9))


def measured(spans: Iterable[tuple[int, int]], hours: Hours) -> Measured:
    """Spans of Unix milliseconds, in service hours and by the wall clock."""
    found = list(spans)
    return Measured(
        service=quantiles(hours.open_seconds(start, end) for start, end in found),
        wall=quantiles(max(0, end - start) // 1000 for start, end in found),
    )


def rate(part: int, whole: int) -> int | None:
    """Parts of one thousand; None of nothing."""
    return None if whole == 0 else round(1000 * part / whole)


class Frame(NamedTuple):
    """What a report is about: Unix milliseconds [since, until), in these hours and days."""

    hours: Hours
    zone: ZoneInfo
    since: int
    until: int


def report(
    facts: Sequence[Any],
    kept: Sequence[tuple[str, bool]],
    scores: Sequence[dict[str, int]],
    frame: Frame,
) -> Report:
    """Put the figures together.

    Args:
        facts: Rows of openings that began in the span.
        kept: (metric, whether its target was met) of the clocks that ended or breached.
        scores: What samples of the span were scored with.
        frame: The span, and in which hours and days it is counted.
    """
    handed = [fact for fact in facts if fact.handed_at is not None]
    closed = [fact for fact in facts if fact.closed_at is not None]
    contained = [fact for fact in closed if fact.handed_at is None]
    abandoned = [fact for fact in handed if fact.abandoned]
    helped = [fact for fact in closed if fact.first_reply_at is not None]
    resolved = [fact for fact in helped if fact.outcome in {"resolved", ""}]
    again = [fact for fact in facts if fact.cycle > 1]
    met: dict[str, list[bool]] = defaultdict(list)
    for metric, held in kept:
        met[metric].append(held)
    marks: dict[str, list[int]] = defaultdict(list)
    for one in scores:
        for criterion, mark in one.items():
            marks[criterion].append(mark)
    stars = Counter(fact.stars for fact in facts if fact.stars)
    return Report(
        since=frame.since,
        until=frame.until,
        cycles=len(facts),
        handed_over=len(handed),
        contained=len(contained),
        abandoned=len(abandoned),
        resolved=len(resolved),
        reopened=len(again),
        contained_rate=rate(len(contained), len(closed)),
        abandoned_rate=rate(len(abandoned), len(handed)),
        resolved_rate=rate(len(resolved), len(helped)),
        reopened_rate=rate(len(again), len(closed)),
        first_response=measured(
            ((f.handed_at, f.first_reply_at) for f in handed if f.first_reply_at), frame.hours
        ),
        resolution=measured(
            ((f.handed_at, f.closed_at) for f in helped if f.handed_at is not None), frame.hours
        ),
        handoff_reasons=dict(Counter(fact.handoff_reason for fact in handed)),
        sla={metric: (sum(held), len(held)) for metric, held in met.items()},
        csat=[stars.get(mark, 0) for mark in range(1, 6)],
        quality={name: round(100 * sum(given) / len(given)) for name, given in marks.items()},
        days=_days(facts, frame.zone),
    )


def _days(facts: Sequence[Any], zone: ZoneInfo) -> list[Day]:
    by_day: dict[str, list[Any]] = defaultdict(list)
    for fact in facts:
        day = dt.datetime.fromtimestamp(fact.opened_at / 1000, zone).date().isoformat()
        by_day[day].append(fact)
    return [
        Day(
            day=day,
            opened=len(found),
            handed_over=sum(fact.handed_at is not None for fact in found),
            closed=sum(fact.closed_at is not None for fact in found),
            csat_sum=sum(fact.stars or 0 for fact in found),
            csat_count=sum(fact.stars is not None for fact in found),
        )
        for day, found in sorted(by_day.items())
    ]


class Reports:
    """Asks the database for what :func:`report` needs."""

    def __init__(self, engine: AsyncEngine, hours: Hours, zone: ZoneInfo) -> None:
        """Count in these hours and days."""
        self._engine = engine
        self._hours = hours
        self._zone = zone

    async def make(self, since: int, until: int) -> Report:
        """The report of openings that began in [since, until), Unix milliseconds.

        Raises:
            KBeanError: ``validation_failed`` for a span that is none, or over 400 days.
        """
        if not 0 < until - since <= _SPAN_MAX_DAYS * 86_400_000:
            raise KBeanError("validation_failed", "the span is empty or too long", field="until")
        async with reading(self._engine) as connection:
            opened = cycles.c.opened_at
            facts = await connection.execute(
                sa.select(cycles).where(opened >= since, opened < until)
            )
            started = clocks.c.started_at
            kept = await connection.execute(
                sa.select(clocks.c.metric, clocks.c.kept).where(
                    started >= since, started < until, clocks.c.kept.is_not(None)
                )
            )
            drawn = quality_samples.c.drawn_at
            scored = await connection.scalars(
                sa.select(quality_samples.c.scores).where(
                    drawn >= since, drawn < until, quality_samples.c.scored_at.is_not(None)
                )
            )
            return report(
                facts.all(),
                [(row.metric, row.kept) for row in kept],
                [scores or {} for scores in scored],
                Frame(self._hours, self._zone, since, until),
            )
