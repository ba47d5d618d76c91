"""Earned K-Beans that a refund takes back: from lots, or as a debt that later lots pay."""

from __future__ import annotations

from typing import NamedTuple

from app.server.ledger.plan import Draft, RowKind
from app.server.points.lots import LOTS, Portion, take
from app.server.points.purse import Purse
from app.server.points.tables import point_debts


class Debt(NamedTuple):
    """K-Beans that a person's later lots owe; see :data:`tables.point_debts`."""

    account_id: int
    user_id: str
    beans: int


DEBTS = RowKind(point_debts, Debt, key=("account_id",), changes=("beans",))


class TakenBack(NamedTuple):
    """What became of earned K-Beans that had to go.

    Attributes:
        now: Taken out of lots: to be posted.
        owed: Spent already: the person's later lots pay.
        lapsed: They had run out unused, so nobody has them and nobody owes them.
    """

    now: int = 0
    owed: int = 0
    lapsed: int = 0


def take_back(
    draft: Draft, own_lot: str | None, purse: Purse, beans: int, *, lapsed: int, frozen: bool
) -> TakenBack:
    """Take earned K-Beans back: out of the payment's own lot, then soonest expiry first.

    Args:
        draft: It declared the lots.
        own_lot: The lot that the payment made.
        purse: Others of the person.
        beans: How many have to go.
        lapsed: How many of the own lot's expired ones earlier refunds let pass.
        frozen: The account gives nothing now, so all of it is owed.

    Raises:
        StaleLots: where other lots may have what these lack.
    """
    if not beans:
        return TakenBack()
    own = draft.get(LOTS, own_lot) if own_lot is not None else None
    first = min(own.free, beans) if own is not None and not frozen else 0
    gone = min(own.expired - lapsed, beans - first) if own is not None else 0
    rest = beans - first - gone
    taken = take(draft, [Portion(own, first)]) if own is not None and first else 0
    if rest and not frozen:
        taken += take(draft, purse.at_most(draft, rest))
    return TakenBack(taken, beans - gone - taken, gone)


def owe(draft: Draft, account_id: int, user_id: str, beans: int) -> None:
    """Remember what later lots have to pay; the plan declared the debt."""
    if beans:
        debt = draft.get(DEBTS, account_id)
        if debt is None:
            draft.insert(DEBTS, Debt(account_id, user_id, beans))
        else:
            draft.change(DEBTS, debt._replace(beans=debt.beans + beans))
