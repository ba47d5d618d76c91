"""What the lists of the board show, decided without a page: order, filters, held changes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

from app.desk.tones import Tone
from app.desk.when import span_words
from app.desk.words import Words
from app.protocol.messages.desk import QueueEntry

LanguageFilter = Literal["all", "zh", "en"]
_TONES: dict[str, tuple[Tone, str]] = {
    "ok": ("bean", "schedule"),
    "warn": ("warning", "hourglass_bottom"),
    "breach": ("danger", "alarm"),
}


@dataclasses.dataclass(slots=True)
class Filter:
    """What a person wants to see of a list."""

    text: str = ""
    language: LanguageFilter = "all"

    def passes(self, entry: QueueEntry) -> bool:
        """Whether an entry is to be shown."""
        if self.language not in {"all", entry.conversation.language}:
            return False
        wanted = self.text.strip().casefold()
        haystack = (
            entry.person_name,
            entry.conversation.number,
            entry.conversation.subject,
            entry.conversation.skill,
            entry.conversation.agent_name,
        )
        return not wanted or any(wanted in field.casefold() for field in haystack)


@dataclasses.dataclass(slots=True)
class Held:
    """One list on a page: nothing in it moves while the pointer is on it.

    Attributes:
        shown: The ids as they stand on the page.
        waiting: The ids as they will stand when the pointer has left; None: nothing waits.
        over: Whether the pointer is on the list.
    """

    shown: tuple[str, ...] = ()
    waiting: tuple[str, ...] | None = None
    over: bool = False

    def offer(self, ids: Sequence[str]) -> bool:
        """Take a new order. True: draw it now; False: it waits, or it is what stands there."""
        fresh = tuple(ids)
        if fresh == self.shown:
            self.waiting = None
            return False
        # An empty list has nothing that could move away from under the pointer.
        if self.over and self.shown:
            self.waiting = fresh
            return False
        self.shown, self.waiting = fresh, None
        return True

    def release(self) -> bool:
        """The pointer left, or the person asked for it. True: draw what waited."""
        if self.waiting is None:
            return False
        self.shown, self.waiting = self.waiting, None
        return True


def sla_words(entry: QueueEntry, words: Words, now: int) -> tuple[Tone, str, str]:
    """Tone, icon and words of an entry's clock; empty words where no clock runs."""
    tone, sign = _TONES[entry.sla]
    if entry.due_at is None:
        return (tone, sign, "" if entry.sla == "ok" else words(f"sla.{entry.sla}"))
    left = (entry.due_at - now) / 1000
    if entry.sla == "breach" or left < 0:
        tone, sign = _TONES["breach"]
        return tone, sign, words("sla.breach_by", span=span_words(-left, words))
    key = "sla.warn_in" if entry.sla == "warn" else "sla.ok_in"
    return tone, sign, words(key, span=span_words(left, words))


def waiting_words(entry: QueueEntry, words: Words, now: int) -> str:
    """How long somebody has been waiting, for a person or for an answer."""
    if entry.waiting_since is not None:
        return words("waits.queue", span=span_words((now - entry.waiting_since) / 1000, words))
    if entry.unanswered_since is not None:
        span = span_words((now - entry.unanswered_since) / 1000, words)
        return words("waits.answer", span=span)
    return ""


def detail_words(entry: QueueEntry, words: Words) -> str:
    """The second line: the question, else why a person was asked for."""
    subject = entry.conversation.subject
    return subject or words.known(f"reason.{entry.reason}") or words("board.no_subject")


def step(ids: Sequence[str], chosen: str | None, by: int) -> str | None:
    """The next id up or down a list; the ends hold."""
    if not ids:
        return None
    if chosen not in ids:
        return ids[0] if by > 0 else ids[-1]
    return ids[min(max(ids.index(chosen) + by, 0), len(ids) - 1)]
