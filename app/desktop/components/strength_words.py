"""How hard a passphrase is to guess, and what makes it weak, in words (zxcvbn's own keys)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.wallet.flows.onboarding import Strength

_SCORES: tuple[Any, ...] = (
    QT_TRANSLATE_NOOP("Strength", "Guessed at once."),
    QT_TRANSLATE_NOOP("Strength", "Very easy to guess."),
    QT_TRANSLATE_NOOP("Strength", "Still easy to guess. One more word helps."),
    QT_TRANSLATE_NOOP("Strength", "Good."),
    QT_TRANSLATE_NOOP("Strength", "Very good."),
)
WARNINGS: dict[str, Any] = {
    "Straight rows of keys are easy to guess.": QT_TRANSLATE_NOOP(
        "Strength", "Rows of keys are easy to guess."
    ),
    "Short keyboard patterns are easy to guess.": QT_TRANSLATE_NOOP(
        "Strength", "Keyboard patterns are easy to guess."
    ),
    'Repeats like "aaa" are easy to guess.': QT_TRANSLATE_NOOP(
        "Strength", "Repeated letters are easy to guess."
    ),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': QT_TRANSLATE_NOOP(
        "Strength", "Repeating something adds little."
    ),
    'Sequences like "abc" or "6543" are easy to guess.': QT_TRANSLATE_NOOP(
        "Strength", "Sequences such as abc or 6543 are easy to guess."
    ),
    "Recent years are easy to guess.": QT_TRANSLATE_NOOP("Strength", "Years are easy to guess."),
    "Dates are often easy to guess.": QT_TRANSLATE_NOOP("Strength", "Dates are easy to guess."),
    "This is a top-10 common password.": QT_TRANSLATE_NOOP(
        "Strength", "This is among the most used passwords of all."
    ),
    "This is a top-100 common password.": QT_TRANSLATE_NOOP(
        "Strength", "This is among the most used passwords of all."
    ),
    "This is a very common password.": QT_TRANSLATE_NOOP(
        "Strength", "Many people use this password."
    ),
    "This is similar to a commonly used password.": QT_TRANSLATE_NOOP(
        "Strength", "This is close to a password that many people use."
    ),
    "A word by itself is easy to guess.": QT_TRANSLATE_NOOP(
        "Strength", "One word alone is easy to guess."
    ),
    "Names and surnames by themselves are easy to guess.": QT_TRANSLATE_NOOP(
        "Strength", "Names alone are easy to guess."
    ),
    "Common names and surnames are easy to guess.": QT_TRANSLATE_NOOP(
        "Strength", "Common names are easy to guess."
    ),
}
"""zxcvbn's warning → our sentence."""


def strength_words(strength: Strength) -> str:
    """A sentence on the score, and why where zxcvbn says why."""
    score = QCoreApplication.translate("Strength", _SCORES[strength.score])
    why = WARNINGS.get(strength.warning)
    if strength.enough or why is None:
        return score
    told = QCoreApplication.translate("Strength", why)
    return score + told if score.endswith("。") else f"{score} {told}"
