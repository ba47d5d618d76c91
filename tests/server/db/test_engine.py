"""Engines: what addresses are taken, and how transactions begin and end."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.server.db.engine import (
    behind_pgbouncer,
    create_engine,
    dispose,
    reading,
    snapshot,
    writing,
)

ROW = (
    "INSERT INTO accounts (id, owner, kind, currency, debit_normal, created_at) VALUES "
    "(:n, '0197a0e0-0000-7000-8000-000000000001', :kind, 'CNY', :side, 0)"
)


async def add(connection: AsyncConnection, number: int) -> None:
    row = {"n": number, "kind": f"k{number}", "side": False}
    await connection.execute(sa.text(ROW), row)


async def count(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(sa.text("SELECT count(*) FROM accounts")) or 0)


@pytest.mark.parametrize("url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:"])
def test_only_the_two_databases_and_never_memory(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite needs a file|must be sqlite or postgresql"):
        create_engine(url)


async def test_what_raises_is_rolled_back(engine: AsyncEngine) -> None:
    async def fail() -> None:
        async with writing(engine) as connection:
            await add(connection, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await count(engine) == 0
    async with writing(engine) as connection:
        await add(connection, 1)
    assert await count(engine) == 1


async def test_sqlite_writers_wait_at_the_door(sqlite: str) -> None:
    engine = create_engine(sqlite)
    inside = asyncio.Event()
    order: list[str] = []

    async def first() -> None:
        async with writing(engine) as connection:
            inside.set()
            # The other one can't get in while this one thinks, though neither has written yet.
            await connection.scalar(sa.text("SELECT count(*) FROM accounts"))
            order.append("first")
            await add(connection, 1)

    async def second() -> None:
        await inside.wait()
        async with writing(engine) as connection:
            order.append("second")
            await add(connection, 2)

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]
    assert await count(engine) == 2
    await dispose(engine)


async def test_a_snapshot_does_not_see_what_comes_later(engine: AsyncEngine) -> None:
    many = sa.text("SELECT count(*) FROM accounts")
    async with snapshot(engine) as connection:
        assert await connection.scalar(many) == 0
        async with writing(engine) as other:
            await add(other, 1)
        assert await connection.scalar(many) == 0
    assert await count(engine) == 1


async def test_behind_pgbouncer_statements_have_no_names(postgresql: str) -> None:
    engine = create_engine(postgresql, pgbouncer=True)
    assert behind_pgbouncer(engine)
    async with writing(engine) as connection:
        await add(connection, 1)
        names = await connection.execute(sa.text("SELECT name FROM pg_prepared_statements"))
        assert [name for (name,) in names if name] == []
    await dispose(engine)


def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    create_engine(f"sqlite:///{tmp_path / 'a' / 'b' / 'kbean.db'}")
    assert (tmp_path / "a" / "b").is_dir()


async def test_a_transaction_after_a_reading_is_one(engine: AsyncEngine) -> None:
    """On PostgreSQL the very connection that has just read without one."""
    async with reading(engine) as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM accounts")) == 0
    with contextlib.suppress(ZeroDivisionError):
        async with writing(engine) as connection:
            await add(connection, 1)
            raise ZeroDivisionError
    assert await count(engine) == 0


async def test_the_tests_refuse_what_writes_where_only_reading_is_meant(postgresql: str) -> None:
    engine = create_engine(postgresql)
    with pytest.raises(AssertionError, match="INSERT INTO accounts"):
        async with reading(engine) as connection:
            await add(connection, 1)
    assert await count(engine) == 0
    await dispose(engine)


LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000)"


async def test_no_thread_outlives_its_engine(sqlite: str) -> None:
    """A tick that is cancelled in the middle of a statement leaves nobody who calls a dead loop."""
    before = set(threading.enumerate())
    engine = create_engine(sqlite)
    asking = asyncio.Event()

    async def ask() -> None:
        async with reading(engine) as connection:
            asking.set()
            await connection.exec_driver_sql(f"{LONG} SELECT sum(i) FROM n")

    task = asyncio.create_task(ask())
    await asking.wait()
    (mine,) = [t for t in threading.enumerate() if t not in before]
    await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await dispose(engine)
    assert not mine.is_alive()


@pytest.mark.parametrize("believed_for", [60.0, -1.0])
async def test_a_connection_that_the_server_closed_is_not_handed_out(
    postgresql: str, believed_for: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.server.db.engine.IDLE_SECONDS", believed_for)
    engine, other = create_engine(postgresql), create_engine(postgresql)
    mine = sa.text("SELECT pg_backend_pid()")
    async with reading(engine) as connection:
        before = await connection.scalar(mine)
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
    async with reading(engine) as connection:
        assert await connection.scalar(mine) == before
    async with reading(other) as connection:
        await connection.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": before})
    while believed_for > 0 and not driver.is_closed():
        await asyncio.sleep(0.01)
    async with reading(engine) as connection:
        assert await connection.scalar(mine) != before
    await dispose(engine)
    await dispose(other)
