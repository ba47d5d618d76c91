"""Identifiers: UUIDv7 everywhere (RFC 9562), so that they sort by the time they were made."""

from __future__ import annotations

import uuid

import uuid_utils


def new_id() -> str:
    """Make a fresh UUIDv7 in its canonical lower-case text form (36 characters)."""
    return str(uuid_utils.uuid7())


def is_uuid7(text: str) -> bool:
    """Tell whether ``text`` is the canonical text of a UUIDv7 (RFC 9562 §5.7)."""
    try:
        value = uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return False
    return value.version == 7 and value.variant == uuid.RFC_4122 and str(value) == text


def order_number(identifier: str, at_ms: int) -> str:
    """The number people quote for a payment: UTC date, then ten digits of its id.

    Args:
        identifier: The UUIDv7 of the payment.
        at_ms: When it was posted, Unix milliseconds.

    Returns:
        18 digits, ``YYYYMMDD`` + 10 digits; the digits are the low bits of the id, which are
        random, so that two payments of a day collide about once in 10^10.
    """
    from datetime import UTC, datetime

    day = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y%m%d")
    return f"{day}{uuid.UUID(identifier).int % 10**10:010d}"
