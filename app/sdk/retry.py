"""When to try again, and how long to wait before (design/3 §Idempotency)."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from email.utils import parsedate_to_datetime

AGAIN_CODES = frozenset(
    {"busy", "shutting_down", "too_many_requests", "idempotency_in_progress", "internal_error"}
)
"""Codes after which the same safe request may succeed."""


@dataclasses.dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off with full jitter.

    Attributes:
        attempts: Tries in all.
        base: Seconds; the n-th wait is drawn from (0, base · 2ⁿ].
        cap: The longest wait of our own, seconds.
        patience: A ``Retry-After`` beyond this many seconds ends the tries.
        draw: A random number in [0, 1).
    """

    attempts: int = 4
    base: float = 0.2
    cap: float = 3.0
    patience: float = 15.0
    draw: Callable[[], float] = random.random

    def wait(self, tried: int, retry_after: float | None) -> float | None:
        """Seconds to wait after ``tried`` failed tries; None when it is over.

        A ``Retry-After`` is honoured to the second, plus jitter so that a crowd spreads out.
        """
        if tried >= self.attempts:
            return None
        own: float = min(self.cap, self.base * 2.0 ** (tried - 1)) * (1 - self.draw())
        if retry_after is None:
            return own
        return None if retry_after > self.patience else retry_after + own


def parse_retry_after(header: str | None, now: float) -> int | None:
    """Seconds of a ``Retry-After`` header, given as a number or an HTTP date (RFC 9110 §10.2.3).

    Args:
        header: The header's value, or None.
        now: Seconds since 1970.

    Returns:
        Whole seconds ≥ 0, or None where the header is absent or unreadable.
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), 86_400)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0, min(86_400, round(moment.timestamp() - now)))
