"""What counts as spent and as received: rules that can be read aloud (design/1 M6).

Money that went out is spent. Money that came in is received, except a refund: that undoes
spending, in the month in which it arrived and in the group of what was bought.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta

from app.wallet.categories import OTHER
from app.wallet.vault.stores.activity_sums import Sum, moment
from app.wallet.vault.vault import Vault


@dataclasses.dataclass(frozen=True, slots=True)
class DayTotal:
    """What went out and came in on one local day.

    Attributes:
        day: ``YYYY-MM-DD``, local time.
        spent: Minor units; refunds are taken off, so that it may be below zero.
        received: Minor units, ≥ 0.
    """

    day: str
    spent: int
    received: int


@dataclasses.dataclass(frozen=True, slots=True)
class Budget:
    """What was spent and received in a time, and on what.

    Attributes:
        since: Unix milliseconds, inclusive.
        until: Unix milliseconds, exclusive.
        spent: Minor units; refunds are taken off.
        received: Minor units, ≥ 0.
        categories: Groups and what was spent on them, the most first; none without spending.
    """

    since: int
    until: int
    spent: int
    received: int
    categories: tuple[tuple[str, int], ...]


def budget(since: int, until: int, sums: Iterable[Sum]) -> Budget:
    """Spent and received from what movements of one currency add up to."""
    received = 0
    spent: dict[str, int] = {}
    for part in sums:
        category = part.category or OTHER
        if part.out:
            spent[category] = spent.get(category, 0) + part.amount
        elif part.kind == "refund":
            spent[category] = spent.get(category, 0) - part.amount
        else:
            received += part.amount
    ranked = sorted(((name, most) for name, most in spent.items() if most), key=_most_first)
    return Budget(since, until, sum(spent.values()), received, tuple(ranked))


def _most_first(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]


def read_budgets(
    vault: Vault, currency: str, times: Iterable[tuple[int, int]]
) -> tuple[Budget, ...]:
    """One :class:`Budget` for each time, in the order given."""
    return tuple(
        budget(since, until, vault.activity.sums.flows(currency, since, until))
        for since, until in times
    )


def read_days(vault: Vault, currency: str, since: int, until: int) -> tuple[DayTotal, ...]:
    """The local days from ``since`` to ``until`` on which something moved, oldest first."""
    day = datetime.fromtimestamp(since / 1000).astimezone().date()
    last = datetime.fromtimestamp(max(since, until - 1) / 1000).astimezone().date()
    totals = []
    while day <= last:
        following = day + timedelta(days=1)
        found = vault.activity.sums.flows(currency, moment(day), moment(following))
        if found:
            whole = budget(0, 0, found)
            totals.append(DayTotal(day.isoformat(), whole.spent, whole.received))
        day = following
    return tuple(totals)
