"""What a message means for the person: decisions without a vault or a network (design/4)."""

from __future__ import annotations

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import (
    AccessCard,
    ActionCard,
    Card,
    Choice,
    OwnerEvent,
    ProposalCard,
    RequestEvent,
    SuggestCard,
    SurveyCard,
    VerificationCard,
)
from app.protocol.messages.support import Conversation, Kind, Message, Sender
from app.sdk.retry import AGAIN_CODES
from app.wallet.failures import failure_of
from app.wallet.support.views import Bubble, BubbleState
from app.wallet.vault.stores.chats import KeptMessage, NewMessage, RequestNote
from app.wallet.vault.stores.outbox import Outgoing

SUBJECT_MAX = 80
_EXCERPT = 120
_LEAD = 30

AGAIN = AGAIN_CODES | {
    "service_unreachable",
    "service_garbled",
    "service_untrusted",
    "session_ended",
    "token_expired",
    "unauthenticated",
    "clock_off",
}
"""Refusals that aren't the message's own fault: it waits and goes out later."""

_TEXTS = (
    "title",
    "name",
    "payee_name",
    "order_number",
    "agent_name",
    "reason",
    "question",
    "number",
    "before",
    "after",
    "ref",
)


def follow(conversation: Conversation, message: Message) -> Conversation:
    """The conversation after a further message; what it already reflects changes nothing."""
    if message.seq <= conversation.last_seq:
        return conversation
    changes: dict[str, object] = {
        "last_seq": message.seq,
        "updated_at": max(conversation.updated_at, message.created_at),
    }
    card = message.card
    if isinstance(card, OwnerEvent):
        changes |= {
            "owner": card.owner,
            "agent_name": card.agent_name,
            "skill": card.skill or conversation.skill,
            "cycle": card.cycle,
            "closed_at": message.created_at if card.owner == "nobody" else None,
        }
    if not conversation.subject and message.sender.kind == "person" and message.body:
        changes["subject"] = " ".join(message.body.split())[:SUBJECT_MAX]
    return msgspec.structs.replace(conversation, **changes)


def newer(known: Conversation, told: Conversation) -> Conversation:
    """Which description counts: a late answer never undoes what messages said since.

    The person's mark is the service's word: one that was lost on its way there is told again.
    """
    latest = told if told.last_seq >= known.last_seq else known
    return msgspec.structs.replace(
        latest,
        read_by_person=told.read_by_person,
        read_by_staff=max(known.read_by_staff, told.read_by_staff),
    )


def for_keeping(message: Message) -> NewMessage:
    """A message with what the vault has to know about it."""
    counted = message.sender.kind != "person" and message.kind != "event"
    # A person's own action is a wish, no question: what it leads to asks by itself.
    note = None if message.sender.kind == "person" else note_of(message.card)
    return NewMessage(message, counted, words_of(message), note)


def words_of(message: Message) -> str:
    """What a search looks at: the text and the readable part of the card."""
    found = (getattr(message.card, name, "") for name in _TEXTS)
    return " ".join(filter(None, (message.body, *(text for text in found if text))))


def note_of(card: Card | None) -> RequestNote | None:
    """What a card says of a request: it asks, or it tells what became of one."""
    match card:
        case ActionCard() | VerificationCard() | AccessCard() | ProposalCard():
            return RequestNote(card.request_id, asks=True, expires_at=card.expires_at)
        case SurveyCard():
            return RequestNote(card.survey_id, asks=True)
        case RequestEvent():
            return RequestNote(card.request_id, state=card.state, until=card.until)
        case _:
            return None


def key_of(message: Message) -> str:
    """A bubble's lasting key: the person's own number, where a person wrote it."""
    if message.sender.kind == "person" and message.cmid:
        return message.cmid
    return f"{message.conv}/{message.seq}"


def bubble_of(kept: KeptMessage, read_by_staff: int, now: int) -> Bubble:
    """A kept message as drawn.

    Args:
        kept: The message with what is known of it.
        read_by_staff: The other side's read mark.
        now: Unix milliseconds, the service's clock: open questions lapse by it.
    """
    message = kept.message
    state: BubbleState = "received"
    if message.sender.kind == "person":
        state = "read" if message.seq <= read_by_staff else "sent"
    lapsed = 0 < kept.expires_at <= now
    return Bubble(
        key=key_of(message),
        conv=message.conv,
        seq=message.seq,
        cmid=message.cmid,
        sender=message.sender,
        kind=message.kind,
        body=message.body,
        card=message.card,
        at=message.created_at,
        state=state,
        request_state=kept.state or ("expired" if lapsed else ""),
        request_until=kept.until,
        judged=kept.judged,
    )


def waiting_bubble(out: Outgoing) -> Bubble:
    """A message of the outbox as drawn."""
    states: dict[str, BubbleState] = {"waiting": "waiting", "acked": "sent", "refused": "refused"}
    entry, problem = out.entry, out.problem
    card: Card | None = entry.file or entry.context
    if entry.choice is not None:
        card = SuggestCard([Choice(entry.choice, entry.body)])
    elif entry.act is not None:
        card = ActionCard(out.key, entry.act)
    kind: Kind = "text" if entry.body else "card"
    return Bubble(
        key=out.key,
        conv=out.conv,
        seq=out.seq,
        cmid=out.key,
        sender=Sender("person"),
        kind="file" if entry.kind == "file" else kind,
        body=entry.body,
        card=card,
        at=entry.at,
        state=states[out.state],
        failure=None if problem is None else failure_of(KBeanError.from_problem(problem)),
    )


def excerpt(text: str, query: str) -> str:
    """The words around the first find, one line."""
    line = " ".join(text.split())
    folded = line.casefold()
    found = [at for word in query.casefold().split() if (at := folded.find(word)) >= 0]
    start = max(0, min(found, default=0) - _LEAD)
    part = line[start : start + _EXCERPT]
    return f"{'…' if start else ''}{part}{'…' if start + _EXCERPT < len(line) else ''}"
