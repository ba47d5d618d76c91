"""Who has a live stream, on this node or anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable


class Presence:
    """Answers whether somebody is there, by address (``person:…``, ``staff:…``)."""

    def __init__(self, is_here: Callable[[str], bool]) -> None:
        """Start from who is connected to this node."""
        self._is_here = is_here

    async def is_here(self, address: str) -> bool:
        """Whether anybody listens at the address on any node."""
        return bool(await self.who([address]))

    async def who(self, addresses: Iterable[str]) -> set[str]:
        """Those of the addresses at which somebody listens on any node."""
        return {address for address in addresses if self._is_here(address)}
