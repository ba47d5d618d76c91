"""Two processes on one database, and a process that is killed in the middle of its work."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.ledger.invariants import check
from app.server.ledger.plan import Plan
from app.server.points import invariants as points
from tests.server.ledger.shop import Shop, open_shop

ROOT = Path(__file__).resolve().parents[3]


async def start(what: str, url: str, shop: Shop) -> asyncio.subprocess.Process:
    cast = {
        "people": [(p.id, p.money, p.points) for p in shop.people],
        "merchants": [(m.id, m.money) for m in shop.merchants],
        "issued": shop.issued,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.server.ledger.other_process",
        what, url, msgspec.json.encode(cast).decode(),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip


async def all_holds(engine: AsyncEngine) -> None:
    found = [*await check(engine), *await points.check(engine)]
    assert [invariant for invariant in found if not invariant.holds] == []


async def test_money_for_one_is_spent_once(engine: AsyncEngine, database_url: str) -> None:
    async with open_shop(engine, people=25) as shop:
        processes = [await start("race", database_url, shop) for _ in range(2)]
        for process in processes:
            assert process.stdout is not None
            assert (await process.stdout.readline()) == b"ready\n"
        told = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
        first, second = (msgspec.json.decode(out) for out, _ in told)
        # Each person's money was spent by exactly one of the two.
        assert Counter(zip(first, second, strict=True)).keys() <= {(201, 422), (422, 201)}
        assert await shop.balance(shop.merchants[0].money) == 25 * 10_000
        await all_holds(engine)


async def test_one_key_in_two_processes_posts_once(ledger_square: AsyncEngine) -> None:
    engine = ledger_square
    # Two writers with connections of their own, as two processes have them.
    async with open_shop(engine) as shop, open_shop(engine, people=1) as other:
        payer, payee = shop.people[0], shop.merchants[0]
        plans: list[tuple[Plan, Plan]] = []
        for _ in range(30):
            first = shop.pay(payer, payee, 10)
            second = shop.pay(payer, payee, 10)
            second.idempotency = first.idempotency
            plans.append((first, second))
        answers = await asyncio.gather(
            *(shop.writer.submit(first) for first, _ in plans),
            *(other.writer.submit(second) for _, second in plans),
        )
        assert {answer.status for answer in answers} == {201}
        assert [a.body for a in answers[:30]] == [a.body for a in answers[30:]]
        assert Counter(answer.replayed for answer in answers) == {False: 30, True: 30}
        assert await shop.balance(payee.money) == 300
        await all_holds(engine)


async def test_a_killed_process_leaves_whole_payments_only(
    engine: AsyncEngine, database_url: str
) -> None:
    async with open_shop(engine, money=10_000_000) as shop:
        # Killed at its first batch, and in the middle of many.
        for acknowledged in (1, 100):
            process = await start("run", database_url, shop)
            assert process.stdout is not None
            keys = [(await process.stdout.readline()).decode().strip() for _ in range(acknowledged)]
            process.kill()
            rest, _ = await process.communicate()
            # A last line without its end was not told to anyone.
            keys += rest.decode().split("\n")[:-1]
            kept = dict(
                await shop.rows("SELECT CAST(key AS VARCHAR(36)), answer FROM idempotency_keys "
                                "WHERE route = 'payments'")
            )  # fmt: skip
            assert set(keys) <= kept.keys()
            found = await shop.rows("SELECT id FROM journals WHERE kind = 'payment'")
            told = (msgspec.json.decode(answer)["journal"] for answer in kept.values())
            assert Counter(posted for (posted,) in found) == Counter(told)
            await all_holds(engine)
            # The others go on.
            answer = await shop.writer.submit(shop.pay(shop.people[0], shop.merchants[0], 1))
            assert answer.status == 201
