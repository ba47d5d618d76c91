"""Orders, codes, payments, receipts, accounts and activity (``/v1/orders``, ``/v1/payments`` …)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.messages import END, LINE, Currency, Id, OutTradeNo
from app.protocol.signing import canonical_bytes

Amount = Annotated[int, msgspec.Meta(ge=1, le=10**15)]
Signature = Annotated[str, msgspec.Meta(min_length=86, max_length=86)]

OrderStatus = Literal["open", "held", "paid", "cancelled", "expired"]

MovementKind = Literal[
    "payment",
    "payment_received",
    "refund",
    "top_up",
    "transfer_out",
    "transfer_in",
    "points_earned",
    "points_spent",
    "points_returned",
    "points_taken_back",
    "points_expired",
    "adjustment",
]
"""What a line of the activity is."""

Label = Annotated[str, msgspec.Meta(max_length=36, pattern="^[A-Za-z0-9_.-]*" + END)]
"""A counter's own name of a cashier or shift; empty where there is none."""


class OrderRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/orders`` by a till (``Idempotency-Key``) → 201 :class:`Order`."""

    out_trade_no: OutTradeNo
    amount: Amount
    currency: Currency
    subject: Annotated[str, msgspec.Meta(max_length=120, pattern=LINE)] = ""
    expires_in: Annotated[int, msgspec.Meta(ge=10, le=7200)] = 300
    hold: bool = False
    cashier: Label = ""
    shift: Label = ""


class Order(msgspec.Struct, frozen=True):
    """A dynamic order. ``code`` is the EMVCo text to show as a QR.

    ``GET /v1/orders/{order_id}`` · ``GET /v1/orders?out_trade_no=`` ·
    ``POST /v1/orders/{order_id}/cancel`` (idempotent by nature, no key).
    """

    order_id: str
    out_trade_no: str
    status: OrderStatus
    amount: int
    currency: str
    subject: str
    code: str
    created_at: int
    expires_at: int
    payment_id: str | None = None
    paid_at: int | None = None
    hold: bool = False


class Payee(msgspec.Struct, frozen=True):
    """Who would be paid, as the service knows them; only this is ever shown as verified."""

    merchant_id: str
    name: str
    names: dict[str, str]
    mcc: str
    store_id: str
    store_name: str
    city: str
    terminal_id: str | None = None


class ResolveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/codes/resolve`` by a person → 200 :class:`Resolution`. Moves nothing."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]


class Resolution(msgspec.Struct, frozen=True):
    """What a code stands for now. ``order_id`` and ``amount`` are absent for a static code."""

    kind: Literal["static", "dynamic"]
    payee: Payee
    currency: str
    code_id: str
    order_id: str | None = None
    amount: int | None = None
    subject: str = ""
    expires_at: int | None = None
    points: int | None = None
    server_time: int = 0
    hold: bool = False


class PaymentIntent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the payer's device signs (design/3 §Signed intents).

    Attributes:
        key: The idempotency key, UUIDv7; equals the ``Idempotency-Key`` header.
        payer: The person's user id.
        device: The device whose key signs.
        payee: The merchant id that the person saw.
        code_id: The code that was resolved (signed code id of the merchant's code).
        order_id: The dynamic order, or None for a static code.
        amount: Minor units.
        currency: ISO 4217.
        time: The device's clock, Unix milliseconds; more than 10 minutes off is refused.
        points: K-Beans that settle a part of the amount.
        coupon_id: A coupon that settles a part of the amount.
    """

    key: Id
    payer: Id
    device: Id
    payee: Id
    code_id: Id
    order_id: Id | None
    amount: Amount
    currency: Currency
    time: int
    points: Annotated[int, msgspec.Meta(ge=0, le=10**12)] = 0
    coupon_id: Id | None = None

    def signed_bytes(self) -> bytes:
        """Canonical bytes, fields in declared order; version 2 where anything is deducted."""
        fields = (
            self.key,
            self.payer,
            self.device,
            self.payee,
            self.code_id,
            self.order_id,
            self.amount,
            self.currency,
            self.time,
        )
        if not self.points and self.coupon_id is None:
            return canonical_bytes("payment-intent", 1, fields)
        return canonical_bytes("payment-intent", 2, (*fields, self.points, self.coupon_id))


class PaymentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/payments`` (``Idempotency-Key`` = ``intent.key``) → 201 :class:`Payment`."""

    intent: PaymentIntent
    signature: Signature
    note: Annotated[str, msgspec.Meta(max_length=120, pattern=LINE)] = ""


class Receipt(msgspec.Struct, frozen=True):
    """What the service signs after posting; verifies offline with the pinned receipt key.

    ``intent_hash`` is the SHA-256 (base64url) of the intent's canonical bytes, so the receipt
    answers exactly that intent.
    """

    receipt_id: str
    payment_id: str
    order_number: str
    intent_hash: str
    payer: str
    payee: str
    payee_name: str
    store_name: str
    amount: int
    currency: str
    points_earned: int
    posted_at: int
    journal_id: int
    key_id: str
    signature: str = ""
    points_spent: int = 0
    discount: int = 0

    @property
    def paid(self) -> int:
        """What left the payer's account: the amount less what K-Beans or a coupon settled."""
        return self.amount - self.discount

    def signed_bytes(self) -> bytes:
        """Canonical bytes, fields in declared order without the signature.

        Version 2 adds ``points_spent`` and ``discount`` where something was deducted.
        """
        fields = (
            self.receipt_id,
            self.payment_id,
            self.order_number,
            self.intent_hash,
            self.payer,
            self.payee,
            self.payee_name,
            self.store_name,
            self.amount,
            self.currency,
            self.points_earned,
            self.posted_at,
            self.journal_id,
            self.key_id,
        )
        if not self.points_spent and not self.discount:
            return canonical_bytes("receipt", 1, fields)
        return canonical_bytes("receipt", 2, (*fields, self.points_spent, self.discount))


class Payment(msgspec.Struct, frozen=True):
    """A posted payment. ``GET /v1/payments/{payment_id}`` · ``GET /v1/payments/by-key/{key}``.

    By-key is how a wallet asks after a lost answer: 404 ``payment_not_found`` means that the
    service has never posted it; with ``?fence=true`` the service also burns the key in the same
    transaction, so that a request still under way can no longer post (then money: not_moved).
    """

    payment_id: str
    status: Literal["succeeded"]
    receipt: Receipt
    balance_after: int
    points_after: int
    order_id: str | None = None
    subject: str = ""
    note: str = ""
    # What a counter without internet compares (design/3 §At the counter); empty where none fits.
    confirmation_code: str = ""


class Account(msgspec.Struct, frozen=True):
    """One of the signed-in person's accounts. ``available = posted − pending`` debits."""

    account_id: str
    kind: Literal["money", "points"]
    currency: str
    posted: int
    pending: int
    available: int
    version: int


class AccountList(msgspec.Struct, frozen=True):
    """``GET /v1/accounts``."""

    accounts: list[Account]
    server_time: int


class PointLot(msgspec.Struct, frozen=True):
    """K-Beans that expire together."""

    lot_id: str
    earned: int
    remaining: int
    earned_at: int
    expires_at: int
    payment_id: str | None = None


class ExpiryWarning(msgspec.Struct, frozen=True):
    """K-Beans that expire within ``days`` (30, 7 or 1); one for each date, the nearest step."""

    beans: int
    expires_at: int
    days: Literal[30, 7, 1]


class PointsSummary(msgspec.Struct, frozen=True):
    """``GET /v1/points``: balance, what is held back, open lots (soonest expiry first)."""

    balance: int
    lots: list[PointLot]
    server_time: int
    pending: int = 0
    warnings: list[ExpiryWarning] = []


class Movement(msgspec.Struct, frozen=True, gc=False):
    """One line of a person's activity: how one account changed, and why.

    Holds nothing that could hold it, so the collector need not look: a wallet reads thousands.

    Attributes:
        movement_id: Stable id of the line.
        cursor_key: Strictly growing per account holder; pages go from new to old.
        kind: What it was: ``payment``, ``top_up``, ``points_earned`` …
        amount: Signed minor units as seen from this account (negative: went out).
        counterparty: The other side's name as the person knows it.
    """

    movement_id: str
    cursor_key: int
    account_id: str
    kind: MovementKind
    amount: int
    currency: str
    balance_after: int
    counterparty: str
    occurred_at: int
    mcc: str = ""
    store_name: str = ""
    subject: str = ""
    note: str = ""
    order_number: str = ""
    payment_id: str | None = None
    points_earned: int = 0
    transfer_id: str | None = None


class ActivityPage(msgspec.Struct, frozen=True):
    """``GET /v1/activity?currency=&cursor=&after=&limit=``.

    Newest first. ``next_cursor`` is opaque, absent on the last page. ``after`` (a ``cursor_key``)
    asks only for newer lines, oldest first, which is how a wallet catches up.
    """

    items: list[Movement]
    next_cursor: str | None
    server_time: int
