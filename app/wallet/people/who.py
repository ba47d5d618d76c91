"""What was typed, pasted or scanned to say who is paid: a phone number, an address, a code."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from app.protocol.codes import personal_code
from app.protocol.codes.emv import CodeError
from app.protocol.codes.personal_code import PersonalCode

How = Literal["phone", "email", "wallet", "code"]

_FILL = re.compile(r"[\s\u00a0\u3000()（）.\-‐-―]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9]{6,15}")
_WIDE = str.maketrans("０１２３４５６７８９＋＠．", "0123456789+@.")


class Typed(NamedTuple):
    """Whom a text means.

    Attributes:
        how: What kind of thing it is.
        value: As the service takes it.
        code: The personal code itself; its signature is not yet verified.
    """

    how: How
    value: str
    code: PersonalCode | None = None


def understand(text: str) -> Typed | None:
    """Tell what a text is; None while it is none of them.

    A wallet number carries a check digit, so that ten digits which fit are one; everything else
    made of digits is a phone number. Full-width digits and the dots and dashes that people put
    between digits are understood.
    """
    text = text.strip()
    code = code_in(text)
    if code is not None:
        return Typed("code", code.text, code)
    narrow = text.translate(_WIDE)
    if _EMAIL.fullmatch(narrow):
        return Typed("email", narrow)
    digits = _FILL.sub("", narrow)
    if personal_code.is_wallet_number(digits):
        return Typed("wallet", digits)
    if _PHONE.fullmatch(digits):
        return Typed("phone", digits)
    return None


def code_in(text: str) -> PersonalCode | None:
    """The personal code that a text is, or None for anything else."""
    text = text.strip()
    if not text.startswith("0002"):
        return None
    try:
        return personal_code.read(text)
    except CodeError:
        return None
