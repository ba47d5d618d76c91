"""Which lots a plan may touch: read beforehand, held against the truth inside the plan.

A plan names every row it needs, but which lots a spend takes is only known when they are seen. So
they are read before (a :class:`Purse`: the soonest to expire, enough for the wish and some more),
declared, locked with the plan, and picked from as they are then. Where somebody else emptied
them meanwhile, the plan says :class:`StaleLots`, nothing of it remains, and :func:`with_purse`
reads and tries again. Nothing can be spent twice: what counts is the locked rows.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.server.ledger.plan import Answer, Draft
from app.server.points.lots import LOTS, Lot, Portion, portions_of
from app.server.points.tables import HAS_SOME, point_lots

TRIES = 8
"""How often lots are read anew before the caller is told to come again."""

_SLACK = 8
"""Lots that are declared besides those that would do."""


class StaleLots(KBeanError):  # noqa: N818 - it is no error: the plan is made anew
    """The lots that were read are no longer enough, though there may be others: read anew."""

    def __init__(self) -> None:
        super().__init__("busy", "the lots changed meanwhile", retry_after=1)


class Purse(NamedTuple):
    """The lots of a points account that a plan may touch.

    Attributes:
        lots: Their ids.
        whole: Whether these were all that had anything free; what they lack isn't there.
    """

    lots: tuple[str, ...] = ()
    whole: bool = True

    def alive(self, draft: Draft) -> list[Lot]:
        """Those that have not run out, as they are now."""
        found = (draft.get(LOTS, lot_id) for lot_id in self.lots)
        return [lot for lot in found if lot is not None and lot.expires_at > draft.now]

    def at_most(self, draft: Draft, beans: int) -> list[Portion]:
        """``beans`` out of them, fewer where the person has fewer.

        Raises:
            StaleLots: where others may have the rest.
        """
        found = portions_of(self.alive(draft), beans)
        if not self.whole and sum(portion.beans for portion in found) < beans:
            raise StaleLots
        return found

    def exactly(self, draft: Draft, beans: int) -> list[Portion]:
        """``beans`` out of them.

        Raises:
            StaleLots: where others may have the rest.
            KBeanError: ``points_short`` with what is ``available``.
        """
        found = self.at_most(draft, beans)
        available = sum(portion.beans for portion in found)
        if available < beans:
            raise KBeanError("points_short", params={"available": available, "needed": beans})
        return found


async def read_purse(connection: AsyncConnection, account_id: int, beans: int, now: int) -> Purse:
    """The lots of an account that ``beans`` would come from now, and a few more."""
    t = point_lots.c
    rows = await connection.execute(
        sa.select(t.id, (t.remaining - t.reserved).label("free"))
        .where(
            t.account_id == account_id,
            HAS_SOME,
            t.remaining > t.reserved,
            t.expires_at > now,
        )
        .order_by(t.expires_at, t.id)
    )
    lots: list[str] = []
    slack = _SLACK
    for row in rows:
        if beans <= 0:
            slack -= 1
            if slack < 0:
                return Purse(tuple(lots), whole=False)
        lots.append(row.id)
        beans -= row.free
    return Purse(tuple(lots), whole=True)


async def with_purse(attempt: Callable[[], Awaitable[Answer]]) -> Answer:
    """Read, plan and submit until the lots that were read are still there.

    Raises:
        KBeanError: ``busy`` where they never were, and what ``attempt`` raises.
    """
    for _ in range(TRIES - 1):
        try:
            return await attempt()
        except StaleLots:
            continue
    return await attempt()
