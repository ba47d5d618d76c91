"""Look-ups that are asked for one by one and answered together.

A busy node asks for many single rows at the same moment. Each query costs far more than its row,
so callers that ask while a query is under way are answered by the next one, all in one statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Together(Generic[K, V]):
    """Answers many callers from one set-based load at a time."""

    def __init__(
        self, load: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], *, most: int = 500
    ) -> None:
        """Take the set-based load.

        Args:
            load: Given different keys, answers the rows there are; absent keys are left out.
            most: How many keys one load gets at the most.
        """
        self._load = load
        self._most = most
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """The row of a key, or None where there is none.

        Raises:
            Exception: whatever the load raised; every caller of that load is told.
        """
        future = self._waiting.get(key)
        if future is None:
            future = asyncio.get_running_loop().create_future()
            self._waiting[key] = future
            if self._task is None:
                self._task = asyncio.create_task(self._run(), name="together")
        # One caller's cancellation must not take the answer from the others.
        return await asyncio.shield(future)

    async def _run(self) -> None:
        try:
            while self._waiting:
                keys = list(self._waiting)[: self._most]
                asked = {key: self._waiting.pop(key) for key in keys}
                try:
                    found = await self._load(keys)
                except Exception as error:
                    for future in asked.values():
                        future.set_exception(error)
                        future.exception()  # a caller that went away leaves nobody to hear it
                else:
                    for key, future in asked.items():
                        future.set_result(found.get(key))
        finally:
            self._task = None
            for future in self._waiting.values():
                future.cancel()
            self._waiting.clear()
