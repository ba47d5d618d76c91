"""Two small models fitted at publish, NumPy only: which topic, and how sure.

Phrasings matter more than the encoder, and a linear head over the vectors makes the most of them
(design/4 §Bot): every phrasing pulls its topic's plane, instead of only the nearest one counting.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.server.support.bot.words import Floats

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

L2 = 0.1
"""Strength of the head's regularisation, over the number of examples."""

ROUNDS = 80
STEP = 0.2
"""Enough to converge: more rounds find no question more."""


def log_softmax(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Logarithms of probabilities over the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def fit_head(vectors: Floats, topics: Ints, count: int) -> tuple[Floats, Floats]:
    """Multinomial logistic regression by Adam from zero: the same entries give the same head.

    Args:
        vectors: (n, d).
        topics: (n,) which topic each belongs to.
        count: How many topics there are.

    Returns:
        Weights (d, count) and bias (count,).
    """
    n, d = vectors.shape
    wanted = np.eye(count, dtype=np.float32)[topics]
    # The bias is one more weight, of a feature that is always one.
    features = np.hstack([vectors, np.ones((n, 1), dtype=np.float32)])
    weights = np.zeros((d + 1, count), dtype=np.float32)
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    decay = np.full((d + 1, 1), L2 / n, dtype=np.float32)
    decay[d] = 0
    for number in range(1, ROUNDS + 1):
        surprise = np.exp(log_softmax(features @ weights)) - wanted
        slope = features.T @ surprise / np.float32(n) + decay * weights
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope * slope
        pace = STEP * np.sqrt(1 - 0.999**number) / (1 - 0.9**number)
        weights -= (pace * first / (np.sqrt(second) + 1e-8)).astype(np.float32)
    return weights[:d], weights[d]


def fit_confidence(features: Doubles, right: npt.NDArray[np.bool_]) -> Doubles:
    """Logistic regression by Newton's steps: weights (k + 1,), the bias last.

    Args:
        features: (n, k) what is known about each guess.
        right: (n,) whether it was right.
    """
    rows = np.hstack([features, np.ones((len(features), 1))])
    weights = np.zeros(rows.shape[1])
    keep = np.eye(rows.shape[1])
    keep[-1, -1] = 1e-6
    for _ in range(25):
        chance = sure(features, weights)
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + keep
        step = np.linalg.solve(bend, rows.T @ (chance - right) + keep @ weights)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def sure(features: Doubles, weights: Doubles) -> Doubles:
    """The probability of being right, (n,)."""
    logits = np.clip(features @ weights[:-1] + weights[-1], -30, 30)
    return np.asarray(1 / (1 + np.exp(-logits)))
