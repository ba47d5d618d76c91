"""Receipts exactly as they were signed, so that they verify offline for ever (design/3)."""

from __future__ import annotations

import msgspec

from app.protocol.messages.payments import Receipt
from app.wallet.vault.database import Database, Row


class StoredReceipt(msgspec.Struct, frozen=True):
    """A receipt with the bytes its signature covers.

    Attributes:
        receipt: The message.
        canonical: What ``receipt.signature`` was made over, kept as it was at that time.
        received_at: Unix milliseconds.
    """

    receipt: Receipt
    canonical: bytes
    received_at: int


class Receipts:
    """Receipts by id and by payment. A stored receipt never changes."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, receipt: Receipt, *, at: int) -> None:
        """Keep a receipt that was verified; one that is already there stays as it is."""
        self._database.write(
            "INSERT INTO receipts"
            " (receipt_id, payment_id, key_id, signature, canonical, body, received_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
                receipt.receipt_id,
                receipt.payment_id,
                receipt.key_id,
                receipt.signature,
                receipt.signed_bytes(),
                msgspec.json.encode(receipt),
                at,
            ),
        )

    def get(self, receipt_id: str) -> StoredReceipt | None:
        """A receipt by its id, or None."""
        return _stored(
            self._database.row(
                "SELECT body, canonical, received_at FROM receipts WHERE receipt_id = ?",
                (receipt_id,),
            )
        )

    def for_payment(self, payment_id: str) -> StoredReceipt | None:
        """The receipt of a payment, or None."""
        return _stored(
            self._database.row(
                "SELECT body, canonical, received_at FROM receipts WHERE payment_id = ?",
                (payment_id,),
            )
        )


def _stored(row: Row | None) -> StoredReceipt | None:
    if row is None:
        return None
    body, canonical, received_at = row
    return StoredReceipt(msgspec.json.decode(body, type=Receipt), bytes(canonical), received_at)
