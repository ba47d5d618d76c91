"""What the bot does about a message: pure decisions, as a list of steps (design/4 §Bot).

Answer where it is sure, suggest three where it isn't, ask for other words once, then a person.
Hard rules come before all of that. What a step looks like in the conversation is
:mod:`app.server.support.bot.service`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.server.support.bot.library import Guess
from app.server.support.bot.rules import Rule, RuleName

NONE_OF_THESE = "none_of_these"
SUGGESTIONS = 3

Outcome = Literal["answer", "suggest", "rephrase", "human", "rule", "flow"]


@dataclass(frozen=True, slots=True)
class Say:
    """One of the bot's own sentences, by its name in ``_replies.yaml``."""

    key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry, with its source and "was this right?"."""

    topic: str


@dataclass(frozen=True, slots=True)
class Suggest:
    """Did you mean one of these, or none."""

    topics: tuple[str, ...]
    key: str = "did_you_mean"


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that waits for the person's confirmation."""

    action: str


@dataclass(frozen=True, slots=True)
class Hand:
    """Give the conversation to people: why, and what the queue routes by (a topic's skill)."""

    reason: Literal["asked", "rule", "unsure"]
    topic: str = ""


Step = Say | Answer | Suggest | Offer | Hand


@dataclass(frozen=True, slots=True)
class Plan:
    """What became of a message, and what is done about it, in order."""

    outcome: Outcome
    steps: tuple[Step, ...]
    topic: str = ""


_RULE_STEPS: dict[RuleName, tuple[Step, ...]] = {
    "self_harm": (Say("self_harm"), Hand("rule")),
    "stolen": (Say("stolen"), Offer("freeze")),
    "freeze": (Say("freeze"), Offer("freeze")),
    "human": (Hand("asked"),),
    "dispute": (Say("dispute"), Offer("open_case"), Offer("find_payment")),
    "unlock": (Say("unlock"), Offer("unlock")),
    "resend": (Say("resend"), Offer("resend")),
    "find_payment": (Say("find_payment"), Offer("find_payment")),
    "abuse": (Say("abuse"),),
    "greeting": (Say("hello"),),
    "thanks": (Say("thanks"),),
}

_TOPIC_RULES: dict[str, RuleName] = {
    "human": "human",
    "acct_stolen": "stolen",
    "acct_freeze": "freeze",
}
"""Topics that are a wish rather than a question: found without doubt, they lead to the flow."""


def for_question(rule: Rule | None, guess: Guess, *, rephrased: bool) -> Plan:
    """A typed question.

    Args:
        rule: The hard rule it falls under.
        guess: What retrieval makes of it.
        rephrased: Whether the person was asked for other words just before.
    """
    if rule is not None:
        outcome: Outcome = "human" if rule.name == "human" else "rule"
        return Plan(outcome, _RULE_STEPS[rule.name], rule.topic)
    if guess.band == "answer":
        wish = _TOPIC_RULES.get(guess.topic)
        if wish is not None:
            return Plan("human" if wish == "human" else "rule", _RULE_STEPS[wish], guess.topic)
        return Plan("answer", (Answer(guess.topic),), guess.topic)
    if guess.band == "suggest":
        topics = tuple(candidate.topic for candidate in guess.candidates[:SUGGESTIONS])
        return Plan("suggest", (Suggest(topics),), guess.topic)
    return _not_understood(rephrased=rephrased, topic=guess.topic)


def _not_understood(*, rephrased: bool, topic: str = "") -> Plan:
    if rephrased:
        return Plan("human", (Say("unsure"), Hand("unsure", topic)))
    return Plan("rephrase", (Say("rephrase"),))


def for_choice(topic: str, *, known: bool, rephrased: bool) -> Plan:
    """A choice among suggestions, or none of them."""
    if topic == NONE_OF_THESE or not known:
        return _not_understood(rephrased=rephrased)
    wish = _TOPIC_RULES.get(topic)
    if wish == "human":
        return Plan("human", _RULE_STEPS[wish], topic)
    return Plan("answer", (Answer(topic),), topic)


def for_act(action: str, topic: str) -> Plan:
    """A button under an answer; ``topic`` is the answer's."""
    if action == "human":
        return Plan("human", (Hand("asked", topic),), topic)
    if action in {"freeze", "find_payment", "unlock", "resend", "open_case"}:
        return Plan("flow", (Say(action), Offer(action)), topic)
    return Plan("flow", (Say("no_such_action"),), topic)


def after_wrong(candidates: tuple[str, ...], topic: str) -> Step:
    """The person said that an answer was wrong: the next likely ones, if there are any."""
    others = tuple(other for other in candidates if other != topic)[:SUGGESTIONS]
    return Suggest(others, "wrong") if others else Say("wrong_alone")
