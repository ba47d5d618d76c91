"""Work that comes round: small coroutines at fixed intervals, on every node.

A tick only looks for what is due; due rows are claimed in the database (``FOR UPDATE SKIP LOCKED``;
SQLite: its one writer), so any number of nodes may tick and each piece of work is done once. What
a node was about to do when it died is found by the next tick of any other.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

_log = structlog.get_logger("ticks")

_START_WITHIN = 1.0
"""Seconds within which every tick has come round once."""

_GRACE = 1.0
"""Seconds that a round under way has to finish when all are to end."""

Tick = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class _Round:
    seconds: float
    name: str
    tick: Tick
    failing: bool = False
    busy: bool = False
    task: asyncio.Task[None] | None = None


class Ticks:
    """Runs every registered coroutine at its interval between :meth:`start` and :meth:`stop`."""

    def __init__(self) -> None:
        """Nothing comes round yet."""
        self._rounds: list[_Round] = []
        self._running = False

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        """Run ``tick`` every so many seconds after its last run ended; the first one soon.

        A tick that raises is logged (once until it works again) and comes round again.
        """
        came = _Round(seconds, name, tick)
        self._rounds.append(came)
        if self._running:
            self._begin(came)

    def start(self) -> None:
        """Begin; needs a running loop."""
        self._running = True
        for came in self._rounds:
            self._begin(came)

    async def stop(self) -> None:
        """End all rounds.

        One under way gets a moment to finish: a query that is cut off leaves its connection in a
        state that only the database's end of it clears up. Then it is cancelled and its
        transaction rolled back.
        """
        self._running = False
        tasks = [came.task for came in self._rounds if came.task is not None]
        busy = [came.task for came in self._rounds if came.task is not None and came.busy]
        for task in tasks:
            if task not in busy:
                task.cancel()
        if busy:
            await asyncio.wait(busy, timeout=_GRACE)
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        for came in self._rounds:
            came.task = None

    def _begin(self, came: _Round) -> None:
        came.task = asyncio.create_task(self._run(came), name=f"tick-{came.name}")

    async def _run(self, came: _Round) -> None:
        # A node that starts has requests to answer first, and its ticks come one by one.
        await asyncio.sleep(random.uniform(0, min(came.seconds, _START_WITHIN)))  # noqa: S311
        while self._running:
            came.busy = True
            try:
                await came.tick()
                came.failing = False
            except Exception as error:
                # The database away, or a bug: either way the others must go on.
                if not came.failing:
                    _log.warning("tick.failed", tick=came.name, reason=type(error).__name__)
                came.failing = True
            finally:
                came.busy = False
            await self._rest(came.seconds)

    async def _rest(self, seconds: float) -> None:
        if self._running:
            # Nodes that started together shouldn't look together for ever.
            await asyncio.sleep(seconds * random.uniform(0.9, 1.1))  # noqa: S311
