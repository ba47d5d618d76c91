"""What identity and consent need besides :mod:`app.protocol.messages.support` (design/4)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.protocol.messages import LINE
from app.protocol.messages.cards import Scope
from app.protocol.messages.identity import Passphrase, Signature
from app.protocol.signing import canonical_bytes


class SecurityQuestion(msgspec.Struct, frozen=True):
    """``GET /v1/me/security-question``: the person's own question; empty where none was set."""

    question: str
    set_at: int


class SecurityQuestionRequest(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True
):
    """``PUT /v1/me/security-question`` → :class:`SecurityQuestion`; with the passphrase, signed.

    The answer is kept as a slow hash of one spelling: case, spaces and punctuation don't matter.
    """

    question: Annotated[str, msgspec.Meta(min_length=4, max_length=200, pattern=LINE)]
    answer: Annotated[str, msgspec.Meta(min_length=2, max_length=200, pattern=LINE)]
    passphrase: Passphrase
    time: int
    signature: Signature

    def signed_bytes(self, user_id: str) -> bytes:
        """What ``signature`` covers."""
        return canonical_bytes("security-question", 1, (user_id, self.question, self.time))


class BreakGlass(msgspec.Struct, frozen=True):
    """A wish to see an account without its person, which waits for a second of the staff.

    Attributes:
        request_id: For ``POST /v1/staff/break-glass/{request_id}``.
        number: The conversation's number.
        agent_name: Who asked first, and will see it.
    """

    request_id: str
    conversation_id: str
    number: str
    agent_id: str
    agent_name: str
    scopes: list[Scope]
    reason: str
    expires_at: int


class BreakGlassList(msgspec.Struct, frozen=True):
    """``GET /v1/staff/break-glass``: what waits for a second person."""

    requests: list[BreakGlass]
