"""What a movement is called, which sign it gets, and in which colour its amount stands."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QCoreApplication

from app.desktop.widgets.amounts import amount_text, count_text
from app.protocol.messages.payments import Movement
from app.wallet.categories import category_of
from app.wallet.marks import Noted

BEANS = "KBN"


class MovementWords(msgspec.Struct, frozen=True, gc=False):
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


_BY_KIND = {
    "top_up": ("arrow-down", "on_wash", "wash"),
    "transfer_out": ("paper-plane-tilt", "muted", "sunken"),
    "transfer_in": ("arrow-down-left", "on_wash", "wash"),
    "payment_received": ("arrow-down-left", "on_wash", "wash"),
    "refund": ("arrow-u-up-left", "on_wash", "wash"),
    "adjustment": ("plus-minus", "muted", "sunken"),
    "points_earned": ("leaf", "gold_text", "gold_wash"),
    "points_spent": ("gift", "gold_text", "gold_wash"),
    "points_returned": ("arrow-u-up-left", "gold_text", "gold_wash"),
    "points_taken_back": ("arrow-bend-up-left", "muted", "sunken"),
    "points_expired": ("hourglass-low", "muted", "sunken"),
}
"""Icon, its colour and its ground, for everything that is no payment."""

_BY_CATEGORY = {
    "groceries": "shopping-cart",
    "dining": "fork-knife",
    "transport": "train",
    "shopping": "shopping-bag",
    "home": "house-line",
    "health": "first-aid",
    "leisure": "film-strip",
    "education": "book-open",
    "travel": "airplane-tilt",
    "services": "wrench",
    "public": "bank",
    "people": "users",
    "topup": "arrow-down",
    "other": "storefront",
}


def category_icon(category: str) -> str:
    """The Phosphor name of a group's icon."""
    return _BY_CATEGORY.get(category, "storefront")


def category_words(category: str) -> str:
    """What a group is called."""
    return {
        "groceries": QCoreApplication.translate("Categories", "Groceries"),
        "dining": QCoreApplication.translate("Categories", "Eating out"),
        "transport": QCoreApplication.translate("Categories", "Transport"),
        "shopping": QCoreApplication.translate("Categories", "Shopping"),
        "home": QCoreApplication.translate("Categories", "Home and bills"),
        "health": QCoreApplication.translate("Categories", "Health and care"),
        "leisure": QCoreApplication.translate("Categories", "Leisure"),
        "education": QCoreApplication.translate("Categories", "Learning"),
        "travel": QCoreApplication.translate("Categories", "Travel"),
        "services": QCoreApplication.translate("Categories", "Services"),
        "public": QCoreApplication.translate("Categories", "Public offices"),
        "people": QCoreApplication.translate("Categories", "Between people"),
        "topup": QCoreApplication.translate("Categories", "Top-ups"),
    }.get(category, QCoreApplication.translate("Categories", "Everything else"))


def kind_name(kind: str) -> str:
    """What a kind of movement is called."""
    return {
        "payment": QCoreApplication.translate("Movements", "Paid"),
        "payment_received": QCoreApplication.translate("Movements", "Received"),
        "refund": QCoreApplication.translate("Movements", "Refunded"),
        "top_up": QCoreApplication.translate("Movements", "Topped up"),
        "transfer_out": QCoreApplication.translate("Movements", "Sent"),
        "transfer_in": QCoreApplication.translate("Movements", "Transfer received"),
        "points_earned": QCoreApplication.translate("Movements", "Earned"),
        "points_spent": QCoreApplication.translate("Movements", "K-Beans used"),
        "points_returned": QCoreApplication.translate("Movements", "K-Beans returned"),
        "points_taken_back": QCoreApplication.translate("Movements", "K-Beans taken back"),
        "points_expired": QCoreApplication.translate("Movements", "K-Beans expired"),
    }.get(kind, QCoreApplication.translate("Movements", "Adjusted"))


def kind_words(movement: Movement) -> str:
    """What kind of movement it is."""
    if movement.kind == "adjustment" and movement.currency == BEANS:
        return QCoreApplication.translate("Movements", "K-Beans adjusted")
    return kind_name(movement.kind)


def beans_words(count: int, *, signed: bool = False) -> str:
    """``12 K-Beans``, with ``signed`` ``+12 K-Beans``."""
    words = QCoreApplication.translate("Movements", "{count} K-Beans")
    return words.format(count=count_text(count, signed=signed))


def words_of(movement: Movement, noted: Noted | None = None) -> MovementWords:
    """Everything a line of the list says.

    Args:
        movement: The line.
        noted: What the person said of it, where they did.
    """
    beans = movement.currency == BEANS
    kind = kind_words(movement)
    title = movement.counterparty or kind
    parts = [kind] if movement.counterparty else []
    for part in (movement.store_name, movement.subject, movement.note):
        if part and part not in (*parts, title):
            parts.append(part)
    parts = parts[:2]
    if noted is not None:
        parts += [f"#{label}" for label in noted.mark.labels]
        if noted.mark.note:
            parts.append(noted.mark.note)
    coming = movement.amount > 0
    if beans:
        amount = beans_words(movement.amount, signed=True)
        amount_ink = "gold_text" if coming else "text"
    else:
        amount = amount_text(movement.amount, movement.currency, signed=True)
        amount_ink = "bean" if coming else "text"
    icon, ink, ground = _face(movement, noted)
    earned = movement.points_earned
    return MovementWords(
        title,
        " · ".join(parts),
        amount,
        icon,
        ink,
        ground,
        amount_ink,
        beans_words(earned, signed=True) if earned and not beans else "",
    )


def _face(movement: Movement, noted: Noted | None) -> tuple[str, str, str]:
    """Icon, its colour and its ground; a group that the person chose shows."""
    known = _BY_KIND.get(movement.kind)
    if known is not None:
        return known
    if movement.currency == BEANS:
        return "leaf", "gold_text", "gold_wash"
    usual = category_of(movement.kind, movement.mcc)
    if noted is not None and noted.category != usual:
        return category_icon(noted.category), "muted", "sunken"
    return _BY_MCC.get(movement.mcc, category_icon(usual)), "muted", "sunken"
