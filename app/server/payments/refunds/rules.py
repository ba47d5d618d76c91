"""Pure decisions about refunds: who may, how much, what of it is whose."""

from __future__ import annotations

from typing import NamedTuple

from app.protocol.errors import KBeanError

REFUNDERS = frozenset({"supervisor", "manager"})
"""The roles of a merchant's people that may refund (design/1 C4)."""


class Sale(NamedTuple):
    """What was paid, whole.

    Attributes:
        amount: Minor units that the merchant got.
        discount: Of them, what K-Beans or a coupon settled.
        points: K-Beans earned.
        points_spent: K-Beans spent.
        currency: ISO 4217.
    """

    amount: int
    discount: int
    points: int
    points_spent: int
    currency: str


class Share(NamedTuple):
    """What one refund moves.

    Attributes:
        amount: Minor units taken from the merchant.
        discount: Of them, back to the operator's budget; the payer gets the rest.
        points_returned: Spent K-Beans that come back.
        points_taken_back: Earned K-Beans that go.
        last: Whether nothing is left to refund.
    """

    amount: int
    discount: int
    points_returned: int
    points_taken_back: int
    last: bool


def check_allowed(role: str | None) -> None:
    """Let supervisors and managers of the merchant refund, nobody else.

    Raises:
        KBeanError: ``refund_not_allowed``.
    """
    if role not in REFUNDERS:
        raise KBeanError("refund_not_allowed", field="cashier")


def check_amount(asked: int | None, left: int, currency: str) -> int:
    """How much is refunded: what was asked for, or all that is left.

    Raises:
        KBeanError: ``refund_too_large`` with what is ``left``.
    """
    if not left or (asked is not None and asked > left):
        raise KBeanError(
            "refund_too_large", field="amount", params={"left": left, "currency": currency}
        )
    return left if asked is None else asked


def check_same(posted: int | None, asked: int | None) -> None:
    """Hold a repeated number against what was asked for under it first.

    Raises:
        KBeanError: ``refund_differs``.
    """
    if posted != asked:
        raise KBeanError("refund_differs", field="amount")


def share(sale: Sale, before: int, amount: int) -> Share:
    """What a refund of ``amount`` moves when ``before`` was refunded already.

    Every part follows the whole amount refunded so far, rounded down, and a refund moves the
    difference to what moved before. So parts never run ahead of the money, rounding never adds
    up, and the refund that takes the last cent makes every part whole (design/1 P4).
    """
    after = before + amount

    def step(whole: int) -> int:
        return whole * after // sale.amount - whole * before // sale.amount

    return Share(
        amount,
        step(sale.discount),
        step(sale.points_spent),
        step(sale.points),
        last=after == sale.amount,
    )
