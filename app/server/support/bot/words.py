"""Finding by words: BM25 over Chinese characters (single and in pairs) and Latin words.

The fall-back where there is no encoder, and the second opinion where there is one: names, figures
and rare words are what a sentence's vector is vaguest about (design/4 §Bot).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

K1 = 1.5
B = 0.75

CLAUSES_MOST = 8
"""Parts of one message that are looked at, the last ones: each costs a millisecond."""

_ENDS = re.compile(r"[,.!?;:，。！？；：、\n]+\s*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:'[a-z]+)?")


def tidy(text: str) -> str:
    """One way to write a question: width, case and blanks made equal."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").casefold().split())


def terms(text: str) -> Iterator[str]:
    """What is counted of a tidy text: characters and pairs of Chinese, words of anything else."""
    for run in _RUNS.findall(text):
        if "\u3400" <= run[0] <= "\u9fff":
            yield from run
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        else:
            yield run


def clauses(text: str) -> list[str]:
    """The parts of a text that has several: people tell a story around their question."""
    parts = [part.strip() for part in _ENDS.split(tidy(text))]
    long = [part for part in parts if len(part) >= (3 if _HAN.search(part) else 8)]
    return long[-CLAUSES_MOST:] if len(long) > 1 else []


class Words:
    """BM25 scores of a fixed list of short texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Count the terms of the texts."""
        self._count = len(texts)
        counted = [Counter(terms(tidy(text))) for text in texts]
        lengths = [sum(counts.values()) for counts in counted]
        average = sum(lengths) / max(1, len(lengths)) or 1.0
        found: dict[str, list[tuple[int, float]]] = {}
        for number, counts in enumerate(counted):
            norm = K1 * (1 - B + B * lengths[number] / average)
            for term, count in counts.items():
                weight = count * (K1 + 1) / (count + norm)
                found.setdefault(term, []).append((number, weight))
        self._postings = {term: self._weighed(hits) for term, hits in found.items()}

    def _weighed(self, hits: list[tuple[int, float]]) -> tuple[npt.NDArray[np.int32], Floats]:
        rarity = math.log(1 + (self._count - len(hits) + 0.5) / (len(hits) + 0.5))
        numbers = np.array([number for number, _ in hits], dtype=np.int32)
        return numbers, np.array([weight * rarity for _, weight in hits], dtype=np.float32)

    def scores(self, question: str) -> Floats:
        """How well each text fits: (n,) from 0 upwards."""
        scores = np.zeros(self._count, dtype=np.float32)
        for term in set(terms(tidy(question))):
            hits = self._postings.get(term)
            if hits is not None:
                scores[hits[0]] += hits[1]
        return scores
