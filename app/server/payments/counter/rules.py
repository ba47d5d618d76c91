"""Pure decisions about the people at the counter (design/1 C4, C5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from app.protocol.errors import KBeanError
from app.protocol.messages.counter import CashierRequest, CashierRole


class CashierRow(NamedTuple):
    """See :data:`app.server.payments.counter.tables.cashiers`."""

    id: str
    merchant_id: str
    number: str
    name: str
    role: CashierRole
    active: bool
    pin_hash: str
    created_at: int
    updated_at: int


def may_keep_people(cashier: CashierRow | None) -> bool:
    """Only a manager who still works there keeps the list of cashiers."""
    return cashier is not None and cashier.active and cashier.role == "manager"


def check_change(
    everybody: Iterable[CashierRow], cashier_id: str, request: CashierRequest
) -> CashierRow | None:
    """Hold a wanted change against the people there are.

    Managers can't take their own office away: so a merchant never loses the last one by mistake.

    Args:
        everybody: All cashiers of the merchant.
        cashier_id: Who is added or changed.
        request: The wish.

    Returns:
        The cashier as they were, or None for a new one.

    Raises:
        KBeanError: ``role_missing``, ``cashier_taken``, ``validation_failed`` (a new one without
            a PIN).
    """
    known = {row.id: row for row in everybody}
    if not may_keep_people(known.get(request.by)):
        raise KBeanError("role_missing", "only a manager keeps the cashiers", field="by")
    if request.by == cashier_id and (request.role != "manager" or not request.active):
        raise KBeanError("role_missing", "another manager has to do that", field="role")
    if any(row.number == request.number and row.id != cashier_id for row in known.values()):
        raise KBeanError("cashier_taken", field="number")
    before = known.get(cashier_id)
    if before is None and request.pin is None:
        raise KBeanError("validation_failed", "a new cashier needs a PIN", field="pin")
    return before
