"""What a stretch of a conversation means for its clocks, its facts and its survey. Pure.

A conversation's numbered stream says everything: who owned it when, who wrote when. So nothing is
counted while messages are written; what they meant is worked out afterwards, from the stream.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Literal, NamedTuple

from app.protocol.messages.cards import AnswerCard, Card, OwnerEvent
from app.protocol.messages.cases import Metric

CARRIERS = frozenset({"event", "card"})
"""Kinds whose card has to be looked at."""

SAID = frozenset({"text", "file"})
"""Kinds of messages that are somebody's words."""

BOT_CLOCKS: tuple[Metric, ...] = ("first_response", "next_response")


@dataclasses.dataclass(frozen=True, slots=True)
class Where:
    """How far a conversation was followed."""

    seq: int = 0
    owner: str = "bot"
    cycle: int = 1


class Step(NamedTuple):
    """What matters of a message: who, when, which kind; the card of events and answers only.

    Attributes:
        seq: Its number.
        at: Unix milliseconds.
        who: The sender's kind.
        sender_id: The sender's id.
        sender_name: The sender's display name.
        kind: The message's kind.
        card: Of an event or the bot's answer.
    """

    seq: int
    at: int
    who: str
    sender_id: str
    sender_name: str
    kind: str
    card: Card | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ClockStep:
    """Something for the clocks: ``activate`` starts one, the rest happens to what runs."""

    kind: Literal["activate", "fulfil", "cancel"]
    at: int
    metrics: tuple[Metric, ...]
    cycle: int


@dataclasses.dataclass(slots=True)
class Facts:
    """What became known about one opening of a conversation; None: nothing new."""

    cycle: int
    opened_at: int | None = None
    handed_at: int | None = None
    handoff_reason: str = ""
    first_reply_at: int | None = None
    closed_at: int | None = None
    abandoned: bool = False
    agent_id: str = ""
    agent_name: str = ""
    bot_answered: bool = False


@dataclasses.dataclass(slots=True)
class Meaning:
    """What a stretch of messages meant, in its order."""

    where: Where
    clocks: list[ClockStep] = dataclasses.field(default_factory=list)
    facts: dict[int, Facts] = dataclasses.field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether an opening was closed in this stretch."""
        return any(facts.closed_at is not None for facts in self.facts.values())

    def of(self, cycle: int) -> Facts:
        """The facts of an opening."""
        return self.facts.setdefault(cycle, Facts(cycle))


def follow(where: Where, steps: Iterable[Step]) -> Meaning:
    """Read on from where one stopped; messages before that are passed over."""
    meaning = Meaning(where)
    for message in steps:
        if message.seq <= meaning.where.seq:
            continue
        if isinstance(message.card, OwnerEvent):
            _handed(meaning, message, message.card)
        elif message.who == "person" and message.kind in SAID:
            _asked(meaning, message)
        elif message.who == "agent" and message.kind in SAID:
            _answered(meaning, message)
        elif isinstance(message.card, AnswerCard):
            meaning.of(meaning.where.cycle).bot_answered = True
        meaning.where = dataclasses.replace(meaning.where, seq=message.seq)
    return meaning


def _asked(meaning: Meaning, message: Step) -> None:
    """The first unanswered message of the person starts the next-response clock."""
    where = meaning.where
    if where.owner == "agent":
        step = ClockStep("activate", message.at, ("next_response",), where.cycle)
        meaning.clocks.append(step)


def _answered(meaning: Meaning, message: Step) -> None:
    where = meaning.where
    meaning.clocks.append(ClockStep("fulfil", message.at, BOT_CLOCKS, where.cycle))
    facts = meaning.of(where.cycle)
    facts.first_reply_at = facts.first_reply_at or message.at
    facts.agent_id, facts.agent_name = message.sender_id, message.sender_name


def _handed(meaning: Meaning, message: Step, event: OwnerEvent) -> None:
    at, before = message.at, meaning.where.owner
    facts = meaning.of(event.cycle)
    if event.reason == "opened" or event.cycle > meaning.where.cycle:
        facts.opened_at = at
    if event.owner in {"queue", "agent"}:
        if before not in {"queue", "agent"}:
            # First response starts at hand-off: bot time is nobody's fault (design/4).
            meaning.clocks.append(ClockStep("activate", at, ("first_response",), event.cycle))
            facts.handed_at = facts.handed_at or at
            facts.handoff_reason = facts.handoff_reason or event.reason
        if event.owner == "agent" and event.agent_name:
            facts.agent_name = event.agent_name
    else:
        meaning.clocks.append(ClockStep("cancel", at, BOT_CLOCKS, event.cycle))
    if event.owner == "nobody":
        facts.closed_at = at
        facts.abandoned = before == "queue" and event.reason in {"left", "closed"}
    meaning.where = Where(message.seq, event.owner, event.cycle)


def surveyed(*, first_reply: bool, bot_answered: bool, abandoned: bool, spam: bool) -> bool:
    """Whether a closed opening gets its survey: somebody answered, and it was no spam."""
    return not spam and not abandoned and (first_reply or bot_answered)


def sampled(conversation_id: str, cycle: int, percent: int) -> bool:
    """Whether a conversation is drawn for scoring: by its id, so that nobody can choose."""
    return (int(conversation_id.replace("-", ""), 16) + cycle) % 100 < percent
