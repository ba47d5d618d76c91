"""What K-Beans or a coupon settle of a payment (design/1 P2).

The payer pays the amount less the discount, the operator's budget for promotions pays the merchant
the rest, and the K-Beans are gone: all in the payment's one posting.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.server.config import Config
from app.server.db.engine import reading
from app.server.ledger.accounts import Directory
from app.server.ledger.chart import OPERATOR
from app.server.ledger.plan import Draft, Leg
from app.server.ledger.writer import Writer
from app.server.points.coupons import COUPONS, Buy, CouponRow, check_coupon, use_coupon
from app.server.points.lots import LOTS, Portion, spend
from app.server.points.purse import Purse, read_purse
from app.server.points.rules import check_beans


class Deducted(NamedTuple):
    """What is settled otherwise.

    Attributes:
        discount: Minor units.
        points: K-Beans spent for it.
        portions: The lots that they come from.
        coupon: The coupon that is used up.
    """

    discount: int = 0
    points: int = 0
    portions: tuple[Portion, ...] = ()
    coupon: CouponRow | None = None

    def legs(self, wanted: Deducting, merchant: int, beans: int, issued: int) -> list[Leg]:
        """What moves besides the payer's money."""
        found = [Leg(wanted.promotions, merchant, self.discount)]
        if self.points:
            found.append(Leg(beans, issued, self.points))
        return found

    def keep(self, draft: Draft, payment_id: str) -> None:
        """Empty the lots, use the coupon up."""
        spend(draft, payment_id, self.portions)
        if self.coupon is not None:
            use_coupon(draft, self.coupon, payment_id)


NOTHING = Deducted()


class Deducting(NamedTuple):
    """A wished deduction with everything its plan needs.

    Attributes:
        promotions: The account that pays the merchant.
        most: What K-Beans may settle at most, minor units.
        per_unit: K-Beans for one minor unit.
    """

    buy: Buy
    points: int
    coupon_id: str | None
    promotions: int
    purse: Purse
    most: int
    per_unit: int

    @property
    def needs(self) -> list[tuple[Any, tuple[Any, ...]]]:
        """The rows for :attr:`Plan.needs`."""
        found: list[tuple[Any, tuple[Any, ...]]] = []
        if self.purse.lots:
            found.append((LOTS, self.purse.lots))
        if self.coupon_id is not None:
            found.append((COUPONS, (self.coupon_id,)))
        return found

    def decide(self, draft: Draft) -> Deducted:
        """What it comes to now.

        Raises:
            StaleLots: see :mod:`app.server.points.purse`.
            KBeanError: ``points_invalid``, ``points_short``, ``coupon_not_found``,
                ``coupon_used``, ``coupon_expired``, ``coupon_unfit``, ``promotion_exhausted``.
        """
        if self.points and self.coupon_id is not None:
            raise KBeanError("points_invalid", "K-Beans or a coupon, not both")
        if self.coupon_id is not None:
            coupon = check_coupon(draft.get(COUPONS, self.coupon_id), self.buy, draft.now)
            found = Deducted(coupon.value, coupon=coupon)
        else:
            discount = check_beans(self.points, per_unit=self.per_unit, most=self.most)
            portions = self.purse.exactly(draft, self.points)
            found = Deducted(discount, self.points, tuple(portions))
        if draft.account(self.promotions).available < found.discount:
            raise KBeanError("promotion_exhausted")
        return found


class Deductions:
    """Prepares deductions."""

    def __init__(
        self, engine: AsyncEngine, writer: Writer, directory: Directory, config: Config
    ) -> None:
        """Wire it."""
        self._engine = engine
        self._writer = writer
        self._directory = directory
        self._config = config

    async def prepare(self, buy: Buy, points: int, coupon_id: str | None, beans: int) -> Deducting:
        """Look up what a deduction needs.

        Args:
            buy: The payment.
            points: K-Beans that are wished to settle a part of it.
            coupon_id: Or a coupon.
            beans: The payer's account of K-Beans.

        Raises:
            KBeanError: ``currency_unsupported``.
        """
        promotions = await self._directory.find(OPERATOR, "promotions", buy.currency)
        if promotions is None:
            raise KBeanError("currency_unsupported", params={"currency": buy.currency})
        purse = Purse()
        if points:
            async with reading(self._engine) as connection:
                purse = await read_purse(connection, beans, points, self._writer.clock())
        return Deducting(
            buy,
            points,
            coupon_id,
            promotions,
            purse,
            self._config.beans_most(buy.amount),
            self._config.beans_per_unit,
        )
