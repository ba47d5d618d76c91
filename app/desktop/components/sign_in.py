"""Signing in again after the service has ended this device's session."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal

from app.desktop.components.pay_faces import Face
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import PassphraseField
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Paragraph
from app.desktop.words import Sentence, explain
from app.wallet.session import WalletSession


class SignInAgain(Face):
    """A face for the sheet: one passphrase, one button."""

    signed_in = Signal()

    def __init__(self, session: WalletSession) -> None:
        """Ask for the passphrase of the account."""
        super().__init__("SignInAgain")
        self._session = session
        self.column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        self.title = Paragraph("", "lead", centred=True)
        self.text = Paragraph("", "body-muted", centred=True)
        self.field = PassphraseField("SignInPassphrase")
        self.go = Button("", "primary", "SignInGo", large=True)
        self.leave = Button("", "quiet", "SignInCancel")
        centre = Qt.AlignmentFlag.AlignHCenter
        disc = IconLabel("key", "on_wash", size=26, ground="wash", disc=56)
        self.column.addWidget(disc, 0, centre)
        for widget in (self.title, self.text, self.field, self.go):
            self.column.addWidget(widget)
        self.column.addWidget(self.leave, 0, centre)
        self.setFocusProxy(self.field)
        self.field.submitted.connect(self._submit)
        self.go.clicked.connect(self._submit)
        self.leave.clicked.connect(self.left)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        self.title.set_text(self.tr("Sign in again"))
        self.text.set_text(
            self.tr("The service has ended this device's session. Your history is untouched.")
        )
        self.field.set_words(self.tr("Passphrase"))
        self.go.setText(self.tr("Sign in"))
        self.leave.setText(self.tr("Later"))

    def show_error(self, sentence: Sentence) -> None:
        """Under the field."""
        self.field.show_error(sentence.line())
        self.field.edit.setFocus()
        self.resized.emit()

    def _submit(self) -> None:
        passphrase = self.field.text()
        if not passphrase:
            return
        session = self._session
        self.set_busy(busy=True)
        Operation(self, partial(session.sign_in_again, passphrase)).on_success(
            lambda _: self.signed_in.emit()
        ).on_failure(self._refused).start()

    def _refused(self, error: Exception) -> None:
        self.set_busy(busy=False)
        self.show_error(explain(error))
