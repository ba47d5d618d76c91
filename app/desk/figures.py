"""The figures of a report and of scores: as tables, as CSV, for charts; decided without a page."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from app.desk.when import span_words
from app.desk.words import Words
from app.protocol.messages.cases import Day, Measured, Report

Criterion = Literal["understood", "correct", "polite", "complete", "followed_rules"]
CRITERIA: tuple[Criterion, ...] = ("understood", "correct", "polite", "complete", "followed_rules")
"""What a conversation is scored by; each 0 … 4."""

MARKS = range(5)
METRICS = ("first_response", "next_response", "resolution")
RATES = ("contained", "abandoned", "resolved", "reopened")
NONE = "–"


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """One part of a report, ready to be read.

    Attributes:
        name: Its words ``reports.<name>``.
        head: The columns' words.
        rows: What stands below them.
    """

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def mean_score(scores: Mapping[str, int]) -> float | None:
    """The mean of one conversation's marks; None where it has none."""
    return sum(scores.values()) / len(scores) if scores else None


def rate_words(rate: int | None) -> str:
    """Parts of one thousand as a percentage."""
    return NONE if rate is None else f"{rate / 10:.1f}%"


def seconds_words(seconds: int | None, words: Words) -> str:
    """A duration, or that there is none."""
    return NONE if seconds is None else span_words(seconds, words)


def mean_stars(csat: Sequence[int]) -> float | None:
    """The mean of answers counted by stars 1 … 5; None where nobody answered."""
    given = sum(csat)
    return sum(star * count for star, count in enumerate(csat, 1)) / given if given else None


def reason_words(reason: str, words: Words) -> str:
    """Why a conversation came to a person."""
    return words.known(f"reason.{reason}") or words("reports.other_reason")


def reasons(report: Report, words: Words) -> list[tuple[str, int]]:
    """Why people were asked for, the most frequent first; like words together."""
    found: dict[str, int] = {}
    for reason, count in report.handoff_reasons.items():
        said = reason_words(reason, words)
        found[said] = found.get(said, 0) + count
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def every_day(report: Report, zone: ZoneInfo) -> list[Day]:
    """The days of the span, those without anything included."""
    known = {day.day: day for day in report.days}
    first = dt.datetime.fromtimestamp(report.since / 1000, zone).date()
    last = dt.datetime.fromtimestamp((report.until - 1) / 1000, zone).date()
    span = [first + dt.timedelta(days=at) for at in range((last - first).days + 1)]
    names = sorted({day.isoformat() for day in span} | set(known))
    return [known.get(name, Day(name, 0, 0, 0, 0, 0)) for name in names]


def tables(report: Report, words: Words, zone: ZoneInfo) -> list[Table]:
    """Everything a report says."""
    return [
        _volume(report, words),
        _times(report, words),
        Table(
            "sla",
            tuple(words(f"reports.{name}") for name in ("metric", "kept", "all", "rate")),
            tuple(
                (
                    words(f"metric.{metric}"),
                    str(report.sla[metric][0]),
                    str(report.sla[metric][1]),
                    rate_words(round(1000 * report.sla[metric][0] / report.sla[metric][1])),
                )
                for metric in METRICS
                if report.sla.get(metric, (0, 0))[1]
            ),
        ),
        Table(
            "reasons",
            (words("reports.reason"), words("reports.count")),
            tuple((said, str(count)) for said, count in reasons(report, words)),
        ),
        Table(
            "csat",
            (words("reports.stars"), words("reports.count")),
            tuple(
                (words("reports.star", count=star), str(report.csat[star - 1]))
                for star in range(5, 0, -1)
            ),
        ),
        Table(
            "quality",
            (words("reports.criterion"), words("reports.mean")),
            tuple(
                (words(f"criterion.{name}"), f"{report.quality[name] / 100:.2f}")
                for name in CRITERIA
                if name in report.quality
            ),
        ),
        _days(every_day(report, zone), words),
    ]


def csv_of(report: Report, words: Words, zone: ZoneInfo) -> bytes:
    """The tables below one another; opens in a spreadsheet in the right letters."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for table in tables(report, words, zone):
        writer.writerow([words(f"reports.{table.name}")])
        writer.writerow(table.head)
        writer.writerows(table.rows)
        writer.writerow([])
    return out.getvalue().encode("utf-8-sig")


def _volume(report: Report, words: Words) -> Table:
    counts: list[tuple[str, int, str]] = [
        ("cycles", report.cycles, ""),
        ("handed_over", report.handed_over, ""),
        ("contained", report.contained, rate_words(report.contained_rate)),
        ("abandoned", report.abandoned, rate_words(report.abandoned_rate)),
        ("resolved", report.resolved, rate_words(report.resolved_rate)),
        ("reopened", report.reopened, rate_words(report.reopened_rate)),
    ]
    return Table(
        "volume",
        (words("reports.figure"), words("reports.count"), words("reports.rate")),
        tuple((words(f"reports.{name}"), str(count), rate) for name, count, rate in counts),
    )


def _times(report: Report, words: Words) -> Table:
    def row(name: str, measured: Measured) -> tuple[str, ...]:
        service, wall = measured.service, measured.wall
        spans = (service.p50, service.p90, wall.p50, wall.p90)
        said = (seconds_words(span, words) for span in spans)
        return (words(f"metric.{name}"), *said, str(service.count))

    names = ("metric", "service_p50", "service_p90", "wall_p50", "wall_p90", "count")
    return Table(
        "times",
        tuple(words(f"reports.{name}") for name in names),
        (row("first_response", report.first_response), row("resolution", report.resolution)),
    )


def _days(days: Sequence[Day], words: Words) -> Table:
    names = ("day", "opened", "handed_over", "closed", "csat_mean")
    return Table(
        "days",
        tuple(words(f"reports.{name}") for name in names),
        tuple(
            (
                day.day,
                str(day.opened),
                str(day.handed_over),
                str(day.closed),
                f"{day.csat_sum / day.csat_count:.1f}" if day.csat_count else NONE,
            )
            for day in days
        ),
    )
