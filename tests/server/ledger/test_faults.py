"""What callers are told when the database goes away, and when a row is refused by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.server.db.engine import create_engine, writing
from app.server.ledger.invariants import check
from app.server.ledger.plan import Answer, Draft, Plan
from app.server.ledger.tables import accounts
from app.server.ledger.writer import Writer
from tests.conftest import Expect
from tests.server.ledger.proxy import Proxy
from tests.server.ledger.shop import Shop, open_shop


@pytest.fixture
async def wire(postgresql: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(postgresql)
    yield proxy
    await proxy.stop()


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_a_lost_commit_is_found_out_by_its_key_and_not_known_without_one(
    wire: Proxy, cut: str, expect_log: Expect
) -> None:
    expect_log("ledger.connection_lost")
    engine = create_engine(await wire.start())
    async with open_shop(engine) as shop:
        payer, payee = shop.people[0], shop.merchants[0]
        wire.cut = cut
        answers = await asyncio.gather(
            *(shop.writer.submit(shop.pay(payer, payee, 100)) for _ in range(3))
        )
        assert wire.cuts == 1
        assert [answer.status for answer in answers] == [201] * 3
        # After the commit the retry meets its own kept answers; before it, it posts for good.
        assert {answer.replayed for answer in answers} == {cut == "after"}
        assert await shop.balance(payer.money) == 9_700
        assert [i for i in await check(engine) if not i.holds] == []
        keyless = shop.pay(payer, payee, 100)
        keyless.idempotency = None
        wire.cut = cut
        with pytest.raises(KBeanError) as caught:
            await shop.writer.submit(keyless)
        assert (caught.value.code, caught.value.money) == ("internal_error", "unknown")
        assert await shop.balance(payer.money) == (9_700 if cut == "before" else 9_600)
    await engine.dispose()


async def test_a_broken_connection_between_batches_is_not_noticed(
    wire: Proxy, expect_log: Expect
) -> None:
    expect_log("ledger.connection_lost")
    engine = create_engine(await wire.start())
    async with open_shop(engine) as shop:
        wire.break_all()
        answer = await shop.writer.submit(shop.pay(shop.people[0], shop.merchants[0], 100))
        assert answer.status == 201
    await engine.dispose()


def hide(path: Path) -> Path:
    """A file that can't be opened stands for any database that is away."""
    aside = path.with_suffix(".aside")
    path.rename(aside)
    path.mkdir()
    return aside


def bring_back(path: Path, aside: Path) -> None:
    path.rmdir()
    aside.rename(path)


async def test_a_database_that_is_away_is_busy_and_comes_back(
    sqlite: str, expect_log: Expect
) -> None:
    expect_log("ledger.connection_lost")
    path = Path(sqlite.removeprefix("sqlite:///"))
    engine = create_engine(sqlite)
    writer = Writer(engine)
    await writer.start()
    aside = hide(path)
    with pytest.raises(KBeanError, match="busy"):
        await writer.submit(Plan(lambda _draft: Answer(200, b"{}")))
    bring_back(path, aside)
    answer = await writer.submit(Plan(lambda _draft: Answer(200, b"{}")))
    assert answer.status == 200
    await writer.stop()
    await engine.dispose()


async def test_only_the_culprit_of_a_refused_batch_fails(shop: Shop) -> None:
    payer, payee = shop.people[0], shop.merchants[0]
    # The database itself refuses what this one writes: a lot with less than nothing in it.
    culprit = shop.pay(payer, payee, 300)
    inner = culprit.decide

    def spoil(draft: Draft) -> Answer:
        answer = inner(draft)
        kind, (lot,) = draft.inserted[-1]  # type: ignore[attr-defined]
        draft.inserted[-1] = (kind, (lot._replace(remaining=-1),))  # type: ignore[attr-defined]
        return answer

    culprit.decide = spoil
    told = await asyncio.gather(
        shop.writer.submit(shop.pay(shop.people[1], payee, 100)),
        shop.writer.submit(culprit),
        shop.writer.submit(shop.pay(shop.people[2], payee, 100)),
        return_exceptions=True,
    )
    assert [getattr(t, "status", None) for t in told] == [201, 500, 201]
    assert isinstance(told[1], KBeanError)
    assert told[1].money == "not_moved"
    assert await shop.balance(payer.money) == 10_000
    assert await shop.balance(payee.money) == 200
    assert [i for i in await check(shop.engine) if not i.holds] == []


async def test_the_writer_works_behind_pgbouncer(postgresql: str) -> None:
    engine = create_engine(postgresql, pgbouncer=True)
    async with open_shop(engine) as shop:
        answer = await shop.writer.submit(shop.pay(shop.people[0], shop.merchants[0], 100))
        assert answer.status == 201
        async with engine.connect() as connection:
            # Session settings would leak to strangers there.
            plans = sa.text("SELECT current_setting('plan_cache_mode')")
            assert await connection.scalar(plans) == "auto"
    await engine.dispose()


async def test_a_lock_that_is_held_too_long_is_busy(
    postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.server.ledger.store import PostgresqlStore

    settings = PostgresqlStore.SETTINGS.replace("'5s'", "'20ms'")
    monkeypatch.setattr(PostgresqlStore, "SETTINGS", settings)
    engine = create_engine(postgresql)
    async with open_shop(engine) as shop:
        payer, payee = shop.people[0], shop.merchants[0]
        async with writing(engine) as connection:
            await connection.execute(
                sa.select(accounts.c.id).where(accounts.c.id == payer.money).with_for_update()
            )
            with pytest.raises(KBeanError, match="busy"):
                await shop.writer.submit(shop.pay(payer, payee, 100))
        answer = await shop.writer.submit(shop.pay(payer, payee, 100))
        assert answer.status == 201
    await engine.dispose()


async def test_a_terminated_backend_is_replaced(postgresql: str, expect_log: Expect) -> None:
    expect_log("ledger.connection_lost")
    engine = create_engine(postgresql)
    async with open_shop(engine) as shop:
        payer, payee = shop.people[0], shop.merchants[0]
        waiting = sa.text("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        terminate = sa.text("SELECT pg_terminate_backend(:pid)")
        async with writing(engine) as connection:
            held = sa.select(accounts.c.id).where(accounts.c.id == payer.money)
            await connection.execute(held.with_for_update())
            task = asyncio.create_task(shop.writer.submit(shop.pay(payer, payee, 100)))
            async with engine.connect() as other, asyncio.timeout(10):
                # Its backend waits for our lock; there it is ended, as a restart would.
                while (pid := await other.scalar(waiting)) is None:
                    await other.rollback()
                    await asyncio.sleep(0.01)
                await other.execute(terminate, {"pid": pid})
        assert (await task).status == 201
        assert await shop.balance(payer.money) == 9_900
    await engine.dispose()


async def test_writers_do_not_lock_each_other_in_a_circle(ledger_square: AsyncEngine) -> None:
    # Two writers that lock the same accounts in the same order never wait in a circle, however
    # the plans name them.
    engine = ledger_square
    async with open_shop(engine) as shop, open_shop(engine, people=1) as other:
        payer, payee = shop.people[0], shop.merchants[0]
        plans = [shop.pay(payer, payee, 1) for _ in range(60)]
        for plan in plans[1::2]:
            plan.accounts = tuple(reversed(plan.accounts))
        answers = await asyncio.gather(
            *((shop, other)[n % 2].writer.submit(plan) for n, plan in enumerate(plans))
        )
        assert {answer.status for answer in answers} == {201}
        assert await shop.balance(payer.money) == 10_000 - 60
