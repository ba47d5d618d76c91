"""The chart of accounts: which kinds there are, on which side they stand, what floors them.

Money that people and merchants hold is the operator's liability; against it stands the
safeguarded bank account, an asset (design/1 M10). K-Beans are their own currency and never money:
what is handed out is a cost to the operator until it is used or expires.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

POINTS = "KBN"
"""The currency code of K-Beans: 0 decimals, not in ISO 4217 and not money."""

OPERATOR = "00000000-0000-7000-8000-000000000001"
"""The owner id of the operator's own accounts."""

SHARDS = 16
"""Into how many rows a sharded account is split, so that writers of several processes do not
queue for one row; its balance is the sum."""

Group = Literal["asset", "customer", "operator", "expense"]


class AccountKind(NamedTuple):
    """What is fixed about a kind of account.

    Attributes:
        debit_normal: True where debits increase the balance.
        floor: The least ``posted - pending``; None means no floor.
        group: ``asset``: safeguarded money · ``customer``: owed to people and merchants ·
            ``operator``: owed to the operator or not yet matched to anyone · ``expense``.
        sharded: True where the account is split over :data:`SHARDS` rows.
    """

    debit_normal: bool
    floor: int | None
    group: Group
    sharded: bool = False


KINDS: dict[str, AccountKind] = {
    # --- money, one set per currency
    "safeguarded_bank": AccountKind(debit_normal=True, floor=0, group="asset"),
    "funding_clearing": AccountKind(debit_normal=False, floor=0, group="operator"),
    "fees": AccountKind(debit_normal=False, floor=0, group="operator"),
    "promotions": AccountKind(debit_normal=False, floor=0, group="operator"),
    "person": AccountKind(debit_normal=False, floor=0, group="customer"),
    "merchant": AccountKind(debit_normal=False, floor=0, group="customer"),
    # --- K-Beans
    "points_issued": AccountKind(debit_normal=True, floor=None, group="expense", sharded=True),
    "points": AccountKind(debit_normal=False, floor=0, group="customer"),
}
"""Every kind there is."""

OPERATOR_MONEY = ("safeguarded_bank", "funding_clearing", "fees", "promotions")
"""What the operator has in each currency. ``promotions`` is the operator's own money that pays
merchants what a person settles with K-Beans or a coupon."""

OPERATOR_POINTS = ("points_issued",)
"""What the operator has in K-Beans."""
