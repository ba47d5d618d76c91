"""From a code's bytes to its text, right in every script and the same from both readers.

A QR code may name its encoding (ECI) and mostly doesn't. Where it does, that holds. Otherwise
bytes that are valid UTF-8 are UTF-8, because hardly any text in another encoding is valid UTF-8 by
accident; what remains is old Japanese, old Chinese or Western European (:func:`guess`).
"""

from __future__ import annotations

import re

_ZBAR_GUESSES = ("cp932", "big5", "latin-1")
"""What zbar takes bytes for when a code names no encoding, in the order it is undone."""

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_GB2312_PAIRS = re.compile(rb"(?:[\xa1-\xa9\xb0-\xf7][\xa1-\xfe])+")
_C1 = re.compile(rb"[\x80-\x9f]")
_JAPANESE_RUN = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]{3,}")


def utf8_or_none(raw: bytes) -> str | None:
    """The bytes as UTF-8, or None where they are not."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def guess(raw: bytes) -> str:
    """The text of bytes whose encoding the code doesn't name.

    UTF-8 where they are valid UTF-8. Then Shift-JIS, where they can be and either can't be
    Latin-1 or have three Japanese characters on end; then GB 2312, where all high bytes come as
    its pairs, at least two of them; Latin-1 for the rest, which fits anything.
    """
    text = utf8_or_none(raw)
    if text is not None:
        return text
    try:
        japanese = raw.decode("cp932")
    except UnicodeDecodeError:
        japanese = ""
    if japanese and (_C1.search(raw) or _JAPANESE_RUN.search(japanese)):
        return japanese
    return gb2312_or_none(raw) or raw.decode("latin-1")


def gb2312_or_none(raw: bytes) -> str | None:
    """The bytes as GB 2312, if every run of high bytes is made of its pairs and there are two."""
    runs = _HIGH_RUN.findall(raw)
    if sum(map(len, runs)) < 4 or not all(_GB2312_PAIRS.fullmatch(run) for run in runs):
        return None
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return None


def repair_zbar_text(text: str) -> str:
    """Undo zbar's wrong guess of an encoding, where only its text is to be had.

    zbar without an ECI header shows ``Joe’s Café`` as Shift-JIS characters. Written back in the
    encoding it guessed, the bytes are the code's own; if those are UTF-8 the guess was wrong
    (design/6 §"pyzbar guesses encodings").

    Args:
        text: What zbar said.

    Returns:
        The UTF-8 text behind it, or ``text`` itself where no guess can be undone.
    """
    if text.isascii():
        return text
    for encoding in _ZBAR_GUESSES:
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def is_zbar_guess(text: str, raw: bytes) -> bool:
    """Whether ``text`` is one of zbar's guesses at ``raw``; if not, the code named its encoding."""
    for encoding in _ZBAR_GUESSES:
        try:
            if raw.decode(encoding) == text:
                return True
        except UnicodeDecodeError:
            continue
    return False
