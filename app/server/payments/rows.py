"""The rows a payment's plan reads, changes and adds."""

from __future__ import annotations

from typing import NamedTuple

from app.server.identity.tables import sessions
from app.server.ledger.plan import RowKind
from app.server.payments.tables import (
    merchant_codes,
    merchants,
    orders,
    payments,
)


class SessionRow(NamedTuple):
    """Whether the session that asks still lives."""

    id: str
    ended_at: int | None


class MerchantRow(NamedTuple):
    """Whether the merchant may be paid."""

    id: str
    state: str


class CodeRow(NamedTuple):
    """Whether a static code still counts."""

    id: str
    revoked_at: int | None


class OrderRow(NamedTuple):
    """The part of an order that paying decides on and changes."""

    id: str
    status: str
    expires_at: int
    payment_id: str | None
    paid_at: int | None


class PaymentRow(NamedTuple):
    """A posted payment; see :data:`app.server.payments.tables.payments`."""

    id: str
    idempotency_key: str
    payer_id: str
    device_id: str
    merchant_id: str
    store_id: str
    code_id: str
    order_id: str | None
    amount: int
    currency: str
    points: int
    journal_id: int
    posted_at: int
    document: bytes
    discount: int = 0
    points_spent: int = 0
    coupon_id: str | None = None


SESSIONS = RowKind(sessions, SessionRow, lock=False)
MERCHANTS = RowKind(merchants, MerchantRow, lock=False)
CODES = RowKind(merchant_codes, CodeRow, lock=False)
ORDERS = RowKind(orders, OrderRow, changes=("status", "payment_id", "paid_at"))
PAYMENTS = RowKind(payments, PaymentRow, lock=False)
