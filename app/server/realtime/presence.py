"""Who has a live stream, on this node or anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.server.realtime.channels import Channels


class Presence:
    """Answers whether somebody is there, by address (``person:…``, ``staff:…``)."""

    def __init__(self, is_here: Callable[[str], bool], channels: Channels) -> None:
        """Start from who is connected to this node, then ask the others."""
        self._is_here = is_here
        self._channels = channels

    async def is_here(self, address: str) -> bool:
        """Whether anybody listens at the address on any node."""
        return bool(await self.who([address]))

    async def who(self, addresses: Iterable[str]) -> set[str]:
        """Those of the addresses at which somebody listens on any node.

        While the channel is away only this node's are known.
        """
        wanted = set(addresses)
        here = {address for address in wanted if self._is_here(address)}
        return here | await self._channels.elsewhere(wanted - here)
