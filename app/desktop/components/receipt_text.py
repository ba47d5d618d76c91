"""A receipt as lines of text, for the screen, the clipboard and the PDF alike."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.desktop.components.movement_words import beans_words
from app.desktop.components.when import exact_words
from app.desktop.widgets.amounts import MINUS, amount_text
from app.wallet.session import ReceiptView


def lines_of(receipt: ReceiptView, payer: str) -> list[tuple[str, str]]:
    """(name, value) of everything but the amount, in the order they are read."""
    told = [
        *_deducted(receipt),
        (QCoreApplication.translate("Receipt", "Paid by"), payer),
        (QCoreApplication.translate("Receipt", "Paid to"), receipt.payee_name),
        (QCoreApplication.translate("Receipt", "Store"), receipt.store_name),
        (QCoreApplication.translate("Receipt", "For"), receipt.subject),
        (QCoreApplication.translate("Receipt", "Note"), receipt.note),
        (QCoreApplication.translate("Receipt", "Time"), exact_words(receipt.posted_at)),
        (QCoreApplication.translate("Receipt", "Order number"), receipt.order_number),
    ]
    return [(name, value) for name, value in told if value]


def _deducted(receipt: ReceiptView) -> list[tuple[str, str]]:
    """What it would have cost, and what K-Beans or a coupon settled of it."""
    if not receipt.discount:
        return []
    off = MINUS + amount_text(receipt.discount, receipt.currency)
    if receipt.points_spent:
        used = QCoreApplication.translate("Receipt", "{beans} used")
        name = used.format(beans=beans_words(receipt.points_spent))
    else:
        name = QCoreApplication.translate("Receipt", "Coupon")
    price = QCoreApplication.translate("Receipt", "Price")
    return [(price, amount_text(receipt.amount, receipt.currency)), (name, off)]


def receipt_text(receipt: ReceiptView, payer: str) -> str:
    """The whole receipt as text, to be copied."""
    title = QCoreApplication.translate("Receipt", "K-Bean Wallet receipt")
    lines = [title, amount_text(receipt.paid, receipt.currency) + f" {receipt.currency}"]
    lines += [f"{name}: {value}" for name, value in lines_of(receipt, payer)]
    if receipt.points_earned:
        lines.append(beans_words(receipt.points_earned, signed=True))
    signed = QCoreApplication.translate("Receipt", "Signed by {name}, key {key}")
    lines.append(signed.format(name=receipt.operator, key=receipt.key_id))
    lines.append(receipt.signature)
    return "\n".join(lines)
