"""A conversation with everything in it, for pictures and tests: no service, nothing is kept.

The real chat is :class:`app.wallet.support.chat.SupportChat`; this one answers from memory.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.cards import Card, ContextCard, FileCard, Owner, OwnerEvent, Scope
from app.protocol.messages.support import (
    Callback,
    Conversation,
    FreezeState,
    Grant,
    Kind,
    Language,
    LookList,
    OpenSpan,
    Sender,
    Slot,
    SupportInfo,
)
from app.wallet.support.chat import SupportChat
from app.wallet.support.views import Bubble, BubblePage, ChatState, ExportFormat, Hit
from app.wallet.vault.vault import Credential, Passphrase

HOUR = 3600 * 1000
PERSON, BOT, SYSTEM = Sender("person"), Sender("bot"), Sender("system")


class SampleChat(SupportChat):
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

    # --- the chat's own interface

    async def page(self, conv: str, *, before: int | None = None, limit: int = 60) -> BubblePage:
        """The same as the vault would."""
        lines = self.lines.get(conv, [])
        if before is not None:
            lines = [line for line in lines if line.seq is not None and line.seq < before]
        shown = lines[-limit:]
        first = next((line.seq for line in shown if line.seq is not None), None)
        older = first if first is not None and first > 1 else None
        return BubblePage(conv, tuple(shown), older)

    async def conversations(self) -> tuple[Conversation, ...]:
        """Newest first."""
        return tuple(self.known)

    async def search(self, text: str, limit: int = 50) -> tuple[Hit, ...]:
        """Any part of any word."""
        numbers = {conversation.id: conversation.number for conversation in self.known}
        found = [
            Hit(line.conv, numbers[line.conv], line.key, line.seq, line.at, line.sender, line.body)
            for lines in self.lines.values()
            for line in lines
            if line.seq is not None and text.lower() in line.body.lower()
        ]
        return tuple(sorted(found, key=lambda hit: -hit.at)[:limit])

    async def attachment(self, file: FileCard) -> bytes:
        """What a scene put there."""
        return self.files[file.sha256]

    async def export(self, path: Path, fmt: ExportFormat, *, language: Language = "zh") -> None:
        """A file with nothing of use in it."""
        self._hear("export", fmt, language)
        await asyncio.to_thread(path.write_text, fmt)

    async def looks(self, before: int | None = None) -> LookList:
        """What a scene put there."""
        self._hear("looks", before)
        return self.look_list

    async def open(self, context: ContextCard | None = None, *, language: Language) -> str:
        """The current conversation, or a new one."""
        self._hear("open", context, language)
        if self.state.conversation is None:
            self.begin(language)
        assert self.state.conversation is not None
        if context is not None:
            self.add(PERSON, card=context, kind="card")
        self.show()
        return self.state.conversation.id

    async def new(self, *, language: Language = "zh") -> str:
        """Another conversation."""
        self._hear("new", language)
        conv = self.begin(language)
        self.show()
        return conv

    async def send(self, text: str, *, context: ContextCard | None = None) -> str:
        """Append what was said."""
        self._hear("send", text, context)
        line = self.add(PERSON, text, context)
        self.show()
        return line.key

    async def send_file(self, source: Path | bytes, name: str, *, text: str = "") -> str:
        """Append a file."""
        self._hear("send_file", source, name, text)
        data = source if isinstance(source, bytes) else await asyncio.to_thread(source.read_bytes)
        card = FileCard("f" * 64, name, "application/pdf", len(data))
        self.files[card.sha256] = data
        line = self.add(PERSON, text, card, kind="file")
        self.show()
        return line.key

    async def choose(self, topic: str) -> str:
        """Only written down."""
        return self._said("choose", topic)

    async def act(self, name: str) -> str:
        """Only written down."""
        return self._said("act", name)

    async def ask_human(self) -> str:
        """Into the queue."""
        key = self._said("ask_human")
        self.hand_to("queue", reason="asked")
        self.show()
        return key

    async def back_to_bot(self) -> str:
        """Out of the queue."""
        key = self._said("back_to_bot")
        self.hand_to("bot", reason="returned")
        self.show(place=None)
        return key

    def _said(self, name: str, *arguments: Any) -> str:
        self._hear(name, *arguments)
        return new_id()

    async def retry(self, key: str) -> None:
        """It goes through."""
        self._hear("retry", key)
        assert self.state.conversation is not None
        seq = self.state.conversation.last_seq + 1
        self._conversation(last_seq=seq, owner="bot")
        self.mend(key, state="sent", failure=None, seq=seq)

    async def discard(self, key: str) -> None:
        """It is gone."""
        self._hear("discard", key)
        for conv, lines in self.lines.items():
            self.lines[conv] = [line for line in lines if line.key != key]
        self.show()

    async def draft(self, conv: str) -> str:
        """As kept."""
        return self.drafts.get(conv, "")

    async def keep_draft(self, conv: str, text: str) -> None:
        """Keep it."""
        self.drafts[conv] = text

    async def read(self, seq: int) -> None:
        """Nothing is unread any more."""
        self._hear("read", seq)
        if self.state.unread:
            self.show(unread=0)

    async def typing(self, on: bool) -> None:
        """Only written down."""
        self._hear("typing", on)

    async def close(self) -> None:
        """Nobody owns it."""
        self._hear("close")
        self.hand_to("nobody", reason="closed")
        self.show()

    async def judge(self, seq: int, right: bool) -> None:
        """Keep the judgement."""
        self._hear("judge", seq, right)
        for lines in self.lines.values():
            for line in lines:
                if line.seq == seq:
                    self.mend(line.key, judged=right)

    async def rate(self, survey_id: str, stars: int, comment: str = "") -> None:
        """Answered."""
        self._hear("rate", survey_id, stars, comment)
        self._settle(survey_id, "answered")

    async def slots(self) -> tuple[Slot, ...]:
        """As a scene put there."""
        self._hear("slots")
        return self.free

    async def request_callback(self, start: int, phone: str, topic: str = "") -> Callback:
        """Booked."""
        self._hear("request_callback", start, phone, topic)
        self.show()
        return Callback(new_id(), "", start, start + HOUR // 2, "138****0000", "booked")

    async def cancel_callback(self, callback_id: str) -> Callback:
        """Cancelled."""
        self._hear("cancel_callback", callback_id)
        return Callback(callback_id, "", self.now, self.now, "", "cancelled")

    def _prove(self, credential: Credential | None) -> None:
        from app.wallet.vault.errors import WrongPassphraseError

        right = not isinstance(credential, Passphrase) or credential.text == self.passphrase
        if self.passphrase and not right:
            raise WrongPassphraseError

    async def answer_verification(
        self,
        request_id: str,
        accept: bool,
        credential: Credential | None = None,
        *,
        passphrase: str = "",
        code: str = "",
        answer: str = "",
    ) -> str:
        """Passed, or declined."""
        self._prove(credential)
        self._hear("answer_verification", request_id, accept, passphrase, code, answer)
        state = "passed" if accept else "declined"
        return self._settle(request_id, state, self.now + HOUR // 2 if accept else 0)

    async def answer_access(
        self,
        request_id: str,
        allow: bool,
        *,
        scopes: tuple[Scope, ...] = (),
        minutes: int = 15,
        credential: Credential | None = None,
    ) -> Grant:
        """A live grant, or none."""
        self._prove(credential)
        self._hear("answer_access", request_id, allow, scopes, minutes)
        until = self.now + minutes * 60_000
        state: Literal["active", "declined"] = "active" if allow else "declined"
        grant = Grant(
            new_id(),
            "",
            new_id(),
            "李娜",
            list(scopes),
            "",
            state,
            self.now,
            until,
        )
        self._settle(request_id, "granted" if allow else "declined", until if allow else 0)
        if allow:
            self.show("grants", grants=(*self.state.grants, grant))
        return grant

    async def revoke(self, grant_id: str) -> Grant:
        """Ended."""
        self._hear("revoke", grant_id)
        ended = next(grant for grant in self.state.grants if grant.id == grant_id)
        rest = tuple(grant for grant in self.state.grants if grant.id != grant_id)
        self.show("grants", grants=rest)
        return msgspec.structs.replace(ended, state="revoked", ended_at=self.now)

    async def answer_proposal(
        self,
        request_id: str,
        accept: bool,
        credential: Credential | None = None,
        *,
        passphrase: str = "",
    ) -> str:
        """Done, or declined."""
        self._prove(credential)
        self._hear("answer_proposal", request_id, accept, passphrase)
        return self._settle(request_id, "done" if accept else "declined")

    async def confirm_action(self, request_id: str, yes: bool) -> str:
        """Done, or declined."""
        self._hear("confirm_action", request_id, yes)
        return self._settle(request_id, "done" if yes else "declined")

    async def freeze(self, reason: str = "") -> FreezeState:
        """Frozen."""
        self._hear("freeze", reason)
        self.show(frozen=True)
        return FreezeState("frozen", self.now, "person")

    async def thaw(self, passphrase: str) -> FreezeState:
        """Active again."""
        self._prove(Passphrase(passphrase))
        self._hear("thaw", passphrase)
        self.show(frozen=False)
        return FreezeState("active", self.now)
