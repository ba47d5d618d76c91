"""Lots of K-Beans: added in the same draft as the posting that earns them."""

from __future__ import annotations

from typing import NamedTuple

from app.server.ledger.plan import Draft, Posted, RowKind
from app.server.points.tables import point_lots


class Lot(NamedTuple):
    """K-Beans that were earned together; see :data:`app.server.points.tables.point_lots`."""

    id: str
    account_id: int
    journal_id: int
    payment_id: str | None
    earned: int
    remaining: int
    earned_at: int
    expires_at: int


LOTS = RowKind(point_lots, Lot, changes=("remaining",))


def add_lot(
    draft: Draft,
    posted: Posted,
    *,
    lot_id: str,
    account_id: int,
    beans: int,
    expires_at: int,
    payment_id: str | None = None,
) -> None:
    """Add the lot of a posting that credited ``beans`` to a points account.

    It belongs into the same draft as the posting: the sum of the lots is the balance at every
    moment (design/3, invariant 9). Nothing is added for 0 beans.
    """
    if beans:
        lot = Lot(
            lot_id,
            account_id,
            posted.journal_id,
            payment_id,
            beans,
            beans,
            posted.posted_at,
            expires_at,
        )
        draft.insert(LOTS, lot)
