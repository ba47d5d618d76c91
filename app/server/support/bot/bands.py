"""How sure the bot must be to answer, to suggest, or to ask again (design/4 §Bot, bands).

Similarity alone is not confidence. So at publish the knowledge base questions itself: in five
rounds a fifth of the phrasings is held out, and a fifth of the topics is taken away altogether, so
that there are questions nothing fits. How the first guess fared then, against what was known about
it, gives the probability of being right, and the borders between the bands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from app.server.support.bot.head import Doubles, fit_confidence, sure
from app.server.support.bot.index import Examples, Index, Ranked

Band = Literal["answer", "suggest", "rephrase"]

FOLDS = 5
PRECISION = 0.95
"""Of what is answered outright, held-out questions without an answer included."""

GIVEN_UP = 0.08
"""Share of the questions that have an answer which may be asked to say it in other words."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The borders, and how the held-out questions fared with them.

    Attributes:
        weights: Of :func:`app.server.support.bot.head.sure`.
        answer: From this probability on, answer.
        suggest: From this one on, ask "did you mean"; below it, ask for other words.
        first: Share of held-out questions found at first place.
        three: Share found among three.
        answered: Share of the questions with an answer that would be answered outright.
        precision: Share of right ones among everything that would be answered.
    """

    weights: Doubles
    answer: float
    suggest: float
    first: float
    three: float
    answered: float
    precision: float

    def confidence(self, ranked: Ranked) -> float:
        """The probability that the first place is right."""
        return float(sure(ranked.features[None, :], self.weights)[0])

    def band(self, confidence: float) -> Band:
        """Where a confidence falls."""
        if confidence >= self.answer:
            return "answer"
        return "suggest" if confidence >= self.suggest else "rephrase"


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One question the index had not seen.

    Attributes:
        topic: Where it belongs.
        known: Whether that topic was there at all.
        place: The topic's place, 0 first; far down where it wasn't there.
        features: What was known about the first guess.
    """

    topic: str
    known: bool
    place: int
    features: Doubles


def held_out(examples: Examples) -> Iterator[HeldOut]:
    """Question the knowledge base with its own phrasings."""
    numbers = np.arange(len(examples.texts))
    for fold in range(FOLDS):
        kept = [number for number in range(len(examples.topics)) if number % FOLDS != fold]
        there = np.isin(examples.owners, kept)
        # A topic's phrasings follow each other, so every fold holds out some of each.
        asked = numbers % FOLDS == fold
        index = Index(examples.part(np.flatnonzero(there & ~asked), kept))
        for number in np.flatnonzero(asked):
            vectors = examples.vectors
            vector = None if vectors is None else vectors[number]
            ranked = index.rank(examples.texts[number], vector)
            topic = examples.topics[examples.owners[number]]
            known = bool(there[number])
            place = ranked.topics.index(topic) if known else len(examples.topics)
            yield HeldOut(topic, known, place, ranked.features)


def fit_bands(questions: list[HeldOut]) -> Bands:
    """The borders that the held-out questions give."""
    features = np.stack([question.features for question in questions])
    right = np.array([question.place == 0 for question in questions])
    known = np.array([question.known for question in questions])
    three = np.array([question.place < 3 for question in questions])
    weights = fit_confidence(features, right)
    chances = sure(features, weights)
    answer = _border(chances, right)
    would = chances >= answer
    return Bands(
        weights=weights,
        answer=answer,
        suggest=min(answer, float(np.quantile(chances[known], GIVEN_UP))),
        first=float(right[known].mean()),
        three=float(three[known].mean()),
        answered=float(would[known].mean()),
        precision=float(right[would].mean()) if would.any() else 1.0,
    )


def _border(chances: Doubles, right: npt.NDArray[np.bool_]) -> float:
    """The lowest chance from which on answers are right often enough; 1 where there is none."""
    order = np.argsort(-chances, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= PRECISION)
    return float(chances[order[enough[-1]]]) if len(enough) else 1.0
