"""What stands in place of a payment code: none left, frozen, asked, paid, not paid."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.components.when import time_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Paragraph, spaced
from app.desktop.widgets.surfaces import Card
from app.desktop.words import explain_code
from app.protocol.messages.charges import CodeUse
from app.wallet.flows.show_code import ShowState, ShowView

_CENTRE = Qt.AlignmentFlag.AlignHCenter
_SIGNS: dict[ShowState, tuple[str, str, str]] = {
    ShowState.PAID: ("check-bold", "on_wash", "wash"),
    ShowState.FAILED: ("x-circle", "danger", "danger_wash"),
    ShowState.ASKED: ("hand-pointing", "info", "info_wash"),
    ShowState.EMPTY: ("qr-code", "warning", "warning_wash"),
    ShowState.FROZEN: ("snowflake", "info", "info_wash"),
}


class CodeEnd(Live, Card):
    """One sentence on what happened, and what to do; ``first`` does the most likely thing."""

    again = Signal()
    receipt_wanted = Signal(str)
    answer_wanted = Signal(str)
    thaw_wanted = Signal()

    def __init__(self, view: ShowView, parent: QWidget | None = None) -> None:
        """Draw a view that has no code."""
        super().__init__(parent, margin=Space.XXL, spacing=Space.M)
        self.setObjectName("PayCodeEnd")
        self._view = view
        self.title = Paragraph("", "lead", centred=True)
        self.text = Paragraph("", "body-muted", centred=True)
        self.first = Button("", "primary", "PayCodeEndFirst", large=True)
        self.second = Button("", "quiet", "PayCodeEndSecond")
        icon, ink, ground = _SIGNS[view.state]
        self.body.addStretch(1)
        self.body.addWidget(IconLabel(icon, ink, size=30, ground=ground, disc=64), 0, _CENTRE)
        self.body.addWidget(self.title)
        self.body.addWidget(self.text)
        self.body.addSpacing(Space.M)
        self.body.addWidget(self.first)
        self.body.addWidget(self.second, 0, _CENTRE)
        self.body.addStretch(1)
        self.first.clicked.connect(self._first)
        self.second.clicked.connect(self.again)
        self.retranslate()

    @property
    def _charge(self) -> CodeUse | None:
        return self._view.use

    def retranslate(self) -> None:
        """Title, sentence and buttons."""
        state, use = self._view.state, self._charge
        second = ""
        if state is ShowState.PAID and use is not None:
            title, text, first, second = self._paid(use)
        elif state is ShowState.ASKED and use is not None:
            title, text, first = self._asked(use)
        elif state is ShowState.FAILED and use is not None:
            title, text, first = self._failed(use)
        elif state is ShowState.FROZEN:
            title = self.tr("Your account is frozen")
            text = self.tr("No code can be shown and none that was shown is accepted.")
            first = self.tr("Lift the freeze…")
        else:
            sentence = explain_code("no_payer_codes", "none")
            title, text, first = sentence.title, sentence.action, self.tr("Try again")
        self.title.set_text(title)
        self.text.set_text(text)
        self.first.setText(first)
        self.second.setText(second)
        self.second.setVisible(bool(second))
        self.setAccessibleName(f"{title} {text}")

    def _paid(self, use: CodeUse) -> tuple[str, str, str, str]:
        amount = amount_text(use.amount, use.currency)
        told = self.tr("Paid {amount} at {name}").format(amount=amount, name=use.payee_name)
        when = self.tr("At {time}. The cashier sees it too.").format(time=time_words(use.at))
        return spaced(told), when, self.tr("See the receipt"), self.tr("Show a new code")

    def _asked(self, use: CodeUse) -> tuple[str, str, str]:
        amount = amount_text(use.amount, use.currency)
        told = self.tr("{name} asks for {amount}").format(amount=amount, name=use.payee_name)
        return spaced(told), self.tr("Nothing is paid before you agree."), self.tr("Answer")

    def _failed(self, use: CodeUse) -> tuple[str, str, str]:
        amount = amount_text(use.amount, use.currency)
        first = self.tr("Show a new code")
        if use.state == "revoked":
            told = self.tr("{amount} came back from {name}")
            return (
                spaced(told.format(amount=amount, name=use.payee_name)),
                self.tr("The cashier took the payment back. All of it is in your balance again."),
                first,
            )
        told = self.tr("{amount} at {name} was not paid")
        return (
            spaced(told.format(amount=amount, name=use.payee_name)),
            self.tr("{reason}. No money has moved.").format(reason=self._reason(use.failure)),
            first,
        )

    def _reason(self, code: str) -> str:
        """Why, for the payer: the words of the codes themselves speak to the cashier."""
        own = {
            "payer_code_expired": self.tr("The code had run out"),
            "payer_code_unknown": self.tr("The code was not accepted"),
            "payer_code_locked": self.tr("The code was not accepted"),
            "payer_code_revoked": self.tr("The code had been withdrawn"),
            "payer_declined": self.tr("You declined"),
            "reversed": self.tr("The cashier took the sale back"),
            "charge_closed": self.tr("The cashier took the sale back"),
            "expired": self.tr("Nobody answered in time"),
            "": self.tr("The sale was closed"),
        }
        return own.get(code) or explain_code(code).title

    def _first(self) -> None:
        state, use = self._view.state, self._charge
        if state is ShowState.FROZEN:
            self.thaw_wanted.emit()
        elif state is ShowState.PAID and use is not None and use.payment_id:
            self.receipt_wanted.emit(use.payment_id)
        elif state is ShowState.ASKED and use is not None:
            self.answer_wanted.emit(use.charge_id)
        else:
            self.again.emit()
