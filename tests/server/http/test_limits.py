"""Rate limits count in windows that slide, and keep no more than they need."""

from __future__ import annotations

from app.protocol.errors import KBeanError
from app.server.http.limits import MAX_KEYS, RateLimit


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
