"""Callers that ask at once are answered by few loads, each with its own row."""

from __future__ import annotations

import asyncio

import pytest

from app.server.db.together import Together


async def test_callers_at_once_share_loads():
    loads: list[list[int]] = []

    async def load(keys):
        loads.append(list(keys))
        await asyncio.sleep(0)
        return {key: key * 10 for key in keys if key != 13}

    rows = Together(load, most=8)
    answers = await asyncio.gather(*(rows.get(n % 20) for n in range(60)))
    assert answers == [None if n % 20 == 13 else (n % 20) * 10 for n in range(60)]
    assert max(len(keys) for keys in loads) <= 8
    assert sum(len(keys) for keys in loads) == 20
    assert await rows.get(99) == 990


async def test_a_failed_load_is_told_to_all_and_the_next_works():
    fail = True

    async def load(keys):
        await asyncio.sleep(0)
        if fail:
            raise OSError("away")
        return dict.fromkeys(keys, "there")

    rows = Together(load)
    told = await asyncio.gather(rows.get(1), rows.get(2), return_exceptions=True)
    assert [type(error) for error in told] == [OSError, OSError]
    fail = False
    assert await rows.get(1) == "there"


async def test_one_caller_that_leaves_takes_nothing_from_the_others():
    gate = asyncio.Event()

    async def load(keys):
        await gate.wait()
        return dict.fromkeys(keys, "there")

    rows = Together(load)
    leaves, stays = asyncio.create_task(rows.get(1)), asyncio.create_task(rows.get(1))
    await asyncio.sleep(0)
    leaves.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaves
    gate.set()
    assert await stays == "there"
