"""Refunds of paid orders and of the printed code's payments (``/v1/refunds``).

Source: design/3 §At the counter, design/1 C4, P4.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.protocol.messages import LINE, OutTradeNo
from app.protocol.messages.payments import Amount, Label


class RefundRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/refunds`` by a till → 201 :class:`Refund`.

    ``(out_trade_no, out_request_no)`` is the business key, unique for ever: the same pair with the
    same wish answers the same refund, with another wish ``refund_differs``. So it needs no
    ``Idempotency-Key``.

    Attributes:
        out_trade_no: The sale's number. A payment of the printed code has none: there it is the
            ``payment_id`` as ``GET /v1/counter/received`` tells it, unless the merchant has an
            order of that number.
        amount: Minor units; absent means all that is left.
        cashier: Who does it; the role of this cashier must allow it (supervisor or manager).
        reason: Kept and shown to the payer.
    """

    out_trade_no: OutTradeNo
    out_request_no: OutTradeNo
    cashier: Label
    amount: Amount | None = None
    reason: Annotated[str, msgspec.Meta(max_length=120, pattern=LINE)] = ""
    shift: Label = ""


class Refund(msgspec.Struct, frozen=True):
    """A posted refund. ``GET /v1/refunds/{out_trade_no}/{out_request_no}``.

    Attributes:
        out_trade_no: As it was asked for: of a payment of the printed code its ``payment_id``.
        amount: Of the sale, taken back from the merchant.
        paid_back: Of it, what the payer gets in money; the rest goes back to what K-Beans or a
            coupon settled.
        points_returned: Spent K-Beans that are back in their lots, with their dates.
        points_taken_back: Earned K-Beans that are gone again.
        left: What can still be refunded of the sale.
    """

    refund_id: str
    out_trade_no: str
    out_request_no: str
    payment_id: str
    order_number: str
    amount: int
    paid_back: int
    currency: str
    points_returned: int
    points_taken_back: int
    left: int
    reason: str
    posted_at: int
    coupon_returned: bool = False


class RefundList(msgspec.Struct, frozen=True):
    """``GET /v1/refunds/{out_trade_no}`` (till) · ``GET /v1/payments/{payment_id}/refunds``."""

    items: list[Refund]
    left: int
    server_time: int
