"""Background work: steps in turn, patience after failures, bugs logged, everything ended."""

from __future__ import annotations

import asyncio

from app.protocol.errors import KBeanError
from app.wallet.keeper import Keeper


async def turns(keeper: Keeper, step, count: int, calls: list[int]) -> None:
    while len(calls) < count:
        keeper.wake()
        await asyncio.sleep(0)


async def test_a_refusal_ends_the_turn_and_not_the_loop():
    keeper, calls, after = Keeper(), [], []

    async def step() -> None:
        calls.append(1)
        if len(calls) < 3:
            raise KBeanError("service_unreachable")

    async def next_step() -> None:
        after.append(1)

    keeper.keep_current(step, next_step)
    await turns(keeper, step, 4, calls)
    await keeper.stop()
    assert len(after) == len(calls) - 2


async def test_a_bug_is_logged_and_the_loop_goes_on(expect_log):
    expect_log("the background work failed")
    keeper, calls = Keeper(), []

    async def step() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError

    keeper.keep_current(step)
    await turns(keeper, step, 2, calls)
    await keeper.stop()
    assert len(calls) >= 2


async def test_stopping_ends_everything_even_right_after_waking():
    """A cancellation that comes together with the wake-up must not be lost."""
    keeper, calls = Keeper(), []

    async def step() -> None:
        calls.append(1)

    keeper.keep_current(step)
    forever = keeper.spawn(asyncio.Event().wait())
    await turns(keeper, step, 1, calls)
    await asyncio.sleep(0)
    keeper.wake()
    async with asyncio.timeout(2):
        await keeper.stop()
    assert forever.cancelled()


async def test_a_swallowed_cancellation_does_not_keep_the_wallet_open() -> None:
    keeper, swallowed = Keeper(), 0

    async def deaf() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if swallowed == 2:
                    raise
                swallowed += 1

    async def broken() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise ValueError("while ending")

    tasks = [keeper.spawn(deaf()), keeper.spawn(broken())]
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await keeper.stop()
    assert all(task.done() for task in tasks)
    assert swallowed == 2
    assert isinstance(tasks[1].exception(), ValueError)
