"""The rows that a charge's plans read, change and add."""

from __future__ import annotations

from typing import NamedTuple

from app.server.ledger.plan import RowKind
from app.server.payments.charges.tables import charges, code_cutoffs, payer_handles, used_codes


class HandleRow(NamedTuple):
    """The part of a handle that presenting a code decides on and changes."""

    handle: int
    last_counter: int
    failures: int
    revoked_at: int | None


class UsedRow(NamedTuple):
    """A code that was presented, and the charge that burned it."""

    handle: int
    step: int
    counter: int
    charge_id: str


class CutoffRow(NamedTuple):
    """Up to when everything of a person is dead."""

    user_id: str
    at: int


class ChargeRow(NamedTuple):
    """A charge; see :data:`app.server.payments.charges.tables.charges`."""

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
USED = RowKind(used_codes, UsedRow, key=("handle", "step", "counter"), lock=False)
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
