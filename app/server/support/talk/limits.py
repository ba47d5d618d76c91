"""How much one connection may ask: token buckets, refilled by the second."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.protocol.errors import KBeanError


class _Bucket:
    """So many at once, so many a second in the long run."""

    def __init__(self, size: float, per_second: float, clock: Callable[[], float]) -> None:
        self._size, self._rate, self._clock = size, per_second, clock
        self._left, self._at = size, clock()

    def take(self) -> None:
        now = self._clock()
        self._left = min(self._size, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            raise KBeanError(
                "too_many_requests", retry_after=max(1, round((1 - self._left) / self._rate))
            )
        self._left -= 1


class Allowance:
    """One connection's; without limits everything passes."""

    def __init__(self, frames: _Bucket | None, sends: _Bucket | None) -> None:
        """Made by :meth:`Allowances.fresh`."""
        self._frames = frames
        self._sends = sends

    def frame(self) -> None:
        """Count a frame.

        Raises:
            KBeanError: ``too_many_requests``.
        """
        if self._frames is not None:
            self._frames.take()

    def send(self) -> None:
        """Count a message.

        Raises:
            KBeanError: ``too_many_requests``.
        """
        if self._sends is not None:
            self._sends.take()


class Allowances:
    """Hands every connection its own."""

    FRAMES, FRAMES_PER_SECOND = 300, 50
    SENDS, SENDS_PER_SECOND = 60, 5

    def __init__(self, *, limited: bool, clock: Callable[[], float] = time.monotonic) -> None:
        """Limit, or don't; ``clock`` counts seconds."""
        self._limited = limited
        self._clock = clock

    def fresh(self) -> Allowance:
        """A new connection's."""
        if not self._limited:
            return Allowance(None, None)
        return Allowance(
            _Bucket(self.FRAMES, self.FRAMES_PER_SECOND, self._clock),
            _Bucket(self.SENDS, self.SENDS_PER_SECOND, self._clock),
        )
