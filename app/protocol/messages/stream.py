"""Frames of the event stream: a WebSocket at ``/v1/stream``, one JSON object a frame (design/4).

The first frame of a client is :class:`Hello`; the service answers :class:`Welcome` and then sends
what happens. A client applies only ``last + 1`` of a conversation and fetches otherwise. Liveness
is the WebSocket's own: ping every 20 s, dead at 50 s. The database is the truth; a frame that never
arrives is made good by ``gaps`` at the next Hello.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.errors import Problem
from app.protocol.messages import Id
from app.protocol.messages.cards import ContextCard, FileCard, Owner
from app.protocol.messages.support import Body, Message, Topic

FETCH_MAX = 200
"""Messages of one page."""

TYPING_SECONDS = 6
"""How long a "typing" lives unless it is said again; it is never stored."""

CLOSE_UNAUTHENTICATED = 4401
"""Close code: the token is missing, expired or its session ended."""

CLOSE_INVALID = 4400
"""Close code: a frame that is none."""

CLOSE_SLOW = 4408
"""Close code: the client doesn't read; it comes back and asks for its gaps."""

CLOSE_RESTART = 1012
"""Close code (RFC 6455 registry): the service restarts; come back with a little patience."""


# --- from the client -------------------------------------------------------------------------


class Hello(msgspec.Struct, frozen=True, tag_field="t", tag="hello"):
    """Who is there and what they have: ``cursors`` maps a conversation to the last applied seq.

    Sent again on the same connection it renews the token before it expires.
    """

    token: str
    cursors: dict[str, int] = {}


class Send(msgspec.Struct, frozen=True, tag_field="t", tag="send", omit_defaults=True):
    """Say something. ``cmid`` (UUIDv7) is the client's; retries carry it too and get the same ack.

    Attributes:
        conv: The conversation.
        cmid: This message's own number.
        kind: ``text`` or ``file``.
        body: What was typed.
        context: What it is about.
        file: A stored attachment.
        choice: A topic chosen from the bot's suggestions; ``none_of_these`` is one too.
        act: An action asked for by name (a button under an answer): ``freeze``, ``human`` …
        reopen: The person knows that the conversation is closed and wants it open again. Without
            it a closed conversation answers ``conversation_closed``: what a stale client still had
            in its outbox never reopens anything.
    """

    conv: Id
    cmid: Id
    kind: Literal["text", "file"] = "text"
    body: Body = ""
    context: ContextCard | None = None
    file: FileCard | None = None
    choice: Topic | None = None
    act: Topic | None = None
    reopen: bool = False


class Read(msgspec.Struct, frozen=True, tag_field="t", tag="read", omit_defaults=True):
    """Everything up to ``seq`` was read; from the service: by whom."""

    conv: str
    seq: int
    by: Literal["person", "staff"] | None = None


class Typing(msgspec.Struct, frozen=True, tag_field="t", tag="typing", omit_defaults=True):
    """Somebody writes; lives :data:`TYPING_SECONDS`."""

    conv: str
    on: bool
    by: Literal["person", "staff", "bot"] | None = None
    name: str = ""


class Fetch(msgspec.Struct, frozen=True, tag_field="t", tag="fetch", omit_defaults=True):
    """Ask for a page: ``after`` a seq upwards, or ``before`` one downwards."""

    conv: str
    after: int | None = None
    before: int | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=FETCH_MAX)] = 100


class Watch(msgspec.Struct, frozen=True, tag_field="t", tag="watch"):
    """Staff: hear this conversation (or notes stream) from now on, or no longer."""

    conv: str
    on: bool = True


ClientFrame = Hello | Send | Read | Typing | Fetch | Watch


# --- from the service ------------------------------------------------------------------------


class Gap(msgspec.Struct, frozen=True):
    """The client has up to ``have``; the newest is ``last``."""

    conv: str
    have: int
    last: int


class Welcome(msgspec.Struct, frozen=True, tag_field="t", tag="welcome"):
    """The answer to Hello. Conversations without a cursor of the client's are listed too."""

    gaps: list[Gap]
    server_time: int


class Ack(msgspec.Struct, frozen=True, tag_field="t", tag="ack"):
    """A Send is kept, under this number; the same on every retry."""

    conv: str
    cmid: str
    seq: int
    ts: int


class Refused(msgspec.Struct, frozen=True, tag_field="t", tag="refused", omit_defaults=True):
    """A frame was not accepted and why; nothing of it was kept."""

    problem: Problem
    conv: str | None = None
    cmid: str | None = None


class Msg(msgspec.Struct, frozen=True, tag_field="t", tag="msg"):
    """A message was appended."""

    message: Message


class Page(msgspec.Struct, frozen=True, tag_field="t", tag="page"):
    """The answer to Fetch, ascending; ``more`` in the direction that was asked."""

    conv: str
    messages: list[Message]
    more: bool
    last_seq: int
    after: int | None = None
    before: int | None = None


class Place(msgspec.Struct, frozen=True, tag_field="t", tag="place", omit_defaults=True):
    """Where a conversation stands in the queue: 1 is next; sent when it changes."""

    conv: str
    owner: Owner
    position: int = 0
    wait_seconds: int | None = None
    open_now: bool = True
    opens_at: int | None = None


class Changed(msgspec.Struct, frozen=True, tag_field="t", tag="changed"):
    """Something changed: ask again.

    ``accounts`` · ``activity`` · ``person`` · ``support`` · ``grants`` · ``session`` · ``codes`` ·
    ``confirmations`` · ``shop`` · ``requests`` · ``plans`` · ``holds`` · ``limits``; for staff also
    ``queue`` · ``mine`` · ``cases``; for tills ``orders``.
    """

    topics: list[str]


class Unsure(msgspec.Struct, frozen=True, tag_field="t", tag="unsure"):
    """The node may have missed something (its channel was away): compare cursors by Hello."""


ServiceFrame = Welcome | Ack | Refused | Msg | Read | Typing | Page | Place | Changed | Unsure
