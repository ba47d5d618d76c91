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


TABLES = ("accounts", "journals", "entries", "point_lots")
"""What is tampered with."""


async def test_an_honest_ledger_has_no_findings_and_every_tampering_is_found(
    lone_shop: Shop,
) -> None:
    engine = lone_shop.engine
    await trade(lone_shop)
    assert await broken(engine) == set()
    below = sa.text("UPDATE accounts SET posted = -1 WHERE kind = 'person'")
    with pytest.raises(sa.exc.IntegrityError):
        async with writing(engine) as connection:
            await connection.execute(below)
    await _disarm(engine)
    async with writing(engine) as connection:
        for table in TABLES:
            kept = sa.text(f"CREATE TABLE honest_{table} AS SELECT * FROM {table}")
            await connection.execute(kept)
    for statement, noticed in TAMPERINGS.items():
        async with writing(engine) as connection:
            done = await connection.execute(sa.text(statement))
            assert done.rowcount > 0, statement
        found = await broken(engine)
        assert found >= noticed | {"append_only"}, statement
        await _make_good(engine)
        assert await broken(engine) == {"append_only"}, statement
    # For a balance below the floor the table's own constraint must go first.
    async with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(
                sa.text("ALTER TABLE accounts DROP CONSTRAINT ck_accounts_floor")
            )
        else:
            await connection.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
        await connection.execute(below)
    assert "floors" in await broken(engine)


async def _make_good(engine: AsyncEngine) -> None:
    """Put back every row as it was; what refers to them isn't asked meanwhile."""
    async with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        else:
            await connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        for table in TABLES:
            await connection.execute(sa.text(f"DELETE FROM {table}"))
            await connection.execute(sa.text(f"INSERT INTO {table} SELECT * FROM honest_{table}"))


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
