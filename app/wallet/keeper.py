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

_AGAIN_SECONDS = (60.0, 3.0, 6.0, 12.0, 30.0)
"""How long the loop waits: after success, then after one failure, two …"""

_CANCEL_AGAIN_SECONDS = 0.5

_log = logging.getLogger(__name__)


class Keeper:
    """Owns the tasks; :meth:`stop` ends every one of them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._wake = asyncio.Event()

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something to its end even if nobody waits any more; :meth:`stop` cancels it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def wake(self) -> None:
        """Let the loop take its next turn now."""
        self._wake.set()

    def keep_current(self, *steps: Callable[[], Awaitable[object]]) -> None:
        """Take the steps in turn for ever; more patiently the longer they fail."""
        self.spawn(self._keep_current(steps))

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

    async def _keep_current(self, steps: tuple[Callable[[], Awaitable[object]], ...]) -> None:
        misses = 0
        while True:
            self._wake.clear()
            try:
                for step in steps:
                    await step()
                misses = 0
            except (KBeanError, VaultError):
                misses = min(misses + 1, len(_AGAIN_SECONDS) - 1)
            except Exception:
                _log.exception("the background work failed")
                misses = len(_AGAIN_SECONDS) - 1
            # WORKAROUND: wait_for may swallow a cancellation that comes with the wake-up
            # (python/cpython#86296, until 3.12); asyncio.timeout doesn't.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_AGAIN_SECONDS[misses]):
                    await self._wake.wait()
