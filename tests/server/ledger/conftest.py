"""A small shop for the ledger's tests: people, merchants, and a plan that looks like a payment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import create_engine
from app.server.ledger.invariants import check
from app.server.points import invariants as points
from tests.databases import fresh_postgresql, migrated_copy
from tests.server.ledger.shop import Shop, open_shop


@asynccontextmanager
async def lasting_engine(url: str) -> AsyncIterator[AsyncEngine]:
    """An engine for many tests; at the end the ledger must be right."""
    engine = create_engine(url)
    yield engine
    found = [*await check(engine), *await points.check(engine)]
    assert [rule for rule in found if not rule.holds] == []
    await engine.dispose()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_ledger_square(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[AsyncEngine]:
    """A ledger that many tests write into, each for people of its own."""
    path = tmp_path_factory.mktemp("ledger") / "kbean.db"
    migrated_copy(path)
    async with lasting_engine(f"sqlite:///{path}") as engine:
        yield engine


@pytest.fixture(scope="session")
def ledger_url() -> Iterator[str]:
    with fresh_postgresql() as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgresql_ledger_square(ledger_url: str) -> AsyncIterator[AsyncEngine]:
    """The one on PostgreSQL."""
    async with lasting_engine(ledger_url) as engine:
        yield engine


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_square(request: pytest.FixtureRequest) -> AsyncEngine:
    """Each in turn."""
    found: AsyncEngine = request.getfixturevalue(f"{request.param}_ledger_square")
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def shop(ledger_square: AsyncEngine) -> AsyncIterator[Shop]:
    """Four people with 100.00 each, two merchants, a running writer; on both databases."""
    async with open_shop(ledger_square) as made:
        yield made


@pytest.fixture
async def lone_shop(engine: AsyncEngine) -> AsyncIterator[Shop]:
    """The same in a database of its own, for what breaks the books."""
    async with open_shop(engine) as made:
        yield made
