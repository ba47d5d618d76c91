"""What a sale's states and a scanned text are called."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QLocale

from app.desktop.words import explain
from app.wallet.counter.sale import Sale, SaleState
from app.wallet.counter.scans import Scan
from app.wallet.failures import Failure

SYSTEMS = {
    "alipay": ("支付宝", "Alipay"),
    "wechat_pay": ("微信支付", "WeChat Pay"),
    "unionpay": ("云闪付", "UnionPay"),
    "visa": ("Visa", "Visa"),
    "mastercard": ("Mastercard", "Mastercard"),
    "jcb": ("JCB", "JCB"),
    "amex": ("American Express", "American Express"),
}


class Mark(NamedTuple):
    """How a sale is shown: a Phosphor icon, a token's name, a word."""

    icon: str
    ink: str
    word: str


def mark_of(sale: Sale) -> Mark:
    """A sale in one sign and one word; colour never speaks alone."""
    if sale.paid:
        return _paid_mark(sale)
    if sale.state is SaleState.REVERSING:
        words = QCoreApplication.translate("Counter", "Being taken back")
        return Mark("hourglass-medium", "warning", words)
    if not sale.ended:
        words = QCoreApplication.translate("Counter", "Result not known yet")
        return Mark("hourglass-medium", "warning", words)
    if sale.state is SaleState.REVOKED:
        return Mark("x-circle", "danger", QCoreApplication.translate("Counter", "Taken back"))
    return Mark("x-circle", "danger", QCoreApplication.translate("Counter", "Not paid"))


def _paid_mark(sale: Sale) -> Mark:
    if sale.refunded >= sale.amount:
        return Mark("arrow-u-up-left", "muted", QCoreApplication.translate("Counter", "Refunded"))
    if sale.refunded:
        words = QCoreApplication.translate("Counter", "Partly refunded")
        return Mark("arrow-u-up-left", "info", words)
    if sale.missing and sale.lost:
        words = QCoreApplication.translate("Counter", "Used by another till")
        return Mark("question", "warning", words)
    if sale.missing:
        # The digits fitted, so it was sold; about the money nothing more is known.
        words = QCoreApplication.translate("Counter", "No payment found")
        return Mark("question", "warning", words)
    return Mark("check-circle", "bean", QCoreApplication.translate("Counter", "Paid"))


def kind_words(sale: Sale) -> str:
    """How it was paid."""
    return {
        "charge": QCoreApplication.translate("Counter", "Payment code"),
        "order": QCoreApplication.translate("Counter", "Customer scanned"),
        "cash": QCoreApplication.translate("Counter", "Cash"),
        "offline": QCoreApplication.translate("Counter", "Confirmation code"),
        "printed": QCoreApplication.translate("Counter", "Printed code"),
    }[sale.kind]


def match_words(sale: Sale) -> str:
    """Whether an offline sale has its payment; empty where its mark says that, or nothing does."""
    if sale.kind != "offline" or sale.missing:
        return ""
    if sale.payment_id:
        return QCoreApplication.translate("Counter", "Found")
    return QCoreApplication.translate("Counter", "Not looked up yet")


def refusal_words(failure: Failure) -> str:
    """Why a customer's payment was refused, said to the cashier and not to the customer."""
    told = {
        "insufficient_funds": QCoreApplication.translate(
            "Counter", "There is not enough money in the customer's wallet."
        ),
        "limit_exceeded": QCoreApplication.translate(
            "Counter", "It is over a limit of the customer's wallet."
        ),
        "account_frozen": QCoreApplication.translate(
            "Counter", "The customer's wallet is frozen; they can thaw it in the wallet."
        ),
        "payee_is_payer": QCoreApplication.translate(
            "Counter", "This is the merchant's own wallet; it can't pay here."
        ),
        "order_cancelled": QCoreApplication.translate("Counter", "The sale was cancelled."),
        "order_expired": QCoreApplication.translate("Counter", "Nobody scanned it in time."),
        "reversed": QCoreApplication.translate("Counter", "The sale was taken back."),
        "charge_closed": QCoreApplication.translate("Counter", "The sale was taken back."),
        "service_unreachable": QCoreApplication.translate(
            "Counter",
            "There is no internet. The customer can pay the printed code and show eight digits.",
        ),
    }.get(failure.code)
    if told is not None:
        return told
    words = explain(failure)
    return f"{words.title}\n{words.action}"


def scan_words(scan: Scan) -> str:
    """One sentence for a text that can't be charged."""
    if scan.kind == "foreign":
        chinese, latin = SYSTEMS.get(scan.system, (scan.system, scan.system))
        shown = chinese if QLocale().language() == QLocale.Language.Chinese else latin
        return QCoreApplication.translate(
            "Counter", "This is a code of {system}; ask for the K-Bean code."
        ).format(system=shown or latin)
    return {
        "merchant": QCoreApplication.translate(
            "Counter", "This is a shop's code; ask the customer to show their payment code."
        ),
        "person": QCoreApplication.translate(
            "Counter",
            "This is a person's code for transfers; ask the customer to show their payment code.",
        ),
        "web": QCoreApplication.translate(
            "Counter", "This is a web address; ask the customer to show their payment code."
        ),
        "damaged": QCoreApplication.translate(
            "Counter", "The code was not read whole; please scan it again."
        ),
    }.get(
        scan.kind,
        QCoreApplication.translate("Counter", "This is no payment code and no item's barcode."),
    )
