"""A running service on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.server.ledger import invariants as ledger
from app.server.payments import invariants
from app.server.points import invariants as points
from tests.server.world import World, world


@pytest.fixture
async def shop(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A service with nobody in it; afterwards its books must be right."""
    async with world(tmp_path, database_url) as running:
        yield running
        checked = [
            *await ledger.check(running.service.engine),
            *await invariants.check(running.service.engine),
            *await points.check(running.service.engine),
        ]
        assert [rule for rule in checked if not rule.holds] == []
