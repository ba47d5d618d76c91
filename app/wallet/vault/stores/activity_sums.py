"""What movements add up to: months under a filter, and flows by kind and group."""

# ruff: noqa: S608 - the statements are put together of our own words; values are bound

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from app.wallet.vault.database import Database
from app.wallet.vault.stores.activity_query import TIE_BITS, bounds, positions, source
from app.wallet.vault.stores.activity_rows import ActivityFilter


class Flow(NamedTuple):
    """What went out and came in of one currency, in minor units, neither negative."""

    currency: str
    out: int
    into: int


class Month(NamedTuple):
    """A month of the person's calendar in which something was found.

    Attributes:
        name: ``YYYY-MM``.
        since: Unix milliseconds of its first moment, or of the filter's.
        until: Unix milliseconds of the next month's first moment, or of the filter's end.
        movements: How many.
    """

    name: str
    since: int
    until: int
    movements: int


class Sum(NamedTuple):
    """Movements of one kind, group and direction added up.

    Attributes:
        kind: A ``MovementKind``.
        category: A group; empty where the row isn't grouped yet.
        amount: Minor units, never negative; ``out`` says which way.
    """

    kind: str
    category: str
    out: bool
    amount: int


class ActivitySums:
    """Adds up without reading a single row: the index ``activity_sums`` holds what is needed."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def months(self, wanted: ActivityFilter, zone: tzinfo | None = None) -> list[Month]:
        """The months in which a filter finds something, newest first.

        Args:
            wanted: Which movements.
            zone: The person's time zone, the machine's by default.
        """
        row = self._database.row("SELECT min(position), max(position) FROM activity")
        if row is None or row[0] is None:
            return []
        first, end = bounds(wanted)
        oldest = max(row[0], first) >> TIE_BITS
        newest = min(row[1], end - 1) >> TIE_BITS
        found = []
        if oldest <= newest:
            for name, since, until in _months(oldest, newest, zone):
                start = since if wanted.since is None else max(since, wanted.since)
                stop = until if wanted.until is None else min(until, wanted.until)
                count = self._count(wanted, start, stop)
                if count:
                    found.append(Month(name, start, stop, count))
        return found

    def totals(self, wanted: ActivityFilter) -> list[Flow]:
        """What a filter finds adds up to, the currency with most movements first."""
        found = source(wanted, *bounds(wanted))
        rows = self._database.rows(
            "SELECT a.currency, -sum(min(a.amount, 0)), sum(max(a.amount, 0)), count(*)"
            f" FROM {found.sql} GROUP BY 1 ORDER BY 4 DESC, 1",
            found.values,
        )
        return [Flow(currency, out, into) for currency, out, into, _ in rows]

    def flows(self, currency: str, since: int, until: int) -> list[Sum]:
        """One currency's movements of a time added up by kind, group and direction.

        Args:
            currency: ISO 4217, or ``KBN``.
            since: Unix milliseconds, inclusive.
            until: Unix milliseconds, exclusive.
        """
        rows = self._database.rows(
            "SELECT kind, grouped, amount < 0, sum(abs(amount)) FROM activity"
            " INDEXED BY activity_sums WHERE position >= ? AND position < ? AND currency = ?"
            " GROUP BY 1, 2, 3",
            (since << TIE_BITS, until << TIE_BITS, currency),
        )
        return [Sum(kind, category, bool(out), amount) for kind, category, out, amount in rows]

    def _count(self, wanted: ActivityFilter, since: int, until: int) -> int:
        found = positions(wanted, since << TIE_BITS, until << TIE_BITS)
        row = self._database.row(f"SELECT count(*) FROM {found.sql}", found.values)
        return 0 if row is None else int(row[0])


def month_bounds(month: date, zone: tzinfo | None = None) -> tuple[int, int]:
    """Unix milliseconds of the first moment of a day's month and of the next month's."""
    first = month.replace(day=1)
    return moment(first, zone), moment((first + timedelta(days=31)).replace(day=1), zone)


def moment(day: date, zone: tzinfo | None = None) -> int:
    """Unix milliseconds of local midnight (without a zone: the machine's)."""
    return round(datetime.combine(day, time(), tzinfo=zone).timestamp() * 1000)


def _months(oldest: int, newest: int, zone: tzinfo | None) -> list[tuple[str, int, int]]:
    """Name and bounds of every month between two moments, newest first."""
    day = datetime.fromtimestamp(newest / 1000, zone).date().replace(day=1)
    found = []
    while True:
        since, until = month_bounds(day, zone)
        found.append((f"{day:%Y-%m}", since, until))
        if since <= oldest:
            return found
        day = (day - timedelta(days=1)).replace(day=1)
