"""The writer's own connection: begin-and-load, write-and-commit, on either database.

Under load a batch costs three round trips on PostgreSQL (one SELECT that locks and loads
everything, one statement that writes everything, one COMMIT that begins the next transaction) and
two visits to a worker thread on SQLite. The statements are built in
:mod:`app.server.ledger.statements`.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import asyncpg
import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.server.db.engine import behind_pgbouncer, prepare_sqlite
from app.server.ledger import statements
from app.server.ledger.plan import RowKind

Needs = Mapping[RowKind[Any], Sequence[Any]]
Loaded = Mapping[RowKind[Any], Sequence[Any]]
Inserts = Mapping[RowKind[Any], Sequence[Any]]


class Collision(Exception):  # noqa: N818 - it is no error: the batch is decided again
    """The database refused what was decided; nothing was committed.

    Attributes:
        passing: True where deciding anew may well succeed, because another writer was there
            first (a row that is unique, a deadlock, a lock that took too long); False where a
            row itself is wrong, which is a bug of the plan.
    """

    def __init__(self, reason: str, *, passing: bool) -> None:
        super().__init__(reason)
        self.passing = passing


class ConnectionLost(Exception):  # noqa: N818 - named for what happened
    """The connection went away. ``committing`` tells whether a commit was under way."""

    def __init__(self, reason: str, *, committing: bool) -> None:
        super().__init__(reason)
        self.committing = committing


class Store(Protocol):
    """One connection that one writer owns."""

    async def begin(self, needs: Needs, journal_ids: int) -> tuple[Loaded, list[int]]:
        """Open a transaction, lock and load the rows, draw journal ids.

        Raises:
            Collision: on a deadlock or a lock that took too long.
            ConnectionLost: if the database is away.
        """
        ...

    async def commit(self, inserts: Inserts, updates: Inserts, *, more: bool) -> None:
        """Write everything and commit.

        Args:
            inserts: Rows to add.
            updates: Rows whose changed columns are written.
            more: Whether :meth:`begin` will be called again at once.

        Raises:
            Collision: if the database refused; nothing was committed.
            ConnectionLost: if the database went away.
        """
        ...

    async def rollback(self) -> None:
        """End the transaction without a trace."""
        ...

    async def close(self) -> None:
        """Give the connection back."""
        ...


def open_store(engine: AsyncEngine) -> Store:
    """The store for an engine; it connects when it is first used."""
    if engine.dialect.name == "sqlite":
        return SqliteStore(engine.url.database or "")
    return PostgresqlStore(engine)


class PostgresqlStore:
    """asyncpg beneath SQLAlchemy's pool: arrays in, records out, no row objects between."""

    SETTINGS = (
        # Every statement here looks rows up by key: plan once, never scan a table.
        "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; "
        "SET enable_hashjoin = off; SET enable_mergejoin = off; SET lock_timeout = '5s'"
    )

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._raw: Any = None
        self._begun = False

    async def begin(self, needs: Needs, journal_ids: int) -> tuple[Loaded, list[int]]:
        """See :meth:`Store.begin`."""
        kinds = tuple(needs)
        arguments: list[Any] = []
        for kind in kinds:
            arguments += statements.pg_load_arguments(kind, needs[kind])
        if journal_ids:
            arguments.append(journal_ids)
        try:
            raw = self._raw or await self._connect()
            if not self._begun:
                await raw.execute("BEGIN")
            self._begun = True
            if not arguments:
                return {}, []
            record = await raw.fetchrow(
                statements.pg_load(kinds, journal_ids=journal_ids > 0), *arguments
            )
        except _PG_FAILURES as error:
            raise await self._failed(error, committing=False) from error
        loaded = statements.pg_loaded(kinds, record)
        return loaded, list(record[-1]) if journal_ids else []

    async def commit(self, inserts: Inserts, updates: Inserts, *, more: bool) -> None:
        """See :meth:`Store.commit`."""
        committing = False
        try:
            arguments: list[Any] = []
            for kind, rows in inserts.items():
                arguments += statements.pg_insert_arguments(kind, rows)
            for kind, rows in updates.items():
                arguments += statements.pg_update_arguments(kind, rows)
            if arguments:
                text = statements.pg_write(tuple(inserts), tuple(updates))
                await self._raw.execute(text, *arguments)
            committing = True
            await self._raw.execute("COMMIT AND CHAIN" if more else "COMMIT")
            self._begun = more
        except (*_PG_FAILURES, *_WRONG_VALUES) as error:
            raise await self._failed(error, committing=committing) from error

    async def rollback(self) -> None:
        """See :meth:`Store.rollback`."""
        if self._raw is None:
            return
        self._begun = False
        try:
            await self._raw.execute("ROLLBACK")
        except _PG_FAILURES:
            await self._drop()

    async def close(self) -> None:
        """See :meth:`Store.close`."""
        await self._drop()

    async def _connect(self) -> Any:
        try:
            connection = await self._engine.connect()
        except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
            raise ConnectionLost(str(error), committing=False) from error
        self._connection = connection
        self._raw = (await connection.get_raw_connection()).driver_connection
        if not behind_pgbouncer(self._engine):
            await self._raw.execute(self.SETTINGS)
        return self._raw

    async def _failed(self, error: BaseException, *, committing: bool) -> Exception:
        if self._raw is None or self._raw.is_closed() or not _is_answer(error):
            await self._drop()
            return ConnectionLost(str(error), committing=committing)
        await self.rollback()
        return Collision(type(error).__name__, passing=isinstance(error, _PG_PASSING))

    async def _drop(self) -> None:
        # The session's settings are ours alone, so the connection never goes back to the pool.
        connection, self._connection, self._raw = self._connection, None, None
        self._begun = False
        if connection is not None:
            with contextlib.suppress(*_PG_FAILURES, sa.exc.DBAPIError):
                await connection.invalidate()
            with contextlib.suppress(*_PG_FAILURES, sa.exc.DBAPIError):
                await connection.close()


_PG_PASSING = (
    asyncpg.UniqueViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
)
_WRONG_VALUES = (TypeError, ValueError, OverflowError)
"""What the driver raises for a value that its column can't hold."""

_PG_FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
    asyncio.TimeoutError,
)


def _is_answer(error: BaseException) -> bool:
    """Whether the server refused and nothing was committed, as against a connection that broke.

    A FATAL message is the server's last word before it hangs up (a restart, a terminated
    backend); it may come after a commit that was not confirmed.
    """
    if isinstance(error, asyncpg.PostgresConnectionError):
        return False
    if getattr(error, "severity_en", None) in ("FATAL", "PANIC"):
        return False
    return isinstance(error, (asyncpg.PostgresError, *_WRONG_VALUES))


class SqliteStore:
    """The standard library's SQLite in a thread of its own: one visit to load, one to commit."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._connection: sqlite3.Connection | None = None

    async def begin(self, needs: Needs, journal_ids: int) -> tuple[Loaded, list[int]]:
        """See :meth:`Store.begin`."""
        found: tuple[Loaded, list[int]] = await self._run(self._begin, needs, journal_ids)
        return found

    async def commit(self, inserts: Inserts, updates: Inserts, *, more: bool) -> None:
        """See :meth:`Store.commit`."""
        del more  # nothing is gained by it here
        await self._run(self._commit, inserts, updates)

    async def rollback(self) -> None:
        """See :meth:`Store.rollback`."""
        await self._run(self._rollback)

    async def close(self) -> None:
        """See :meth:`Store.close`."""
        await self._run(self._close)
        self._thread.shutdown(wait=False)

    async def _run(self, work: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    def _begin(self, needs: Needs, journal_ids: int) -> tuple[Loaded, list[int]]:
        try:
            connection = self._connection or self._connect()
            connection.execute("BEGIN IMMEDIATE")
            loaded: dict[RowKind[Any], list[Any]] = {}
            for kind, keys in needs.items():
                rows = connection.execute(statements.sqlite_load(kind), (_json(keys),))
                loaded[kind] = statements.as_rows(kind, rows)
            first = 1
            if journal_ids:
                first += connection.execute("SELECT coalesce(max(id), 0) FROM journals").fetchone()[
                    0
                ]
        except sqlite3.OperationalError as error:
            self._rollback()
            raise ConnectionLost(str(error), committing=False) from error
        return loaded, list(range(first, first + journal_ids))

    def _commit(self, inserts: Inserts, updates: Inserts) -> None:
        connection = self._connection
        assert connection is not None
        try:
            for kind, rows in inserts.items():
                connection.executemany(statements.sqlite_insert(kind), rows)
            for kind, rows in updates.items():
                keys, changes = statements.update_indexes(kind)
                order = (*changes, *keys)
                connection.executemany(
                    statements.sqlite_update(kind), [[row[n] for n in order] for row in rows]
                )
            connection.execute("COMMIT")
        except (sqlite3.Error, *_WRONG_VALUES) as error:
            # An error is an answer here: SQLite says so only when nothing was committed.
            self._rollback()
            if isinstance(error, sqlite3.OperationalError):
                raise ConnectionLost(str(error), committing=False) from error
            passing = "UNIQUE" in str(error)
            raise Collision(type(error).__name__, passing=passing) from error

    def _rollback(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _close(self) -> None:
        if self._connection is not None:
            self._rollback()
            self._connection.close()
            self._connection = None

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        prepare_sqlite(connection)
        self._connection = connection
        return connection


def _json(keys: Sequence[Any]) -> str:
    return msgspec.json.encode(keys).decode()
