"""A running service on each database; what is broken in its books shows when it ends."""

from __future__ import annotations

import pytest

from tests.server.world import World


@pytest.fixture
def shop(square: World) -> World:
    """The service that stands already, on each database: for races, locks, and their own words."""
    return square


@pytest.fixture
def one_shop(one_square: World) -> World:
    """The one on SQLite, for what no database decides."""
    return one_square
