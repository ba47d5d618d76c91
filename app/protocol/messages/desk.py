"""The desk: what staff ask the service (``/v1/staff/…``, design/4 §Queue and people).

Staff have identities of their own, never a wallet. Nothing here carries a person's account data
except :class:`AccountView`, which the one gateway fills after it has checked a grant and written
the audit row.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.messages import LINE, Id
from app.protocol.messages.cards import FileCard, Scope
from app.protocol.messages.identity import Passphrase
from app.protocol.messages.support import (
    Body,
    Callback,
    Conversation,
    Grant,
    Language,
    Message,
)

Role = Literal[
    "agent",
    "senior",
    "supervisor",
    "mediator",
    "risk",
    "compliance",
    "finance",
    "auditor",
    "admin",
]
Presence = Literal["online", "away", "offline"]
StaffName = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9._-]{1,31}(?!\\n)$")]
Line = Annotated[str, msgspec.Meta(max_length=200, pattern=LINE)]
Skill = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{1,31}(?!\\n)$")]


class StaffSignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/sessions`` → 201 :class:`StaffSession`: name, passphrase and TOTP together.

    Wrong passphrase and wrong code get the same answer; a code works once.
    """

    name: StaffName
    passphrase: Passphrase
    totp: Annotated[str, msgspec.Meta(pattern="^[0-9]{6}(?!\\n)$")]


class StaffSession(msgspec.Struct, frozen=True):
    """A short session: ends by itself, and when nothing was asked for a while."""

    staff: StaffMember
    access_token: str
    access_expires_at: int
    server_time: int


class StaffMember(msgspec.Struct, frozen=True, omit_defaults=True):
    """``GET /v1/staff/me``, ``GET /v1/staff/members``: one of the staff."""

    id: str
    name: str
    display_name: str
    roles: list[Role]
    skills: list[str]
    languages: list[Language]
    capacity: int
    presence: Presence = "offline"
    open_conversations: int = 0


class MemberList(msgspec.Struct, frozen=True):
    """``GET /v1/staff/members``: whom one may hand over to, or consult."""

    members: list[StaffMember]


class PresenceRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT /v1/staff/presence`` → :class:`StaffMember`; coming online sweeps the queue."""

    presence: Presence


class QueueEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One conversation as staff see it in lists. The person is a name, nothing more.

    Attributes:
        waiting_since: When it entered the queue; None where it isn't waiting.
        unanswered_since: The person's oldest message without an answer.
        due_at: The nearest SLA target (first or next response).
        sla: ``ok`` · ``warn`` · ``breach``.
        reason: Why a person was asked for (``asked``, ``rule``, ``unsure`` …).
        channel: ``wallet`` or ``email``.
    """

    conversation: Conversation
    person_name: str
    agent_id: str = ""
    position: int = 0
    waiting_since: int | None = None
    unanswered_since: int | None = None
    due_at: int | None = None
    sla: Literal["ok", "warn", "breach"] = "ok"
    reason: str = ""
    priority: int = 0
    channel: Literal["wallet", "email"] = "wallet"
    notes_conv: str = ""


class Board(msgspec.Struct, frozen=True):
    """``GET /v1/staff/board``: what the agent's first page shows."""

    mine: list[QueueEntry]
    queue: list[QueueEntry]
    team: list[QueueEntry]
    server_time: int


class StaffConversation(msgspec.Struct, frozen=True, omit_defaults=True):
    """``GET /v1/staff/conversations/{id}``: one conversation, opened by somebody who may.

    Attributes:
        entry: As in the lists.
        messages: The newest page.
        notes: The internal notes: another stream, which no person's route or frame ever carries.
        grants: Consent that was asked for or given here.
        verified_level: What the person has proved in this conversation, 0 nothing.
        verified_until: When that lapses.
        callbacks: Booked calls.
        cases: Numbers of cases that belong to it.
    """

    entry: QueueEntry
    messages: list[Message]
    more: bool
    notes: list[Message]
    grants: list[Grant]
    verified_level: int = 0
    verified_until: int = 0
    callbacks: list[Callback] = []
    cases: list[str] = []


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/conversations/{id}/messages`` (or ``…/notes``) → ``Ack``; also by ``send``.

    Only the agent who owns the conversation replies; notes are for everybody who may read it.
    ``file`` is an attachment that was stored before (``…/{id}/attachments``); ``body`` may be
    empty then. Notes carry none.
    """

    cmid: Id
    body: Body
    file: FileCard | None = None


class HandOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/staff/conversations/{id}/hand-over``: to a colleague, to the queue or to the bot.

    Grants end with it. ``note`` goes on the notes stream.
    """

    to: Literal["agent", "queue", "bot"]
    agent_id: Id | None = None
    skill: Skill | None = None
    note: Body = ""


class CloseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/conversations/{id}/close``: the survey follows, once a cycle."""

    outcome: Literal["resolved", "unresolved", "no_answer", "spam"]
    note: Body = ""


class ConsultRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/conversations/{id}/consult``: let a colleague read and note, not reply."""

    agent_id: Id
    question: Body


class AskVerification(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/conversations/{id}/verifications`` → the request's id."""

    level: Annotated[int, msgspec.Meta(ge=1, le=2)]
    factors: list[Literal["device", "passphrase", "code", "question"]] = []


class AskAccess(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/conversations/{id}/access`` → the request's id."""

    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1, max_length=4)]
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=300, pattern=LINE)]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=60)] = 15


class Asked(msgspec.Struct, frozen=True):
    """A question was put to the person."""

    request_id: str
    expires_at: int


class Propose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/conversations/{id}/proposals`` → :class:`Asked`.

    ``change``: ``unlock_sign_in`` · ``display_name`` · ``locale`` · ``contact`` ·
    ``sign_out_device`` · ``thaw``; ``value`` is the new value (a device's id for
    ``sign_out_device``), empty where there is none.
    """

    change: Literal[
        "unlock_sign_in", "display_name", "locale", "contact", "sign_out_device", "thaw"
    ]
    reason: Annotated[str, msgspec.Meta(min_length=3, max_length=300, pattern=LINE)]
    value: Annotated[str, msgspec.Meta(max_length=254, pattern=LINE)] = ""


class ViewedAccount(msgspec.Struct, frozen=True):
    """One account line of a granted view; amounts in minor units."""

    currency: str
    balance: int
    state: str


class ViewedMovement(msgspec.Struct, frozen=True):
    """One movement of a granted view."""

    id: str
    at: int
    kind: str
    direction: Literal["in", "out"]
    amount: int
    currency: str
    counterparty: str
    order_number: str


class ViewedDevice(msgspec.Struct, frozen=True):
    """One device of a granted view."""

    id: str
    name: str
    platform: str
    created_at: int
    revoked_at: int | None


class AccountView(msgspec.Struct, frozen=True, omit_defaults=True):
    """``GET /v1/staff/conversations/{id}/account?scope=``: what one scope shows.

    Only with a live grant for exactly this agent, conversation and scope; the audit row is written
    before this is answered.
    """

    scope: Scope
    until: int
    accounts: list[ViewedAccount] = []
    movements: list[ViewedMovement] = []
    profile: dict[str, str] = {}
    devices: list[ViewedDevice] = []


class BreakGlassRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/conversations/{id}/break-glass``: the first of the two people it needs."""

    scopes: Annotated[list[Scope], msgspec.Meta(min_length=1, max_length=4)]
    reason: Annotated[str, msgspec.Meta(min_length=10, max_length=300, pattern=LINE)]


class CannedReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ready sentence; ``{person}``, ``{agent}`` and ``{number}`` are filled in at use."""

    id: str
    shortcut: str
    title: str
    language: Language
    body: str
    team: bool = True


class CannedReplyList(msgspec.Struct, frozen=True):
    """``GET /v1/staff/canned-replies``."""

    replies: list[CannedReply]


class CannedReplyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``POST /v1/staff/canned-replies`` → 201 :class:`CannedReply`; ``PUT …/{id}`` changes one.

    The team's are written by seniors and supervisors, one's own by everybody; ``DELETE …/{id}``
    removes one.
    """

    shortcut: Skill
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=LINE)]
    language: Language
    body: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    team: bool = False


class Macro(msgspec.Struct, frozen=True, omit_defaults=True):
    """Several steps with one click: a reply, a skill, a priority, a close, in this order."""

    id: str
    title: str
    steps: list[MacroStep]


class MacroStep(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a macro."""

    do: Literal["reply", "note", "skill", "priority", "hand_over", "verify", "close"]
    value: str = ""


class MacroRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/macros`` → 201 :class:`Macro`; ``PUT …/{id}``, ``DELETE …/{id}``.

    ``POST /v1/staff/conversations/{id}/macros/{macro_id}`` runs one: all of its steps or none.
    """

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120, pattern=LINE)]
    steps: Annotated[list[MacroStep], msgspec.Meta(min_length=1, max_length=8)]


class MacroList(msgspec.Struct, frozen=True):
    """``GET /v1/staff/macros``."""

    macros: list[Macro]


class StaffCallback(msgspec.Struct, frozen=True, omit_defaults=True):
    """A booked call as the desk sees it; the number is shown to the agent who takes it only."""

    callback: Callback
    person_name: str
    number: str
    agent_name: str = ""
    phone: str = ""
    note: str = ""
    topic: str = ""


class StaffCallbackList(msgspec.Struct, frozen=True):
    """``GET /v1/staff/callbacks``."""

    callbacks: list[StaffCallback]


class CallbackOutcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/staff/callbacks/{id}``: take it, or say how the call went."""

    state: Literal["taken", "done", "missed"]
    note: Body = ""


class AuditEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One privileged action or look. Field names, never values."""

    id: str
    at: int
    actor: str
    action: str
    subject: str
    detail: dict[str, str] = {}


class AuditPage(msgspec.Struct, frozen=True):
    """``GET /v1/staff/audit?before=``: newest first, for supervisors, auditors and compliance."""

    entries: list[AuditEntry]
    more: bool
