"""What a scene or a test puts into a conversation that answers from memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.cards import Card, Owner, OwnerEvent
from app.protocol.messages.support import (
    Conversation,
    Kind,
    Language,
    LookList,
    OpenSpan,
    Sender,
    Slot,
    SupportInfo,
)
from app.wallet.support.chat import SupportChat
from app.wallet.support.views import Bubble, ChatState

HOUR = 3600 * 1000
PERSON, BOT, SYSTEM = Sender("person"), Sender("bot"), Sender("system")


class Script(SupportChat):
    """Keeps a conversation in memory and writes down what it was asked to do.

    Attributes:
        asked: (name, arguments) of every call that a service would have heard of, in order.
        failure: Raised by the next such call instead of doing it.
    """

    def __init__(self, post: Callable[..., None], now: int) -> None:
        """Stand open at ``now`` (Unix milliseconds); ``post`` tells the session's observers."""
        self._post = post
        self.now = now
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.failure: Exception | None = None
        self.lines: dict[str, list[Bubble]] = {}
        self.known: list[Conversation] = []
        self.drafts: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.look_list = LookList([], [], False)
        hour = now - now % HOUR
        halves = ((hour + n * HOUR // 2, hour + (n + 1) * HOUR // 2) for n in (24, 25, 27, 48, 51))
        self.free = tuple(Slot(start, end) for start, end in halves)
        self.passphrase = ""
        self.info = SupportInfo(
            open_now=True,
            spans=[OpenSpan(hour - 2 * HOUR, hour + 5 * HOUR)],
            timezone="Asia/Shanghai",
            waiting=2,
            agents_online=3,
            server_time=now,
            wait_seconds=170,
            hotline="400-820-0000",
        )
        self._shown = ChatState(info=self.info, link="live")

    @property
    def state(self) -> ChatState:
        """As a scene put it."""
        return self._shown

    async def opened(self) -> None:
        """Nothing to read."""

    def start(self) -> None:
        """Nobody to talk to."""

    def stopped(self) -> None:
        """Nothing to forget."""

    def forget(self) -> None:
        """Begin anew, as after the first sign-in."""
        self.asked, self.known, self.lines, self.drafts = [], [], {}, {}
        self.failure = None
        self.look_list = LookList([], [], False)
        self._shown = ChatState(info=self.info, link="live")
        self._post("support", "grants")

    # --- what a scene puts into it

    def show(self, *topics: str, **changes: Any) -> None:
        """Replace parts of the state and tell the window."""
        self._shown = dataclasses.replace(self.state, **changes)
        self._post("support", *topics)

    def begin(self, language: Language = "zh", *, owner: Owner = "bot", name: str = "") -> str:
        """A conversation with nothing in it."""
        conv = new_id()
        number = f"KC-20261123-{len(self.known) + 7:04d}"
        made = Conversation(
            conv,
            number,
            language,
            owner,
            self.now,
            self.now,
            0,
            agent_name=name,
        )
        self.known.insert(0, made)
        self.lines[conv] = []
        self._shown = dataclasses.replace(self.state, conversation=made)
        return conv

    def add(
        self,
        sender: Sender,
        body: str = "",
        card: Card | None = None,
        *,
        kind: Kind = "text",
        back: float = 0,
        **more: Any,
    ) -> Bubble:
        """Append a line to the current conversation, ``back`` minutes ago."""
        conv = self.state.conversation
        assert conv is not None
        lines = self.lines[conv.id]
        own = sender.kind == "person"
        unsent = more.get("state") in ("waiting", "refused")
        seq = None if unsent else conv.last_seq + 1
        fields: dict[str, Any] = {"state": "sent" if own else "received", **more}
        at = self.now - round(back * 60_000)
        key = new_id()
        made = Bubble(key, conv.id, seq, key if own else "", sender, kind, body, card, at, **fields)
        lines.append(made)
        if seq is not None:
            self._conversation(last_seq=seq, updated_at=at, subject=conv.subject or body[:40])
        return made

    def mend(self, key: str, **changes: Any) -> None:
        """Change a line as an event of the service would."""
        for lines in self.lines.values():
            for index, line in enumerate(lines):
                if line.key == key:
                    lines[index] = dataclasses.replace(line, **changes)
        self._post("support")

    def hand_to(self, owner: Owner, name: str = "", reason: str = "claimed") -> None:
        """The conversation changes hands."""
        self._conversation(owner=owner, agent_name=name)
        self.add(SYSTEM, card=OwnerEvent(owner, reason, name), kind="event")

    def _conversation(self, **changes: Any) -> None:
        assert self.state.conversation is not None
        made = msgspec.structs.replace(self.state.conversation, **changes)
        self.known = [made if old.id == made.id else old for old in self.known]
        self._shown = dataclasses.replace(self.state, conversation=made)

    def _hear(self, name: str, *arguments: Any) -> None:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        self.asked.append((name, arguments))

    def _settle(self, request_id: str, state: str, until: int = 0) -> str:
        for lines in self.lines.values():
            for line in lines:
                if getattr(line.card, "request_id", getattr(line.card, "survey_id", "")) == (
                    request_id
                ):
                    self.mend(line.key, request_state=state, request_until=until)
        asks = tuple(
            ask for ask in self.state.asks if getattr(ask.card, "request_id", "") != request_id
        )
        self.show(asks=asks)
        return state

    def _said(self, name: str, *arguments: Any) -> str:
        self._hear(name, *arguments)
        return new_id()
