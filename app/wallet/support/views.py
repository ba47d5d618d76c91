"""What a window draws of support: immutable views, replaced as a whole (design/4, design/5).

A window reads :attr:`SupportChat.state` at every ``"support"`` event and asks for pages of bubbles
when the transcript changed; nothing here is ever changed in place.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from app.protocol.messages.cards import Card
from app.protocol.messages.stream import Place
from app.protocol.messages.support import Conversation, Grant, Kind, Sender, SupportInfo
from app.wallet.failures import Failure

Link = Literal["off", "connecting", "live", "away"]
"""The event stream: ``off`` (locked, signed out, or a service without support), ``connecting``,
``live``, ``away`` (cut off; comes back by itself, what is written meanwhile waits)."""

BubbleState = Literal["waiting", "sent", "read", "refused", "received"]
"""``waiting`` in the outbox · ``sent`` kept by the service · ``read`` by the other side ·
``refused`` (``failure`` says why: retry or discard) · ``received`` from the other side."""

ExportFormat = Literal["html", "txt", "json"]


@dataclasses.dataclass(frozen=True, slots=True)
class Bubble:
    """One line of the transcript as drawn.

    Attributes:
        key: Names this line for good: it stays the same while a message goes from ``waiting`` to
            ``sent``, and when a conversation made offline gets its real id.
        conv: The conversation.
        seq: Its number; None while it is in the outbox.
        cmid: The client's number of a message of a person; empty otherwise where there is none.
        sender: Who wrote it.
        kind: What it is; ``event`` lines are drawn small, or not at all.
        body: Text (Markdown where the sender is the bot).
        card: The particulars; for what is still waiting the context or the file.
        at: Unix milliseconds: the service's time, or when it was written here.
        state: See :data:`BubbleState`.
        failure: Why it was refused. ``failure.code == "conversation_closed"`` asks the person:
            :meth:`SupportChat.retry` reopens, :meth:`SupportChat.discard` doesn't.
        request_state: What became of the request its card carries: the latest
            :class:`RequestEvent`'s ``state``, ``expired`` once its time has passed, ``""`` open.
        request_until: ``until`` of that event (a grant's or a proof's end), 0 without.
        judged: The person's own "was this right?" for a bot's answer; None not yet.
    """

    key: str
    conv: str
    seq: int | None
    cmid: str
    sender: Sender
    kind: Kind
    body: str
    card: Card | None
    at: int
    state: BubbleState
    failure: Failure | None = None
    request_state: str = ""
    request_until: int = 0
    judged: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class BubblePage:
    """Some lines of one conversation, oldest first.

    Attributes:
        conv: The conversation (its real id, even where a local one was asked for).
        bubbles: The lines. The newest page ends with what waits in the outbox.
        older: Give it to ``before`` for the page above; None where nothing is older.
    """

    conv: str
    bubbles: tuple[Bubble, ...]
    older: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """One line that a search found, newest first.

    Attributes:
        conv: The conversation; with ``seq`` for :meth:`SupportChat.page` (``before=seq + 1``).
        number: What people quote for that conversation.
        key: The bubble's key.
        seq: The message.
        at: Unix milliseconds.
        sender: Who wrote it.
        excerpt: The words around the first find, one line, at most about 120 signs.
    """

    conv: str
    number: str
    key: str
    seq: int
    at: int
    sender: Sender
    excerpt: str


@dataclasses.dataclass(frozen=True, slots=True)
class ChatState:
    """All that isn't the transcript itself; :attr:`SupportChat.state`, replaced as a whole.

    Attributes:
        info: Hours, queue, hotline as last known (kept in the vault); None never heard.
        link: See :data:`Link`.
        conversation: The current one: the open one, else the newest; None where there is none.
            One that was begun offline has an empty ``number`` until the service gives it one.
            ``conversation.owner == "nobody"``: closed.
        place: Where it stands in the queue; None where it doesn't.
        typing: Display names of who writes now; names vanish by themselves.
        unread: Lines of others above the person's read mark, over all conversations.
        waiting_out: Messages in the outbox that still go out by themselves.
        refused_out: Messages that wait for the person's decision.
        grants: Live consent, soonest end first (countdown, revoke).
        asks: Unanswered cards that need the person, oldest first: action, verification, access,
            proposal, survey.
        frozen: The account is frozen: no debits.
    """

    info: SupportInfo | None = None
    link: Link = "off"
    conversation: Conversation | None = None
    place: Place | None = None
    typing: tuple[str, ...] = ()
    unread: int = 0
    waiting_out: int = 0
    refused_out: int = 0
    grants: tuple[Grant, ...] = ()
    asks: tuple[Bubble, ...] = ()
    frozen: bool = False
