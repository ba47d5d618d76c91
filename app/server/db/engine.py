"""Engines for the two databases, and the two ways to open a transaction.

SQLite: WAL with ``synchronous=FULL`` (a commit that was answered survives a power cut), writers
start with ``BEGIN IMMEDIATE`` so that they meet at the door and not half-way (design/3,
invariant 6). PostgreSQL: READ COMMITTED, ``synchronous_commit`` as the server has it; behind
PgBouncer in transaction mode prepared statements are switched off.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import aiosqlite
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

BUSY_TIMEOUT_MS = 10_000
"""How long a SQLite connection waits for another writer before it gives up."""

IDLE_SECONDS = 1.0
"""After how long a connection to PostgreSQL is asked whether it still lives."""

_LEAVE_SECONDS = 30
_LEFT = "kbean_left"
_WRITES = "kbean_writes"
_PGBOUNCER = "kbean_pgbouncer"
_threads: WeakKeyDictionary[sa.Engine, WeakSet[Thread]] = WeakKeyDictionary()
"""The threads that SQLite's connections live in, by their engine."""


def create_engine(
    url: str, *, pool_size: int = 5, max_overflow: int = 5, pgbouncer: bool = False
) -> AsyncEngine:
    """Make the engine for a database address.

    Args:
        url: ``sqlite:///path/to/file`` or ``postgresql://user@host/name`` (several hosts as in
            libpq: ``postgresql://a:5432,b:5432/name`` are not parsed here; name them in the
            query, ``?host=a:5432&host=b:5432``).
        pool_size: Connections kept open.
        max_overflow: Connections opened beyond that under load.
        pgbouncer: True behind PgBouncer in transaction mode: no prepared statement outlives its
            transaction.

    Raises:
        ValueError: if the address names neither database.
    """
    address = sa.make_url(url)
    backend = address.get_backend_name()
    if backend == "sqlite":
        return _create_sqlite(address, pool_size, max_overflow)
    if backend == "postgresql":
        return _create_postgresql(address, pool_size, max_overflow, pgbouncer=pgbouncer)
    raise ValueError(f"the database must be sqlite or postgresql, not {backend}")


def _create_sqlite(address: sa.URL, pool_size: int, max_overflow: int) -> AsyncEngine:
    if not address.database or address.database == ":memory:":
        raise ValueError("SQLite needs a file: money is not kept in memory")
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        address.set(drivername="sqlite+aiosqlite"),
        pool_size=pool_size,
        max_overflow=max_overflow,
        # Errors go to logs; what was bound to a statement must not.
        hide_parameters=True,
    )
    threads = _threads.setdefault(engine.sync_engine, WeakSet())

    def connect(*args: Any, **options: Any) -> aiosqlite.Connection:
        connection = aiosqlite.connect(*args, **options)
        thread = connection._thread  # noqa: SLF001
        thread.daemon = True
        threads.add(thread)
        return connection

    def with_thread(_dialect: Any, _record: Any, _args: Any, options: dict[str, Any]) -> None:
        options["async_creator_fn"] = connect

    event.listen(engine.sync_engine, "do_connect", with_thread)
    event.listen(engine.sync_engine, "connect", lambda raw, _record: prepare_sqlite(raw))
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


async def dispose(engine: AsyncEngine) -> None:
    """Close an engine's connections and see them closed.

    WORKAROUND: aiosqlite doesn't wait for the thread of a connection whose task was cancelled
    (omnilib/aiosqlite#241): one that is still busy when the loop is closed ends with an error
    that nobody can catch.
    """
    await engine.dispose()
    for thread in list(_threads.get(engine.sync_engine, ())):
        if thread.is_alive():
            await asyncio.to_thread(thread.join, _LEAVE_SECONDS)


def prepare_sqlite(connection: Any) -> None:
    """Set up a fresh SQLite connection (of SQLAlchemy's or of the standard library).

    Args:
        connection: A DB-API connection that nothing was done with yet.
    """
    # The driver must not open transactions of its own: BEGIN is ours, see _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # Without it INSERT OR REPLACE would slip past the triggers that refuse DELETE.
        "recursive_triggers=ON",
        "temp_store=MEMORY",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _create_postgresql(
    address: sa.URL, pool_size: int, max_overflow: int, *, pgbouncer: bool
) -> AsyncEngine:
    options: dict[str, Any] = {}
    if pgbouncer:
        options["statement_cache_size"] = 0
        options["prepared_statement_name_func"] = lambda: ""
        address = address.update_query_dict({"prepared_statement_cache_size": "0"})
    else:
        # Short statements only: compiling them would cost more than it saves.
        options["server_settings"] = {"jit": "off"}
    engine = create_async_engine(
        address.set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=max_overflow,
        hide_parameters=True,
        connect_args=options,
        execution_options={_PGBOUNCER: pgbouncer},
    )
    _ping_the_idle(engine.sync_engine)
    return engine


def _ping_the_idle(engine: sa.Engine) -> None:
    """Ask a connection that was idle whether it still lives, before somebody gets it.

    The pool's own ping takes three round trips each time; a connection that has just been used and
    that the server didn't close is believed to live.
    """

    def left(_raw: Any, record: Any) -> None:
        record.info[_LEFT] = time.monotonic()

    def lives(raw: Any, idle: float) -> bool:
        if raw.driver_connection.is_closed():
            return False
        try:
            return idle < IDLE_SECONDS or engine.dialect.do_ping(raw)
        except (OSError, engine.dialect.loaded_dbapi.Error):
            return False

    def taken(raw: Any, record: Any, _fairy: Any) -> None:
        since = record.info.get(_LEFT)
        if since is not None and not lives(raw, time.monotonic() - since):
            # All that were opened before this one are likely to be as dead.
            raise sa.exc.InvalidatePoolError

    event.listen(engine, "checkin", left)
    event.listen(engine, "checkout", taken)


def behind_pgbouncer(engine: AsyncEngine) -> bool:
    """Whether the engine was made for PgBouncer, where session settings must not be touched."""
    return bool(engine.get_execution_options().get(_PGBOUNCER, False))


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """For statements that only read.

    One transaction and one consistent picture on SQLite. On PostgreSQL every statement sees what
    is committed when it begins, in a transaction or not, so there is none: BEGIN and ROLLBACK
    would be two of three round trips.
    """
    async with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.begin()
        yield connection
        await connection.rollback()


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Like :func:`reading`, and every statement sees the same moment, on PostgreSQL too."""
    async with engine.connect() as connection:
        await connection.begin()
        if engine.dialect.name == "postgresql":
            await connection.exec_driver_sql(
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
            )
        yield connection
        await connection.rollback()


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that writes; committed when the block ends, rolled back when it raises.

    For everything that is not a posting (registrations, sessions, merchants); postings go
    through the ledger's writer.
    """
    async with engine.connect() as connection:
        await connection.execution_options(**{_WRITES: True})
        async with connection.begin():
            yield connection


def insert_of(connection: AsyncConnection) -> Any:
    """The database's own INSERT, which knows ON CONFLICT and RETURNING on either."""
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
