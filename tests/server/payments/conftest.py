"""A running service on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.databases import migrate
from tests.server.payments.street import check_books
from tests.server.world import World, world


@pytest.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A service with nobody in it; afterwards its books must be right."""
    async with world(tmp_path, database_url) as running:
        yield running
        await check_books(running)


@pytest.fixture(scope="session")
def street_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database for :func:`street`."""
    url = f"sqlite:///{tmp_path_factory.mktemp('street')}/kbean.db"
    migrate(url)
    return url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def street(street_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One service for many tests; see :mod:`tests.server.payments.street`."""
    async with world(tmp_path_factory.mktemp("street-data"), street_url) as running:
        yield running
        await check_books(running)
