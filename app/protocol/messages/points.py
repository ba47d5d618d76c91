"""K-Beans: catalogue, redemption, coupons, deduction (``/v1/points/…``). Source: design/1 P1-P4.

``GET /v1/points`` (balance, open lots, what expires soon) stands in ``messages/payments.py``.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from app.protocol.messages import Currency, Id
from app.protocol.messages.payments import Amount


class Item(msgspec.Struct, frozen=True):
    """Something K-Beans can be exchanged for.

    Attributes:
        kind: ``coupon``: becomes a :class:`Coupon` at once · ``gift``: something handed out; it is
            reserved and becomes final when the shop hands it over (or the person cancels).
        names: Title by language, ``zh`` and ``en``; ``texts`` likewise what it is.
        beans: Its price.
        value: A coupon's worth in minor units; 0 for a gift.
        least: The coupon counts from this amount on.
        merchant_id: Only there; None everywhere.
        stock: What is left; None without limit. ``per_person``: how often one person may.
        valid_days: How long a coupon lives.
    """

    item_id: str
    kind: Literal["coupon", "gift"]
    names: dict[str, str]
    texts: dict[str, str]
    beans: int
    value: int
    currency: str
    least: int
    valid_days: int
    merchant_id: str | None = None
    merchant_name: str = ""
    stock: int | None = None
    per_person: int | None = None
    taken: int = 0


class Catalogue(msgspec.Struct, frozen=True):
    """``GET /v1/points/items``: what is offered now; ``taken``: how often this person took it."""

    items: list[Item]
    server_time: int


class RedeemRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/points/redemptions`` (``Idempotency-Key``) → 201 :class:`Redemption`."""

    item_id: Id


class Coupon(msgspec.Struct, frozen=True):
    """A coupon of this person; ``state`` ``used`` names the payment."""

    coupon_id: str
    names: dict[str, str]
    value: int
    currency: str
    least: int
    state: Literal["open", "used", "expired"]
    created_at: int
    expires_at: int
    merchant_id: str | None = None
    merchant_name: str = ""
    payment_id: str | None = None


class Redemption(msgspec.Struct, frozen=True):
    """K-Beans given for something.

    ``reserved``: the K-Beans are held; the counter reads ``code`` (8 digits) and hands the gift
    over, then ``committed``. ``released``: cancelled or run out, the K-Beans are free again.
    ``POST /v1/points/redemptions/{redemption_id}/cancel`` by the person ·
    ``POST /v1/redemptions/{code}/commit`` by a till.
    """

    redemption_id: str
    item_id: str
    names: dict[str, str]
    beans: int
    state: Literal["reserved", "committed", "released"]
    created_at: int
    points_after: int
    code: str = ""
    expires_at: int | None = None
    coupon: Coupon | None = None


class RedemptionList(msgspec.Struct, frozen=True):
    """``GET /v1/points/redemptions``, newest first."""

    items: list[Redemption]
    server_time: int


class CouponList(msgspec.Struct, frozen=True):
    """``GET /v1/points/coupons``: open ones first, soonest expiry first."""

    items: list[Coupon]
    server_time: int


class DeductionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/payments/deductions`` → :class:`Deductions`. Moves nothing.

    Asked before a payment is confirmed: what K-Beans and coupons could settle of it.
    """

    merchant_id: Id
    amount: Amount
    currency: Currency


class Deductions(msgspec.Struct, frozen=True):
    """What may be deducted from a payment: K-Beans or one coupon, never both.

    ``beans_per_unit`` K-Beans settle one minor unit: an intent's ``points`` is a multiple of it
    and at most ``beans_max``, which already heeds the balance, the amount and the operator's share.
    """

    beans_per_unit: int
    beans_max: int
    coupons: list[Coupon]
    server_time: int
