"""Accounts are opened once, found by name, and forgotten answers are only the old ones."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.ids import new_id
from app.server.db.engine import reading, writing
from app.server.ledger.accounts import Directory, open_accounts, open_operator
from app.server.ledger.answers import KEPT_MS, forget_answers
from app.server.ledger.chart import OPERATOR, POINTS, SHARDS
from app.server.ledger.tables import accounts, idempotency_keys
from tests.server.ledger.shop import Shop


async def count(engine: AsyncEngine, owner: str) -> int:
    async with reading(engine) as connection:
        own = sa.select(sa.func.count()).select_from(accounts).where(accounts.c.owner == owner)
        return int(await connection.scalar(own) or 0)


async def test_opening_twice_opens_once(ledger_square: AsyncEngine) -> None:
    engine = ledger_square
    owner = new_id()
    for _ in range(2):
        async with writing(engine) as connection:
            await open_accounts(connection, owner, [("person", "CNY"), ("points", POINTS)])
    assert await count(engine, owner) == 2


async def test_a_kind_outside_the_chart_is_a_bug(ledger_square: AsyncEngine) -> None:
    engine = ledger_square
    with pytest.raises(KeyError, match="gold"):
        async with writing(engine) as connection:
            await open_accounts(connection, new_id(), [("gold", "CNY")])


async def test_nodes_that_start_together_open_the_operator_once(engine: AsyncEngine) -> None:
    await asyncio.gather(*(open_operator(engine, ["CNY", "JPY"]) for _ in range(4)))
    assert await count(engine, OPERATOR) == 2 * 4 + SHARDS


async def test_the_directory_finds_what_there_is(ledger_square: AsyncEngine) -> None:
    engine = ledger_square
    directory, owner = Directory(engine), new_id()
    assert await directory.find(owner, "person", "CNY") is None
    async with writing(engine) as connection:
        await open_accounts(connection, owner, [("person", "CNY")])
    # It was not there a moment ago; that is not remembered.
    found = await directory.find(owner, "person", "CNY")
    assert found is not None
    assert await directory.find(owner, "person", "JPY") is None
    async with writing(engine) as connection:
        await open_accounts(connection, owner, [("person", "JPY")])
    assert await directory.find(owner, "person", "JPY") not in (None, found)
    assert await directory.find(owner, "person", "CNY") == found


async def test_the_directory_forgets_the_longest_unused(ledger_square: AsyncEngine) -> None:
    engine = ledger_square
    directory, owners = Directory(engine, size=2), [new_id() for _ in range(3)]
    async with writing(engine) as connection:
        for owner in owners:
            await open_accounts(connection, owner, [("person", "CNY")])
    first, second, third = [await directory.find(owner, "person", "CNY") for owner in owners]
    assert len({first, second, third}) == 3
    assert set(directory._known) == set(owners[1:])
    assert await directory.find(owners[0], "person", "CNY") == first


async def test_processes_post_to_shards_of_their_own(ledger_square: AsyncEngine) -> None:
    engine = ledger_square
    await open_operator(engine, ["CNY"])
    found = [
        await Directory(engine, shard=n).find(OPERATOR, "points_issued", POINTS)
        for n in range(SHARDS + 1)
    ]
    assert len(set(found)) == SHARDS
    assert found[SHARDS] == found[0]
    banks = {
        await Directory(engine, shard=n).find(OPERATOR, "safeguarded_bank", "CNY") for n in range(3)
    }
    assert len(banks) == 1


async def test_only_old_answers_are_forgotten(shop: Shop) -> None:
    payer, payee = shop.people[0], shop.merchants[0]
    old, fresh = shop.pay(payer, payee, 100), shop.pay(payer, payee, 200)
    await shop.writer.submit(old)
    await shop.writer.submit(fresh)
    assert old.idempotency is not None
    async with writing(shop.engine) as connection:
        mine = sa.update(idempotency_keys).where(idempotency_keys.c.key == old.idempotency.key)
        await connection.execute(mine.values(created_at=1_000))
    assert await forget_answers(shop.engine, 1_000 + KEPT_MS) == 0
    assert await forget_answers(shop.engine, 1_001 + KEPT_MS) == 1
    assert (await shop.writer.submit(fresh)).replayed
