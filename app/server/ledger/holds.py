"""Pending transfers: money or K-Beans held back until they are posted, voided or run out.

A hold is opened and ended inside the plans of its domain. It ends exactly once (design/3,
invariant 5), and an account's ``pending`` is the sum of what its open holds still hold back.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from app.protocol.errors import KBeanError
from app.server.ledger.plan import Draft, RowKind
from app.server.ledger.tables import holds

Ended = Literal["posted", "voided", "expired"]


class Hold(NamedTuple):
    """One pending transfer; see :data:`app.server.ledger.tables.holds`."""

    id: str
    account_id: int
    amount: int
    remaining: int
    kind: str
    state: str
    created_at: int
    expires_at: int
    ended_at: int | None


HOLDS = RowKind(holds, Hold, changes=("remaining", "state", "ended_at"))


def open_hold(
    draft: Draft, hold_id: str, account_id: int, amount: int, *, kind: str, expires_at: int
) -> Hold:
    """Hold ``amount`` of an account back.

    Args:
        draft: The plan's; it declared the account and, as absent, the hold.
        hold_id: A fresh UUIDv7.
        account_id: The account that would be debited.
        amount: Minor units, greater than 0.
        kind: What it is for, e.g. ``authorisation``.
        expires_at: When it runs out, Unix milliseconds.

    Raises:
        KBeanError: ``amount_invalid``, ``insufficient_funds``, ``account_frozen``.
    """
    if amount <= 0:
        raise KBeanError("amount_invalid")
    draft.pend(account_id, amount)
    hold = Hold(hold_id, account_id, amount, amount, kind, "open", draft.now, expires_at, None)
    draft.insert(HOLDS, hold)
    return hold


def take_from_hold(draft: Draft, hold_id: str, amount: int) -> Hold:
    """Let go of a part that is posted in the same draft; the hold stays open with the rest.

    Raises:
        KBeanError: ``hold_not_found``, ``hold_closed``, ``capture_too_large`` with ``left``.
    """
    hold = _open(draft, hold_id)
    if not 0 < amount <= hold.remaining:
        raise KBeanError("capture_too_large", params={"left": hold.remaining})
    draft.pend(hold.account_id, -amount)
    hold = hold._replace(remaining=hold.remaining - amount)
    draft.change(HOLDS, hold)
    return hold


def end_hold(draft: Draft, hold_id: str, state: Ended) -> int:
    """End a hold and let go of what it still held back, which is the answer.

    Raises:
        KBeanError: ``hold_not_found``, ``hold_closed``.
    """
    hold = _open(draft, hold_id)
    if hold.remaining:
        draft.pend(hold.account_id, -hold.remaining)
    draft.change(HOLDS, hold._replace(remaining=0, state=state, ended_at=draft.now))
    return hold.remaining


def _open(draft: Draft, hold_id: str) -> Hold:
    hold = draft.get(HOLDS, hold_id)
    if hold is None:
        raise KBeanError("hold_not_found")
    if hold.state != "open":
        raise KBeanError("hold_closed", params={"state": hold.state})
    return hold
