"""Rate limits: so many tries a minute for one address or person, counted on this node.

A sliding window over two fixed minutes: exact enough, one small row a key, and bounded memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from app.protocol.errors import KBeanError

_WINDOW = 60.0
MAX_KEYS = 50_000


class _Count(NamedTuple):
    window: int
    now: int
    before: int


class RateLimit:
    """One rule, e.g. sixty sign-ins a minute and address."""

    def __init__(self, per_minute: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow ``per_minute`` tries a key; None allows everything. ``clock`` counts seconds."""
        self._limit = per_minute
        self._clock = clock
        self._counts: dict[str, _Count] = {}

    def check(self, key: str) -> None:
        """Count one try.

        Raises:
            KBeanError: ``too_many_requests`` with the seconds to wait.
        """
        if self._limit is None:
            return
        now = self._clock()
        window = int(now // _WINDOW)
        count = self._counts.get(key) or _Count(window, 0, 0)
        if count.window != window:
            count = _Count(window, 0, count.now if count.window == window - 1 else 0)
        share = 1 - (now % _WINDOW) / _WINDOW
        if count.now + count.before * share >= self._limit:
            raise KBeanError(
                "too_many_requests", retry_after=max(1, int(_WINDOW - now % _WINDOW) + 1)
            )
        # The key that tried last stands last; the one that goes tried longest ago.
        self._counts.pop(key, None)
        if len(self._counts) >= MAX_KEYS:
            del self._counts[next(iter(self._counts))]
        self._counts[key] = count._replace(now=count.now + 1)
