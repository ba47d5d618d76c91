"""Support as the person sees it: conversations, cards, consent (``/v1/support/…``, design/4).

A conversation is one numbered stream: ``seq`` is 1, 2, 3 … without a gap, and what was appended
never changes. What happens to a request later (answered, revoked, expired) is a further message,
an :class:`RequestEvent` that names it. The frames that carry all this live are in
:mod:`app.protocol.messages.stream`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.messages import LINE, Id
from app.protocol.messages.cards import Card, ContextCard, FileCard, Owner, Scope
from app.protocol.messages.identity import Signature
from app.protocol.signing import canonical_bytes

BODY_MAX = 4000
"""Characters of one message."""

ATTACHMENT_MAX = 8 * 1024 * 1024
"""Bytes of one attachment."""

Language = Literal["zh", "en"]
Body = Annotated[str, msgspec.Meta(max_length=BODY_MAX)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}(?!\\n)$")]
Topic = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{1,39}(?!\\n)$")]

SenderKind = Literal["person", "bot", "agent", "system"]
Kind = Literal["text", "file", "card", "event", "survey", "verification", "access_request", "offer"]
"""What a message is, for those who only want to know that; ``card`` has the particulars."""


class Sender(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who wrote a message. Staff are known to people by their display name only."""

    kind: SenderKind
    id: str = ""
    name: str = ""


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message of a stream. Unique are (conv, seq) and (conv, sender, cmid)."""

    conv: str
    seq: int
    cmid: str
    sender: Sender
    kind: Kind
    created_at: int
    body: str = ""
    card: Card | None = None


class Conversation(msgspec.Struct, frozen=True, omit_defaults=True):
    """One conversation as its person sees it.

    Attributes:
        id: The stream's id.
        number: What people quote, e.g. ``KC-20261123-0007``.
        language: What the bot and the queue go by.
        subject: The first question, shortened; empty until there is one.
        last_seq: The newest message.
        read_by_person: The person's read mark.
        read_by_staff: The other side's.
        cycle: 1, and one more at each reopening.
    """

    id: str
    number: str
    language: Language
    owner: Owner
    created_at: int
    updated_at: int
    last_seq: int
    cycle: int = 1
    subject: str = ""
    agent_name: str = ""
    read_by_person: int = 0
    read_by_staff: int = 0
    closed_at: int | None = None
    skill: str = ""


class ConversationList(msgspec.Struct, frozen=True):
    """``GET /v1/support/conversations?before=``, newest first."""

    conversations: list[Conversation]
    more: bool


class OpenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/support/conversations`` → :class:`Conversation`.

    With an ``Idempotency-Key``. A person has one open conversation at most: where there is one,
    that is the answer, and the context is appended to it. ``new`` starts a second one only where
    no open one exists.
    """

    language: Language
    context: ContextCard | None = None


class MessagePage(msgspec.Struct, frozen=True):
    """``GET /v1/support/conversations/{id}/messages?after=|before=&limit=`` (≤ 200), by seq."""

    conv: str
    messages: list[Message]
    more: bool
    last_seq: int


# --- service hours, queue --------------------------------------------------------------------


class OpenSpan(msgspec.Struct, frozen=True):
    """A half-open interval [start, end) in which people answer, Unix milliseconds."""

    start: int
    end: int


class SupportInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """``GET /v1/support``: who answers when.

    Attributes:
        open_now: Whether people answer now.
        spans: The open spans of the next seven days.
        timezone: Whose clock the hours are meant in (IANA name).
        waiting: People in the queue now.
        wait_seconds: Expected wait of somebody who asks now; None when nobody can say.
        agents_online: Agents who take conversations now.
        hotline: The operator's number; empty when there is none.
        social: (name, address) pairs.
        email: Where an e-mail becomes a conversation; empty when the channel is off.
        bot: ``encoder`` or ``words``: what the bot finds answers with.
    """

    open_now: bool
    spans: list[OpenSpan]
    timezone: str
    waiting: int
    agents_online: int
    server_time: int
    wait_seconds: int | None = None
    hotline: str = ""
    social: list[tuple[str, str]] = []
    email: str = ""
    bot: Literal["encoder", "words"] = "encoder"


class Slot(msgspec.Struct, frozen=True):
    """A time at which somebody can call back."""

    start: int
    end: int


class SlotList(msgspec.Struct, frozen=True):
    """``GET /v1/support/callbacks/slots``."""

    slots: list[Slot]


class CallbackRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/support/callbacks`` → :class:`Callback`; with an ``Idempotency-Key``."""

    conversation_id: Id
    start: int
    phone: Annotated[str, msgspec.Meta(min_length=3, max_length=40, pattern=LINE)]
    topic: Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)] = ""


class Callback(msgspec.Struct, frozen=True):
    """A booked call; the number is masked once it is stored."""

    id: str
    conversation_id: str
    start: int
    end: int
    phone_masked: str
    state: Literal["booked", "cancelled", "done", "missed"]


# --- attachments -----------------------------------------------------------------------------


class AttachmentOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/support/attachments``: first the hash, then (``PUT …/{sha256}``) the bytes."""

    conversation_id: Id
    sha256: Sha256
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=LINE)]
    media_type: Annotated[str, msgspec.Meta(max_length=80, pattern=LINE)]
    size: Annotated[int, msgspec.Meta(ge=1)]


class AttachmentState(msgspec.Struct, frozen=True, omit_defaults=True):
    """``needed``: send the bytes. ``stored``: ``file`` is what a message may carry.

    ``file.sha256`` is the stored file's own hash: pictures are re-encoded, so it differs from the
    offered one.
    """

    state: Literal["needed", "stored"]
    file: FileCard | None = None


# --- consent ---------------------------------------------------------------------------------


class VerificationAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/support/verifications/{request_id}`` → :class:`RequestEvent`.

    ``signature`` is the device key's, made after the wallet was unlocked for this question. Level
    2 needs ``passphrase`` too; ``code`` is a one-time code sent by e-mail, ``answer`` the answer to
    the person's security question, where the card's ``factors`` name them.
    """

    accept: bool
    time: int
    signature: Signature
    passphrase: Annotated[str, msgspec.Meta(max_length=1024)] = ""
    code: Annotated[str, msgspec.Meta(max_length=12, pattern=LINE)] = ""
    answer: Annotated[str, msgspec.Meta(max_length=200)] = ""

    def signed_bytes(self, request_id: str) -> bytes:
        """What ``signature`` covers."""
        return canonical_bytes("verification", 1, (request_id, int(self.accept), self.time))


class AccessAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/support/access/{request_id}`` → :class:`Grant`: signed consent, or a no.

    The wallet asks for the passphrase, PIN or quick unlock before it signs. ``scopes`` may be fewer
    than asked, ``minutes`` shorter.
    """

    allow: bool
    scopes: list[Scope]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=60)]
    time: int
    signature: Signature

    def signed_bytes(self, request_id: str, agent_id: str) -> bytes:
        """What ``signature`` covers: the agent and the scopes cannot be exchanged afterwards."""
        what = ",".join(sorted(self.scopes))
        fields = (request_id, agent_id, what, self.minutes, int(self.allow), self.time)
        return canonical_bytes("access-grant", 1, fields)


class Grant(msgspec.Struct, frozen=True, omit_defaults=True):
    """Consent that was given, and what became of it.

    ``state``: ``active`` · ``declined`` · ``revoked`` · ``expired`` · ``ended`` (hand-over, close).
    ``break_glass``: opened by two people of the staff without the person, who is told of it.
    """

    id: str
    conversation_id: str
    agent_id: str
    agent_name: str
    scopes: list[Scope]
    reason: str
    state: Literal["active", "declined", "revoked", "expired", "ended"]
    granted_at: int
    until: int
    ended_at: int | None = None
    break_glass: bool = False


class Look(msgspec.Struct, frozen=True):
    """One look at the account: who, when, which fields (names, never values)."""

    id: str
    grant_id: str
    agent_name: str
    scope: str
    fields: list[str]
    at: int
    break_glass: bool = False


class LookList(msgspec.Struct, frozen=True):
    """``GET /v1/support/looks?before=``: who saw what and when, newest first; with live grants."""

    grants: list[Grant]
    looks: list[Look]
    more: bool


class ProposalAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/support/proposals/{request_id}`` → :class:`RequestEvent`."""

    accept: bool
    time: int
    signature: Signature
    passphrase: Annotated[str, msgspec.Meta(max_length=1024)] = ""

    def signed_bytes(self, request_id: str) -> bytes:
        """What ``signature`` covers."""
        return canonical_bytes("proposal", 1, (request_id, int(self.accept), self.time))


class ActionAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/support/actions/{request_id}`` → :class:`RequestEvent`."""

    accept: bool


class FreezeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/me/freeze`` → :class:`FreezeState`. One tap: needs nothing but the session."""

    reason: Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)] = ""


class ThawRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/me/thaw`` → :class:`FreezeState`: passphrase and the device key's signature."""

    passphrase: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
    time: int
    signature: Signature

    def signed_bytes(self, user_id: str) -> bytes:
        """What ``signature`` covers."""
        return canonical_bytes("thaw", 1, (user_id, self.time))


class FreezeState(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether debits are stopped. Freezing ends every other session and every pending code.

    ``by``: ``person`` · ``bot`` · ``agent`` · ``operator``. Only what the person (or the bot on
    their word) froze is thawed by the person alone.
    """

    state: Literal["active", "frozen"]
    at: int
    by: str = ""


# --- bot, surveys -----------------------------------------------------------------------------


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/support/conversations/{id}/judgements``: was the bot's answer right?"""

    seq: Annotated[int, msgspec.Meta(ge=1)]
    right: bool


class SurveyAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/support/surveys/{survey_id}``; 1 (bad) … 5 (good)."""

    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    comment: Annotated[str, msgspec.Meta(max_length=2000)] = ""
