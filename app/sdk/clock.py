"""What time the service has: signed times must lie within minutes of its clock (design/3)."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

PATIENCE_MS = 2_000
"""Differences below this are the network's, not the clock's."""


class ServiceClock:
    """The machine's clock, corrected by what the service last said."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        """Take the machine's clock, in seconds since 1970 (``time.time`` by default)."""
        self._now = now or time.time
        self.offset_ms = 0

    def local_ms(self) -> int:
        """The machine's own time, Unix milliseconds."""
        return int(self._now() * 1000)

    def time_ms(self) -> int:
        """The service's time as far as known, Unix milliseconds."""
        return self.local_ms() + self.offset_ms

    def resume(self, offset_ms: int) -> None:
        """Begin with what was measured the last time, until the service says otherwise."""
        if self.offset_ms == 0:
            self.offset_ms = offset_ms

    def learn(self, server_ms: int) -> None:
        """Take over the service's time; small differences are left alone."""
        offset = server_ms - self.local_ms()
        if abs(offset - self.offset_ms) > PATIENCE_MS:
            self.offset_ms = 0 if abs(offset) <= PATIENCE_MS else offset

    def learn_from_date(self, header: str | None) -> None:
        """The same from an HTTP ``Date`` header; an unreadable one is passed over."""
        if not header:
            return
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return
        # The header has whole seconds; the middle of the second is the best guess.
        self.learn(int(moment.timestamp() * 1000) + 500)
