"""The rows that a charge's plans read, change and add."""

from __future__ import annotations

from typing import NamedTuple

from app.server.ledger.plan import RowKind
from app.server.payments.charges.tables import charges, code_cutoffs, payer_handles
from app.server.payments.tables import orders


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


class NumberRow(NamedTuple):
    """That a merchant's number is taken."""

    merchant_id: str
    out_trade_no: str


class BurnedRow(NamedTuple):
    """That a code is burned."""

    handle: int
    step: int
    counter: int


class ChargeRow(NamedTuple):
    """What became of a charge; see :data:`app.server.payments.charges.tables.charges`."""

    id: str
    payer_id: str | None
    state: str
    failure: str | None
    asked: str | None
    created_at: int
    changed_at: int
    reverse_reason: str | None = None
    reverse_cashier: str | None = None
    tries: int = 0
    next_try_at: int | None = None


NUMBERS = RowKind(orders, NumberRow, key=("merchant_id", "out_trade_no"), lock=False)
BURNED = RowKind(orders, BurnedRow, key=("handle", "step", "counter"), lock=False)
HANDLES = RowKind(
    payer_handles,
    HandleRow,
    key=("handle",),
    changes=("last_counter", "failures", "revoked_at"),
)
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
