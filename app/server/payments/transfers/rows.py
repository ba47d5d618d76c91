"""The rows that plans of transfers and requests read, change and add."""

from __future__ import annotations

from typing import NamedTuple

from app.server.ledger.plan import RowKind
from app.server.payments.transfers.tables import (
    money_requests,
    payee_contacts,
    splits,
    transfers,
)


class ContactRow(NamedTuple):
    """Whom a person has paid, and how often."""

    id: str
    owner_id: str
    payee_id: str
    times: int
    first_at: int
    last_at: int


class TransferRow(NamedTuple):
    """A posted transfer; see :data:`app.server.payments.transfers.tables.transfers`."""

    id: str
    idempotency_key: str
    payer_id: str
    device_id: str
    payee_id: str
    amount: int
    currency: str
    request_id: str | None
    plan_id: str | None
    journal_id: int
    posted_at: int
    document: bytes


class SplitRow(NamedTuple):
    """A bill that was split."""

    id: str
    asker_id: str
    total: int
    currency: str
    payment_id: str | None
    created_at: int


class RequestRow(NamedTuple):
    """A request for money."""

    id: str
    asker_id: str
    asked_id: str | None
    amount: int
    currency: str
    note: str
    group_id: str | None
    state: str
    created_at: int
    expires_at: int
    payer_id: str | None = None
    transfer_id: str | None = None
    reminded_at: int | None = None
    ended_at: int | None = None


CONTACTS = RowKind(
    payee_contacts, ContactRow, key=("owner_id", "payee_id"), changes=("times", "last_at")
)
TRANSFERS = RowKind(transfers, TransferRow, lock=False)
SPLITS = RowKind(splits, SplitRow, lock=False)
REQUESTS = RowKind(
    money_requests,
    RequestRow,
    changes=("state", "payer_id", "transfer_id", "reminded_at", "ended_at"),
)
