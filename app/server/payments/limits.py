"""What leaves on a day: counters, the operator's caps, the person's own limits (design/1 M11)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from app.protocol.errors import KBeanError
from app.server.ledger.plan import Draft, RowKind
from app.server.payments.tables import spending, user_limits

Way = Literal["order", "static", "small", "transfer", "held"]
"""How something is paid: a way of its own has a cap of its own. ``held`` was counted on the day it
was held back, so its capture is neither held against limits again nor counted."""


class SpendingRow(NamedTuple):
    """What a person paid on a day; see :data:`app.server.payments.tables.spending`."""

    user_id: str
    currency: str
    day: int
    total: int
    static: int
    small: int


class LimitsRow(NamedTuple):
    """What a person allows at most; None is no limit of theirs."""

    user_id: str
    currency: str
    per_payment: int | None
    per_day: int | None
    small_each: int | None
    small_day: int | None


SPENDING = RowKind(
    spending,
    SpendingRow,
    key=("user_id", "currency", "day"),
    changes=("total", "static", "small"),
)
LIMITS = RowKind(user_limits, LimitsRow, key=("user_id", "currency"), lock=False)


def count_spending(
    draft: Draft,
    key: tuple[str, str, int],
    amount: int,
    *,
    way: Way,
    static_cap: int,
) -> None:
    """Hold an amount against the limits of its day, and count it.

    Args:
        draft: It declared ``SPENDING`` under ``key`` and ``LIMITS`` under its first two parts.
        key: (user id, currency, day).
        amount: Minor units that leave.
        way: How.
        static_cap: What static codes may carry a day (design/3).

    Raises:
        KBeanError: ``limit_exceeded`` with ``kind``, ``limit`` and what is ``available``.
    """
    if way == "held":
        return
    row = draft.get(SPENDING, key) or SpendingRow(*key, 0, 0, 0)
    limits = draft.get(LIMITS, key[:2])
    currency = key[1]
    if limits is not None:
        check_limit(0, amount, limits.per_payment, "own_payment", currency)
        check_limit(row.total, amount, limits.per_day, "own_day", currency)
    static = amount if way == "static" else 0
    check_limit(row.static, static, static_cap, "static_code_daily", currency)
    small = amount if way == "small" else 0
    counted = SpendingRow(*key, row.total + amount, row.static + static, row.small + small)
    if draft.get(SPENDING, key) is None:
        draft.insert(SPENDING, counted)
    else:
        draft.change(SPENDING, counted)


def give_back_spending(draft: Draft, key: tuple[str, str, int], amount: int) -> None:
    """Take off a day's count what was held back then and never left."""
    row = draft.get(SPENDING, key)
    if row is not None and amount:
        draft.change(SPENDING, row._replace(total=max(0, row.total - amount)))


def check_limit(spent: int, amount: int, limit: int | None, kind: str, currency: str) -> None:
    """Refuse what would pass a limit; nothing is refused where nothing is spent.

    Raises:
        KBeanError: ``limit_exceeded``.
    """
    if limit is not None and amount and spent + amount > limit:
        raise KBeanError(
            "limit_exceeded",
            "over a daily limit" if spent else "over a limit",
            field="intent.amount",
            params={
                "limit": limit,
                "available": max(0, limit - spent),
                "currency": currency,
                "kind": kind,
            },
        )
