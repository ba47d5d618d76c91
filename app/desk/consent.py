"""What the desk may show of an account, decided without a page."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from app.desk.thread import Thread
from app.protocol.messages.cards import AccessCard, RequestEvent, VerificationCard
from app.protocol.messages.desk import StaffConversation
from app.protocol.messages.support import Grant, Message

OVER = frozenset({"revoked", "expired", "ended", "declined"})


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """How access stands: open (with the grant), asked (with the question), or locked.

    Attributes:
        grant: The live grant of this agent.
        asked: The question that is open.
        last: The newest grant that is over, to say why it is locked.
    """

    grant: Grant | None = None
    asked: AccessCard | None = None
    last: Grant | None = None


def access_of(state: StaffConversation, thread: Thread, staff_id: str, now: int) -> Access:
    """Decide. A grant is somebody's own, live to the millisecond, and the service checks again."""
    mine = [grant for grant in state.grants if grant.agent_id == staff_id]
    live = [grant for grant in mine if grant.state == "active" and grant.until > now]
    over = [grant for grant in mine if grant not in live]
    asked = [
        message.card
        for message in _newest_first(thread)
        if isinstance(message.card, AccessCard)
        and message.card.agent_id == staff_id
        and not thread.state_of(message.card.request_id)
        and message.card.expires_at > now
    ]
    return Access(
        grant=max(live, key=lambda grant: grant.until, default=None),
        asked=asked[0] if asked else None,
        last=max(over, key=lambda grant: grant.granted_at, default=None),
    )


def asked_verification(thread: Thread, now: int) -> VerificationCard | None:
    """The verification that the person has not answered yet."""
    for message in _newest_first(thread):
        card = message.card
        if isinstance(card, VerificationCard):
            is_open = not thread.state_of(card.request_id) and card.expires_at > now
            return card if is_open else None
    return None


def ends_access(messages: Iterable[Message]) -> bool:
    """Whether something among new messages ends a look at once."""
    return any(
        isinstance(message.card, RequestEvent)
        and message.card.what == "access"
        and message.card.state in OVER
        for message in messages
    )


def _newest_first(thread: Thread) -> list[Message]:
    return [thread.messages[seq] for seq in sorted(thread.messages, reverse=True)]
