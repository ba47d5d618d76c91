"""A scanner that types: told from a person by its pace and its terminator (C1). Pure, no Qt.

A USB scanner is a keyboard that writes a whole code within a fraction of a second and ends it
with Enter or Tab. Keys are held back for :data:`GAP_MS` until it is clear who typed them: a run
that ends in time is a code and never reaches a field; anything else is given back, key by key, in
the order in which it came. So nothing of a code is ever typed into the amount, and nothing that a
person types is lost.
"""

from __future__ import annotations

import dataclasses
import unicodedata

GAP_MS = 60
"""A person needs longer between two keys; scanners take 1 to 40 ms."""
SHORTEST = 8
"""Characters of the shortest code (EAN-8); a shorter run was a fast hand."""
LONGEST = 1024
ECHO_MS = 150
"""A second terminator (CR LF) right behind the first belongs to the scanner."""
TERMINATORS = frozenset({"\r", "\n", "\t"})


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What became clear with a key.

    Attributes:
        held: The key is held back (or was part of a code): nobody else may see it now.
        code: A whole code was read.
        release: So many held keys, the oldest first, were a person's after all. The present key
            follows them when it is not ``held``.
    """

    held: bool
    code: str = ""
    release: int = 0


class Wedge:
    """Judges one key after the other; :meth:`idle` says what a pause means."""

    def __init__(self, gap_ms: int = GAP_MS) -> None:
        """Start with nothing held; ``gap_ms`` is larger for a slow scanner (Bluetooth)."""
        self.gap_ms = gap_ms
        self._run: list[str] = []
        self._last = 0
        self._code_at: int | None = None

    @property
    def holding(self) -> bool:
        """Whether keys wait for a verdict."""
        return bool(self._run)

    def key(self, text: str, at: int, *, repeated: bool = False) -> Verdict:
        """Judge a key.

        Args:
            text: What the key writes; empty for keys that write nothing.
            at: When it was pressed, milliseconds of any clock.
            repeated: The key is held down: that is a person's finger.
        """
        sign = plain(text)
        near = bool(self._run) and at - self._last <= self.gap_ms
        late = 0 if near else self._forget()
        if sign in TERMINATORS and text:
            return self._terminator(at, late)
        if repeated or not _writes(sign) or len(self._run) >= LONGEST:
            return Verdict(held=False, release=late + self._forget())
        self._run.append(sign)
        self._last = at
        return Verdict(held=True, release=late)

    def idle(self) -> int:
        """Nothing came for a while: how many held keys were a person's."""
        return self._forget()

    def _terminator(self, at: int, late: int) -> Verdict:
        if len(self._run) >= SHORTEST:
            code = "".join(self._run)
            self._forget()
            self._code_at = at
            return Verdict(held=True, code=code, release=late)
        echo = self._code_at is not None and 0 <= at - self._code_at <= ECHO_MS
        if echo and not self._run and not late:
            return Verdict(held=True)
        return Verdict(held=False, release=late + self._forget())

    def _forget(self) -> int:
        count = len(self._run)
        self._run.clear()
        return count


def plain(text: str) -> str:
    """A key's character as the scanner meant it: full-width forms of an input method are undone."""
    return text if text in TERMINATORS else unicodedata.normalize("NFKC", text)


def _writes(sign: str) -> bool:
    return len(sign) == 1 and sign.isascii() and sign.isprintable()
