"""How a filter becomes SQL, and what a row is found by (see ``search_text.py`` for the index)."""

from __future__ import annotations

from typing import NamedTuple

from app.protocol.errors import KBeanError
from app.protocol.money import CURRENCIES, format_minor
from app.wallet.vault.database import Row
from app.wallet.vault.stores.activity_rows import ActivityFilter, ActivityRow
from app.wallet.vault.stores.marks import Mark
from app.wallet.vault.stores.search_text import fold, match_expression

TIE_BITS = 8
"""Bits of a position behind the milliseconds, for movements of one moment."""
END = 2**63 - 1
_POINTS = "KBN"
_WHOLE = ", ".join(f"'{c.code}'" for c in CURRENCIES.values() if c.decimals == 0)
# Amounts are compared in hundredths whatever the currency: 100 yen and 100.00 yuan are both 10000.
_HUNDREDTHS = f"abs(a.amount) * iif(a.currency IN ({_WHOLE}), 100, 1)"


class Source(NamedTuple):
    """A FROM and a WHERE with their values; ``a`` is the movement, newest first by position.

    The columns of the index ``activity_sums`` are at hand without touching the rows.
    """

    sql: str
    values: Row
    position: str


def source(wanted: ActivityFilter, start: int, end: int) -> Source:
    """What a filter selects among the positions from ``start`` to ``end`` (exclusive).

    Without words the index ``activity_sums`` answers alone; with words the search index does, by
    marks for everything that it knows of a row.
    """
    expression = expression_of(wanted)
    if expression is None:
        conditions, values = _columns(wanted)
        sql = "activity a INDEXED BY activity_sums WHERE a.position >= ? AND a.position < ?"
        return Source(sql + conditions, (start, end, *values), "a.position")
    # CROSS JOIN keeps SQLite from turning the loops round: the index walks newest first.
    conditions, values = _amounts(wanted)
    sql = (
        "activity_search CROSS JOIN activity a INDEXED BY activity_sums"
        " ON a.position = activity_search.rowid WHERE activity_search MATCH ?"
        " AND activity_search.rowid >= ? AND activity_search.rowid < ?"
    )
    return Source(sql + conditions, (expression, start, end, *values), "activity_search.rowid")


def positions(wanted: ActivityFilter, start: int, end: int) -> Source:
    """Like :func:`source`, where nothing but the position is needed."""
    expression = expression_of(wanted)
    if expression is None or wanted.least is not None or wanted.most is not None:
        return source(wanted, start, end)
    sql = "activity_search WHERE activity_search MATCH ? AND rowid >= ? AND rowid < ?"
    return Source(sql, (expression, start, end), "rowid")


def bounds(wanted: ActivityFilter) -> tuple[int, int]:
    """The filter's time as positions."""
    start = -1 if wanted.since is None else wanted.since << TIE_BITS
    end = END if wanted.until is None else wanted.until << TIE_BITS
    return start, end


def expression_of(wanted: ActivityFilter) -> str | None:
    """What the search index is asked for; None where there is no word to look for."""
    labels = [*map(label_mark, wanted.labels)]
    if match_expression(wanted.text, labels, wanted.terms) is None:
        return None
    marks: list[str] = [mark for mark in (wanted.direction, wanted.unit) if mark is not None]
    if wanted.currency is not None:
        marks.append(f"currency{wanted.currency}")
    if wanted.kind is not None:
        marks.append(kind_mark(wanted.kind))
    if wanted.category is not None:
        marks.append(category_mark(wanted.category))
    return match_expression(wanted.text, (*marks, *labels), wanted.terms)


def kind_mark(kind: str) -> str:
    """The index's mark of a ``MovementKind``."""
    return f"kind{kind}"


def category_mark(category: str) -> str:
    """The index's mark of a group."""
    return f"cat{category}"


def label_mark(label: str) -> str:
    """The index's mark of a label, the same for every spelling that reads alike."""
    return "label" + fold(label).strip().encode().hex()


def marks_of(row: ActivityRow, mark: Mark, category: str) -> tuple[str, ...]:
    """What a row can be filtered by, as marks of the search index."""
    unit = "points" if row.currency == _POINTS else "money"
    kinds = (row.direction, unit, f"currency{row.currency}")
    return (*kinds, kind_mark(row.kind), category_mark(category), *map(label_mark, mark.labels))


def searchable(row: ActivityRow, mark: Mark) -> str:
    """The row's words: everything that a person may remember of it."""
    try:
        figure = format_minor(abs(row.amount), row.currency, grouping=False)
    except KBeanError:  # a currency newer than this wallet
        figure = str(abs(row.amount))
    words = (row.counterparty, row.store_name, row.subject, row.note, row.order_number, figure)
    return " ".join((*words, mark.note, *mark.labels))


def _columns(wanted: ActivityFilter) -> tuple[str, Row]:
    """Every condition but words and time, on the columns of the index."""
    conditions, values = _amounts(wanted)
    for column, value in (
        ("a.currency", wanted.currency),
        ("a.kind", wanted.kind),
        ("a.grouped", wanted.category),
    ):
        if value is not None:
            conditions += f" AND {column} = ?"
            values = (*values, value)
    if wanted.unit is not None:
        conditions += f" AND a.currency {'=' if wanted.unit == 'points' else '<>'} '{_POINTS}'"
    if wanted.direction is not None:
        conditions += f" AND a.amount {'<' if wanted.direction == 'out' else '>='} 0"
    return conditions, values


def _amounts(wanted: ActivityFilter) -> tuple[str, Row]:
    conditions, values = "", []
    if wanted.least is not None:
        conditions += f" AND {_HUNDREDTHS} >= ?"
        values.append(wanted.least)
    if wanted.most is not None:
        conditions += f" AND {_HUNDREDTHS} <= ?"
        values.append(wanted.most)
    return conditions, tuple(values)
