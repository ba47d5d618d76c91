"""Asking for money on the sheet: how much and what for, and the link that anybody may pay."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout

from app.desktop.components.pay_faces import Face
from app.desktop.components.when import date_words
from app.desktop.people.faces import NOTE_LENGTH, PersonHeader
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import AmountField, amount_text
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.code_picture import QrPicture
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.protocol.ids import new_id
from app.protocol.messages.transfers import AskMoney, MoneyRequest, PayeeFound

_CENTRE = Qt.AlignmentFlag.AlignHCenter
_SIDE = 232


class AskFace(Face):
    """How much is asked for. ``wanted`` carries the key and the :class:`AskMoney`."""

    wanted = Signal(str, object)

    def __init__(self, currency: str, person: PayeeFound | None) -> None:
        """Ask ``person``, or make a link for anybody."""
        super().__init__("AskFace")
        self._currency = currency
        self._person = person
        # One request however often it is sent: the key is this face's.
        self._key = new_id()
        self.title = Paragraph("", "lead")
        self.text = Paragraph("", "muted")
        self.label = Label("", "strong")
        self.amount = AmountField("AskAmount", currency)
        self.note = Field("AskNote")
        self.note.edit.setMaxLength(NOTE_LENGTH)
        self.go = Button("", "primary", "AskGo", large=True)
        self.leave = Button("", "quiet", "AskCancel")
        if person is not None:
            self.column.addWidget(PersonHeader(person.name))
        else:
            self.column.addWidget(self.title)
            self.column.addWidget(self.text)
        for widget in (self.label, self.amount, self.note, self.error, self.go):
            self.column.addWidget(widget)
        self.column.addWidget(self.leave, 0, _CENTRE)
        self.go.setEnabled(False)
        self.amount.changed.connect(lambda minor: self.go.setEnabled(minor is not None))
        self.amount.submitted.connect(self._submit)
        self.note.submitted.connect(self._submit)
        self.go.clicked.connect(self._submit)
        self.leave.clicked.connect(self.left)
        self.retranslate()

    def retranslate(self) -> None:
        """The question, and what happens then."""
        self.title.set_text(self.tr("A link that anybody may pay, once"))
        self.text.set_text(
            self.tr("Send it as you like: who opens it in this wallet sees your name and pays.")
        )
        self.label.setText(self.tr("How much do you ask for?"))
        self.note.set_words(self.tr("What for"), self.tr("The other side reads it."))
        self.go.setText(self.tr("Make the link") if self._person is None else self.tr("Ask"))
        self.leave.setText(self.tr("Cancel"))

    def take_focus(self) -> None:
        """Into the amount."""
        self.amount.edit.setFocus()

    def _submit(self) -> None:
        minor = self.amount.minor()
        if minor is None:
            return
        ref = None if self._person is None else self._person.payee_ref
        request = AskMoney(minor, self._currency, self.note.text().strip(), ref)
        self.wanted.emit(self._key, request)


class LinkFace(Face):
    """A payment link: to be scanned, copied, sent."""

    said = Signal(str)

    def __init__(self, request: MoneyRequest) -> None:
        """Show a request's link."""
        super().__init__("LinkFace")
        self.request = request
        self.title = Paragraph("", "lead", centred=True)
        self.picture = QrPicture("LinkCode", _SIDE)
        self.picture.show_text(request.link)
        self.text = Paragraph("", "body-muted", centred=True)
        self.copy = Button("", "secondary", "LinkCopy", icon="copy", large=True)
        self.done = Button("", "primary", "LinkDone", large=True)
        self.column.addWidget(self.title)
        self.column.addWidget(self.picture, 0, _CENTRE)
        self.column.addWidget(self.text)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self.copy, 1)
        row.addWidget(self.done, 1)
        self.column.addLayout(row)
        self.copy.clicked.connect(self._copy)
        self.done.clicked.connect(self.left)
        self.retranslate()

    def retranslate(self) -> None:
        """How much, until when."""
        request = self.request
        amount = amount_text(request.amount, request.currency)
        self.title.set_text(self.tr("Payment link for {amount}").format(amount=amount))
        told = self.tr("It can be paid once, until {day}.").format(
            day=date_words(request.expires_at)
        )
        self.text.set_text(f"{request.note}\n{told}" if request.note else told)
        self.picture.setAccessibleName(self.title.plain_text())
        self.copy.setText(self.tr("Copy the link"))
        self.done.setText(self.tr("Done"))

    def take_focus(self) -> None:
        """On copying: that is why one is here."""
        self.copy.setFocus(Qt.FocusReason.TabFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.request.link)
        self.said.emit(self.tr("The link is on the clipboard"))
