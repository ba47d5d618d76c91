"""The person's movements on this device: pages, month totals, search (M6: 100,000 rows stay fluid).

``position`` is the table's key and the search index's row id. It is the time in milliseconds with
eight bits behind it for movements of the same millisecond, so "newest first" is the order in which
both are stored: a page and the first hits of a search never sort anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.payments import Movement
from app.protocol.money import format_minor
from app.wallet.vault.database import Database, Row
from app.wallet.vault.stores.search_text import index_columns, match_expression

Direction = Literal["in", "out"]
_TIE_BITS = 8
_END = 2**63 - 1
_POINTS = "KBN"


class ActivityRow(msgspec.Struct, frozen=True):
    """One movement as the wallet shows it.

    Attributes:
        id: The service's movement id.
        kind: ``payment``, ``top_up``, ``points_earned`` …
        amount: Signed minor units: negative went out.
        currency: ISO 4217, or ``KBN``.
        occurred_at: Unix milliseconds.
        counterparty: The other side's name.
        sequence: The service's ``cursor_key``.
        status: How it stands; ``succeeded`` once posted.
        category: The merchant's category (MCC, or the person's own later on).
        raw: The message as JSON, for everything that has no column.
    """

    id: str
    kind: str
    amount: int
    currency: str
    occurred_at: int
    counterparty: str = ""
    sequence: int = 0
    account_id: str = ""
    status: str = "succeeded"
    store_name: str = ""
    subject: str = ""
    note: str = ""
    category: str = ""
    order_number: str = ""
    payment_id: str | None = None
    receipt_id: str | None = None
    points_earned: int = 0
    raw: bytes = b"{}"

    @property
    def direction(self) -> Direction:
        """Which way it went, seen from the person."""
        return "out" if self.amount < 0 else "in"

    @classmethod
    def from_movement(cls, movement: Movement, *, receipt_id: str | None = None) -> ActivityRow:
        """The row for a line of ``GET /v1/activity``."""
        return cls(
            id=movement.movement_id,
            kind=movement.kind,
            amount=movement.amount,
            currency=movement.currency,
            occurred_at=movement.occurred_at,
            counterparty=movement.counterparty,
            sequence=movement.cursor_key,
            account_id=movement.account_id,
            store_name=movement.store_name,
            subject=movement.subject,
            note=movement.note,
            category=movement.mcc,
            order_number=movement.order_number,
            payment_id=movement.payment_id,
            receipt_id=receipt_id,
            points_earned=movement.points_earned,
            raw=msgspec.json.encode(movement),
        )


class ActivityFilter(msgspec.Struct, frozen=True):
    """Which movements are wanted; everything by default.

    Attributes:
        text: Any part of a name, note, order number or amount, in any script, one sign or more;
            several words must all occur. Nothing searchable in it means everything.
        unit: ``money``, or ``points`` for K-Beans.
        currency: Only this currency.
        direction: Only what came in or went out.
        since: Unix milliseconds, inclusive.
        until: Unix milliseconds, exclusive.
    """

    text: str = ""
    unit: Literal["money", "points"] | None = None
    currency: str | None = None
    direction: Direction | None = None
    since: int | None = None
    until: int | None = None


class ActivityPage(NamedTuple):
    """Some rows, newest first, and where the page of older ones starts (None at the end)."""

    rows: list[ActivityRow]
    older: int | None


class Total(NamedTuple):
    """What the movements of a period add up to, per currency, direction and status.

    Attributes:
        period: ``YYYY-MM`` or ``YYYY-MM-DD`` in the person's time zone.
        movements: How many there were.
        amount: Minor units, never negative; ``direction`` says which way.
    """

    period: str
    currency: str
    direction: Direction
    status: str
    movements: int
    amount: int


_EVERYTHING = ActivityFilter()
# Fields in the order in which ActivityRow declares them.
_SELECT = (
    "SELECT position, id, kind, amount, currency, occurred_at, counterparty, sequence, account_id,"
    " status, store_name, subject, note, category, order_number, payment_id, receipt_id,"
    " points_earned, raw FROM activity"
)
_PAGE = _SELECT + " WHERE position >= ? AND position < ? ORDER BY position DESC LIMIT ?"
# CROSS JOIN keeps SQLite from turning the loops round: the index walks newest first.
_SEARCH = (
    _SELECT.replace(
        "FROM activity",
        "FROM activity_search CROSS JOIN activity ON position = activity_search.rowid",
    )
    + " WHERE activity_search MATCH ? AND activity_search.rowid >= ? AND activity_search.rowid < ?"
    " ORDER BY activity_search.rowid DESC LIMIT ?"
)
_INSERT = (
    "INSERT OR REPLACE INTO activity (position, id, kind, amount, currency, occurred_at,"
    " counterparty, sequence, account_id, status, store_name, subject, note, category,"
    " order_number, payment_id, receipt_id, points_earned, raw)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Activity:
    """Movements by time, by id, by payment and by words."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def upsert(self, rows: Iterable[ActivityRow]) -> int:
        """Add rows or bring them up to date, all in one transaction.

        Args:
            rows: In any order; a row that is there already and says the same costs one look-up.

        Returns:
            How many rows were new or changed.
        """
        changed = 0
        with self._database.transaction():
            for row in rows:
                changed += self._upsert_one(row)
        return changed

    def find(
        self, wanted: ActivityFilter = _EVERYTHING, before: int | None = None, *, limit: int = 50
    ) -> ActivityPage:
        """A page of movements, newest first.

        Args:
            wanted: Which ones; all by default.
            before: ``older`` of the page above; None starts at the top.
            limit: Rows a page.
        """
        first = -1 if wanted.since is None else wanted.since << _TIE_BITS
        end = _END if wanted.until is None else wanted.until << _TIE_BITS
        bounds = (first, end if before is None else min(end, before), limit + 1)
        expression = match_expression(wanted.text, _marks_wanted(wanted))
        if expression is None:
            rows = self._database.rows(_PAGE, bounds)
        else:
            rows = self._database.rows(_SEARCH, (expression, *bounds))
        kept = rows[:limit]
        older = kept[-1][0] if len(rows) > limit and kept else None
        return ActivityPage([ActivityRow(*row[1:]) for row in kept], older)

    def get(self, movement_id: str) -> ActivityRow | None:
        """One movement by its id, or None."""
        row = self._database.row(_SELECT + " WHERE id = ?", (movement_id,))
        return None if row is None else ActivityRow(*row[1:])

    def for_payment(self, payment_id: str) -> list[ActivityRow]:
        """All movements of a payment (the money, the K-Beans), oldest first."""
        rows = self._database.rows(
            _SELECT + " WHERE payment_id = ? ORDER BY position", (payment_id,)
        )
        return [ActivityRow(*row[1:]) for row in rows]

    def count(self) -> int:
        """How many movements are kept here."""
        row = self._database.row("SELECT count(*) FROM activity")
        return 0 if row is None else int(row[0])

    def newest_sequence(self) -> int | None:
        """The largest ``cursor_key`` seen, for catching up; None before the first sync."""
        row = self._database.row("SELECT max(sequence) FROM activity")
        return None if row is None or row[0] is None else int(row[0])

    def month_totals(self, months: Iterable[str], zone: tzinfo | None = None) -> list[Total]:
        """Add up months as the person's calendar has them.

        Args:
            months: ``YYYY-MM``, e.g. the month headers in view.
            zone: The person's time zone, the machine's by default; a month starts at local
                midnight.

        Returns:
            One entry per month, currency, direction and status that occurs.
        """
        return self._totals((month, *_month_bounds(month, zone)) for month in months)

    def day_totals(self, days: Iterable[date], zone: tzinfo | None = None) -> list[Total]:
        """Add up days, like :meth:`month_totals`; ``period`` is ``YYYY-MM-DD``."""
        return self._totals(
            (day.isoformat(), _moment(day, zone), _moment(day + timedelta(days=1), zone))
            for day in days
        )

    def _totals(self, periods: Iterable[tuple[str, int, int]]) -> list[Total]:
        totals: list[Total] = []
        for name, start, end in periods:
            rows = self._database.rows(
                "SELECT currency, iif(amount < 0, 'out', 'in'), status, count(*),"
                " sum(abs(amount)) FROM activity INDEXED BY activity_totals"
                " WHERE position >= ? AND position < ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
                (start << _TIE_BITS, end << _TIE_BITS),
            )
            totals += [Total(name, *row) for row in rows]
        return totals

    def _upsert_one(self, new: ActivityRow) -> int:
        found = self._database.row(_SELECT + " WHERE id = ?", (new.id,))
        position = None
        if found is not None:
            old = ActivityRow(*found[1:])
            if old == new:
                return 0
            position = int(found[0])
            if old.occurred_at != new.occurred_at:
                self._database.write("DELETE FROM activity WHERE position = ?", (position,))
                self._database.write("DELETE FROM activity_search WHERE rowid = ?", (position,))
                position = None
        if position is None:
            position = self._free_position(new)
        self._database.write(_INSERT, (position, *msgspec.structs.astuple(new)))
        self._database.write(
            "INSERT OR REPLACE INTO activity_search (rowid, triples, short) VALUES (?, ?, ?)",
            (position, *index_columns(_searchable(new), _marks(new))),
        )
        return 1

    def _free_position(self, row: ActivityRow) -> int:
        """The first free position from the row's time on; movements of one moment keep order."""
        position = (row.occurred_at << _TIE_BITS) + (row.sequence & (1 << _TIE_BITS) - 1)
        while self._taken(position):
            position += 1
        return position

    def _taken(self, position: int) -> Row | None:
        return self._database.row("SELECT 1 FROM activity WHERE position = ?", (position,))


def _marks(row: ActivityRow) -> tuple[str, ...]:
    """What a row can be filtered by, as marks of the search index."""
    unit = "points" if row.currency == _POINTS else "money"
    return (row.direction, unit, f"currency{row.currency}")


def _marks_wanted(wanted: ActivityFilter) -> list[str]:
    currency = None if wanted.currency is None else f"currency{wanted.currency}"
    return [mark for mark in (wanted.direction, wanted.unit, currency) if mark is not None]


def _searchable(row: ActivityRow) -> str:
    try:
        figure = format_minor(abs(row.amount), row.currency, grouping=False)
    except KBeanError:  # a currency newer than this wallet
        figure = str(abs(row.amount))
    words = (row.counterparty, row.store_name, row.subject, row.note, row.order_number, figure)
    return " ".join(words)


def _month_bounds(month: str, zone: tzinfo | None) -> tuple[int, int]:
    """Unix milliseconds of the month's first moment and of the next month's."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=31)).replace(day=1)
    return _moment(first, zone), _moment(following, zone)


def _moment(day: date, zone: tzinfo | None) -> int:
    """Unix milliseconds of local midnight (without a zone: the machine's)."""
    return round(datetime.combine(day, time(), tzinfo=zone).timestamp() * 1000)
