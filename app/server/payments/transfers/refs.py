"""The opaque word for a payee that was looked up: sealed, bound to the asker, minutes of life.

It is nothing but the service's own word to itself: who asked, who was found, until when. A word
for somebody else's asker doesn't open, and two words for the same payee have nothing in common, so
that nobody can tell from them whether two numbers are one person's.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.protocol.signing import decode_bytes, encode_bytes
from app.server.db.sealing import Sealer, SealError

REF_MS = 15 * 60_000
"""How long a word for a payee lives."""


class Ref(NamedTuple):
    """What a word says."""

    payee_id: str
    expires_at: int


class RefBook:
    """Seals and opens words for payees."""

    def __init__(self, sealer: Sealer) -> None:
        """Use the service's field keys."""
        self._sealer = sealer

    def seal(self, asker: str, payee_id: str, expires_at: int) -> str:
        """A word for ``asker`` alone."""
        body = UUID(payee_id).bytes + expires_at.to_bytes(8, "big")
        return encode_bytes(self._sealer.seal(body, f"payee:{asker}"))

    def open(self, asker: str, word: str) -> Ref | None:
        """What a word says, or None where it is no word of ours for this asker."""
        try:
            body = self._sealer.open(decode_bytes(word), f"payee:{asker}")
        except (SealError, ValueError):
            return None
        return Ref(str(UUID(bytes=body[:16])), int.from_bytes(body[16:24], "big"))
