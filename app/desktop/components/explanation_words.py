"""What was read and why it can't be paid here, in words."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.desktop.widgets.amounts import amount_text
from app.desktop.words import Sentence, explain_code
from app.wallet.flows.pay import Explanation

_SYSTEMS: dict[str, Any] = {
    "alipay": QT_TRANSLATE_NOOP("Explained", "Alipay"),
    "wechat_pay": QT_TRANSLATE_NOOP("Explained", "WeChat Pay"),
    "unionpay": QT_TRANSLATE_NOOP("Explained", "UnionPay"),
}
_CODES = {"ours_unsigned": "code_unsigned", "ours_forged": "code_forged", "damaged": "code_damaged"}
_KINDS: dict[str, tuple[Any, Any]] = {
    "ours_payer": (
        QT_TRANSLATE_NOOP("Explained", "This is a person's payment code"),
        QT_TRANSLATE_NOOP(
            "Explained", "It is shown to a cashier to pay with. You can't pay it yourself."
        ),
    ),
    "ours_person": (
        QT_TRANSLATE_NOOP("Explained", "This is a person's code, not a merchant's"),
        QT_TRANSLATE_NOOP("Explained", "Use it under Transfer to send this person money."),
    ),
    "foreign_payer": (
        QT_TRANSLATE_NOOP("Explained", "This is a payment code of another wallet"),
        QT_TRANSLATE_NOOP(
            "Explained", "It is shown to a cashier to pay with. You can't pay it yourself."
        ),
    ),
    "web": (
        QT_TRANSLATE_NOOP("Explained", "This is a web address, not a payment code"),
        QT_TRANSLATE_NOOP(
            "Explained", "The wallet never opens addresses it has read. Copy it if you know it."
        ),
    ),
    "wifi": (
        QT_TRANSLATE_NOOP("Explained", "This code is for joining a Wi-Fi network"),
        QT_TRANSLATE_NOOP("Explained", "Ask the cashier for the code to pay."),
    ),
    "contact": (
        QT_TRANSLATE_NOOP("Explained", "This code is somebody's contact card"),
        QT_TRANSLATE_NOOP("Explained", "Ask the cashier for the code to pay."),
    ),
    "phone": (
        QT_TRANSLATE_NOOP("Explained", "This code is a phone number"),
        QT_TRANSLATE_NOOP("Explained", "Ask the cashier for the code to pay."),
    ),
    "email": (
        QT_TRANSLATE_NOOP("Explained", "This code is an e-mail address"),
        QT_TRANSLATE_NOOP("Explained", "Ask the cashier for the code to pay."),
    ),
    "empty": (
        QT_TRANSLATE_NOOP("Explained", "There is nothing in this code"),
        QT_TRANSLATE_NOOP("Explained", "Ask the cashier for the code to pay."),
    ),
}


def explanation_words(explanation: Explanation) -> Sentence:
    """Title, money and action for what was read."""
    kind = explanation.kind
    if kind in _CODES:
        return explain_code(_CODES[kind])
    if kind == "foreign_merchant":
        sentence = explain_code("code_foreign")
        system = _SYSTEMS.get(explanation.system)
        if system is None:
            return sentence
        title = QCoreApplication.translate("Explained", "This is a code of {system}")
        name = QCoreApplication.translate("Explained", system)
        return sentence._replace(title=title.format(system=name))
    if kind in _KINDS:
        title, action = _KINDS[kind]
        return explain_code("code_malformed")._replace(
            title=QCoreApplication.translate("Explained", title),
            action=QCoreApplication.translate("Explained", action),
        )
    return explain_code("code_malformed")


def read_words(explanation: Explanation) -> tuple[str, str]:
    """(label, text) of what stands in the code; a claimed name is never shown as true."""
    if explanation.claimed_name:
        parts = [explanation.claimed_name, explanation.claimed_city]
        if explanation.claimed_amount is not None:
            parts.append(amount_text(explanation.claimed_amount, explanation.claimed_currency))
        label = QCoreApplication.translate("Explained", "It claims to be (not verified)")
        return label, " · ".join(part for part in parts if part)
    text = explanation.text
    label = QCoreApplication.translate("Explained", "This was read")
    return label, text if len(text) <= 240 else f"{text[:240]}…"
