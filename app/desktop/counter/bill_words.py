"""What a difference between the daily bill and this counter is called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.amounts import amount_text
from app.wallet.counter.bill import Gap


def gap_words(gap: Gap, currency: str) -> str:
    """One sentence a cashier can act on."""
    here = "" if gap.here is None else amount_text(gap.here, currency)
    there = "" if gap.there is None else amount_text(gap.there, currency)
    return _pattern(gap).format(number=gap.number, here=here, there=there)


def _pattern(gap: Gap) -> str:
    if gap.kind == "not_paid":
        return QCoreApplication.translate(
            "Counter", "{number}: {there} was paid by the bill; here the sale counts as not paid."
        )
    if gap.kind == "taken_back":
        return QCoreApplication.translate(
            "Counter", "{number}: taken back by the bill; here its {here} counts as paid."
        )
    if gap.kind == "refund":
        return _refund_pattern(gap)
    if gap.here is None:
        return QCoreApplication.translate(
            "Counter",
            "{number}: a sale of {there} is on the bill and not in this counter's record.",
        )
    if gap.there is None:
        return QCoreApplication.translate(
            "Counter", "{number}: a sale of {here} is in this counter's record and not on the bill."
        )
    return QCoreApplication.translate(
        "Counter", "{number}: {there} by the bill, {here} by this counter."
    )


def _refund_pattern(gap: Gap) -> str:
    if gap.here is None:
        return QCoreApplication.translate(
            "Counter",
            "{number}: a refund of {there} is on the bill and not in this counter's record.",
        )
    if gap.there is None:
        return QCoreApplication.translate(
            "Counter",
            "{number}: a refund of {here} is in this counter's record and not on the bill.",
        )
    return QCoreApplication.translate(
        "Counter", "{number}: refunded {there} by the bill, {here} by this counter."
    )
