"""The person's movements on this device: pages, search, marks (M6: 100,000 rows stay fluid).

``position`` is the table's key and the search index's row id. It is the time in milliseconds with
eight bits behind it for movements of the same millisecond, so "newest first" is the order in which
both are stored: a page and the first hits of a search never sort anything.
"""

# ruff: noqa: S608 - the statements are put together of our own words; values are bound

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from app.wallet.categories import category_of
from app.wallet.vault.database import Database, Row
from app.wallet.vault.stores.activity_query import (
    TIE_BITS,
    bounds,
    marks_of,
    positions,
    searchable,
)
from app.wallet.vault.stores.activity_rows import EVERYTHING, ActivityFilter, ActivityRow
from app.wallet.vault.stores.activity_sums import ActivitySums
from app.wallet.vault.stores.marks import Mark, Marks
from app.wallet.vault.stores.search_text import index_columns

__all__ = ["Activity", "ActivityFilter", "ActivityPage", "ActivityRow"]


class ActivityPage(NamedTuple):
    """Some rows, newest first, and where the page of older ones starts (None at the end)."""

    rows: list[ActivityRow]
    older: int | None


# Fields in the order in which ActivityRow declares them.
_SELECT = (
    "SELECT position, id, kind, amount, currency, occurred_at, counterparty, sequence, account_id,"
    " status, store_name, subject, note, category, order_number, payment_id, receipt_id,"
    " points_earned, raw FROM activity"
)
_INSERT = (
    "INSERT OR REPLACE INTO activity (position, id, kind, amount, currency, occurred_at,"
    " counterparty, sequence, account_id, status, store_name, subject, note, category,"
    " order_number, payment_id, receipt_id, points_earned, raw, grouped)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Activity:
    """Movements by time, by id, by payment and by words.

    Attributes:
        sums: What they add up to.
    """

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database
        self._marks = Marks(database)
        self.sums = ActivitySums(database)

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
        self,
        wanted: ActivityFilter = EVERYTHING,
        before: int | None = None,
        *,
        limit: int = 50,
        offset: int = 0,
    ) -> ActivityPage:
        """A page of movements, newest first.

        Args:
            wanted: Which ones; all by default.
            before: ``older`` of the page above; None starts at the top.
            limit: Rows a page.
            offset: Rows to leave out at the top.
        """
        start, end = bounds(wanted)
        chosen = positions(wanted, start, end if before is None else min(end, before))
        rows = self._database.rows(
            f"{_SELECT} WHERE position IN (SELECT {chosen.position} FROM {chosen.sql}"
            f" ORDER BY {chosen.position} DESC LIMIT ? OFFSET ?) ORDER BY position DESC",
            (*chosen.values, limit + 1, offset),
        )
        kept = rows[:limit]
        older = kept[-1][0] if len(rows) > limit and kept else None
        return ActivityPage([ActivityRow(*row[1:]) for row in kept], older)

    def get(self, movement_id: str) -> ActivityRow | None:
        """One movement by its id, or None."""
        row = self._database.row(_SELECT + " WHERE id = ?", (movement_id,))
        return None if row is None else ActivityRow(*row[1:])

    def for_payment(self, payment_id: str) -> list[ActivityRow]:
        """All movements of a payment (the money, K-Beans, refunds), oldest first."""
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

    def grouped(self, movement_ids: Iterable[str]) -> dict[str, str]:
        """The groups that these movements are counted in."""
        wanted = msgspec.json.encode(list(movement_ids)).decode()
        rows = self._database.rows(
            "SELECT id, grouped FROM activity WHERE id IN (SELECT value FROM json_each(?))"
            " AND grouped <> ''",
            (wanted,),
        )
        return {str(name): str(category) for name, category in rows}

    def mark(self, movement_id: str, mark: Mark, *, at: int) -> None:
        """Write what the person says of a movement; from now on it is found by it."""
        with self._database.transaction():
            self._marks.put(movement_id, mark, at=at)
            self._index_anew(_SELECT + " WHERE id = ?", (movement_id,))

    def file_under(self, counterparty: str, category: str | None, *, at: int) -> int:
        """File everything of a merchant, past and coming; None asks the merchant's code again.

        Returns:
            How many movements that are here were filed anew.
        """
        with self._database.transaction():
            self._marks.put_rule(counterparty, category, at=at)
            return self._index_anew(_SELECT + " WHERE counterparty = ?", (counterparty,))

    def catch_up(self, limit: int) -> int:
        """Index some rows that a version before 1.3 wrote; how many it were.

        Args:
            limit: Rows; a few hundred keep the vault's thread free for others.
        """
        with self._database.transaction():
            return self._index_anew(
                _SELECT + " INDEXED BY activity_behind WHERE grouped = ''"
                " ORDER BY position DESC LIMIT ?",
                (limit,),
            )

    def _index_anew(self, query: str, values: Row) -> int:
        rows = self._database.rows(query, values)
        for row in rows:
            self._write(int(row[0]), ActivityRow(*row[1:]))
        return len(rows)

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
        self._write(self._free_position(new) if position is None else position, new)
        return 1

    def _write(self, position: int, row: ActivityRow) -> None:
        """Write a row and its entry in the search index, with what the person says of it."""
        mark = self._marks.get(row.id)
        category = mark.category or self._marks.rule(row.counterparty)
        grouped = category or category_of(row.kind, row.category)
        self._database.write(_INSERT, (position, *msgspec.structs.astuple(row), grouped))
        self._database.write(
            "INSERT OR REPLACE INTO activity_search (rowid, triples, short) VALUES (?, ?, ?)",
            (position, *index_columns(searchable(row, mark), marks_of(row, mark, grouped))),
        )

    def _free_position(self, row: ActivityRow) -> int:
        """The first free position from the row's time on; movements of one moment keep order."""
        position = (row.occurred_at << TIE_BITS) + (row.sequence & (1 << TIE_BITS) - 1)
        while self._taken(position):
            position += 1
        return position

    def _taken(self, position: int) -> Row | None:
        return self._database.row("SELECT 1 FROM activity WHERE position = ?", (position,))
