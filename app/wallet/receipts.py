"""Receipts, verified offline with the pinned keys (design/3 §Signed intents and receipts)."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import ServiceKey
from app.protocol.messages.payments import PaymentIntent, Receipt
from app.protocol.messages.transfers import TransferIntent, TransferReceipt
from app.protocol.signing import encode_bytes, verify


class UnknownKeyError(KBeanError):
    """The receipt names a key that isn't pinned yet: the service may have a new one."""

    def __init__(self, key_id: str) -> None:
        super().__init__("receipt_invalid", "unknown key", params={"key_id": key_id})


@dataclasses.dataclass(frozen=True, slots=True)
class ReceiptView:
    """A verified receipt with everything a page, a text or a PDF shows.

    Attributes:
        payment_id: The payment.
        order_number: What people quote.
        payee_name: As the service signed it.
        store_name: As the service signed it.
        amount: Minor units, positive.
        currency: ISO 4217.
        points_earned: K-Beans.
        posted_at: Unix milliseconds.
        subject: Of the order.
        note: The payer's own.
        operator: Who runs the service.
        receipt_id: The receipt.
        journal_id: The row of the service's journal.
        key_id: Which pinned key signed it.
        signature: Base64url.
        points_spent: K-Beans that settled a part.
        discount: What they, or a coupon, settled: minor units of ``amount``.
        verified: Always True: a receipt whose signature doesn't hold is never returned.
    """

    payment_id: str
    order_number: str
    payee_name: str
    store_name: str
    amount: int
    currency: str
    points_earned: int
    posted_at: int
    subject: str
    note: str
    operator: str
    receipt_id: str
    journal_id: int
    key_id: str
    signature: str
    points_spent: int = 0
    discount: int = 0
    verified: bool = True

    @property
    def paid(self) -> int:
        """What left the account."""
        return self.amount - self.discount


def intent_hash(intent: PaymentIntent | TransferIntent) -> str:
    """SHA-256 of an intent's canonical bytes, base64url: what a receipt answers."""
    return encode_bytes(hashlib.sha256(intent.signed_bytes()).digest())


def check_signature(receipt: Receipt | TransferReceipt, keys: Iterable[ServiceKey]) -> None:
    """Hold a receipt against the pinned keys; asks nobody.

    Raises:
        UnknownKeyError: its key isn't among them.
        KBeanError: ``receipt_invalid``.
    """
    for key in keys:
        if key.key_id == receipt.key_id and key.purpose == "receipt":
            break
    else:
        raise UnknownKeyError(receipt.key_id)
    if receipt.posted_at < key.valid_from or (
        key.valid_to is not None and receipt.posted_at > key.valid_to
    ):
        raise KBeanError("receipt_invalid", "signed outside the key's time")
    if not verify(key.public_key, receipt.signed_bytes(), receipt.signature):
        raise KBeanError("receipt_invalid", "the signature doesn't hold")


def check_answers(receipt: Receipt, intent: PaymentIntent) -> None:
    """See that a receipt is for exactly this intent.

    Raises:
        KBeanError: ``receipt_invalid`` with the field that differs.
    """
    wanted: dict[str, str | int] = {
        "intent_hash": intent_hash(intent),
        "payer": intent.payer,
        "payee": intent.payee,
        "amount": intent.amount,
        "currency": intent.currency,
        "points_spent": intent.points,
    }
    _same(receipt, wanted)
    deducted = bool(intent.points) or intent.coupon_id is not None
    if bool(receipt.discount) != deducted or not 0 <= receipt.discount <= receipt.amount:
        raise KBeanError("receipt_invalid", "discount is not the intent's", field="discount")


def check_transfer(receipt: TransferReceipt, intent: TransferIntent) -> None:
    """See that a transfer's receipt is for exactly this intent.

    Raises:
        KBeanError: ``receipt_invalid`` with the field that differs.
    """
    wanted: dict[str, str | int] = {
        "intent_hash": intent_hash(intent),
        "payer": intent.payer,
        "amount": intent.amount,
        "currency": intent.currency,
    }
    _same(receipt, wanted)


def _same(receipt: Receipt | TransferReceipt, wanted: dict[str, str | int]) -> None:
    for name, value in wanted.items():
        if getattr(receipt, name) != value:
            raise KBeanError("receipt_invalid", f"{name} is not the intent's", field=name)


def view_of(receipt: Receipt, *, operator: str, subject: str = "", note: str = "") -> ReceiptView:
    """What a page shows of a receipt that was checked."""
    return ReceiptView(
        payment_id=receipt.payment_id,
        order_number=receipt.order_number,
        payee_name=receipt.payee_name,
        store_name=receipt.store_name,
        amount=receipt.amount,
        currency=receipt.currency,
        points_earned=receipt.points_earned,
        posted_at=receipt.posted_at,
        subject=subject,
        note=note,
        operator=operator,
        receipt_id=receipt.receipt_id,
        journal_id=receipt.journal_id,
        key_id=receipt.key_id,
        signature=receipt.signature,
        points_spent=receipt.points_spent,
        discount=receipt.discount,
    )
