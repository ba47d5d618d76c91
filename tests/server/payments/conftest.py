"""A running service on each database: one that stands already, or one of a test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.payments.street import check_books
from tests.server.world import World, world


@pytest.fixture
def shop(square: World) -> World:
    """The service that stands already, on each database: people and tills are the test's own."""
    return square


@pytest.fixture
def street(one_square: World) -> World:
    """The same on one database; see :mod:`tests.server.payments.street`."""
    return one_square


@pytest.fixture
async def lone_shop(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A service with nobody in it; afterwards its books must be right."""
    async with world(tmp_path, database_url) as running:
        yield running
        await check_books(running)
