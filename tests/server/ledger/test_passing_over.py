"""Accounts that another node holds locked: others go first, nobody waits for ever, none is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import writing
from app.server.ledger.plan import Answer, Plan
from app.server.ledger.writer import PATIENCE, Writer
from tests.server.ledger.shop import Shop, open_shop

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOON = 20
"""Seconds; enough for whatever waits for nobody."""


@asynccontextmanager
async def locked(engine: AsyncEngine, *accounts: int) -> AsyncIterator[None]:
    """What another node's batch does while it posts to these accounts."""
    async with writing(engine) as connection:
        await connection.execute(
            sa.text("SELECT id FROM accounts WHERE id = ANY(:ids) ORDER BY id FOR UPDATE"),
            {"ids": list(accounts)},
        )
        yield


def submit(shop: Shop, *plans: Plan) -> list[asyncio.Task[Answer]]:
    return [asyncio.create_task(shop.writer.submit(plan)) for plan in plans]


async def statuses(tasks: list[asyncio.Task[Answer]]) -> list[int]:
    async with asyncio.timeout(SOON):
        return [answer.status for answer in await asyncio.gather(*tasks)]


async def waits_for_a_lock(engine: AsyncEngine) -> None:
    """Return once somebody on this database waits for a row."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(SOON), engine.connect() as connection:
        while not (await connection.execute(waiting)).scalar_one():
            await connection.rollback()
            await asyncio.sleep(0.01)


async def test_the_others_of_a_batch_do_not_wait(postgresql_ledger_square: AsyncEngine) -> None:
    engine = postgresql_ledger_square
    async with open_shop(engine) as shop:
        busy, free = shop.merchants
        one, two, three, four = shop.people
        async with locked(engine, busy.money):
            held = submit(shop, shop.pay(one, busy, 100), shop.pay(two, busy, 200))
            others = submit(shop, shop.pay(three, free, 300), shop.pay(four, free, 400))
            assert await statuses(others) == [201, 201]
            assert await shop.balance(free.money) == 700
            assert not any(task.done() for task in held)
        assert await statuses(held) == [201, 201]
        assert await shop.balance(busy.money) == 300


async def test_a_batch_of_which_nothing_is_free_waits_and_is_posted(
    postgresql_ledger_square: AsyncEngine,
) -> None:
    engine = postgresql_ledger_square
    async with open_shop(engine) as shop:
        busy = shop.merchants[0]
        before = shop.writer.plans
        async with locked(engine, busy.money):
            held = submit(shop, *(shop.pay(person, busy, 100) for person in shop.people))
            await waits_for_a_lock(engine)
            # It asked once in vain and then waits; it does not go round and round.
            batches = shop.writer.batches
            for _ in range(10):
                await asyncio.sleep(0.01)
                assert shop.writer.batches == batches
            assert shop.writer.plans == before
        assert await statuses(held) == [201] * 4
        assert shop.writer.plans == before + 4
        assert await shop.balance(busy.money) == 400


async def test_nobody_is_passed_over_for_ever(postgresql_ledger_square: AsyncEngine) -> None:
    engine = postgresql_ledger_square
    writer = Writer(engine, batch_limit=2)
    await writer.start()
    async with open_shop(engine) as shop:
        busy, free = shop.merchants
        one, two, *_ = shop.people
        plans = [shop.pay(one, busy, 100), *(shop.pay(two, free, 10) for _ in range(20))]
        async with locked(engine, busy.money):
            late, *others = [asyncio.create_task(writer.submit(plan)) for plan in plans]
            await waits_for_a_lock(engine)
            # One went before it in each batch of two; the next one waits with it.
            assert sum(task.done() for task in others) == PATIENCE
            assert not late.done()
        assert await statuses([late, *others]) == [201] * 21
    await writer.stop()


async def test_two_nodes_that_meet_on_every_account_lose_nothing(
    postgresql_ledger_square: AsyncEngine,
) -> None:
    engine = postgresql_ledger_square
    async with open_shop(engine, people=8, money=100_000) as shop, open_shop(engine) as other:
        plans = [
            [
                node.pay(shop.people[(turn + step) % 8], shop.merchants[turn % 2], 10)
                for turn in range(200)
            ]
            for step, node in enumerate((shop, other))
        ]
        tasks = [
            task
            for mine, theirs in zip(*plans, strict=True)
            for task in (*submit(shop, mine), *submit(other, theirs))
        ]
        assert set(await statuses(tasks)) == {201}
        assert sum([await shop.balance(m.money) for m in shop.merchants]) == 400 * 10
        assert sum([await shop.balance(p.money) for p in shop.people]) == 8 * 100_000 - 4_000
