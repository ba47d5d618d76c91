"""A cashier who walks away is signed out (C4). Pure: the window brings moments and what it sees."""

from __future__ import annotations

MINUTES = (5, 10, 30, 0)
"""What can be chosen; 0 is never."""
USUAL = 10
WARNING_MS = 30_000
"""So long before the end the counter says so; any key stays."""


class Leaving:
    """Measures since when nobody touched the counter.

    Attributes:
        minutes: After how many somebody is signed out; 0 for never.
    """

    def __init__(self, now_ms: int, minutes: int = USUAL) -> None:
        """Begin to measure now."""
        self.minutes = minutes
        self._touched = now_ms

    def touch(self, now_ms: int) -> None:
        """A key, the mouse, a scan."""
        self._touched = now_ms

    def is_over(self, now_ms: int, *, selling: bool) -> bool:
        """Whether who is signed in has left; a sale under way is somebody's presence."""
        if selling:
            self.touch(now_ms)
        return bool(self.minutes) and now_ms - self._touched >= self.minutes * 60_000

    def warns(self, now_ms: int) -> int:
        """In how many seconds it is over, once that is near; else 0."""
        left = self._touched + self.minutes * 60_000 - now_ms
        return -(-left // 1000) if self.minutes and 0 < left <= WARNING_MS else 0
