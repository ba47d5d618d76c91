"""The services that stand already: one on SQLite, and both where the statements of SQL matter."""

from __future__ import annotations

import pytest

from tests.server.world import World


@pytest.fixture
def shop(one_square: World) -> World:
    """People, merchants and tills are the test's own."""
    return one_square


@pytest.fixture
def shop_on_each(square: World) -> World:
    """The same on each database in turn."""
    return square
