"""The checker finds nothing in an honest database and every kind of damage in a tampered one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import writing
from app.server.ledger.invariants import check
from app.server.points import invariants as points
from tests.server.ledger.shop import Shop


async def broken(engine: AsyncEngine) -> set[str]:
    found = [*await check(engine), *await points.check(engine)]
    return {invariant.name for invariant in found if not invariant.holds}


async def trade(shop: Shop) -> None:
    for n, person in enumerate(shop.people):
        await shop.writer.submit(shop.pay(person, shop.merchants[n % 2], 1_000 + n))


async def test_an_honest_ledger_has_no_findings(shop: Shop) -> None:
    await trade(shop)
    assert await broken(shop.engine) == set()


# What a thief with the database's password would try, and who notices.
TAMPERINGS = {
    "UPDATE accounts SET posted = posted + 1 WHERE kind = 'person'": {
        "balances_cancel", "balances", "safeguarded",
    },
    "UPDATE accounts SET floor = -5, posted = -3 WHERE kind = 'person' AND version = 2": {
        "balances_cancel", "balances", "chart", "safeguarded",
    },
    "UPDATE accounts SET version = version + 1 WHERE kind = 'merchant'": {"balances"},
    "UPDATE accounts SET debit_normal = NOT debit_normal WHERE kind = 'fees'": {"chart"},
    "UPDATE entries SET amount = amount + 1 WHERE line = 0 AND version = 2": {
        "debits_equal_credits", "transfers", "chains", "leaves",
    },
    "UPDATE entries SET balance_after = 7 WHERE line = 1 AND version = 1": {"chains", "leaves"},
    "UPDATE journals SET event_at = 1": {"leaves"},
    "UPDATE journals SET kind = 'gift'": {"leaves"},
    "UPDATE journals SET signature = leaf_hash": {"leaves"},
    "UPDATE journals SET reversal_of = id + 100000 WHERE id = 1": {"reversals", "leaves"},
    "DELETE FROM journals WHERE id = 2": {"orphans"},
    "DELETE FROM entries WHERE journal_id = 5": {
        "balances", "chains", "leaves", "lot_sources", "orphans",
    },
    "UPDATE point_lots SET remaining = remaining - 1": {"lots"},
    "UPDATE point_lots SET earned = earned + 1": {"lot_sources"},
}  # fmt: skip


@pytest.mark.parametrize("statement", TAMPERINGS)
async def test_a_tampering_is_found(shop: Shop, statement: str) -> None:
    await trade(shop)
    await _disarm(shop.engine)
    async with writing(shop.engine) as connection:
        done = await connection.execute(sa.text(statement))
        assert done.rowcount > 0
    found = await broken(shop.engine)
    assert "append_only" in found
    assert TAMPERINGS[statement] <= found


async def test_a_balance_below_the_floor_is_found(shop: Shop) -> None:
    # The table's own constraint must go first.
    async with writing(shop.engine) as connection:
        if shop.engine.dialect.name == "postgresql":
            await connection.execute(
                sa.text("ALTER TABLE accounts DROP CONSTRAINT ck_accounts_floor")
            )
        else:
            await connection.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
        await connection.execute(sa.text("UPDATE accounts SET posted = -1 WHERE kind = 'person'"))
    assert "floors" in await broken(shop.engine)


async def test_the_database_refuses_a_balance_below_the_floor(shop: Shop) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        async with writing(shop.engine) as connection:
            await connection.execute(
                sa.text("UPDATE accounts SET posted = -1 WHERE kind = 'person'")
            )


async def _disarm(engine: AsyncEngine) -> None:
    async with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            for table in ("journals", "entries"):
                await connection.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            return
        names = await connection.execute(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        )
        for name in names.scalars().all():
            await connection.execute(sa.text(f"DROP TRIGGER {name}"))
