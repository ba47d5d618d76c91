"""What a sale is, and which state may follow which (design/3 §At the counter). Pure."""

from __future__ import annotations

import enum
import re
from typing import Literal

import msgspec


class SaleState(enum.StrEnum):
    """Where a sale stands; the first three words of the drawing in design/3, then its ends."""

    CREATED = "created"
    SENDING = "sending"
    USERPAYING = "userpaying"
    UNKNOWN = "unknown"
    REVERSING = "reversing"
    SUCCESS = "success"
    FAILED = "failed"
    CLOSED = "closed"
    REVOKED = "revoked"


ENDS = frozenset({SaleState.SUCCESS, SaleState.FAILED, SaleState.CLOSED, SaleState.REVOKED})
"""Known for good; whatever arrives late changes nothing."""

_OPEN = frozenset(SaleState) - ENDS
FOLLOWS: dict[SaleState, frozenset[SaleState]] = {
    SaleState.CREATED: frozenset(SaleState) - {SaleState.CREATED},
    SaleState.SENDING: frozenset(SaleState) - {SaleState.CREATED},
    SaleState.USERPAYING: frozenset(SaleState) - {SaleState.CREATED, SaleState.SENDING},
    SaleState.UNKNOWN: frozenset(SaleState) - {SaleState.CREATED, SaleState.SENDING},
    # Taking back is decided once; only the service's word ends it.
    SaleState.REVERSING: ENDS | {SaleState.REVERSING},
    **{end: frozenset() for end in ENDS},
}
"""State → what may be written after it."""

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs of a sale's number: none that looks like another (Crockford's base 32)."""
TRADE_NO = re.compile(rf"K[0-9]{{6}}[{SIGNS}]{{10}}")
"""A number that a counter of ours gave a sale."""

ORDER_NO = re.compile(r"20[0-9]{16}")
"""The number that people quote of a payment: its day, then ten digits."""

SaleKind = Literal["charge", "order", "cash", "offline", "printed"]
"""``charge`` the payer's code was scanned · ``order`` the payer scans ours · ``cash`` · ``offline``
the payer paid the printed code and showed a confirmation code · ``printed`` somebody paid the
printed code, and the service told us."""

Origin = Literal["all", "own", "printed"]
"""Which sales: ``own`` were made at this counter, ``printed`` are the printed code's."""


class Line(msgspec.Struct, frozen=True):
    """One line of a basket: ``price`` is of one piece, minor units."""

    name: str
    price: int
    quantity: int = 1
    barcode: str = ""

    @property
    def total(self) -> int:
        """Of all pieces, minor units."""
        return self.price * self.quantity


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """One sale with everything that is known of it.

    Attributes:
        out_trade_no: The counter's own number of the sale, unique for ever; of a ``printed`` one,
            which no counter made, its payment's id.
        key: The idempotency key of the one request that makes it.
        at: When it began, Unix milliseconds.
        cashier: The id of who sold.
        shift: The id of the shift; a ``printed`` sale belongs to none.
        order_id: The service's id of the order or charge, once known.
        code: The text of the QR, for ``order``.
        deadline: Until when the payer may say yes, Unix milliseconds; 0 where there is none.
        failure: Why not, a code of the errors' table.
        payer: The payer's name, masked.
        order_number: What people quote.
        payment_id: The payment, once known; an ``offline`` sale takes the one that fits it.
        confirmation: The accepted code of an ``offline`` sale, the code of a ``printed`` one.
        refunded: How much of it went back so far.
        missing: Of an ``offline`` sale: the service has named all that came in by the printed
            code since, and none of it fits.
        lost: Of an ``offline`` sale: payments that fitted it, and paid for another till's sale.
        found_later: Its end was found out after a restart or behind the cashier's back.
    """

    out_trade_no: str
    kind: SaleKind
    state: SaleState
    amount: int
    currency: str
    at: int
    key: str
    cashier: str
    cashier_name: str
    shift: str
    subject: str = ""
    lines: tuple[Line, ...] = ()
    order_id: str = ""
    code: str = ""
    deadline: int = 0
    failure: str = ""
    payer: str = ""
    order_number: str = ""
    payment_id: str = ""
    paid_at: int = 0
    points_earned: int = 0
    confirmation: str = ""
    refunded: int = 0
    found_later: bool = False
    missing: bool = False
    lost: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the truth about it is known."""
        return self.state in ENDS

    @property
    def paid(self) -> bool:
        """Whether the money is the merchant's."""
        return self.state is SaleState.SUCCESS

    @property
    def left(self) -> int:
        """What can still be refunded."""
        return self.amount - self.refunded if self.paid else 0

    @property
    def service_number(self) -> str:
        """The number by which the service knows it; empty where it knows nothing of it."""
        if self.kind in {"charge", "order"}:
            return self.out_trade_no
        return self.payment_id

    @property
    def slip_number(self) -> str:
        """The number on its slip, by which it is found again."""
        return self.order_number if self.kind == "printed" else self.out_trade_no


class RefundRow(msgspec.Struct, frozen=True, kw_only=True):
    """One refund: written before it is sent, sent again with the same number until answered.

    Attributes:
        out_trade_no: The sale's :attr:`Sale.service_number`.
        amount: Minor units; 0 means all that is left.
        cashier: Who allowed it.
        state: ``sent`` (no answer yet), ``done`` or ``refused``.
        paid_back: What the payer got in money.
    """

    out_request_no: str
    out_trade_no: str
    amount: int
    currency: str
    cashier: str
    cashier_name: str
    shift: str
    at: int
    reason: str = ""
    state: Literal["sent", "done", "refused"] = "sent"
    failure: str = ""
    paid_back: int = 0
    order_number: str = ""
    posted_at: int = 0


class Notice(msgspec.Struct, frozen=True):
    """Something that was found out while nobody looked; shown until it is put away.

    Attributes:
        refund: It is about this refund, not about the sale.
        missing: It is about an ``offline`` sale that has no payment.
        lost: It is, because another till's sale has it.
    """

    out_trade_no: str
    state: SaleState
    amount: int
    currency: str
    sold_at: int
    found_at: int
    refund: str = ""
    missing: bool = False
    lost: bool = False
