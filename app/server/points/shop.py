"""The K-Beans shop: take something, cancel it, have it handed over, see what one has."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.points import (
    Coupon,
    CouponList,
    DeductionRequest,
    Deductions,
    RedeemRequest,
    RedemptionList,
)
from app.server.config import Config
from app.server.db.engine import reading
from app.server.http.access import checked_key
from app.server.http.tokens import Principal
from app.server.ledger.accounts import Directory
from app.server.ledger.chart import OPERATOR, POINTS
from app.server.ledger.plan import Answer, Idempotency
from app.server.ledger.tables import accounts
from app.server.ledger.writer import Writer
from app.server.points.catalogue import CatalogueBook
from app.server.points.coupons import Buy, coupon_message, fits
from app.server.points.notes import MerchantNames, Moved, Note
from app.server.points.purse import read_purse, with_purse
from app.server.points.redeeming import Ending, Redeeming, redemption_message
from app.server.points.tables import HAS_SOME, coupons, point_lots, point_uses, redemptions

ROUTE = "redemptions"
_SHOWN = 200
"""Redemptions and coupons of one answer."""


class PointShop:
    """What people do with K-Beans."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: Writer,
        directory: Directory,
        catalogue: CatalogueBook,
        config: Config,
        *,
        note: Note,
        merchant_names: MerchantNames,
    ) -> None:
        """Wire it; ``moved`` is told whose K-Beans moved, after the commit."""
        self._engine = engine
        self._writer = writer
        self._directory = directory
        self._catalogue = catalogue
        self._config = config
        self._note = note
        self._names = merchant_names
        self.moved: Moved = lambda _user_id: None

    async def redeem(self, user_id: str, key: str | None, request: RedeemRequest) -> Answer:
        """Take an item: a coupon at once, a gift by reserving its K-Beans.

        Raises:
            KBeanError: ``idempotency_key_*``, ``item_not_found``, ``busy``. Refusals of the plan
                come back in the answer: ``points_short``, ``item_sold_out``,
                ``redemption_limit``, ``account_frozen``.
        """
        digest = sha256(request.item_id.encode()).digest()
        idempotency = Idempotency(user_id, ROUTE, checked_key(key), digest)
        beans = await self._account(user_id)
        issued = await self._account(OPERATOR, "points_issued")

        async def attempt() -> Answer:
            async with reading(self._engine) as connection:
                item = await self._catalogue.find(connection, request.item_id)
                purse = await read_purse(connection, beans, item.beans, self._writer.clock())
            names = await self._names([item.merchant_id]) if item.merchant_id else {}
            return await self._writer.submit(
                Redeeming(
                    user_id,
                    item,
                    beans,
                    issued,
                    purse,
                    new_id(),
                    new_id(),
                    f"{secrets.randbelow(10**8):08d}",
                    names.get(item.merchant_id, ""),
                    self._note,
                    idempotency,
                ).plan()
            )

        return self._told(user_id, await with_purse(attempt))

    async def cancel(self, user_id: str, redemption_id: str) -> Answer:
        """Let go of what was reserved; to cancel again answers the same.

        Raises:
            KBeanError: ``redemption_not_found``. The answer may be ``redemption_ended``.
        """
        row = None
        if is_uuid7(redemption_id):
            row = await self._one(redemptions.c.id == redemption_id)
        if row is None or row.user_id != user_id:
            raise KBeanError("redemption_not_found")
        return self._told(user_id, await self._writer.submit((await self.ending(row)).plan()))

    async def commit(self, till: Principal, code: str) -> Answer:
        """Hand a gift over, by the code that its person shows; the same till may ask again.

        Raises:
            KBeanError: ``redemption_not_found``, also for a gift of another merchant. The answer
                may be ``redemption_ended``.
        """
        row = await self._one(redemptions.c.code == code)
        if row is None or row.merchant_id not in (None, till.merchant):
            raise KBeanError("redemption_not_found")
        ending = (await self.ending(row))._replace(way="posted", terminal_id=till.id)
        return self._told(row.user_id, await self._writer.submit(ending.plan()))

    async def ending(self, row: Any) -> Ending:
        """The person's own end of a redemption, ready to be planned."""
        async with reading(self._engine) as connection:
            found = await connection.scalars(
                sa.select(point_uses.c.lot_id).where(point_uses.c.source_id == row.id)
            )
            uses = tuple((row.id, lot) for lot in found)
        issued = await self._account(OPERATOR, "points_issued")
        return Ending(row, uses, issued, "voided", self._note)

    def _told(self, user_id: str, answer: Answer) -> Answer:
        if answer.status < 400 and not answer.replayed:
            self.moved(user_id)
        return answer

    async def _account(self, owner: str, kind: str = "points") -> int:
        number = await self._directory.find(owner, kind, POINTS)
        if number is None:
            raise KBeanError("currency_unsupported", params={"currency": POINTS})
        return number

    async def _one(self, which: sa.ColumnElement[bool]) -> Any:
        async with reading(self._engine) as connection:
            return (await connection.execute(sa.select(redemptions).where(which))).one_or_none()

    # --- what a person has

    async def redemptions(self, user_id: str) -> RedemptionList:
        """What this person took, newest first."""
        beans = await self._account(user_id)
        t = redemptions.c
        async with reading(self._engine) as connection:
            after = await connection.scalar(
                sa.select(accounts.c.posted - accounts.c.pending).where(accounts.c.id == beans)
            )
            rows = await connection.execute(
                sa.select(redemptions)
                .where(t.user_id == user_id)
                .order_by(t.created_at.desc(), t.id.desc())
                .limit(_SHOWN)
            )
            items = [redemption_message(row, after or 0) for row in rows]
        return RedemptionList(items, self._writer.clock())

    async def coupons(self, user_id: str) -> CouponList:
        """This person's coupons: open ones first, soonest expiry first."""
        now = self._writer.clock()
        async with reading(self._engine) as connection:
            found = await self._coupons(connection, coupons.c.user_id == user_id)
        shown = [await self._shown(row, now) for row in found]
        return CouponList(sorted(shown, key=lambda one: one.state != "open"), now)

    async def deductions(self, user_id: str, request: DeductionRequest) -> Deductions:
        """What K-Beans and coupons could settle of a payment; moves nothing.

        Raises:
            KBeanError: ``currency_unsupported``.
        """
        config, now = self._config, self._writer.clock()
        if request.currency not in config.currencies:
            raise KBeanError("currency_unsupported", params={"currency": request.currency})
        beans = await self._account(user_id)
        budget = await self._directory.find(OPERATOR, "promotions", request.currency)
        async with reading(self._engine) as connection:
            free = await _free(connection, beans, now)
            left = await connection.scalar(
                sa.select(accounts.c.posted - accounts.c.pending).where(accounts.c.id == budget)
            )
            found = await self._coupons(
                connection,
                coupons.c.user_id == user_id,
                coupons.c.state == "open",
                coupons.c.expires_at > now,
                coupons.c.value <= (left or 0),
            )
        buy = Buy(user_id, request.merchant_id, request.amount, request.currency)
        per = config.beans_per_unit
        most = min(free // per, config.beans_most(request.amount), left or 0)
        fitting = [await self._shown(row, now) for row in found if fits(row, buy)]
        return Deductions(per, max(0, most) * per, fitting, now)

    async def _coupons(
        self, connection: AsyncConnection, *which: sa.ColumnElement[bool]
    ) -> list[Any]:
        query = sa.select(coupons).where(*which)
        rows = await connection.execute(
            query.order_by(coupons.c.expires_at, coupons.c.id).limit(_SHOWN)
        )
        return list(rows)

    async def _shown(self, row: Any, now: int) -> Coupon:
        names = await self._names([row.merchant_id]) if row.merchant_id else {}
        return coupon_message(row, now, names.get(row.merchant_id, ""))


async def _free(connection: AsyncConnection, account_id: int, now: int) -> int:
    """K-Beans that can be spent now."""
    t = point_lots.c
    found = await connection.scalar(
        sa.select(sa.func.sum(t.remaining - t.reserved)).where(
            t.account_id == account_id, HAS_SOME, t.expires_at > now
        )
    )
    return int(found or 0)
