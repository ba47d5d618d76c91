"""A person with an account worth looking at, and agents who would like to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.server.support.consent.room import Room, open_room
from tests.server.support.world import put_back
from tests.server.world import World, world


@pytest_asyncio.fixture(loop_scope="session")
async def room(one_square: World) -> AsyncIterator[Room]:
    """An agent owns a person's conversation, in the service that stands already."""
    with put_back(one_square):
        yield await open_room(one_square)


@pytest_asyncio.fixture(loop_scope="session")
async def each_room(square: World) -> AsyncIterator[Room]:
    """The same on each database, for what stands on locks, guards or the databases' own words."""
    with put_back(square):
        yield await open_room(square)


@pytest.fixture
async def lone_room(database_url: str, tmp_path: Path) -> AsyncIterator[Room]:
    """The same in a service of its own, for what breaks its books."""
    async with world(tmp_path, database_url) as shop:
        yield await open_room(shop)
