"""What a person allows at most (``/v1/limits``, design/1 M11), below the operator's own limits."""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.protocol.messages import Currency
from app.protocol.messages.transfers import Secret


class Limits(msgspec.Struct, frozen=True):
    """``GET /v1/limits``: what the person allows at most; None is no limit of theirs.

    Attributes:
        small_each: Up to what a shown code is paid without a question (0: always ask).
        small_day: And how much of it a day.
        operator_small_each: The operator's own line; a person can only go below it.
        spent_today: What left today, minor units; ``small_today`` of it without a question.
    """

    currency: str
    per_payment: int | None
    per_day: int | None
    small_each: int | None
    small_day: int | None
    operator_small_each: int
    operator_small_day: int
    spent_today: int
    small_today: int
    server_time: int


class LimitsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT /v1/limits`` → :class:`Limits`. Tighter counts at once; looser needs the passphrase."""

    currency: Currency
    per_payment: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None
    per_day: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None
    small_each: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None
    small_day: Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None
    passphrase: Secret | None = None
