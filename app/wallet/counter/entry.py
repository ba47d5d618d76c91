"""The amount as a cashier types it, with digits alone or with a point (C1). Pure.

Digits without a point are minor units, as on a card terminal (``1250`` is 12.50); with a point
they are what they look like (``12.5`` is 12.50). A run of sixteen digits and more ended by Enter
is never an amount: it is a code from a scanner too slow for :mod:`wedge`, or one read out by the
customer and typed by hand. The amount is then what it was before. An amount typed right before a
code is told from it by the code's own form: eighteen digits that begin with 88.
"""

from __future__ import annotations

import dataclasses

from app.protocol.money import MAX_MINOR, currency_of

CODE_DIGITS = 16
PAYER_DIGITS = 18
_PAUSE_MS = 3_000
"""Digits further apart than this don't belong to one code."""
_LONGEST = 9
"""Digits of the largest amount a counter takes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entered:
    """What Enter means now: a whole code, or nothing but Enter."""

    code: str = ""


class AmountEntry:
    """Digits, point, delete, Enter; ``minor`` is the amount so far."""

    def __init__(self, currency: str) -> None:
        """Start at nothing, in one currency."""
        self._decimals = currency_of(currency).decimals
        self._text = ""
        self._run: list[tuple[str, str]] = []
        self._at = 0

    @property
    def minor(self) -> int:
        """Minor units, 0 where nothing is typed."""
        whole, point, part = self._text.partition(".")
        if not point:
            return int(whole or 0)
        scale: int = 10**self._decimals
        return int(whole or 0) * scale + int(part.ljust(self._decimals, "0") or 0)

    @property
    def empty(self) -> bool:
        """Whether nothing is typed."""
        return not self._text

    def digit(self, digit: str, at: int) -> None:
        """Take one digit (``0`` … ``9``), or ``00`` from a button."""
        if at - self._at > _PAUSE_MS:
            self._run = []
        self._at = at
        for sign in digit:
            self._run.append((sign, self._text))
            self._take(sign)

    def _take(self, sign: str) -> None:
        _, point, part = self._text.partition(".")
        full = len(part) >= self._decimals if point else False
        if full or len(self._text) >= _LONGEST or (sign == "0" and not self._text):
            return
        self._text += sign

    def point(self) -> None:
        """The decimal point: what stands before it are whole units."""
        self._run = []
        if self._decimals and "." not in self._text and len(self._text) <= _LONGEST - 2:
            self._text = (self._text or "0") + "."

    def back(self) -> None:
        """Take the last sign away."""
        self._run = []
        self._text = self._text[:-1]

    def enter(self) -> Entered:
        """Enter: a code where a long run was typed; the amount is then as before the run."""
        run, self._run = self._run, []
        if len(run) < CODE_DIGITS:
            return Entered()
        ours = run[-PAYER_DIGITS:]
        if len(ours) == PAYER_DIGITS and ours[0][0] == ours[1][0] == "8":
            run = ours
        self._text = run[0][1]
        return Entered(code="".join(sign for sign, _ in run))

    def set(self, minor: int) -> None:
        """Put an amount in (a basket's sum); 0 empties it."""
        self._run = []
        self._text = str(min(minor, MAX_MINOR)) if minor else ""

    def clear(self) -> None:
        """Start again."""
        self.set(0)
