"""Errors in words: what happened · whether money moved · what to do · a number to quote."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from app.desktop.error_words import MONEY, WORDS
from app.desktop.widgets.amounts import amount_text
from app.wallet.failures import Failure, failure_of


class Sentence(NamedTuple):
    """A failure in the person's language.

    Attributes:
        title: What happened.
        money: Whether money moved; empty where nothing here moves money.
        action: What to do now.
        number: What to quote to support; empty where nothing needs quoting.
    """

    title: str
    money: str
    action: str
    number: str = ""

    def line(self) -> str:
        """Title and action in one line, as it stands under a field."""
        words = QCoreApplication.translate("Errors", "{title}. {action}")
        return words.format(title=self.title, action=self.action)

    def whole(self) -> str:
        """Everything but the title, as one paragraph."""
        return _join(self.money, self.action)


def _join(*parts: str) -> str:
    """Sentences one after the other; Chinese needs no space between them."""
    told = [part for part in parts if part]
    chinese = any(part.endswith("。") for part in told)
    return ("" if chinese else " ").join(told)


def explain(error: Exception | Failure) -> Sentence:
    """Put a failure into words.

    Args:
        error: What was raised, or a failure that a flow carries.
    """
    failure = error if isinstance(error, Failure) else failure_of(error)
    title, action = WORDS.get(failure.code, WORDS["unexpected"])
    return Sentence(
        QCoreApplication.translate("Errors", title),
        QCoreApplication.translate("Errors", MONEY[failure.money]) if MONEY[failure.money] else "",
        _join(_figures(failure), QCoreApplication.translate("Errors", action)),
        failure.reference or "",
    )


def explain_code(code: str, money: str = "not_moved") -> Sentence:
    """The words of a bare code, such as an explanation's."""
    title, action = WORDS.get(code, WORDS["unexpected"])
    return Sentence(
        QCoreApplication.translate("Errors", title),
        QCoreApplication.translate("Errors", MONEY[money]) if MONEY[money] else "",
        QCoreApplication.translate("Errors", action),
    )


def wait_words(seconds: int) -> str:
    """How long to wait, in seconds or minutes."""
    if seconds < 90:
        return QCoreApplication.translate("Errors", "Wait {count} s.").format(count=seconds)
    minutes = -(-seconds // 60)
    return QCoreApplication.translate("Errors", "Wait {count} min.").format(count=minutes)


def _figures(failure: Failure) -> str:
    """The sentence that carries the failure's own figures, where it has some."""
    params = failure.params
    currency = str(params.get("currency", "CNY"))
    for name in ("available", "remaining", "maximum", "limit"):
        value = params.get(name)
        if not isinstance(value, int):
            continue
        amount = amount_text(value, currency)
        if name == "available":
            words = QCoreApplication.translate("Errors", "You have {amount} available.")
        elif name == "remaining":
            words = QCoreApplication.translate("Errors", "{amount} are left of the limit.")
        else:
            words = QCoreApplication.translate("Errors", "The most is {amount}.")
        return words.format(amount=amount)
    if failure.retry_after and failure.code in ("too_many_requests", "account_locked"):
        return wait_words(failure.retry_after)
    return ""
