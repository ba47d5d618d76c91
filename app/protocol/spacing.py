"""Sentences with values in them, joined as each script is written.

Chinese has a blank between a Chinese word and a Latin one or a figure (``客服 25 日上班``), and
none between two Chinese words (``客服明天上班``). A sentence has its blanks before anybody knows
what will stand in it, so those that turn out to stand between two wide signs are taken out.
"""

from __future__ import annotations

from string import Formatter
from unicodedata import east_asian_width

_parts = Formatter()


def filled(sentence: str, /, **values: object) -> str:
    """``sentence.format(**values)`` without blanks between what is Chinese on both sides.

    Only blanks of the sentence beside a value are looked at; values stay as they are.

    Raises:
        KeyError: the sentence has a field that no value was given for.
    """
    said = ""
    for words, field, spec, conversion in _parts.parse(sentence):
        said = _joined(said, words) if said else words
        if field is not None:
            value = _parts.convert_field(_parts.get_field(field, (), values)[0], conversion)
            said = _joined(said, _parts.format_field(value, spec or ""))
    return said


def _joined(left: str, right: str) -> str:
    before, after = left.rstrip(" "), right.lstrip(" ")
    if before and after and _is_wide(before[-1]) and _is_wide(after[0]):
        return before + after
    return left + right


def _is_wide(sign: str) -> bool:
    """Whether a sign is Chinese, Japanese or Korean, or one of their full-width marks."""
    return east_asian_width(sign) in {"W", "F"}
