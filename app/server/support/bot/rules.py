"""Hard rules before any retrieval: what must never depend on a similarity (design/4 §Bot).

Pure: a text goes in, a rule's name or nothing comes out. A rule leads to a fixed flow
(:mod:`app.server.support.bot.flows`). Rules are narrow on purpose: what they miss is found by
retrieval, what they wrongly take is answered wrongly; the tests hold every phrasing of the
knowledge base against them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.protocol.messages.support import Language
from app.server.support.bot import rule_words as words
from app.server.support.bot.library import Candidate
from app.server.support.bot.words import tidy

RuleName = Literal[
    "self_harm",
    "stolen",
    "freeze",
    "human",
    "dispute",
    "unlock",
    "resend",
    "find_payment",
    "abuse",
    "greeting",
    "thanks",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """One fixed flow and the words that lead there.

    Attributes:
        name: The flow.
        topic: The entry that tells more; empty where there is none.
        says: The words, of either language.
        unless: Words that make it a question about the matter instead.
    """

    name: RuleName
    topic: str
    says: re.Pattern[str]
    unless: re.Pattern[str] | None = None

    def fits(self, text: str) -> bool:
        """Whether a tidy text leads here."""
        return bool(self.says.search(text)) and not (self.unless and self.unless.search(text))


def _rule(name: RuleName, topic: str, says: Sequence[str], unless: Sequence[str] = ()) -> Rule:
    barred = re.compile("|".join(unless)) if unless else None
    return Rule(name, topic, re.compile("|".join(says)), barred)


RULES = (
    _rule("self_harm", "", words.SELF_HARM),
    _rule("stolen", "acct_stolen", words.STOLEN, words.NOT_STOLEN),
    _rule("freeze", "acct_freeze", words.FREEZE, words.NOT_FREEZE),
    _rule("human", "human", words.HUMAN, words.NOT_HUMAN),
    _rule("dispute", "dispute_open", words.DISPUTE, words.NOT_DISPUTE),
    _rule("unlock", "acct_locked", words.UNLOCK, words.NOT_UNLOCK),
    _rule("resend", "", words.RESEND),
    _rule("find_payment", "", words.FIND_PAYMENT),
    _rule("abuse", "", words.ABUSE),
    _rule("greeting", "", words.GREETING),
    _rule("thanks", "", words.THANKS),
)
"""In order of weight: the first that fits leads."""


def rule_of(question: str) -> Rule | None:
    """The hard rule a question falls under, or None."""
    text = tidy(question)
    return next((rule for rule in RULES if rule.fits(text)), None)


def with_own(candidates: Sequence[Candidate], rule: Rule | None) -> list[Candidate]:
    """The candidates, with the rule's own topic at first place."""
    if rule is None or not rule.topic:
        return list(candidates)
    others = [candidate for candidate in candidates if candidate.topic != rule.topic]
    return [Candidate(rule.topic, 1.0), *others][: len(candidates)]


def language_of(text: str, otherwise: Language) -> Language:
    """The language a text is clearly written in.

    Chinese where there is any Chinese word beside what Latin letters there are, English where
    there are two Latin words and nothing Chinese.
    """
    chinese = len(re.findall(r"[\u3400-\u9fff]", text))
    latin = len(re.findall(r"[A-Za-z]{2,}", text))
    if chinese >= 2 and chinese >= latin:
        return "zh"
    if latin >= 2 and chinese == 0:
        return "en"
    return otherwise
