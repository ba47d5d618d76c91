"""A person with an account worth looking at, and agents who would like to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.support.consent.room import Room, open_room
from tests.server.world import world


@pytest.fixture
async def room(sqlite: str, tmp_path: Path) -> AsyncIterator[Room]:
    """A service in which an agent owns a person's conversation."""
    async with world(tmp_path, sqlite) as shop:
        yield await open_room(shop)


@pytest.fixture
async def each_room(database_url: str, tmp_path: Path) -> AsyncIterator[Room]:
    """The same on each database, for what stands on locks, guards or the databases' own words."""
    async with world(tmp_path, database_url) as shop:
        yield await open_room(shop)
