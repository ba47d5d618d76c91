"""Messages before they have a number, and who is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from app.protocol.messages.cards import Card, OwnerEvent
from app.protocol.messages.support import Kind, Message, Sender
from app.server.support.talk.masking import mask
from app.server.support.talk.rows import ConversationRow

if TYPE_CHECKING:
    from app.server.support.talk.change import Change

SYSTEM = Sender("system")
"""Who says what the service itself has to say."""


class Draft(NamedTuple):
    """A message that wants to be appended."""

    conv: str
    sender: Sender
    kind: Kind
    body: str = ""
    card: Card | None = None
    cmid: str | None = None


class Listener(Protocol):
    """A room that wants to know what happens; called inside the same transaction.

    Small, and no outside calls: the conversation is locked meanwhile. What takes longer belongs
    into ``change.after_commit`` or a tick.
    """

    async def appended(self, change: Change, row: ConversationRow, message: Message) -> None:
        """A message was appended; ``row`` is the conversation with it."""
        ...

    async def owner_changed(
        self, change: Change, row: ConversationRow, before: str, event: OwnerEvent
    ) -> None:
        """The conversation changed hands; ``before`` is the owner it had."""
        ...


def hearers(row: ConversationRow) -> tuple[str, ...]:
    """Who hears a message. Nobody but watchers (staff who may read them) hears notes."""
    if row.kind == "notes":
        return (f"conv:{row.id}",)
    found = [f"conv:{row.id}"]
    if row.user_id:
        found.append(f"person:{row.user_id}")
    if row.owner == "agent":
        found.append(f"staff:{row.agent_id}")
    return tuple(found)


def masked(draft: Draft) -> tuple[Draft, list[str]]:
    """A draft as it may be kept: what persons and agents type, without their secrets."""
    if not draft.body or draft.sender.kind not in {"person", "agent"}:
        return draft, []
    text, found = mask(draft.body)
    return (draft._replace(body=text), found) if found else (draft, [])
