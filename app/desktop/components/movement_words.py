"""What a movement is called, which sign it gets, and in which colour its amount stands."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.amounts import amount_text, count_text
from app.protocol.messages.payments import Movement

BEANS = "KBN"


class MovementWords(NamedTuple):
    """A movement as a line shows it.

    Attributes:
        title: Who or what it was.
        detail: A second, smaller line: what kind, the store, the subject.
        amount: With an explicit sign.
        icon: Phosphor name.
        ink: The icon's colour, a token.
        ground: The disc's colour, a token.
        amount_ink: The amount's colour, a token.
        beans: ``+12 K-Beans`` where a payment earned some.
    """

    title: str
    detail: str
    amount: str
    icon: str
    ink: str
    ground: str
    amount_ink: str
    beans: str


_BY_MCC = {
    "5411": "shopping-cart",
    "5499": "shopping-bag",
    "5311": "shopping-bag",
    "5812": "fork-knife",
    "5813": "wine",
    "5814": "coffee",
    "5942": "book-open",
    "5912": "first-aid",
    "4111": "train",
    "4121": "car",
    "7832": "ticket",
}


def kind_words(movement: Movement) -> str:
    """What kind of movement it is."""
    beans = movement.currency == BEANS
    if movement.kind == "payment":
        return QCoreApplication.translate("Movements", "Paid")
    if movement.kind == "payment_received":
        return QCoreApplication.translate("Movements", "Received")
    if movement.kind == "top_up":
        return QCoreApplication.translate("Movements", "Topped up")
    if movement.kind == "points_earned":
        return QCoreApplication.translate("Movements", "Earned")
    if beans:
        return QCoreApplication.translate("Movements", "K-Beans adjusted")
    return QCoreApplication.translate("Movements", "Adjusted")


def beans_words(count: int, *, signed: bool = False) -> str:
    """``12 K-Beans``, with ``signed`` ``+12 K-Beans``."""
    words = QCoreApplication.translate("Movements", "{count} K-Beans")
    return words.format(count=count_text(count, signed=signed))


def words_of(movement: Movement) -> MovementWords:
    """Everything a line of the list says."""
    beans = movement.currency == BEANS
    kind = kind_words(movement)
    title = movement.counterparty or kind
    parts = [kind] if movement.counterparty else []
    for part in (movement.store_name, movement.subject, movement.note):
        if part and part not in (*parts, title):
            parts.append(part)
    coming = movement.amount > 0
    if beans:
        icon, ink, ground = "leaf", "gold_text", "gold_wash"
        amount = beans_words(movement.amount, signed=True)
        amount_ink = "gold_text" if coming else "text"
    else:
        icon = _BY_MCC.get(movement.mcc, "storefront")
        ink, ground = "muted", "sunken"
        if movement.kind == "top_up":
            icon, ink, ground = "arrow-down", "on_wash", "wash"
        elif movement.kind == "adjustment":
            icon = "plus-minus"
        amount = amount_text(movement.amount, movement.currency, signed=True)
        amount_ink = "bean" if coming else "text"
    earned = movement.points_earned
    return MovementWords(
        title,
        " · ".join(parts[:2]),
        amount,
        icon,
        ink,
        ground,
        amount_ink,
        beans_words(earned, signed=True) if earned and not beans else "",
    )
