"""Who listens on this node, and how what happens reaches every node's listeners.

Connections are known by *address*: ``person:<user_id>``, ``till:<terminal_id>``,
``staff:<staff_id>``, ``staff`` (all of them), ``conv:<conversation_id>``. Telling is best effort
and comes after the commit: the database is the truth, and a frame that never arrives is made good
by the gaps of the next Hello.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from app.protocol.messages.stream import Changed, ServiceFrame
from app.server.realtime.channels import Channels
from app.server.realtime.connection import text_frame
from app.server.realtime.presence import Presence

CHANGED_SECONDS = 0.02
"""How long changes of one address gather before they are told."""

_encode = msgspec.json.Encoder().encode


class Peer(Protocol):
    """One connection of this node."""

    def deliver(self, frame: bytes) -> None:
        """Write one ready WebSocket frame; never waits and never raises."""
        ...


class Hub:
    """This node's connections by address."""

    def __init__(self, channels: Channels) -> None:
        """Stand on a channel between nodes; what it brings is handed to listeners here."""
        self.channels = channels
        self.presence = Presence(self.is_listening, channels)
        self._peers: dict[str, set[Peer]] = {}
        self._changed: dict[str, dict[str, None]] = {}
        self._hearers: dict[str, Callable[[str], None]] = {}
        channels.attach(self._arrived)

    # --- listeners

    def join(self, address: str, peer: Peer) -> None:
        """Let a connection hear an address."""
        peers = self._peers.get(address)
        if peers is None:
            peers = self._peers[address] = set()
            if not address.startswith("conv:"):
                self.channels.here(address, listening=True)
        peers.add(peer)

    def leave(self, address: str, peer: Peer) -> None:
        """No longer; harmless to repeat."""
        peers = self._peers.get(address)
        if peers is not None:
            peers.discard(peer)
            if not peers:
                del self._peers[address]
                if not address.startswith("conv:"):
                    self.channels.here(address, listening=False)

    def is_listening(self, address: str) -> bool:
        """Whether a connection of this node hears an address."""
        return address in self._peers

    def peers(self, address: str) -> list[Peer]:
        """The connections of this node that hear an address."""
        return list(self._peers.get(address, ()))

    # --- telling

    def tell(
        self, address: str | Iterable[str], frame: ServiceFrame, *, but: Peer | None = None
    ) -> None:
        """Send a frame to every connection of the address on every node, best effort.

        With several addresses a connection that hears more than one of them gets it once; ``but``
        is a connection of this node that doesn't.
        """
        addresses = (address,) if isinstance(address, str) else tuple(address)
        payload = _encode(frame)
        self._deliver(addresses, payload, but)
        self.channels.publish("frame", addresses, payload)

    def changed(self, address: str, *topics: str) -> None:
        """Say that something is to be asked for again, a moment later and once for many.

        Costs next to nothing where nobody listens: payments call it by the thousand a second.
        """
        if address not in self._peers and self.channels.state != "up":
            return
        if not self._changed:
            asyncio.get_running_loop().call_later(CHANGED_SECONDS, self._tell_changed)
        self._changed.setdefault(address, {}).update(dict.fromkeys(topics))

    def _tell_changed(self) -> None:
        waiting, self._changed = self._changed, {}
        for address, topics in waiting.items():
            self.tell(address, Changed(list(topics)))

    def tell_here(self, address: str | Iterable[str], frame: ServiceFrame) -> None:
        """Like :meth:`tell`, on this node alone."""
        addresses = (address,) if isinstance(address, str) else tuple(address)
        self._deliver(addresses, _encode(frame))

    def _deliver(self, addresses: tuple[str, ...], payload: bytes, but: Peer | None = None) -> None:
        """Put the frame together once and write it to every connection that hears it."""
        found: set[Peer] = set()
        for address in addresses:
            found.update(self._peers.get(address, ()))
        if but is not None:
            found.discard(but)
        if found:
            frame = text_frame(payload)
            for peer in found:
                peer.deliver(frame)

    # --- words between nodes

    def on(self, word: str, hear: Callable[[str], None]) -> None:
        """Call ``hear`` with the subject whenever a node (this one too) says ``word``."""
        self._hearers[word] = hear

    def say(self, word: str, subject: str) -> None:
        """Tell all nodes, this one too, a word that is no frame."""
        self.say_here(word, subject)
        self.channels.publish(word, (subject,), b"")

    def say_here(self, word: str, subject: str) -> None:
        """Like :meth:`say`, on this node alone."""
        if word in self._hearers:
            self._hearers[word](subject)

    def _arrived(self, word: str, addresses: tuple[str, ...], payload: bytes) -> None:
        """Something another node published."""
        if word == "frame":
            self._deliver(addresses, payload)
        elif word in self._hearers:
            self._hearers[word](addresses[0])
