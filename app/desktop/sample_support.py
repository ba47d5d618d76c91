"""A conversation with everything in it, for pictures and tests: no service, nothing is kept.

The real chat is :class:`app.wallet.support.chat.SupportChat`; this one answers from memory.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

import msgspec

from app.desktop.sample_script import BOT, HOUR, PERSON, SYSTEM, Script
from app.protocol.ids import new_id
from app.protocol.messages.cards import ContextCard, FileCard, Scope
from app.protocol.messages.support import (
    Callback,
    Conversation,
    FreezeState,
    Grant,
    Language,
    LookList,
    Slot,
)
from app.wallet.support.views import BubblePage, ExportFormat, Hit
from app.wallet.vault.vault import Credential, Passphrase

__all__ = ["BOT", "HOUR", "PERSON", "SYSTEM", "SampleChat"]


class SampleChat(Script):
    """A chat that answers at once, as its script says."""

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
