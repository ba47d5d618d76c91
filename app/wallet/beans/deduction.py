"""What K-Beans or a coupon settle of a payment: pure decisions (design/1 P2).

Never both; and what the service said is possible is the limit of what can be chosen.
"""

from __future__ import annotations

import dataclasses

from app.protocol.errors import KBeanError
from app.protocol.messages.points import Coupon, Deductions


@dataclasses.dataclass(frozen=True, slots=True)
class Deduction:
    """What was chosen.

    Attributes:
        points: K-Beans that are given.
        coupon: Or the coupon.
        discount: What that settles, minor units.
    """

    points: int = 0
    coupon: Coupon | None = None
    discount: int = 0

    @property
    def coupon_id(self) -> str | None:
        """For the intent."""
        return self.coupon.coupon_id if self.coupon else None


NOTHING = Deduction()


def anything(offered: Deductions | None) -> bool:
    """Whether there is anything to choose from."""
    return offered is not None and bool(most_beans(offered) or offered.coupons)


def most_beans(offered: Deductions) -> int:
    """The most K-Beans that can be given: a whole number of minor units."""
    return offered.beans_max - offered.beans_max % offered.beans_per_unit


def by_beans(offered: Deductions | None, beans: int) -> Deduction:
    """Give so many K-Beans.

    Raises:
        KBeanError: ``points_invalid``: too many, or no whole number of minor units.
    """
    if beans == 0:
        return NOTHING
    if offered is None or not 0 < beans <= offered.beans_max or beans % offered.beans_per_unit:
        maximum = most_beans(offered) if offered else 0
        raise KBeanError("points_invalid", field="points", params={"beans": maximum})
    return Deduction(points=beans, discount=beans // offered.beans_per_unit)


def by_coupon(offered: Deductions | None, coupon_id: str, amount: int) -> Deduction:
    """Use a coupon.

    Raises:
        KBeanError: ``coupon_unfit``: not among those that fit this payment.
    """
    for coupon in offered.coupons if offered else ():
        if coupon.coupon_id == coupon_id:
            return Deduction(coupon=coupon, discount=min(coupon.value, amount))
    raise KBeanError("coupon_unfit")
