"""Rate limits: so many tries a minute for one address or person.

A sliding window over two fixed minutes: exact enough, one small row a key, and bounded memory.
Each process counts by itself; where the nodes of a service meet in Redis, limits that guard the
door (``shared``) are counted there for all of them. While Redis is away each counts alone again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple, cast

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from app.protocol.errors import KBeanError

_log = structlog.get_logger("limits")

_WINDOW = 60.0
MAX_KEYS = 50_000
_ANSWER_SECONDS = 0.5
AWAY_SECONDS = 5.0
"""After a failure nobody waits for Redis again before this."""

_FAILURES = (RedisError, OSError, TimeoutError, EOFError)

_COUNT = """
local now = tonumber(redis.call('GET', KEYS[1]) or '0')
local before = tonumber(redis.call('GET', KEYS[2]) or '0')
if now + before * tonumber(ARGV[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('INCR', KEYS[1])
redis.call('EXPIRE', KEYS[1], 130)
return 1
"""
"""Counts a try of this window unless it and its share of the last one are too many already."""


class SharedCounts:
    """Tries of all nodes, counted in Redis under a hash: no address is kept there."""

    def __init__(self, url: str, service_id: str) -> None:
        """Prepare; nothing is asked before the first try."""
        self._redis: Redis = Redis.from_url(
            url,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=_ANSWER_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
        )
        self._prefix = f"kbean:{service_id}:tries"
        self._away_until = 0.0

    async def take(self, name: str, key: str, limit: int, seconds: float) -> bool:
        """Count one try of a rule at a moment (Unix seconds); whether it may be made.

        While Redis is away everything may: each node's own count still stands.
        """
        if time.monotonic() < self._away_until:
            return True
        window, passed = divmod(seconds, _WINDOW)
        about = hashlib.sha256(f"{name}:{key}".encode()).hexdigest()[:32]
        keys = [f"{self._prefix}:{about}:{int(window) - back}" for back in (0, 1)]
        share = str(1 - passed / _WINDOW)
        try:
            asked = self._redis.eval(_COUNT, 2, *keys, share, str(limit))
            return bool(await cast("Awaitable[int]", asked))
        except _FAILURES as error:
            self._away_until = time.monotonic() + AWAY_SECONDS
            _log.info("limits.away", reason=type(error).__name__)
            return True

    async def close(self) -> None:
        """Hang up."""
        await self._redis.aclose()


class _Count(NamedTuple):
    window: int
    now: int
    before: int


class RateLimit:
    """One rule, e.g. sixty sign-ins a minute and address."""

    def __init__(
        self,
        per_minute: int | None,
        clock: Callable[[], float] = time.time,
        *,
        name: str = "",
        shared: SharedCounts | None = None,
    ) -> None:
        """Allow ``per_minute`` tries a key.

        Args:
            per_minute: None allows everything.
            clock: Counts seconds; Unix time where nodes share a count.
            name: What the rule is called among the nodes.
            shared: Where all nodes count; None counts on this one alone.
        """
        self._limit = per_minute
        self._clock = clock
        self._name = name
        self._shared = shared
        self._counts: dict[str, _Count] = {}

    async def check_everywhere(self, key: str) -> None:
        """Count one try, here and where all nodes count.

        Raises:
            KBeanError: ``too_many_requests`` with the seconds to wait.
        """
        self.check(key)
        if self._limit is None or self._shared is None:
            return
        now = self._clock()
        if not await self._shared.take(self._name, key, self._limit, now):
            raise _too_many(now)

    def check(self, key: str) -> None:
        """Count one try on this node.

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
            raise _too_many(now)
        # The key that tried last stands last; the one that goes tried longest ago.
        self._counts.pop(key, None)
        if len(self._counts) >= MAX_KEYS:
            del self._counts[next(iter(self._counts))]
        self._counts[key] = count._replace(now=count.now + 1)


def _too_many(now: float) -> KBeanError:
    wait = max(1, int(_WINDOW - now % _WINDOW) + 1)
    return KBeanError("too_many_requests", retry_after=wait)
