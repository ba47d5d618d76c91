"""Lots of K-Beans: how they are earned, spent, promised, brought back and taken back.

Everything here works on the draft of a plan that declared the lots: the sum of the lots is the
balance at every moment (design/3, invariant 9), so a change of lots belongs into the same draft
as the posting that it explains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.server.ledger.plan import Draft, Posted, RowKind
from app.server.points.rules import DAY_MS
from app.server.points.tables import point_lots, point_uses

GRACE_MS = 7 * DAY_MS
"""How long K-Beans live that come back into a lot, or a coupon, whose date has passed."""


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
    reserved: int = 0
    expired: int = 0
    taken: int = 0

    @property
    def free(self) -> int:
        """What can be spent of it: what is left and not promised."""
        return self.remaining - self.reserved


class Use(NamedTuple):
    """What a payment or redemption took of a lot; see :data:`tables.point_uses`."""

    source_id: str
    lot_id: str
    reserved: int
    spent: int
    returned: int


class Portion(NamedTuple):
    """So many K-Beans of one lot."""

    lot: Lot
    beans: int


LOTS = RowKind(point_lots, Lot, changes=("remaining", "expires_at", "reserved", "expired", "taken"))
USES = RowKind(
    point_uses, Use, key=("source_id", "lot_id"), changes=("reserved", "spent", "returned")
)


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

    Nothing is added for 0 beans.
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


def portions_of(lots: Iterable[Lot], beans: int) -> list[Portion]:
    """``beans`` out of lots, soonest expiry first; fewer where there are fewer."""
    found = []
    for lot in sorted(lots, key=lambda lot: (lot.expires_at, lot.id)):
        part = min(lot.free, beans)
        if part > 0:
            found.append(Portion(lot, part))
            beans -= part
    return found


def spend(draft: Draft, source_id: str, portions: Sequence[Portion]) -> None:
    """Take portions out of their lots, and remember from which."""
    for lot, beans in portions:
        draft.change(LOTS, lot._replace(remaining=lot.remaining - beans))
        draft.insert(USES, Use(source_id, lot.id, 0, beans, 0))


def reserve(draft: Draft, source_id: str, portions: Sequence[Portion]) -> None:
    """Promise portions: they stay in their lots and can't be spent or expire meanwhile."""
    for lot, beans in portions:
        draft.change(LOTS, lot._replace(reserved=lot.reserved + beans))
        draft.insert(USES, Use(source_id, lot.id, beans, 0, 0))


def end_reserved(draft: Draft, keys: Sequence[tuple[str, str]], *, spent: bool) -> None:
    """Spend what was promised, or let go of it; a lot whose date has passed expires then."""
    for key in keys:
        use, lot = _use(draft, key)
        left = lot.remaining - use.reserved if spent else lot.remaining
        draft.change(LOTS, lot._replace(reserved=lot.reserved - use.reserved, remaining=left))
        draft.change(USES, use._replace(reserved=0, spent=use.reserved if spent else 0))


def bring_back(draft: Draft, keys: Sequence[tuple[str, str]], beans: int) -> None:
    """Bring spent K-Beans back into their lots, with their dates (design/1 P4).

    Those of the longest life come first. A lot whose date has passed meanwhile lives
    :data:`GRACE_MS` longer, so that what comes back can be used at all.
    """
    uses = sorted(
        (_use(draft, key) for key in keys),
        key=lambda pair: (pair[1].expires_at, pair[1].id),
        reverse=True,
    )
    for use, lot in uses:
        part = min(use.spent - use.returned, beans)
        if part <= 0:
            continue
        beans -= part
        alive = lot.expires_at > draft.now
        draft.change(
            LOTS,
            lot._replace(
                remaining=lot.remaining + part,
                expires_at=lot.expires_at if alive else draft.now + GRACE_MS,
            ),
        )
        draft.change(USES, use._replace(returned=use.returned + part))
    if beans:
        raise ValueError("more K-Beans come back than were spent")


def take(draft: Draft, portions: Sequence[Portion]) -> int:
    """Take earned K-Beans back out of lots; how many."""
    for lot, beans in portions:
        left = lot.remaining - beans
        draft.change(LOTS, lot._replace(remaining=left, taken=lot.taken + beans))
    return sum(portion.beans for portion in portions)


def expire(draft: Draft, lots: Iterable[Lot]) -> int:
    """End what is free in lots whose date has passed; how many K-Beans that were."""
    gone = 0
    for lot in lots:
        if lot.expires_at <= draft.now and lot.free > 0:
            draft.change(LOTS, lot._replace(remaining=lot.reserved, expired=lot.expired + lot.free))
            gone += lot.free
    return gone


def _use(draft: Draft, key: tuple[str, str]) -> tuple[Use, Lot]:
    use = draft.get(USES, key)
    lot = draft.get(LOTS, key[1])
    if use is None or lot is None:
        raise LookupError(f"nothing of lot {key[1]} was used by {key[0]}")
    return use, lot
