"""When somebody can be called back, and how a number is written and hidden. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import phonenumbers

from app.protocol.errors import KBeanError
from app.protocol.messages.support import OpenSpan, Slot

AHEAD_DAYS = 7
"""How far ahead a call can be booked."""

LEAD_MS = 15 * 60_000
"""A call begins no sooner than so long after it was booked."""


def slots_of(spans: Iterable[OpenSpan], minutes: int) -> list[Slot]:
    """The whole slots of the open spans.

    They begin at multiples of their length, so that a service's slots are the same whenever they
    are asked for.
    """
    length = minutes * 60_000
    found = []
    for span in spans:
        start = -(-span.start // length) * length
        while start + length <= span.end:
            found.append(Slot(start, start + length))
            start += length
    return found


def phone_number(text: str, region: str) -> str:
    """A number in E.164.

    Args:
        text: As typed.
        region: ISO 3166 country of numbers written without ``+``.

    Raises:
        KBeanError: ``contact_invalid``.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise KBeanError("contact_invalid", field="phone") from None
    if not phonenumbers.is_valid_number(number):
        raise KBeanError("contact_invalid", field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked_phone(number: str) -> str:
    """A number in E.164 as it is shown: its country and the last four digits."""
    country = phonenumbers.parse(number).country_code
    return f"+{country} •••• {number[-4:]}"
