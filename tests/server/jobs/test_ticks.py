"""Ticks come round, also after one of them failed."""

from __future__ import annotations

import asyncio

from app.server.jobs.ticks import Ticks
from tests.conftest import Expect


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


async def test_every_tick_comes_round_until_it_is_stopped(expect_log: Expect):
    expect_log("tick.failed")
    ticks = Ticks()
    runs: list[str] = []

    async def good() -> None:
        runs.append("good")

    async def bad() -> None:
        runs.append("bad")
        raise RuntimeError

    ticks.every(0.01, "good", good)
    ticks.every(0.01, "bad", bad)
    assert runs == []
    ticks.start()
    await until(lambda: runs.count("good") > 2 and runs.count("bad") > 2)

    async def late() -> None:
        runs.append("late")

    ticks.every(0.01, "late", late)
    await until(lambda: "late" in runs)
    await ticks.stop()
    count = len(runs)
    # The loop turns many times over; a tick that still came round would run in one of them.
    for _ in range(200):
        await asyncio.sleep(0)
    assert len(runs) == count


async def test_a_tick_that_hangs_is_cancelled():
    ticks = Ticks()
    begun = asyncio.Event()

    async def hangs() -> None:
        begun.set()
        await asyncio.Event().wait()

    ticks.every(1, "hangs", hangs)
    ticks.start()
    await asyncio.wait_for(begun.wait(), 30)
    await ticks.stop()
