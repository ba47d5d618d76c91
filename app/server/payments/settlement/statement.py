"""What stands on a statement of account, before it is drawn."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from app.protocol.messages.payments import Movement


class Statement(NamedTuple):
    """What stands on it. Amounts are minor units, moments Unix milliseconds."""

    number: str
    operator: str
    licence: str | None
    demo: bool
    holder: str
    account: str
    currency: str
    language: str
    first: str
    last: str
    opening: int
    closing: int
    lines: list[Movement]
    made_at: int
    zone: tzinfo
