"""Questions that mean the same, put together: simple agglomerative clustering. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.server.support.bot.words import Floats

NEAR = 0.62
"""Average cosine from which on two clusters are one (of paraphrases about .75, of others .35)."""


def clusters(vectors: Floats, near: float = NEAR) -> list[list[int]]:
    """Join the two nearest groups, by average similarity, until none are near; largest first.

    Args:
        vectors: (n, d), each of length one; n of some hundreds.
        near: Average cosine from which on two groups are one.
    """
    groups = [[number] for number in range(len(vectors))]
    if not groups:
        return []
    likeness = np.asarray(vectors @ vectors.T, dtype=np.float64)
    np.fill_diagonal(likeness, -1)
    sizes = np.ones(len(groups))
    while True:
        at = int(likeness.argmax())
        one, other = divmod(at, len(groups))
        if likeness[one, other] < near:
            break
        # The average over all pairs of the joined group, from the averages of its two halves.
        joined = (sizes[one] * likeness[one] + sizes[other] * likeness[other]) / (
            sizes[one] + sizes[other]
        )
        likeness[one, :] = likeness[:, one] = joined
        likeness[one, one] = -1
        likeness[other, :] = likeness[:, other] = -1
        sizes[one] += sizes[other]
        groups[one] += groups[other]
        groups[other] = []
    return order([group for group in groups if group])


def order(groups: Sequence[list[int]]) -> list[list[int]]:
    """The largest first, each with its members in the order they came."""
    return [sorted(group) for group in sorted(groups, key=lambda group: (-len(group), min(group)))]
