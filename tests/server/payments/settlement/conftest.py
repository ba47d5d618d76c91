"""A running service: on SQLite, and on both databases where the statements of SQL are the point."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.server.ledger import invariants as ledger
from app.server.payments import invariants
from app.server.payments.settlement import invariants as bills
from tests.server.world import World, world


@asynccontextmanager
async def _proved(folder: Path, url: str) -> AsyncIterator[World]:
    """A service with nobody in it; afterwards its books must be right."""
    async with world(folder, url) as running:
        yield running
        engine = running.service.engine
        checked = [
            *await ledger.check(engine),
            *await invariants.check(engine),
            *await bills.check(engine),
        ]
        assert [rule for rule in checked if not rule.holds] == []


@pytest.fixture
async def shop(sqlite: str, tmp_path: Path) -> AsyncIterator[World]:
    async with _proved(tmp_path, sqlite) as running:
        yield running


@pytest.fixture
async def shop_on_each(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with _proved(tmp_path, database_url) as running:
        yield running
