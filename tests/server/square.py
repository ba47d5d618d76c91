"""Services that many tests share, one on each database: who works there brings people of their own.

``square`` runs a test on both in turn, ``one_square`` on SQLite alone. A test that asks for one of
them (or for a fixture that does) runs in the session's loop, where those services live: its async
fixtures say ``@pytest_asyncio.fixture(loop_scope="session")``. What a test changes for everybody
(clocks, listeners, what the house is told) it puts back; what can't be put back, or must be alone
to be counted, gets a world of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.databases import fresh_postgresql
from tests.server.payments.street import check_books
from tests.server.world import World, world


def in_session_loop(item: pytest.Item) -> bool:
    """Whether a test needs a service of the session: all fixtures that do are called so."""
    names = getattr(item, "fixturenames", ())
    return any(name.endswith("square") for name in names)


_WAIT_MS = 3_600_000


def wait_out_pauses(engine: AsyncEngine) -> None:
    """Let SQLite's writers wait for each other as long as it takes.

    The session's loop stands still while tests of other loops run, in the midst of a tick's
    transaction perhaps; a second one that waits for it in a thread of its own would give up
    meanwhile, and the next test here would hear of it.
    """
    if engine.dialect.name != "sqlite":
        return

    def taken(raw: Any, record: Any, _fairy: Any) -> None:
        if not record.info.get("waits"):
            cursor = raw.cursor()
            cursor.execute(f"PRAGMA busy_timeout={_WAIT_MS}")
            cursor.close()
            record.info["waits"] = True

    event.listen(engine.sync_engine, "checkout", taken)


@asynccontextmanager
async def lasting(folder: Path, url: str = "", **changes: Any) -> AsyncIterator[World]:
    """A service for many tests; at the end its books must be right."""
    async with world(folder, url, **changes) as made:
        wait_out_pauses(made.service.engine)
        yield made
        await check_books(made)


@pytest.fixture(scope="session")
def square_url() -> Iterator[str]:
    """A PostgreSQL database for as long as the tests run."""
    with fresh_postgresql() as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_square(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The one on SQLite."""
    async with lasting(tmp_path_factory.mktemp("square")) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgresql_square(
    square_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """The one on PostgreSQL."""
    async with lasting(tmp_path_factory.mktemp("square"), square_url) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def square(request: pytest.FixtureRequest) -> World:
    """Each in turn."""
    found: World = request.getfixturevalue(f"{request.param}_square")
    return found


@pytest.fixture
def one_square(sqlite_square: World) -> World:
    """The one on SQLite, for what no database decides."""
    return sqlite_square
