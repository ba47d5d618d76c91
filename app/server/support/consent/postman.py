"""Who takes a one-time code to a person; the mail room does, where a mailbox is configured."""

from __future__ import annotations

from typing import Protocol

from app.protocol.messages.support import Language
from app.server.support.talk.change import Change


class Postman(Protocol):
    """Puts letters into an outbox; they leave after the commit."""

    async def send_code(
        self, change: Change, *, address: str, language: Language, code: str, minutes: int
    ) -> None:
        """Write the letter into the outbox, in the transaction that asks for the code.

        Args:
            change: The transaction.
            address: The person's e-mail address.
            language: The conversation's.
            code: Six digits; must not be logged, and not be kept once sent.
            minutes: How long it counts.
        """
        ...
