"""Background work of an open wallet: tasks that end with it, and the loop that keeps it current."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from app.protocol.errors import KBeanError
from app.wallet.vault.errors import VaultError

T = TypeVar("T")

_EVERY = 60.0
"""Seconds between two turns."""
_AGAIN_SECONDS = (3.0, 6.0, 12.0, 30.0)
"""How long a loop waits instead after one failure, two …"""

_CANCEL_AGAIN_SECONDS = 0.5

_log = logging.getLogger(__name__)


class Keeper:
    """Owns the tasks; :meth:`stop` ends every one of them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._wakes: list[asyncio.Event] = []

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something to its end even if nobody waits any more; :meth:`stop` cancels it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def wake(self) -> None:
        """Let every loop take its next turn now."""
        for wake in self._wakes:
            wake.set()

    def keep_current(self, *steps: Callable[[], Awaitable[object]], every: float = _EVERY) -> None:
        """Take the steps in turn for ever; more patiently the longer they fail.

        Args:
            steps: What a turn does.
            every: Seconds between two turns that succeed.
        """
        self.spawn(self._keep_current(steps, every))

    async def stop(self) -> None:
        """Cancel everything and wait until it has ended.

        What goes on all the same is cancelled again: a library on the way may swallow a
        cancellation that comes together with its own time limit, and locking must not wait for it.
        """
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            ended, _ = await asyncio.wait(self._tasks, timeout=_CANCEL_AGAIN_SECONDS)
            # What they ended with is nobody's any more.
            await asyncio.gather(*ended, return_exceptions=True)
            self._tasks -= ended
        self._wakes.clear()

    async def _keep_current(
        self, steps: tuple[Callable[[], Awaitable[object]], ...], every: float
    ) -> None:
        misses = 0
        wake = asyncio.Event()
        self._wakes.append(wake)
        while True:
            wake.clear()
            try:
                for step in steps:
                    await step()
                misses = 0
            except (KBeanError, VaultError):
                misses = min(misses + 1, len(_AGAIN_SECONDS))
            except Exception:
                _log.exception("the background work failed")
                misses = len(_AGAIN_SECONDS)
            # WORKAROUND: wait_for may swallow a cancellation that comes with the wake-up
            # (python/cpython#86296, until 3.12); asyncio.timeout doesn't.
            with contextlib.suppress(TimeoutError):
                wait = _AGAIN_SECONDS[misses - 1] if misses else every
                async with asyncio.timeout(wait):
                    await wake.wait()
