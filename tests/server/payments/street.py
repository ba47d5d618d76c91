"""One service for many tests that need no database of their own: what is told, and refused.

``@once`` runs a test on it (SQLite, one service for all such tests of a process), with people of
its own. Races and whole ways run on both databases, each in a world of its own (``shop``).
"""

from __future__ import annotations

import pytest

from app.server.ledger import invariants as ledger
from app.server.payments import invariants
from app.server.points import invariants as points
from tests.server.world import World

once = pytest.mark.asyncio(loop_scope="session")


async def check_books(shop: World) -> None:
    """Nothing that was done has broken a rule."""
    engine = shop.service.engine
    checked = [
        *await ledger.check(engine),
        *await invariants.check(engine),
        *await points.check(engine),
    ]
    assert [rule for rule in checked if not rule.holds] == []
