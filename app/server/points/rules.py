"""How many K-Beans a sale earns: pure decisions over rules that are data (design/1 P1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.protocol.errors import KBeanError

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class EarningRule:
    """For every whole ``per`` minor units of a sale that fits, ``beans`` K-Beans.

    Attributes:
        id: The rule's id.
        name: What the operator calls it.
        currency: The sale's currency.
        per: Minor units per step, greater than 0.
        beans: K-Beans per step.
        merchant_id: Only this merchant; None means every one.
        mcc: Only merchants of this category (ISO 18245); None means every one.
        least: Only sales of at least this many minor units.
        valid_from: First moment, Unix milliseconds.
        valid_to: First moment after it; None means without end.
        lifetime_days: After how many days the earned K-Beans expire.
        campaign: What it is part of, where it is part of something.
    """

    id: str
    name: str
    currency: str
    per: int
    beans: int
    merchant_id: str | None
    mcc: str | None
    least: int
    valid_from: int
    valid_to: int | None
    lifetime_days: int
    campaign: str | None = None

    def fits(self, sale: Sale) -> bool:
        """Whether the rule speaks about this sale."""
        return (
            self.currency == sale.currency
            and sale.amount >= self.least
            and self.merchant_id in (None, sale.merchant_id)
            and self.mcc in (None, sale.mcc)
            and self.valid_from <= sale.at
            and (self.valid_to is None or sale.at < self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Sale:
    """What the rules look at. ``amount`` in minor units, ``at`` in Unix milliseconds."""

    merchant_id: str
    mcc: str
    currency: str
    amount: int
    at: int


@dataclass(frozen=True, slots=True)
class Earned:
    """What a sale earns: K-Beans (0 where no rule fits) and when they expire."""

    beans: int
    expires_at: int


def earned(rules: Iterable[EarningRule], sale: Sale) -> Earned:
    """The best of the rules that fit: most K-Beans, then the longer life. They never add up."""
    best = Earned(0, 0)
    for rule in rules:
        if rule.fits(sale):
            offer = Earned(
                sale.amount // rule.per * rule.beans, sale.at + rule.lifetime_days * DAY_MS
            )
            if (offer.beans, offer.expires_at) > (best.beans, best.expires_at):
                best = offer
    return best


def check_beans(points: int, *, per_unit: int, most: int) -> int:
    """What K-Beans settle of a payment, minor units.

    Args:
        points: K-Beans that are wished.
        per_unit: K-Beans for one minor unit.
        most: Minor units that may be settled so.

    Raises:
        KBeanError: ``points_invalid`` with the ``most`` K-Beans that can be used here.
    """
    worth, odd = divmod(points, per_unit)
    if odd or not 0 < worth <= most:
        raise KBeanError(
            "points_invalid",
            field="intent.points",
            params={"most": most * per_unit, "per_unit": per_unit},
        )
    return worth
