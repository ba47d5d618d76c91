"""Identifiers: UUIDv7 everywhere (RFC 9562), so that they sort by the time they were made."""

from __future__ import annotations

import re
from functools import lru_cache

import uuid_utils

_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_id() -> str:
    """Make a fresh UUIDv7 in its canonical lower-case text form (36 characters)."""
    return str(uuid_utils.uuid7())


def is_uuid7(text: str) -> bool:
    """Tell whether ``text`` is the canonical text of a UUIDv7 (RFC 9562 §5.7)."""
    try:
        return _UUID7.fullmatch(text) is not None
    except TypeError:
        return False


def order_number(identifier: str, at_ms: int) -> str:
    """The number people quote for a payment: UTC date, then ten digits of its id.

    Args:
        identifier: The UUIDv7 of the payment.
        at_ms: When it was posted, Unix milliseconds.

    Returns:
        18 digits, ``YYYYMMDD`` + 10 digits; the digits are the low bits of the id, which are
        random, so that two payments of a day collide about once in 10^10.
    """
    return f"{_day(at_ms // 86_400_000)}{int(identifier.replace('-', ''), 16) % 10**10:010d}"


@lru_cache(maxsize=8)
def _day(number: int) -> str:
    """``YYYYMMDD`` of a day counted from 1970-01-01, UTC."""
    from datetime import date

    return date.fromordinal(date(1970, 1, 1).toordinal() + number).strftime("%Y%m%d")
