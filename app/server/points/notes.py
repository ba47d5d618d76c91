"""What the domains above tell this one: words for people's activity, names of merchants.

The notes of movements and the merchants are the payments' (which stand above), so they are handed
in where the service is wired.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from app.protocol.messages.payments import MovementKind
from app.server.ledger.plan import Draft, Posted


class Note(Protocol):
    """Says in the draft what a posting means to a person."""

    def __call__(
        self, draft: Draft, posted: Posted, user_id: str, kind: MovementKind, subject: str
    ) -> None:
        """``kind`` is of the line in K-Beans, ``subject`` what they went for."""
        ...


MerchantNames = Callable[[Iterable[str]], Awaitable[dict[str, str]]]
"""The names that people know merchants by, by id."""

Moved = Callable[[str], None]
"""Told whose K-Beans moved, after the commit."""
