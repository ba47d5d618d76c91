"""Coupons: what one settles of a payment, and what becomes of it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.points import Coupon
from app.server.ledger.plan import Draft, RowKind
from app.server.points.lots import GRACE_MS
from app.server.points.tables import coupons

_read_names = msgspec.json.Decoder(dict[str, str]).decode


class CouponRow(NamedTuple):
    """A coupon of somebody; see :data:`tables.coupons`. ``names`` is a JSON text."""

    id: str
    user_id: str
    item_id: str
    names: str
    value: int
    currency: str
    least: int
    merchant_id: str | None
    state: str
    created_at: int
    expires_at: int
    payment_id: str | None


COUPONS = RowKind(coupons, CouponRow, changes=("state", "expires_at", "payment_id"))


class Buy(NamedTuple):
    """A payment that a coupon is to settle a part of; ``amount`` in minor units."""

    user_id: str
    merchant_id: str
    amount: int
    currency: str


def check_coupon(coupon: CouponRow | None, buy: Buy, now: int) -> CouponRow:
    """Hold a coupon against a payment.

    Raises:
        KBeanError: ``coupon_not_found``, ``coupon_used``, ``coupon_expired``, ``coupon_unfit``
            with the ``least`` amount it counts from.
    """
    if coupon is None or coupon.user_id != buy.user_id:
        raise KBeanError("coupon_not_found", field="intent.coupon_id")
    if coupon.state == "used":
        raise KBeanError("coupon_used", field="intent.coupon_id")
    if coupon.expires_at <= now:
        raise KBeanError(
            "coupon_expired", field="intent.coupon_id", params={"expired_at": coupon.expires_at}
        )
    if not fits(coupon, buy):
        raise KBeanError(
            "coupon_unfit",
            field="intent.coupon_id",
            params={"least": coupon.least, "currency": coupon.currency},
        )
    return coupon


def fits(coupon: Any, buy: Buy) -> bool:
    """Whether a coupon speaks about a payment: its shop, currency and amount."""
    return (
        coupon.currency == buy.currency
        and buy.amount >= coupon.least
        and coupon.merchant_id in (None, buy.merchant_id)
    )


def use_coupon(draft: Draft, coupon: CouponRow, payment_id: str) -> None:
    """It settles a part of this payment and no other."""
    draft.change(COUPONS, coupon._replace(state="used", payment_id=payment_id))


def return_coupon(draft: Draft, coupon_id: str) -> None:
    """Give a coupon back after a full refund; one that ran out meanwhile gets a short grace."""
    coupon = draft.get(COUPONS, coupon_id)
    if coupon is None:
        raise LookupError(f"coupon {coupon_id} is not there")
    alive = coupon.expires_at > draft.now
    draft.change(
        COUPONS,
        coupon._replace(
            state="open",
            payment_id=None,
            expires_at=coupon.expires_at if alive else draft.now + GRACE_MS,
        ),
    )


def coupon_message(row: Any, now: int, merchant_name: str = "") -> Coupon:
    """A coupon as its person is told of it."""
    state: Literal["open", "used", "expired"] = "used" if row.state == "used" else "open"
    if state == "open" and row.expires_at <= now:
        state = "expired"
    return Coupon(
        coupon_id=row.id,
        names=_read_names(row.names),
        value=row.value,
        currency=row.currency,
        least=row.least,
        state=state,
        created_at=row.created_at,
        expires_at=row.expires_at,
        merchant_id=row.merchant_id,
        merchant_name=merchant_name,
        payment_id=row.payment_id,
    )
