"""Pure decisions about pre-authorisations.

A hold ends once: captured (fully or partly, the rest goes back in the same transaction), released
by the till, or expired. A freeze of the payer stops new holds; what is held already may still be
captured, as with cards: the merchant has handed something over for it. What nobody captures goes
back at ``expires_at`` at the latest.
"""

from __future__ import annotations

from typing import NamedTuple

from app.protocol.errors import KBeanError

HOLD_KIND = "authorisation"
"""The kind of the ledger's holds."""


class AuthRow(NamedTuple):
    """See :data:`app.server.payments.holds.tables.authorisations`."""

    id: str
    idempotency_key: str
    payer_id: str
    device_id: str
    merchant_id: str
    order_id: str
    out_trade_no: str
    amount: int
    currency: str
    intent: bytes
    signature: str
    intent_time: int
    state: str
    held_at: int
    expires_at: int
    out_request_no: str | None
    captured: int
    payment_id: str | None
    ended_at: int | None


def state_of(row: AuthRow, now_ms: int) -> str:
    """What a hold is now: one that ran out is over although no tick has come by yet."""
    return "expired" if row.state == "held" and row.expires_at <= now_ms else row.state


def captured_before(row: AuthRow, out_request_no: str, amount: int) -> bool:
    """Whether this very capture was done already.

    Raises:
        KBeanError: ``hold_closed`` where another one was.
    """
    if row.state != "captured":
        return False
    if (row.out_request_no, row.captured) != (out_request_no, amount):
        raise KBeanError("hold_closed", params={"state": row.state})
    return True


def check_open(row: AuthRow, now_ms: int) -> None:
    """Refuse what has ended.

    Raises:
        KBeanError: ``hold_closed`` with its ``state``.
    """
    state = state_of(row, now_ms)
    if state != "held":
        raise KBeanError("hold_closed", params={"state": state})
