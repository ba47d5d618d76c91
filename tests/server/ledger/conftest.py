"""A small shop for the ledger's tests: people, merchants, and a plan that looks like a payment."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.server.ledger.shop import Shop, open_shop


@pytest.fixture
async def shop(engine: AsyncEngine) -> AsyncIterator[Shop]:
    """Four people with 100.00 each, two merchants, a running writer; on both databases."""
    async with open_shop(engine) as made:
        yield made
