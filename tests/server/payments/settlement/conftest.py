"""The services that stand already: one on SQLite, and both where the statements of SQL matter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.payments.street import check_books
from tests.server.world import World, world


@pytest.fixture
def shop(one_square: World) -> World:
    """People, merchants and tills are the test's own."""
    return one_square


@pytest.fixture
def shop_on_each(square: World) -> World:
    """The same on each database in turn."""
    return square


@pytest.fixture
async def lone(sqlite: str, tmp_path: Path) -> AsyncIterator[World]:
    """A service of a test's own, for what stops its ticks."""
    async with world(tmp_path, sqlite) as running:
        yield running
        await check_books(running)
