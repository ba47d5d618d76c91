"""The rows that a charge's plans read, change and add."""

from __future__ import annotations

from typing import NamedTuple

from app.server.ledger.plan import RowKind
from app.server.payments.charges.tables import charges, code_cutoffs, payer_handles


class HandleRow(NamedTuple):
    """The part of a handle that presenting a code decides on and changes."""

    handle: int
    last_counter: int
    failures: int
    revoked_at: int | None


class CutoffRow(NamedTuple):
    """Up to when everything of a person is dead."""

    user_id: str
    at: int


class NewCharge(NamedTuple):
    """A charge as it is made, with the code that it burned."""

    id: str
    payer_id: str | None
    device_id: str | None
    handle: int | None
    step: int | None
    counter: int | None
    payer: str | None
    body_hash: bytes
    state: str
    failure: str | None
    asked: str | None
    created_at: int
    changed_at: int
    tries: int = 0


class ChargeRow(NamedTuple):
    """A charge as it goes on; see :data:`app.server.payments.charges.tables.charges`."""

    id: str
    payer_id: str | None
    device_id: str | None
    handle: int | None
    payer: str | None
    body_hash: bytes | None
    state: str
    failure: str | None
    asked: str | None
    created_at: int
    changed_at: int
    reverse_reason: str | None = None
    reverse_cashier: str | None = None
    tries: int = 0
    next_try_at: int | None = None


HANDLES = RowKind(
    payer_handles,
    HandleRow,
    key=("handle",),
    changes=("last_counter", "failures", "revoked_at"),
)
BY_CODE = RowKind(charges, NewCharge, key=("handle", "step", "counter"), lock=False)
"""Charges by what they burned: whoever adds one has asked for its code before."""

CUTOFFS = RowKind(code_cutoffs, CutoffRow, key=("user_id",), lock=False)
CHARGES = RowKind(
    charges,
    ChargeRow,
    changes=(
        "state",
        "failure",
        "changed_at",
        "reverse_reason",
        "reverse_cashier",
        "tries",
        "next_try_at",
    ),
)
