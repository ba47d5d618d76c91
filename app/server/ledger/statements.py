"""Set-based SQL for a :class:`~app.server.ledger.plan.RowKind`, once per kind and database.

The text of a statement never depends on how many rows it carries: PostgreSQL gets one array per
column (``unnest``), SQLite a JSON array of keys or ``executemany``. So it is parsed and planned
once and then only executed.
"""

# ruff: noqa: S608 - the only names put into a text are those of our own tables and columns

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from app.server.ledger.plan import RowKind

_ID_LIST = re.compile(r"(?:(?:[0-9A-Fa-f-]{36}|NULL)(?:,|$))*").fullmatch
_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


@lru_cache(maxsize=256)
def key_of(kind: RowKind[Any]) -> Callable[[Any], Any]:
    """A function from a row of the kind to its key: a scalar, or a tuple for several columns."""
    names = _fields(kind)
    return itemgetter(*(names.index(name) for name in kind.key))


@lru_cache(maxsize=256)
def _fields(kind: RowKind[Any]) -> tuple[str, ...]:
    names: tuple[str, ...] = kind.row._fields
    for name in (*names, *kind.key, *kind.changes):
        if name not in kind.table.c:
            raise TypeError(f"{kind.table.name} has no column {name}")
        if name not in names:
            raise TypeError(f"{kind.row.__name__} has no field {name}")
    return names


@lru_cache(maxsize=256)
def seen_as(added: RowKind[Any], other: RowKind[Any]) -> Callable[[Any], Any] | None:
    """How a row that was added through one kind looks through another one of its table.

    None where it isn't seen: where the added row has not all fields of the other, and where the
    other may change, for what it changed would be written before the row is there.
    """
    if added is other:
        return _as_it_is
    names = _fields(added)
    wanted = _fields(other)
    if other.changes or not set(wanted) <= set(names):
        return None
    make, row, places = tuple.__new__, other.row, [names.index(name) for name in wanted]
    return lambda whole: make(row, [whole[n] for n in places])


def _as_it_is(row: Any) -> Any:
    return row


def _array(column: sa.Column[Any]) -> str:
    """The type of a column's parameter; see :func:`pg_encoder`."""
    name = f"{column.type.compile(dialect=_POSTGRESQL).split('(')[0]}[]"
    return name if pg_encoder(column) is _as_they_are else f"text::{name}"


def pg_encoder(column: sa.Column[Any]) -> Callable[[Sequence[Any]], Any]:
    """How a column's values become one parameter.

    Whole numbers and ids travel as the text of an array, which takes half the time of the driver's
    own way through an array of objects; they are most of what a payment writes.
    """
    if isinstance(column.type, sa.Integer) and not column.nullable:
        return _numbers
    if isinstance(column.type, sa.Uuid):
        return _ids
    return _as_they_are


def _numbers(values: Sequence[int]) -> str:
    # int's own repr refuses everything that is no number.
    return "{" + ",".join(map(int.__repr__, values)) + "}"


def _ids(values: Sequence[str | None]) -> str:
    text = ",".join(["NULL" if value is None else value for value in values])
    # One element for each value, and nothing in it that could end or nest one.
    if text.count(",") != len(values) - 1 or not _ID_LIST(text):
        raise ValueError("not a list of ids")
    return "{" + text + "}"


def _as_they_are(values: Sequence[Any]) -> Sequence[Any]:
    return values


def _read(column: sa.Column[Any]) -> str:
    # uuid travels as text: domains and messages know ids as str.
    cast = "::text" if isinstance(column.type, sa.Uuid) else ""
    return f"t.{column.name}{cast}"


@lru_cache(maxsize=256)
def pg_load(kinds: tuple[RowKind[Any], ...], *, journal_ids: bool) -> str:
    """One SELECT that locks and reads every kind's rows: an array for each of their fields.

    Arrays of one type cost the server and the driver half of what records do. Parameters are one
    array per key column, kind by kind; then, with ``journal_ids``, how many journal ids to draw;
    they come last. The columns are worked out from left to right, so locks are taken in the
    given order of kinds and in the order of the keys within each, and ids are drawn under them.
    """
    tables: list[str] = []
    columns: list[str] = []
    number = 0
    for place, kind in enumerate(kinds):
        fields = range(len(_fields(kind)))
        arrays = []
        for name in kind.key:
            number += 1
            arrays.append(f"${number}::{_array(kind.table.c[name])}")
        source = _pg_lookups(kind, arrays, ", ".join(f"f{n}" for n in fields))
        made = ", ".join(f"array_agg(f{n}) AS f{n}" for n in fields)
        tables.append(f"k{place} AS MATERIALIZED (SELECT {made} FROM {source})")
        columns += (f"(SELECT f{n} FROM k{place})" for n in fields)
    if journal_ids:
        number += 1
        series = f"SELECT nextval('journal_ids') FROM generate_series(1, ${number}::int)"
        columns.append(f"(SELECT array_agg(n) FROM ({series}) s(n))")
    text = f"SELECT {', '.join(columns)}"
    return f"WITH {', '.join(tables)} {text}" if tables else text


def _pg_lookups(kind: RowKind[Any], arrays: Sequence[str], fields: str) -> str:
    """One index look-up per key, in the given order, whatever the planner thinks of the table."""
    columns = ", ".join(_read(kind.table.c[name]) for name in _fields(kind))
    keys = ", ".join(f"k{n}" for n in range(len(kind.key)))
    match = " AND ".join(f"t.{name} = k.k{n}" for n, name in enumerate(kind.key))
    # LIMIT keeps the planner from turning the look-ups into a join.
    lookup = f"SELECT {columns} FROM {kind.table.name} t WHERE {match} LIMIT 1"
    lock = " FOR UPDATE OF t" if kind.lock else ""
    lock += " SKIP LOCKED" if kind.skip_locked else ""
    return f"unnest({', '.join(arrays)}) k({keys}), LATERAL ({lookup}{lock}) r({fields})"


def pg_loaded(
    kinds: Sequence[RowKind[Any]], record: Sequence[Any]
) -> dict[RowKind[Any], list[Any]]:
    """The rows in the answer of :func:`pg_load`."""
    loaded: dict[RowKind[Any], list[Any]] = {}
    place = 0
    for kind in kinds:
        width = len(_fields(kind))
        columns = record[place : place + width]
        place += width
        # An array of nothing is NULL.
        loaded[kind] = [] if columns[0] is None else as_rows(kind, zip(*columns, strict=True))
    return loaded


def as_rows(kind: RowKind[Any], values: Iterable[Sequence[Any]]) -> list[Any]:
    """Tuples as rows of the kind; their values stand in the order of its fields."""
    # What a NamedTuple's own constructor does, without a call in Python for every row.
    make, row = tuple.__new__, kind.row
    return [make(row, value) for value in values]


@lru_cache(maxsize=256)
def pg_write(inserts: tuple[RowKind[Any], ...], updates: tuple[RowKind[Any], ...]) -> str:
    """One statement that adds and changes rows of several tables: a CTE for each.

    Parameters are one array per column: the fields of each inserted kind, then key and changed
    columns of each updated kind.
    """
    parts: list[str] = []
    number = 0
    for kind in inserts:
        names = _fields(kind)
        arrays = []
        for name in names:
            number += 1
            arrays.append(f"${number}::{_array(kind.table.c[name])}")
        parts.append(
            f"INSERT INTO {kind.table.name} ({', '.join(names)}) "
            f"SELECT * FROM unnest({', '.join(arrays)})"
        )
    for kind in updates:
        arrays = []
        for name in (*kind.key, *kind.changes):
            number += 1
            arrays.append(f"${number}::{_array(kind.table.c[name])}")
        keys = ", ".join((*(f"k_{name}" for name in kind.key), *(f"v_{n}" for n in kind.changes)))
        changes = ", ".join(f"{name} = v.v_{name}" for name in kind.changes)
        match = " AND ".join(f"t.{name} = v.k_{name}" for name in kind.key)
        parts.append(
            f"UPDATE {kind.table.name} t SET {changes} "
            f"FROM unnest({', '.join(arrays)}) v({keys}) WHERE {match}"
        )
    if len(parts) == 1:
        return parts[0]
    *first, last = parts
    return "WITH " + ", ".join(f"w{n} AS ({text})" for n, text in enumerate(first)) + " " + last


@lru_cache(maxsize=256)
def sqlite_load(kind: RowKind[Any]) -> str:
    """SELECT of the rows whose keys stand in one JSON array (of arrays, for several columns)."""
    columns = ", ".join(f"t.{name}" for name in _fields(kind))
    if len(kind.key) == 1:
        where = f"t.{kind.key[0]} IN (SELECT value FROM json_each(?))"
    else:
        names = ", ".join(f"t.{name}" for name in kind.key)
        values = ", ".join(f"value ->> {n}" for n in range(len(kind.key)))
        where = f"({names}) IN (SELECT {values} FROM json_each(?))"
    return f"SELECT {columns} FROM {kind.table.name} t WHERE {where}"


@lru_cache(maxsize=256)
def sqlite_insert(kind: RowKind[Any]) -> str:
    """INSERT of one row, for ``executemany``."""
    names = _fields(kind)
    marks = ", ".join("?" for _ in names)
    return f"INSERT INTO {kind.table.name} ({', '.join(names)}) VALUES ({marks})"


@lru_cache(maxsize=256)
def sqlite_update(kind: RowKind[Any]) -> str:
    """UPDATE of one row by its key, for ``executemany``: changed columns first, then the key."""
    changes = ", ".join(f"{name} = ?" for name in kind.changes)
    match = " AND ".join(f"{name} = ?" for name in kind.key)
    return f"UPDATE {kind.table.name} SET {changes} WHERE {match}"


@lru_cache(maxsize=256)
def update_indexes(kind: RowKind[Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where a row of the kind keeps its key columns and its changed columns."""
    names = _fields(kind)
    return (
        tuple(names.index(name) for name in kind.key),
        tuple(names.index(name) for name in kind.changes),
    )


@lru_cache(maxsize=256)
def _encoders(kind: RowKind[Any], names: tuple[str, ...]) -> tuple[Callable[..., Any], ...]:
    return tuple(pg_encoder(kind.table.c[name]) for name in names)


def pg_load_arguments(kind: RowKind[Any], keys: Sequence[Any]) -> list[Any]:
    """One parameter per key column, for :func:`pg_load`."""
    columns = [keys] if len(kind.key) == 1 else zip(*keys, strict=True)
    return [encode(v) for encode, v in zip(_encoders(kind, kind.key), columns, strict=True)]


def pg_insert_arguments(kind: RowKind[Any], rows: Sequence[Any]) -> list[Any]:
    """One parameter per field, for :func:`pg_write`."""
    columns = zip(*rows, strict=True)
    return [encode(v) for encode, v in zip(_encoders(kind, _fields(kind)), columns, strict=True)]


def pg_update_arguments(kind: RowKind[Any], rows: Sequence[Any]) -> list[Any]:
    """One parameter per key column and changed column, for :func:`pg_write`."""
    columns = list(zip(*rows, strict=True))
    keys, changes = update_indexes(kind)
    encoders = _encoders(kind, (*kind.key, *kind.changes))
    return [encode(columns[n]) for encode, n in zip(encoders, (*keys, *changes), strict=True)]
