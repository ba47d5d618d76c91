"""A shop for each test, all in one street: the service stands already."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.end_to_end.world import World, world
from tests.wallet.counter.shop import Shop, shop_beside


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def high_street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The service of all these shops."""
    async with world(tmp_path_factory.mktemp("high-street")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def here(high_street: World, tmp_path: Path) -> AsyncIterator[Shop]:
    """A merchant, a road and people of the test's own."""
    async with shop_beside(high_street, tmp_path) as made:
        yield made
