"""Publish and subscribe between the nodes of a service.

Channels only wake: the database is the truth. On one node nothing needs to travel
(:class:`MemoryChannels`); many nodes meet in Redis (:mod:`app.server.realtime.redis_channels`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, Protocol

Arrived = Callable[[str, tuple[str, ...], bytes], None]
"""Word, addresses, payload of what another node published."""

State = Literal["single", "up", "away"]
"""``single``: no channel is configured; ``away``: what others publish doesn't arrive now."""


class Channels(Protocol):
    """A way to the other nodes."""

    @property
    def state(self) -> State:
        """How it stands."""
        ...

    @property
    def losses(self) -> int:
        """How often something may have been missed so far: grows with each return from away."""
        ...

    def attach(self, arrived: Arrived) -> None:
        """Name who gets what other nodes publish; once, before :meth:`start`."""
        ...

    def publish(self, word: str, addresses: tuple[str, ...], payload: bytes) -> None:
        """Send to every other node, best effort; never waits, never raises."""
        ...

    def here(self, address: str, *, listening: bool) -> None:
        """Let the other nodes know that somebody listens at an address here, or no longer."""
        ...

    async def elsewhere(self, addresses: Collection[str]) -> set[str]:
        """Those of the addresses at which somebody listens on another node, as far as known."""
        ...

    async def start(self) -> None:
        """Begin to listen; doesn't wait for a channel that is away."""
        ...

    async def stop(self) -> None:
        """Let go."""
        ...


class MemoryChannels:
    """One node: everybody who listens is here."""

    state: State = "single"
    losses = 0

    def attach(self, arrived: Arrived) -> None:
        """Nothing ever arrives."""

    def publish(self, word: str, addresses: tuple[str, ...], payload: bytes) -> None:
        """Nobody else is there."""

    def here(self, address: str, *, listening: bool) -> None:
        """Nobody else asks."""

    async def elsewhere(self, addresses: Collection[str]) -> set[str]:
        """Nobody is."""
        return set()

    async def start(self) -> None:
        """Nothing to do."""

    async def stop(self) -> None:
        """Nothing to do."""
