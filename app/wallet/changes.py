"""Saying what changed: pages listen and decide whether to draw again (design/2 §Operations)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Generic, TypeVar

EventT = TypeVar("EventT")
Unsubscribe = Callable[[], None]

_log = logging.getLogger(__name__)


class Observers(Generic[EventT]):
    """A list of callbacks. A callback that raises is logged and hurts no neighbour.

    Callbacks run on the asyncio loop's thread, at once, in the order they were added; a window
    hands the event to its own thread with a queued signal.
    """

    def __init__(self) -> None:
        self._callbacks: list[Callable[[EventT], None]] = []

    def add(self, callback: Callable[[EventT], None]) -> Unsubscribe:
        """Add a callback; the answer removes it again (harmless when called twice)."""
        self._callbacks.append(callback)

        def remove() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return remove

    def clear(self) -> None:
        """Remove every callback."""
        self._callbacks.clear()

    def tell(self, event: EventT) -> None:
        """Call every callback."""
        for callback in tuple(self._callbacks):
            try:
                callback(event)
            except Exception:
                _log.exception("an observer failed")
