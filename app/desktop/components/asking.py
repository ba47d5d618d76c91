"""What a person can ask about from where they are: the page is the context (design/5 §Rooms)."""

from __future__ import annotations

import re

from app.desktop.components.movement_words import words_of
from app.desktop.widgets.amounts import amount_text
from app.desktop.words import explain
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.payments import Movement
from app.wallet.failures import Failure, failure_of
from app.wallet.session import ReceiptView

_TITLE = 120
_REF = 64


def _line(text: str, most: int) -> str:
    """One line of at most so many characters: what a context card takes."""
    return re.sub(r"\s+", " ", text).strip()[:most]


def about_payment(receipt: ReceiptView) -> ContextCard:
    """A payment with its receipt."""
    title = f"{receipt.payee_name} · {amount_text(receipt.amount, receipt.currency)}"
    return ContextCard("payment", receipt.payment_id, _line(title, _TITLE))


def about_movement(movement: Movement) -> ContextCard:
    """A movement: its payment where it has one, else the line of the list."""
    words = words_of(movement)
    title = _line(f"{words.title} · {words.amount}", _TITLE)
    if movement.payment_id is not None:
        return ContextCard("payment", movement.payment_id, title)
    return ContextCard("page", "activity", title)


def about_failure(error: Exception | Failure) -> ContextCard:
    """An error: its code, and the number that was quoted."""
    failure = error if isinstance(error, Failure) else failure_of(error)
    sentence = explain(failure)
    number = _line(failure.reference or "", _REF)
    return ContextCard("error", failure.code[:_REF], _line(sentence.title, _TITLE), number)


def about_unknown(key: str, title: str) -> ContextCard:
    """A payment whose answer is missing, by the number that is shown for it."""
    return ContextCard("error", "outcome_unknown", _line(title, _TITLE), _line(key, _REF))


def about_page(page: str, title: str) -> ContextCard:
    """A room of the wallet."""
    return ContextCard("page", page, _line(title, _TITLE))
