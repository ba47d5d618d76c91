"""What stands beside the session and lives with it: codes, cases, transfers and so on.

Each part reads the vault when it opens, asks the service once signed in, and hears what the event
stream says has changed; none of them knows another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

Spawn = Callable[[Coroutine[Any, Any, Any]], "asyncio.Task[Any]"]
"""Runs something to its end, or to the lock."""


class Part(Protocol):
    """The turns of a part's life, in order; ``start`` comes again after signing in anew."""

    async def opened(self) -> None:
        """The vault is open: show what it holds."""
        ...

    def start(self) -> None:
        """Signed in: ask the service and keep current."""
        ...

    def told(self, topics: set[str]) -> None:
        """The event stream says that these have changed; most are of no concern."""
        ...

    def stopped(self) -> None:
        """Locked: the tasks have ended, nothing is known any more."""
        ...
