"""What a person adds to their movements: a category, labels, a note; and rules for merchants.

Only rows: that a movement is found by them is the activity store's work, which writes both in one
transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.wallet.vault.database import Database, Row


class Mark(msgspec.Struct, frozen=True):
    """What one movement carries.

    Attributes:
        category: A key of ``app.wallet.categories``; None leaves it to the merchant.
        labels: In the order in which they were added, each once.
        note: The person's own words.
    """

    category: str | None = None
    labels: tuple[str, ...] = ()
    note: str = ""


EMPTY = Mark()
_SELECT = "SELECT id, category, labels, note FROM activity_marks"
_SELECT_THESE = (
    "SELECT id, category, labels, note FROM activity_marks"
    " WHERE id IN (SELECT value FROM json_each(?))"
)


class Marks:
    """Marks by movement, and what merchants are filed under."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def get(self, movement_id: str) -> Mark:
        """What a movement carries; an empty mark where nothing."""
        row = self._database.row(_SELECT + " WHERE id = ?", (movement_id,))
        return EMPTY if row is None else _mark(row)

    def of(self, movement_ids: Iterable[str]) -> dict[str, Mark]:
        """The marks of these movements, those without left out."""
        wanted = msgspec.json.encode(list(movement_ids)).decode()
        rows = self._database.rows(_SELECT_THESE, (wanted,))
        return {str(row[0]): _mark(row) for row in rows}

    def put(self, movement_id: str, mark: Mark, *, at: int) -> None:
        """Write a mark; an empty one is forgotten."""
        if mark == EMPTY:
            self._database.write("DELETE FROM activity_marks WHERE id = ?", (movement_id,))
            return
        labels = msgspec.json.encode(mark.labels).decode()
        self._database.write(
            "INSERT OR REPLACE INTO activity_marks (id, category, labels, note, changed_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (movement_id, mark.category, labels, mark.note, at),
        )

    def labels(self) -> list[tuple[str, int]]:
        """Every label in use and on how many movements, the most used first."""
        rows = self._database.rows(
            "SELECT value, count(*) FROM activity_marks, json_each(labels)"
            " GROUP BY value ORDER BY 2 DESC, 1"
        )
        return [(str(name), int(count)) for name, count in rows]

    def rule(self, counterparty: str) -> str | None:
        """What everything of a merchant is filed under, or None."""
        row = self._database.row(
            "SELECT category FROM activity_rules WHERE counterparty = ?", (counterparty,)
        )
        return None if row is None else str(row[0])

    def put_rule(self, counterparty: str, category: str | None, *, at: int) -> None:
        """File everything of a merchant; None lets the merchant's own code decide again."""
        if category is None:
            self._database.write(
                "DELETE FROM activity_rules WHERE counterparty = ?", (counterparty,)
            )
            return
        self._database.write(
            "INSERT OR REPLACE INTO activity_rules (counterparty, category, changed_at)"
            " VALUES (?, ?, ?)",
            (counterparty, category, at),
        )


def _mark(row: Row) -> Mark:
    _, category, labels, note = row
    return Mark(category, msgspec.json.decode(labels, type=tuple[str, ...]), note)
