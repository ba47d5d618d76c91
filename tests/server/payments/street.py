"""One service for many tests that need no database of their own (see :mod:`tests.server.square`).

``@once`` runs a test on ``street`` (SQLite) with people of its own: what is told, and refused.
Races and whole ways run on ``shop``, which is both databases in turn. What changes everybody's
books or keys has ``lone_shop``, a world of its own.
"""

from __future__ import annotations

import pytest

from app.server.ledger import invariants as ledger
from app.server.payments import invariants
from app.server.payments.settlement import invariants as bills
from app.server.points import invariants as points
from tests.server.world import World

once = pytest.mark.asyncio(loop_scope="session")


async def check_books(shop: World) -> None:
    """Nothing that was done has broken a rule."""
    engine = shop.service.engine
    checked = [
        *await ledger.check(engine),
        *await invariants.check(engine),
        *await bills.check(engine),
        *await points.check(engine),
    ]
    assert [rule for rule in checked if not rule.holds] == []
