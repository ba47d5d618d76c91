"""Set-based SQL for a :class:`~app.server.ledger.plan.RowKind`, once per kind and database.

The text of a statement never depends on how many rows it carries: PostgreSQL gets one array per
column (``unnest``), SQLite a JSON array of keys or ``executemany``. So it is parsed and planned
once and then only executed.
"""

# ruff: noqa: S608 - the only names put into a text are those of our own tables and columns

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from app.server.ledger.plan import RowKind

_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


@lru_cache(maxsize=256)
def key_of(kind: RowKind[Any]) -> Callable[[Any], Any]:
    """A function from a row of the kind to its key: a scalar, or a tuple for several columns."""
    names = _fields(kind)
    return itemgetter(*(names.index(name) for name in kind.key))


def _fields(kind: RowKind[Any]) -> tuple[str, ...]:
    names: tuple[str, ...] = kind.row._fields
    for name in (*names, *kind.key, *kind.changes):
        if name not in kind.table.c:
            raise TypeError(f"{kind.table.name} has no column {name}")
        if name not in names:
            raise TypeError(f"{kind.row.__name__} has no field {name}")
    return names


def _array(column: sa.Column[Any]) -> str:
    """The type of a column's parameter; see :func:`pg_encoder`."""
    name = f"{column.type.compile(dialect=_POSTGRESQL).split('(')[0]}[]"
    return f"text::{name}" if pg_encoder(column) is _numbers else name


def pg_encoder(column: sa.Column[Any]) -> Callable[[Sequence[Any]], Any]:
    """How a column's values become one parameter.

    Whole numbers travel as the text of an array, which takes half the time of the driver's own
    way through an array of objects; they are most of what a payment writes.
    """
    if isinstance(column.type, sa.Integer) and not column.nullable:
        return _numbers
    return _as_they_are


def _numbers(values: Sequence[int]) -> str:
    # int's own repr refuses everything that is no number.
    return "{" + ",".join(map(int.__repr__, values)) + "}"


def _as_they_are(values: Sequence[Any]) -> Sequence[Any]:
    return values


def _read(column: sa.Column[Any]) -> str:
    # uuid travels as text: domains and messages know ids as str.
    cast = "::text" if isinstance(column.type, sa.Uuid) else ""
    return f"t.{column.name}{cast}"


@lru_cache(maxsize=256)
def pg_load(kinds: tuple[RowKind[Any], ...], *, journal_ids: bool) -> str:
    """One SELECT that locks and reads every kind's rows: an array of records a kind.

    Parameters are one array per key column, kind by kind; then, with ``journal_ids``, how many
    journal ids to draw. Sub-selects run left to right, so locks are taken in the given order
    of kinds and in the order of the keys within each; ids are drawn under the locks.
    """
    parts: list[str] = []
    number = 0
    for kind in kinds:
        columns = ", ".join(_read(kind.table.c[name]) for name in _fields(kind))
        arrays = []
        for name in kind.key:
            number += 1
            arrays.append(f"${number}::{_array(kind.table.c[name])}")
        names = ", ".join(f"f{n}" for n in range(len(_fields(kind))))
        keys = ", ".join(f"k{n}" for n in range(len(kind.key)))
        match = " AND ".join(f"t.{name} = k.k{n}" for n, name in enumerate(kind.key))
        # One index look-up per key, in the given order, whatever the planner thinks of the
        # table: LIMIT keeps it from turning the look-ups into a join.
        lookup = f"SELECT {columns} FROM {kind.table.name} t WHERE {match} LIMIT 1"
        lock = " FOR UPDATE OF t" if kind.lock else ""
        parts.append(
            f"(SELECT array_agg(ROW({names})) FROM unnest({', '.join(arrays)}) k({keys}), "
            f"LATERAL ({lookup}{lock}) r({names}))"
        )
    if journal_ids:
        number += 1
        parts.append(
            "(SELECT array_agg(n) FROM "
            f"(SELECT nextval('journal_ids') FROM generate_series(1, ${number}::int)) s(n))"
        )
    return "SELECT " + ", ".join(parts)


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
