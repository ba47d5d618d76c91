"""The rows of a list of movements: months with headings, fetched in blocks as they come into view.

The whole length is known from the start (how many movements each month has), so the scroll bar
tells the truth and any place can be jumped to; only what is looked at is ever fetched, and only the
last few thousand rows are held.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import QAbstractListModel, QDate, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from app.desktop.components.movement_words import MovementWords, words_of
from app.desktop.components.when import day_words, moment, month_words, time_words
from app.protocol.messages.payments import Movement
from app.wallet.marks import Noted

AnyIndex = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
BLOCK = 100
"""Movements that are fetched at once."""
_HELD = 60
"""Blocks that are held; those looked at longest ago go first."""


class Part(NamedTuple):
    """A month and how many movements it has; ``since`` and ``until`` are Unix milliseconds."""

    name: str
    since: int
    until: int
    movements: int


class Row(msgspec.Struct, frozen=True, gc=False):
    """A movement with everything that is painted of it, made once.

    Like what it holds, it is nothing for the collector: a full collection would cost a frame.
    """

    movement: Movement
    words: MovementWords
    second: str


class Heading(NamedTuple):
    """The line before a month's movements."""

    month: str
    totals: str


class Want(NamedTuple):
    """Movements of a month to be fetched: ``BLOCK`` of them from ``offset`` on."""

    part: Part
    offset: int


class MovementModel(QAbstractListModel):
    """Movements with a heading before every month but the first, which stands above the list."""

    def __init__(self, parent: QWidget | None = None, *, headings: bool = True) -> None:
        """Make it empty."""
        super().__init__(parent)
        self._headings = headings
        self._parts: tuple[Part, ...] = ()
        self._starts: list[int] = []
        self._count = 0
        self._blocks: OrderedDict[tuple[str, int], list[Movement]] = OrderedDict()
        self._noted: dict[str, Noted] = {}
        self._totals: dict[str, str] = {}
        self._rows: dict[str, Row] = {}

    # --- what is shown

    def replace(self, items: Iterable[Movement], noted: Mapping[str, Noted] | None = None) -> None:
        """Begin anew with movements that are all there is, as far as is known."""
        held = list(items)
        self._totals.clear()
        self._show(_parts_of(held, self._headings), held, noted)

    def append(self, items: Iterable[Movement]) -> None:
        """Add older movements to a list that was made by :meth:`replace`."""
        self.replace([*self.movements(), *items], dict(self._noted))

    def set_parts(self, parts: Iterable[Part]) -> None:
        """Say how long the list really is; what was fetched from its top stays."""
        self._show(tuple(parts), self.movements(), dict(self._noted))

    def fill(self, want: Want, items: Iterable[Movement], noted: Mapping[str, Noted]) -> None:
        """Put a fetched block in its place."""
        self._noted.update(noted)
        self._blocks[(want.part.name, want.offset // BLOCK)] = list(items)
        while len(self._blocks) > _HELD:
            _, gone = self._blocks.popitem(last=False)
            for movement in gone:
                self._rows.pop(movement.movement_id, None)
        self._repaint()

    def set_totals(self, month: str, words: str) -> None:
        """What a month adds up to, for its heading."""
        self._totals[month] = words
        self._repaint()

    def note(self, movement_id: str, noted: Noted) -> None:
        """The person says something else of a movement."""
        self._noted[movement_id] = noted
        self._rows.pop(movement_id, None)
        self._repaint()

    def retranslate(self) -> None:
        """Every word in the language now in force; totals are asked for again."""
        self._rows.clear()
        self._totals.clear()
        self._repaint()

    def _show(
        self, parts: tuple[Part, ...], top: list[Movement], noted: Mapping[str, Noted] | None
    ) -> None:
        self.beginResetModel()
        self._parts = parts
        self._starts = []
        self._count = 0
        self._blocks.clear()
        self._rows.clear()
        self._noted = dict(noted or {})
        at = 0
        for number, part in enumerate(parts):
            self._starts.append(self._count)
            self._count += part.movements + self._heads(number)
            held = top[at : at + part.movements]
            at += part.movements
            for offset in range(0, len(held), BLOCK):
                self._blocks[(part.name, offset // BLOCK)] = held[offset : offset + BLOCK]
        self.endResetModel()

    def _heads(self, part: int) -> int:
        return 1 if self._headings and part else 0

    def _part(self, row: int) -> int:
        return bisect_right(self._starts, row) - 1

    def _repaint(self) -> None:
        if self._count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._count - 1, 0))

    # --- what is asked of it

    def part_at(self, row: int) -> Part | None:
        """The month that a row stands in; None in an empty list."""
        if not 0 <= row < self._count:
            return None
        return self._parts[self._part(row)]

    def heading(self, row: int) -> Heading:
        """What stands above a row's month."""
        part = self.part_at(row)
        if part is None:
            return Heading("", "")
        return Heading(_month_words(part.name), self._totals.get(part.name, ""))

    def movements(self) -> list[Movement]:
        """The movements that stand without a gap from the top on."""
        found: list[Movement] = []
        for part in self._parts:
            for offset in range(0, part.movements, BLOCK):
                held = self._blocks.get((part.name, offset // BLOCK), [])
                found += held
                if len(held) < min(BLOCK, part.movements - offset):
                    return found
        return found

    def whole(self) -> int:
        """How many movements there are, fetched or not."""
        return sum(part.movements for part in self._parts)

    def missing(self, first: int, last: int) -> list[Want]:
        """The blocks that rows from ``first`` to ``last`` need and that aren't held."""
        wants: list[Want] = []
        first, last = max(0, first), min(last, self._count - 1)
        for number in range(
            bisect_right(self._starts, first) - 1, bisect_right(self._starts, last)
        ):
            if number < 0 or last < first:
                continue
            part, start = self._parts[number], self._starts[number] + self._heads(number)
            low, high = max(0, first - start), min(part.movements - 1, last - start)
            for block in range(low // BLOCK, max(0, high) // BLOCK + 1):
                held = self._blocks.get((part.name, block))
                if held is None or len(held) < min(BLOCK, part.movements - block * BLOCK):
                    wants.append(Want(part, block * BLOCK))
                else:
                    self._blocks.move_to_end((part.name, block))
        return wants

    def totals_missing(self, first: int, last: int) -> list[Part]:
        """The months with a heading in view whose totals aren't known."""
        found = []
        for row in range(max(0, first), min(last, self._count - 1) + 1):
            part = self.part_at(row)
            if part is not None and part.name not in self._totals and part not in found:
                found.append(part)
        return found

    def row_of(self, movement_id: str) -> int | None:
        """Where a movement stands, if it has been fetched."""
        for number, part in enumerate(self._parts):
            for offset in range(0, part.movements, BLOCK):
                held = self._blocks.get((part.name, offset // BLOCK), [])
                for at, movement in enumerate(held):
                    if movement.movement_id == movement_id:
                        return self._starts[number] + self._heads(number) + offset + at
        return None

    def at(self, row: int) -> Row | Heading | None:
        """What a row shows; None while it is being fetched."""
        if not 0 <= row < self._count:
            return None
        number = self._part(row)
        inside = row - self._starts[number] - self._heads(number)
        if inside < 0:
            return self.heading(row)
        block = self._blocks.get((self._parts[number].name, inside // BLOCK))
        if block is None or inside % BLOCK >= len(block):
            return None
        return self._row(block[inside % BLOCK])

    def _row(self, movement: Movement) -> Row:
        row = self._rows.get(movement.movement_id)
        if row is None or row.movement is not movement:
            words = words_of(movement, self._noted.get(movement.movement_id))
            at = moment(movement.occurred_at)
            stamp = f"{day_words(at.date())} {time_words(movement.occurred_at)}"
            row = Row(movement, words, f"{stamp} · {words.detail}" if words.detail else stamp)
            self._rows[movement.movement_id] = row
        return row

    # --- Qt

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        """Qt: how many rows there are, headings included."""
        return 0 if parent.isValid() else self._count

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Qt: the row, and a sentence for screen readers."""
        row = self.at(index.row())
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if row is None:
                return ""
            if isinstance(row, Heading):
                return ", ".join(part for part in row if part)
            words = row.words
            told = (words.title, words.detail, words.amount, words.beans)
            day = day_words(moment(row.movement.occurred_at).date())
            return ", ".join(part for part in (*told, day) if part)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Qt: headings can't be chosen."""
        if isinstance(self.at(index.row()), Heading):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _parts_of(items: list[Movement], headings: bool) -> tuple[Part, ...]:
    """Movements, newest first, by the months of the person's calendar."""
    if not headings:
        return (Part("", 0, 0, len(items)),) if items else ()
    counts: dict[str, int] = {}
    for item in items:
        month = moment(item.occurred_at).toString("yyyy-MM")
        counts[month] = counts.get(month, 0) + 1
    return tuple(Part(month, 0, 0, count) for month, count in counts.items())


def _month_words(name: str) -> str:
    return month_words(QDate.fromString(f"{name}-01", "yyyy-MM-dd")) if name else ""
