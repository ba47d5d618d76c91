"""PostgreSQL dies under a running service: nobody is told "not moved" about money that moved."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.server.db.engine import create_engine
from app.server.main import build_service
from tests.conftest import Expect
from tests.databases import Cluster
from tests.end_to_end.world import until
from tests.faults import town as towns
from tests.faults import wire
from tests.faults.audit import audit
from tests.faults.nursery import Forked
from tests.faults.town import Process, Town, Wish
from tests.faults.wire import Heard

AT_ONCE = 200
WISHES = 360

HANDS = ThreadPoolExecutor(1)
"""Where PostgreSQL is started: it ends with the thread that started it (``Cluster``)."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    made = Cluster(durable=True)
    yield made
    made.stop()


async def kill_a_backend(cluster: Cluster) -> None:
    """``kill -9`` of one session's process: PostgreSQL then ends all of them and recovers."""
    engine = create_engine(cluster.url("bank"))
    query = (
        "SELECT max(pid) FROM pg_stat_activity WHERE datname = 'bank' AND pid <> pg_backend_pid()"
    )
    async with engine.connect() as connection:
        pid = await connection.scalar(sa.text(query))
    await engine.dispose()
    os.kill(pid, signal.SIGKILL)


async def handled(work: Callable[[], object]) -> None:
    await asyncio.get_running_loop().run_in_executor(HANDS, work)


async def crash(cluster: Cluster) -> None:
    await handled(cluster.crash)
    await handled(cluster.start)


async def restart(cluster: Cluster) -> None:
    await handled(cluster.halt)
    await handled(cluster.start)


DEATHS = {"crash": crash, "restart": restart, "kill_a_backend": kill_a_backend}


async def pay_through(process: Process, wishes: list[Wish], after: int, death) -> dict[str, Heard]:
    """Send each wish once, many at a time; after so many answers the database dies and returns."""
    waiting, answers = list(wishes), {}
    dying: list[asyncio.Task[None]] = []

    async def customer() -> None:
        while waiting:
            wish = waiting.pop()
            # The service lives: it has to answer every request.
            answers[wish.key] = await wire.ask(process.port, wish.call)
            if len(answers) == after:
                dying.append(asyncio.create_task(death()))

    await asyncio.gather(*(customer() for _ in range(AT_ONCE)))
    await asyncio.gather(*dying)
    assert dying
    return answers


async def find_out(port: int, wish: Wish, told: Heard) -> Heard:
    """The truth about a request, held against what its sender was told."""
    if told.status >= 500:
        # "Not moved" has to stay true; what is unknown may turn out either way.
        kept = await wire.ask(port, wish.asked(fence=True))
        assert kept.status in {200, 404}, kept
        if told.problem.money == "not_moved":
            assert kept.status == 404, f"it was called {told.code}, but it was paid"
        else:
            assert told.problem.money == "unknown"
    final = await wire.ask(port, wish.call)
    assert final.status < 500, final
    assert final.replayed
    if told.status < 500:
        assert (final.status, final.body) == (told.status, told.body)
    elif kept.status == 200:
        assert final.body == kept.body
    else:
        # Refused before the database died, or fenced off just now.
        assert final.status >= 400
    return final


async def works_again(process: Process, wish: Wish) -> Heard:
    """Wait until a payment goes through; each try before may only say that it can't be done now."""
    async with asyncio.timeout(60):
        while True:
            heard = await wire.ask(process.port, wish.call)
            if heard.status < 500:
                return heard
            await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_database_dies_in_the_middle_of_payments(cluster: Cluster, tmp_path: Path):
    """It dies in every way, under one service that lives on."""
    chance = random.Random(20261123)
    url = await asyncio.to_thread(cluster.create, "bank")
    town = await towns.found(tmp_path / "service", url, [10**7] * 12 + [10_00] * 4, shops=4)
    truth: dict[str, tuple[Wish, Heard]] = {}
    process = Forked(town.config, workers=2)
    try:
        await process.up()
        for name, death in DEATHS.items():
            told: Counter[str] = Counter()
            wishes = some_wishes(town, chance)
            after = chance.randrange(20, WISHES - AT_ONCE - 50)
            answers = await pay_through(process, wishes, after, partial(death, cluster))
            last = town.pays(town.payers[0], town.shops[0], 1_00)
            truth[last.key] = (last, await works_again(process, last))
            found = await asyncio.gather(
                *(find_out(process.port, wish, answers[wish.key]) for wish in wishes)
            )
            for wish, final in zip(wishes, found, strict=True):
                truth[wish.key] = (wish, final)
                told[f"{answers[wish.key].status} {answers[wish.key].code}"] += 1
            print(name, dict(told))
            assert told["201 "] > 10, name
        await audit(town, truth, {payer.id: payer.funds for payer in town.payers})
    finally:
        process.kill()


async def test_a_service_that_starts_meanwhile_waits_for_the_database(
    cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture, expect_log: Expect
):
    """One worker that gives up at its start would take the others of its node with it."""
    url = await asyncio.to_thread(cluster.create, "another")
    town = await towns.found(tmp_path / "service", url, [10_00], shops=1)
    await handled(cluster.crash)
    service = build_service(town.config)
    starting = asyncio.create_task(service.start())
    expect_log("start.database_away")
    await until(lambda: "start.database_away" in caplog.text or starting.done())
    assert not starting.done()
    await handled(cluster.start)
    await asyncio.wait_for(starting, 30)
    found = await service.identity.find(town.payers[0].contact)
    assert found == town.payers[0].id
    await service.stop()


def some_wishes(town: Town, chance: random.Random) -> list[Wish]:
    return [
        town.pays(chance.choice(town.payers), chance.choice(town.shops), chance.randrange(1, 500))
        for _ in range(WISHES)
    ]
