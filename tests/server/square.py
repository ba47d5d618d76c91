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

from tests.databases import fresh_postgresql
from tests.server.payments.street import check_books
from tests.server.world import World, world


def in_session_loop(item: pytest.Item) -> bool:
    """Whether a test needs a service of the session: all fixtures that do are called so."""
    names = getattr(item, "fixturenames", ())
    return any(name.endswith("square") for name in names)


@asynccontextmanager
async def lasting(folder: Path, url: str = "", **changes: Any) -> AsyncIterator[World]:
    """A service for many tests; at the end its books must be right."""
    async with world(folder, url, **changes) as made:
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
