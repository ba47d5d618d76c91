"""Confirming that it is you, before consent is signed: passphrase or quick unlock, and a code."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from app.desktop.components.pay_faces import Face
from app.desktop.support_panel.helpdesk import Ask, Given
from app.desktop.theme.tokens import Space
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field, PassphraseField
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Paragraph
from app.desktop.words import Sentence
from app.wallet.vault.vault import Passphrase, QuickUnlock


class ProveFace(Face):
    """A face for the sheet; ``given`` carries a :class:`Given`."""

    given = Signal(object)

    def __init__(self, ask: Ask, *, quick: bool) -> None:
        """Ask for what is needed; ``quick`` offers the keychain too."""
        super().__init__("ProveFace")
        self._ask = ask
        self.column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        self.title = Paragraph(ask.title, "lead", centred=True)
        self.text = Paragraph(ask.text, "body-muted", centred=True)
        self.field = PassphraseField("ProvePassphrase")
        self.code = Field("ProveCode")
        self.code.edit.setMaxLength(12)
        self.answer = Field("ProveAnswer")
        self.answer.edit.setMaxLength(200)
        self.go = Button("", "primary", "ProveGo", large=True)
        self.quick = Button("", "secondary", "ProveQuick", large=True, icon="fingerprint")
        self.leave = Button("", "quiet", "ProveCancel")
        self.code.setVisible(ask.code)
        self.answer.setVisible(ask.question)
        self.quick.setVisible(quick)
        centre = Qt.AlignmentFlag.AlignHCenter
        disc = IconLabel("shield-check", "on_wash", size=26, ground="wash", disc=56)
        self.column.addWidget(disc, 0, centre)
        for widget in (self.title, self.text, self.code, self.answer, self.field, self.error):
            self.column.addWidget(widget)
        self.column.addWidget(self.go)
        self.column.addWidget(self.quick)
        self.column.addWidget(self.leave, 0, centre)
        for field in (self.field, self.code, self.answer):
            field.submitted.connect(self._submit)
        self.go.clicked.connect(self._submit)
        self.quick.clicked.connect(self._submit_quick)
        self.leave.clicked.connect(self.left)
        self.retranslate()

    def retranslate(self) -> None:
        """The fields and buttons; title and text came in the person's language."""
        self.field.set_words(self.tr("Passphrase"))
        self.code.set_words(self.tr("Code"), self.tr("It was sent to your registered contact."))
        self.answer.set_words(self.tr("Answer to your security question"))
        self.go.setText(self._ask.agree)
        self.quick.setText(self.tr("Use quick unlock"))
        self.leave.setText(self.tr("Not now"))

    def take_focus(self) -> None:
        """Into the first field."""
        first = next(f for f in (self.code, self.answer, self.field) if not f.isHidden())
        first.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, sentence: Sentence) -> None:
        """Under the passphrase, ready for another try."""
        self.field.show_error(sentence.line())
        self.field.edit.setFocus()
        self.field.edit.selectAll()
        self.resized.emit()

    def _complete(self) -> bool:
        for field, words in (
            (self.code, self.tr("Enter the code.")),
            (self.answer, self.tr("Enter the answer.")),
        ):
            if not field.isHidden() and not field.text().strip():
                field.show_error(words)
                field.edit.setFocus()
                self.resized.emit()
                return False
        return True

    def _submit(self) -> None:
        typed = self.field.text()
        if not self._complete():
            return
        if not typed:
            self.field.show_error(self.tr("Enter your passphrase."))
            self.field.edit.setFocus()
            self.resized.emit()
            return
        asked = typed if self._ask.passphrase else ""
        self.given.emit(
            Given(Passphrase(typed), asked, self.code.text().strip(), self.answer.text().strip())
        )

    def _submit_quick(self) -> None:
        if self._complete():
            code, answer = self.code.text().strip(), self.answer.text().strip()
            self.given.emit(Given(QuickUnlock(), "", code, answer))
