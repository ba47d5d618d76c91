"""Services whose clock and budget are a test's own, and the ones that stand already."""

from __future__ import annotations

import pytest

from tests.server.payments.conftest import lone_shop as shop
from tests.server.payments.conftest import street
from tests.server.world import World

__all__ = ["mall", "shop", "street"]


@pytest.fixture
def mall(square: World) -> World:
    """The service that stands already, on each database: its clock and its budget stay."""
    return square
