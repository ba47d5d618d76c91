"""Cards: the particulars of a message that is more than text (design/4).

A card never changes. What happens to a request later (answered, revoked, expired) is a further
message, a :class:`RequestEvent` that names it.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.messages import LINE

Owner = Literal["bot", "queue", "agent", "nobody"]
"""Who answers next. ``nobody``: closed."""


class ContextCard(msgspec.Struct, frozen=True, tag_field="type", tag="context", omit_defaults=True):
    """What the person was looking at: "ask about this payment", "about this error".

    Attributes:
        what: The kind of thing.
        ref: A payment's or a case's id, an error code.
        title: A line for people (payee, error title); never needed to find the thing.
        trace_id: The number an error was quoted with.
    """

    what: Literal["payment", "error", "case", "page"]
    ref: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)]
    title: Annotated[str, msgspec.Meta(max_length=120, pattern=LINE)] = ""
    trace_id: Annotated[str, msgspec.Meta(max_length=64, pattern=LINE)] = ""


class PaymentCard(msgspec.Struct, frozen=True, tag_field="type", tag="payment", omit_defaults=True):
    """A payment that the person's own action put into the conversation; facts, no account data."""

    payment_id: str
    order_number: str
    payee_name: str
    amount: int
    currency: str
    created_at: int
    state: str
    beans: int = 0


class FileCard(msgspec.Struct, frozen=True, tag_field="type", tag="file"):
    """An attachment, found under its SHA-256 (of what is stored, after re-encoding)."""

    sha256: str
    name: str
    media_type: str
    size: int
    width: int = 0
    height: int = 0


class Choice(msgspec.Struct, frozen=True):
    """One thing the bot thinks may have been meant."""

    topic: str
    title: str


class AnswerCard(msgspec.Struct, frozen=True, tag_field="type", tag="answer", omit_defaults=True):
    """The bot's answer; ``body`` is its Markdown text.

    Attributes:
        topic: The entry it comes from.
        title: The entry's title: the source a person sees.
        version: The entry's version.
        actions: Actions that the entry offers, by name; each is asked for with ``Send.act``.
        judge: Whether "was this right?" is asked.
    """

    topic: str
    title: str
    version: int
    actions: list[str] = []
    judge: bool = True


class SuggestCard(msgspec.Struct, frozen=True, tag_field="type", tag="suggest"):
    """The question "did you mean": up to three choices; "none of these" is always there."""

    choices: list[Choice]


class ActionCard(msgspec.Struct, frozen=True, tag_field="type", tag="action", omit_defaults=True):
    """Something the bot can do for the signed-in person, once they confirm it in the wallet.

    ``freeze`` · ``find_payment`` · ``unlock`` · ``resend`` · ``open_case`` · ``human``. A
    :class:`RequestEvent` with this ``request_id`` says what became of it.
    """

    request_id: str
    action: str
    params: dict[str, str | int] = {}
    expires_at: int = 0


class VerificationCard(msgspec.Struct, frozen=True, tag_field="type", tag="verification"):
    """The agent asks the person to prove who they are.

    Attributes:
        request_id: For :class:`VerificationAnswer`.
        level: 1 = this device, unlocked just now (signed); 2 = also the passphrase.
        factors: What has to be given; see :class:`VerificationAnswer`.
        expires_at: Unix milliseconds; unanswered until then is expired.
    """

    request_id: str
    level: int
    factors: list[str]
    expires_at: int


Scope = Literal["balance", "movements", "profile", "devices"]
"""What an agent may ask to see: balances; movements of 30 days; the profile, masked; devices."""


class AccessCard(msgspec.Struct, frozen=True, tag_field="type", tag="access"):
    """The agent asks to see something of the account; nothing is seen before the person allows it.

    Attributes:
        request_id: For :class:`AccessAnswer`.
        agent_id: Who would see it.
        agent_name: Their display name.
        scopes: What exactly.
        reason: The agent's words.
        minutes: How long, 15 by default, 60 at most.
        expires_at: When the question itself lapses.
    """

    request_id: str
    agent_id: str
    agent_name: str
    scopes: list[Scope]
    reason: str
    minutes: int
    expires_at: int


class ProposalCard(msgspec.Struct, frozen=True, tag_field="type", tag="proposal"):
    """Account help: the agent proposes a change, the person confirms it (design/1 S6).

    Attributes:
        change: ``unlock_sign_in`` · ``display_name`` · ``locale`` · ``contact`` ·
            ``sign_out_device`` · ``thaw``.
        before: As it is, masked where it is personal.
        after: As it would be.
        step_up: Whether confirming needs the passphrase besides the device's signature.
    """

    request_id: str
    change: str
    before: str
    after: str
    reason: str
    step_up: bool
    expires_at: int


class SurveyCard(msgspec.Struct, frozen=True, tag_field="type", tag="survey"):
    """CSAT, once a cycle: 1–5 and a comment."""

    survey_id: str
    cycle: int
    question: str
    resolver: str


class CaseCard(msgspec.Struct, frozen=True, tag_field="type", tag="case"):
    """A case was opened or moved on."""

    case_id: str
    number: str
    title: str
    stage: str


class CallbackCard(msgspec.Struct, frozen=True, tag_field="type", tag="callback"):
    """A call-back was booked, moved, done or cancelled. Times are Unix milliseconds."""

    callback_id: str
    start: int
    end: int
    state: Literal["booked", "cancelled", "done", "missed"]


class OwnerEvent(msgspec.Struct, frozen=True, tag_field="type", tag="owner", omit_defaults=True):
    """The conversation changed hands.

    Attributes:
        owner: Whose turn it is now.
        reason: ``opened`` · ``asked`` · ``rule`` · ``unsure`` · ``claimed`` · ``routed`` ·
            ``handed_over`` · ``returned`` · ``closed`` · ``reopened`` · ``left``.
        agent_name: The agent's display name, where ``owner`` is ``agent``.
        skill: What the queue routes by.
        cycle: Counts openings: 1, then one more at each reopening.
    """

    owner: Owner
    reason: str
    agent_name: str = ""
    skill: str = ""
    cycle: int = 1


class RequestEvent(
    msgspec.Struct, frozen=True, tag_field="type", tag="request", omit_defaults=True
):
    """What became of an action, verification, access request, grant, proposal or survey.

    ``state``: ``confirmed`` · ``declined`` · ``passed`` · ``failed`` · ``granted`` · ``revoked`` ·
    ``expired`` · ``ended`` · ``answered`` · ``done`` · ``cancelled``.
    """

    request_id: str
    what: Literal["action", "verification", "access", "proposal", "survey", "callback"]
    state: str
    until: int = 0


class MaskEvent(msgspec.Struct, frozen=True, tag_field="type", tag="masked"):
    """Something secret was typed and hidden before it was kept (design/1 S11).

    ``found``: ``card`` · ``secret`` (passphrase, PIN) · ``code`` · ``id_number`` ·
    ``bank_account``.
    """

    seq: int
    found: list[str]


Card = (
    ContextCard
    | PaymentCard
    | FileCard
    | AnswerCard
    | SuggestCard
    | ActionCard
    | VerificationCard
    | AccessCard
    | ProposalCard
    | SurveyCard
    | CaseCard
    | CallbackCard
    | OwnerEvent
    | RequestEvent
    | MaskEvent
)
