"""Rate limits count in windows that slide, and keep no more than they need."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from app.protocol.errors import KBeanError
from app.protocol.messages.desk import StaffSignIn
from app.server.http.limits import MAX_KEYS, RateLimit, SharedCounts
from tests.server.support.nodes import RedisServer
from tests.server.world import code_of, world


class Clock:
    seconds = 6_000_000.0

    def __call__(self) -> float:
        return self.seconds


def allowed(limit: RateLimit, key: str, tries: int) -> int:
    """How many of so many tries pass; the others are told how long to wait."""
    waits = []
    for _ in range(tries):
        try:
            limit.check(key)
        except KBeanError as error:
            waits.append(error.retry_after or 0)
    assert all(1 <= wait <= 61 for wait in waits)
    return tries - len(waits)


def test_so_many_a_minute_and_no_more():
    clock = Clock()
    limit = RateLimit(10, clock)
    assert allowed(limit, "a", 15) == 10
    assert allowed(limit, "b", 5) == 5
    clock.seconds += 30
    assert allowed(limit, "a", 3) == 0
    clock.seconds += 60
    # Half of the last minute's ten still counts.
    assert allowed(limit, "a", 15) == 5
    clock.seconds += 180
    assert allowed(limit, "a", 15) == 10


def test_no_limit_allows_everything():
    assert allowed(RateLimit(None), "a", 1_000) == 1_000


def test_memory_is_bounded_and_who_tries_is_not_forgotten():
    limit = RateLimit(10, Clock())
    assert allowed(limit, "a", 10) == 10
    for number in range(MAX_KEYS - 1):
        limit.check(f"address {number}")
    assert allowed(limit, "a", 1) == 0
    for number in range(100):
        limit.check(f"other {number}")
    assert len(limit._counts) == MAX_KEYS


async def test_nodes_count_together_in_redis_and_alone_without_it(tmp_path: Path):
    redis = RedisServer()
    clock, counts = Clock(), [SharedCounts(redis.url, "kbean-demo") for _ in range(2)]
    nodes = [RateLimit(10, clock, name="rule", shared=shared) for shared in counts]

    async def passed(tries: int) -> int:
        found = 0
        for number in range(tries):
            with suppress(KBeanError):
                await nodes[number % 2].check_everywhere("10.0.0.1")
                found += 1
        return found

    try:
        assert await passed(16) == 10
        await RateLimit(10, clock, name="other", shared=counts[0]).check_everywhere("10.0.0.1")
        # Half of the last minute's ten still counts, for both together.
        clock.seconds += 90
        assert await passed(16) == 5
        # What other nodes counted closes a service's door.
        for _ in range(20):
            assert await counts[0].take("staff_sign_in", "127.0.0.1", 100, time.time())
        async with world(
            tmp_path, redis_url=redis.url, rate_limits=True, sign_in_per_minute=3
        ) as here:
            request = StaffSignIn("nobody", "nine brass kettles hum at dusk", "123456")
            assert code_of(await here.post("/v1/staff/sessions", request)) == "too_many_requests"
        redis.kill()
        clock.seconds += 600
        assert await passed(24) == 20
    finally:
        for shared in counts:
            await shared.close()
        redis.stop()
