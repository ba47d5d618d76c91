"""Pure decisions about codes, orders and payments."""

from __future__ import annotations

import base64
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.payments import OrderRequest, OrderStatus, PaymentIntent


class Target(NamedTuple):
    """What never changes about a code or order: who is paid, where, in which currency.

    Attributes:
        code_id: The code's id; an order's code carries the order's id.
        order_id: None for a static code.
        merchant_id: The payee.
        payee_name: The name people know them by.
        mcc: Merchant category, four digits.
        store_id: Where.
        store_name: Its name.
        currency: ISO 4217.
        amount: The order's amount; None where the payer types it.
        subject: What the order is about.
        payer_id: Who alone may pay; None for everybody.
        hold: Whether the order asks for a pre-authorisation.
        terminal_id: The till that made the order.
    """

    code_id: str
    order_id: str | None
    merchant_id: str
    payee_name: str
    mcc: str
    store_id: str
    store_name: str
    currency: str
    amount: int | None
    subject: str
    payer_id: str | None = None
    hold: bool = False
    terminal_id: str | None = None


def check_intent(intent: PaymentIntent, target: Target, payment_max: int) -> None:
    """Hold what the person signed against what the code stands for.

    Raises:
        KBeanError: ``order_not_found`` for another payer's, ``currency_mismatch``,
            ``order_mismatch``, ``amount_too_large``.
    """
    if target.payer_id not in (None, intent.payer):
        raise KBeanError("order_not_found", "another person is to pay this")
    if intent.currency != target.currency:
        raise KBeanError(
            "currency_mismatch", field="intent.currency", params={"currency": target.currency}
        )
    if intent.payee != target.merchant_id:
        raise KBeanError("order_mismatch", "another payee", field="intent.payee")
    if intent.code_id != target.code_id:
        raise KBeanError("order_mismatch", "another code", field="intent.code_id")
    if target.amount is not None and intent.amount != target.amount:
        raise KBeanError(
            "order_mismatch", "another amount", field="intent.amount",
            params={"amount": target.amount},
        )  # fmt: skip
    if intent.amount > payment_max:
        raise KBeanError(
            "amount_too_large",
            field="intent.amount",
            params={"limit": payment_max, "currency": target.currency},
        )


def order_status(status: str, expires_at: int, now_ms: int) -> OrderStatus:
    """What an order is now: an open one that nobody paid in time has expired."""
    if status == "open":
        return "expired" if expires_at <= now_ms else "open"
    if status == "held":
        return "held"
    return "paid" if status == "paid" else "cancelled"


def check_payable(status: str, expires_at: int, now_ms: int) -> None:
    """Refuse an order that can't be paid any more.

    Raises:
        KBeanError: ``order_paid``, ``order_cancelled``, ``order_expired``.
    """
    match order_status(status, expires_at, now_ms):
        case "paid" | "held":
            raise KBeanError("order_paid")
        case "cancelled":
            raise KBeanError("order_cancelled")
        case "expired":
            raise KBeanError("order_expired", params={"expired_at": expires_at})
        case "open":
            return


def same_order(row: Any, request: OrderRequest) -> bool:
    """Whether a till asks again for an order that exists (everything but the life must agree)."""
    return (row.amount, row.currency, row.subject, row.kind) == (
        request.amount,
        request.currency,
        request.subject,
        "hold" if request.hold else "scan",
    )


class Calendar:
    """Days in the operator's time zone, with the present one kept."""

    def __init__(self, zone: tzinfo) -> None:
        """Count in ``zone``."""
        self._zone = zone
        self._quarter = -1
        self._day = 0

    def day(self, at_ms: int) -> int:
        """Days since 1970-01-01 at a moment."""
        # Every zone is whole quarters of an hour off UTC, so a quarter lies within one day.
        quarter = at_ms // 900_000
        if quarter != self._quarter:
            local = datetime.fromtimestamp(quarter * 900, self._zone)
            self._day = local.toordinal() - datetime(1970, 1, 1).toordinal()  # noqa: DTZ001
            self._quarter = quarter
        return self._day


def encode_cursor(positions: dict[int, int]) -> str:
    """A page's end: for each account the version of the oldest line that was shown."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(positions)).rstrip(b"=").decode()


def decode_cursor(text: str) -> dict[int, int]:
    """Undo :func:`encode_cursor`.

    Raises:
        KBeanError: ``validation_failed``.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        positions = msgspec.msgpack.decode(raw, type=dict[int, int])
    except (ValueError, msgspec.MsgspecError):
        raise KBeanError("validation_failed", "not a cursor of ours", field="cursor") from None
    if any(not 0 <= number < 2**63 for pair in positions.items() for number in pair):
        raise KBeanError("validation_failed", "not a cursor of ours", field="cursor")
    return positions
