"""What the clock does to K-Beans: lots run out, reservations end, debts are paid.

Every round only finds who has something due; what then happens is decided in the plan, under its
locks, so any number of nodes may look at once and each thing happens once.
"""

from __future__ import annotations

import functools

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import reading
from app.server.ledger.accounts import Directory
from app.server.ledger.chart import OPERATOR, POINTS
from app.server.ledger.plan import Answer, Draft, Leg, Plan
from app.server.ledger.tables import accounts
from app.server.ledger.writer import Writer
from app.server.points.debts import DEBTS
from app.server.points.lots import LOTS, expire, take
from app.server.points.notes import Moved, Note
from app.server.points.purse import Purse, read_purse, with_purse
from app.server.points.shop import PointShop
from app.server.points.tables import HAS_SOME, point_debts, point_lots, redemptions

_PORTION = 200
"""Rows that one round looks at; the next one comes soon."""

_log = structlog.get_logger(__name__)


class Sweeps:
    """The rounds."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: Writer,
        directory: Directory,
        shop: PointShop,
        *,
        note: Note,
    ) -> None:
        """Wire it; ``moved`` is told whose K-Beans moved, after the commit."""
        self._engine = engine
        self._writer = writer
        self._directory = directory
        self._shop = shop
        self._note = note
        self.moved: Moved = lambda _user_id: None

    async def expire_lots(self) -> int:
        """End lots whose date has passed; for how many people.

        What a reservation has promised stays until that ends, and a frozen account keeps all it
        has until it is thawed.
        """
        t = point_lots.c
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(t.id, t.account_id, accounts.c.owner)
                .join(accounts, accounts.c.id == t.account_id)
                .where(
                    HAS_SOME,
                    t.remaining > t.reserved,
                    t.expires_at <= self._writer.clock(),
                    accounts.c.state == "active",
                )
                .order_by(t.expires_at, t.id)
                .limit(_PORTION)
            )
            due: dict[tuple[int, str], list[str]] = {}
            for row in rows:
                due.setdefault((row.account_id, row.owner), []).append(row.id)
        for (account_id, owner), lots in due.items():
            await self._expire(account_id, owner, lots)
        return len(due)

    async def _expire(self, account_id: int, owner: str, lots: list[str]) -> None:
        issued = await self._issued()

        def decide(draft: Draft) -> Answer:
            found = [lot for lot_id in lots if (lot := draft.get(LOTS, lot_id)) is not None]
            gone = expire(draft, found)
            if gone:
                posted = draft.post(
                    "points_expire", [Leg(account_id, issued, gone)], event_at=draft.now
                )
                self._note(draft, posted, owner, "points_expired", "")
            return Answer(200, b"")

        await self._do(owner, Plan(decide, (account_id, issued), ((LOTS, lots),)))

    async def release_redemptions(self) -> int:
        """End reservations that ran out; how many."""
        t = redemptions.c
        async with reading(self._engine) as connection:
            query = sa.select(redemptions).where(
                t.state == "reserved", t.expires_at <= self._writer.clock()
            )
            due = list(await connection.execute(query.order_by(t.expires_at).limit(_PORTION)))
        for row in due:
            ending = (await self._shop.ending(row))._replace(way="expired")
            await self._do(row.user_id, ending.plan())
        return len(due)

    async def collect_debts(self) -> int:
        """Take from later lots what earlier refunds could not; from how many people."""
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(point_debts.c.account_id, point_debts.c.user_id, point_debts.c.beans)
                .join(accounts, accounts.c.id == point_debts.c.account_id)
                .where(
                    point_debts.c.beans > 0,
                    accounts.c.posted > accounts.c.pending,
                    accounts.c.state == "active",
                )
                .limit(_PORTION)
            )
            due = list(rows)
        for row in due:
            await with_purse(functools.partial(self._collect, *row))
        return len(due)

    async def _collect(self, account_id: int, user_id: str, owed: int) -> Answer:
        issued = await self._issued()
        async with reading(self._engine) as connection:
            purse: Purse = await read_purse(connection, account_id, owed, self._writer.clock())
        if not purse.lots:
            return Answer(200, b"")

        def decide(draft: Draft) -> Answer:
            debt = draft.get(DEBTS, account_id)
            beans = debt.beans if debt is not None else 0
            taken = take(draft, purse.at_most(draft, beans)) if beans else 0
            if debt is not None and taken:
                draft.change(DEBTS, debt._replace(beans=beans - taken))
                posted = draft.post(
                    "points_debt", [Leg(account_id, issued, taken)], event_at=draft.now
                )
                self._note(draft, posted, user_id, "points_taken_back", "")
            return Answer(200, b"")

        needs = ((DEBTS, (account_id,)), (LOTS, purse.lots))
        return await self._do(user_id, Plan(decide, (account_id, issued), needs))

    async def _issued(self) -> int:
        issued = await self._directory.find(OPERATOR, "points_issued", POINTS)
        if issued is None:
            raise LookupError("the operator has no account of issued K-Beans")
        return issued

    async def _do(self, user_id: str, plan: Plan) -> Answer:
        answer = await self._writer.submit(plan)
        if answer.status >= 400:
            # Frozen since it was looked at, or another node was there first.
            _log.info("points.round_refused", status=answer.status)
        elif not answer.replayed:
            self.moved(user_id)
        return answer
