"""The faces of the transfer sheet: who and how much, what will happen, the passphrase."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.pay_faces import Face, PassphraseFace
from app.desktop.people.words import schedule_words
from app.desktop.theme.tokens import Space, Type
from app.desktop.widgets.amounts import AmountField, AmountLabel, amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph, spaced
from app.desktop.widgets.surfaces import Card
from app.desktop.words import Sentence
from app.protocol.money import format_minor
from app.wallet.flows.transfer import TransferOffer

_CENTRE = Qt.AlignmentFlag.AlignHCenter
NOTE_LENGTH = 120


class PersonHeader(Live, QWidget):
    """Somebody who is paid: the masked name, and whether they were paid before."""

    def __init__(
        self, name: str, *, known: bool | None = None, parent: QWidget | None = None
    ) -> None:
        """Show a masked name; ``known`` says whether they were paid before, where that matters."""
        super().__init__(parent)
        self._known = known
        self.setObjectName("PersonHeader")
        self.name = Paragraph(name, "lead")
        self.hint = Paragraph("", "muted")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.name)
        words.addWidget(self.hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.L)
        disc = IconLabel("user", "on_wash", size=26, ground="wash", disc=56)
        row.addWidget(disc, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Paid before, or for the first time."""
        if self._known is None:
            self.hint.set_text(self.tr("Part of the name is covered."))
        elif self._known:
            self.hint.set_text(self.tr("You have paid this person before."))
        else:
            self.hint.set_text(
                self.tr("The first time you pay this person. Part of the name is covered.")
            )


class TransferAmountFace(Face):
    """How much, what for, and now or later."""

    chosen = Signal(int, str)
    later = Signal(int, str)

    def __init__(self, offer: TransferOffer, *, planning: bool) -> None:
        """Ask; ``planning`` puts "later" first."""
        super().__init__("TransferAmount")
        self._offer = offer
        self._planning = planning
        self._label = Label("", "strong")
        self.amount = AmountField("TransferAmountField", offer.currency)
        self._hint = Paragraph("", "muted")
        self.note = Field("TransferNote")
        self.note.edit.setMaxLength(NOTE_LENGTH)
        self.note.set_text(offer.note)
        self.go = Button("", "primary", "TransferNext", large=True)
        self.plan = Button("", "secondary", "TransferLater", icon="calendar-blank", large=True)
        self.leave = Button("", "quiet", "TransferAmountCancel")
        self.column.addWidget(PersonHeader(offer.name, known=offer.known))
        self.column.addWidget(self._label)
        self.column.addWidget(self.amount)
        self.column.addWidget(self._hint)
        self.column.addWidget(self.note)
        self.column.addWidget(self.error)
        self.column.addWidget(self.go)
        self.column.addWidget(self.plan)
        self.column.addWidget(self.leave, 0, _CENTRE)
        self.go.setVisible(not planning)
        self.plan.setVisible(offer.request_id is None)
        self.amount.changed.connect(self._typed)
        self.amount.submitted.connect(self._submit)
        self.note.submitted.connect(self._submit)
        self.go.clicked.connect(self._go)
        self.plan.clicked.connect(self._later)
        self.leave.clicked.connect(self.left)
        if offer.amount is not None:
            figure = format_minor(offer.amount, offer.currency, grouping=False)
            self.amount.edit.setText(figure)
        self._typed(self.amount.minor())
        self.retranslate()

    def retranslate(self) -> None:
        """Labels and the hint."""
        offer = self._offer
        self._label.setText(
            self.tr("How much each time?") if self._planning else self.tr("How much?")
        )
        told = ""
        if offer.available is not None:
            amount = amount_text(offer.available, offer.currency)
            told = self.tr("You have {amount} available.").format(amount=amount)
        self._hint.set_text(told)
        self._hint.setVisible(bool(told))
        self.note.set_words(self.tr("Note"), self.tr("The other side reads it too."))
        self.go.setText(self.tr("Continue"))
        self.plan.setText(
            self.tr("Choose the days…") if self._planning else self.tr("Pay later or regularly…")
        )
        self.leave.setText(self.tr("Cancel"))

    def take_focus(self) -> None:
        """Into the amount."""
        self.amount.edit.setFocus()

    def _typed(self, minor: object) -> None:
        self.error.hide()
        for button in (self.go, self.plan):
            button.setEnabled(minor is not None)

    def _submit(self) -> None:
        if self._planning:
            self._later()
        else:
            self._go()

    def _go(self) -> None:
        minor = self.amount.minor()
        if minor is not None:
            self.chosen.emit(minor, self.note.text().strip())

    def _later(self) -> None:
        minor = self.amount.minor()
        if minor is not None:
            self.later.emit(minor, self.note.text().strip())


class NameCheckBox(Live, Card):
    """Hold a full name against the covered one; says in words whether it fits."""

    wanted = Signal(str)

    def __init__(self, offer: TransferOffer) -> None:
        """Show how the last check went."""
        super().__init__(kind="sunken", margin=Space.L, spacing=Space.S)
        self.setObjectName("NameCheck")
        self._offer = offer
        self.open = Button("", "quiet", "TransferCheckName", icon="identification-card")
        self.field = Field("TransferFullName")
        self.field.edit.setMaxLength(60)
        self.go = Button("", "secondary", "TransferCheckNameGo")
        self.result = Label("", "strong")
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.field, 1)
        row.addWidget(self.go, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.result)
        self.body.addLayout(row)
        self.open.clicked.connect(self._unfold)
        self.go.clicked.connect(self._submit)
        self.field.submitted.connect(self._submit)
        checked = offer.name_fits is not None
        self.open.setVisible(not checked)
        self.result.setVisible(checked)
        self.field.setVisible(offer.name_fits is False)
        self.go.setVisible(offer.name_fits is False)
        self.retranslate()

    def retranslate(self) -> None:
        """Words, and the result."""
        offer = self._offer
        self.open.setText(self.tr("Check the full name"))
        self.field.set_words(
            "",
            ""
            if offer.checks_left is None
            else self.tr("%n check(s) left today", "", offer.checks_left),
            self.tr("The full name as you know it"),
        )
        self.go.setText(self.tr("Check"))
        if offer.name_fits:
            self.result.setText(self.tr("✓ The name fits"))
            self.result.set_tone("bean")
        else:
            self.result.setText(self.tr("✗ The name does not fit"))
            self.result.set_tone("danger")

    def _unfold(self) -> None:
        self.open.hide()
        self.field.show()
        self.go.show()
        self.field.edit.setFocus()

    def _submit(self) -> None:
        if self.field.text().strip():
            self.wanted.emit(self.field.text())


class TransferConfirmFace(Face):
    """Who, how much, what will happen; one button with the amount on it."""

    agreed = Signal(str)
    change = Signal()
    check_wanted = Signal(str)

    def __init__(self, offer: TransferOffer) -> None:
        """Show an offer with its amount."""
        super().__init__("TransferConfirm")
        self._offer = offer
        self.amount = AmountLabel("TransferConfirmAmount", size=Type.FIGURE)
        self.amount.centre()
        self.plan = Paragraph("", "body", "bean", centred=True)
        self.facts = Card(kind="sunken", margin=Space.L, spacing=Space.S)
        self.check = NameCheckBox(offer)
        self.pay = Button("", "primary", "TransferConfirmButton", large=True)
        self.other = Button("", "quiet", "TransferConfirmChange")
        self.leave = Button("", "quiet", "TransferConfirmCancel")
        self.note = Field("TransferConfirmNote")
        self.note.edit.setMaxLength(NOTE_LENGTH)
        self.note.set_text(offer.note)
        self._rows: list[tuple[Label, Paragraph]] = []
        self._build()
        self.retranslate()

    def _build(self) -> None:
        offer = self._offer
        self.column.addWidget(PersonHeader(offer.name, known=offer.known))
        self.column.addWidget(self.amount)
        self.column.addWidget(self.plan)
        for _ in range(3):
            row = QHBoxLayout()
            name, value = Label("", "muted"), Paragraph("", "small")
            row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
            row.addStretch(1)
            row.addWidget(value)
            self.facts.body.addLayout(row)
            self._rows.append((name, value))
        self.column.addWidget(self.facts)
        self.column.addWidget(self.check)
        self.column.addWidget(self.note)
        self.column.addWidget(self.error)
        self.column.addWidget(self.pay)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.other)
        foot.addWidget(self.leave)
        foot.addStretch(1)
        self.column.addLayout(foot)
        self.check.setVisible(not offer.known or offer.name_fits is not None)
        self.check.wanted.connect(self.check_wanted)
        self.other.setVisible(not offer.fixed)
        self.plan.setVisible(offer.schedule is not None)
        self.pay.clicked.connect(lambda: self.agreed.emit(self.note.text().strip()))
        self.note.submitted.connect(self.pay.click)
        self.other.clicked.connect(self.change)
        self.leave.clicked.connect(self.left)

    def retranslate(self) -> None:
        """Everything that will happen, in words."""
        offer = self._offer
        amount = offer.amount or 0
        text = amount_text(amount, offer.currency)
        self.amount.show_amount(amount, offer.currency)
        self.other.setText(self.tr("Change the amount"))
        self.leave.setText(self.tr("Cancel"))
        self.note.set_words("", "", self.tr("A note; the other side reads it too"))
        if offer.schedule is not None:
            self.plan.set_text(schedule_words(offer.schedule))
            self._row(0, self.tr("Now"), self.tr("Nothing is paid today."))
            self._row(1, self.tr("Until then"), self.tr("You can skip, pause or stop it."))
            self._row(2, "", "")
            self.pay.setText(self.tr("Make the plan"))
            return
        self._row(0, self.tr("From"), self._from_words())
        after = None if offer.available is None else offer.available - amount
        short = after is not None and after < 0
        self._row(
            1,
            self.tr("Missing") if short else self.tr("Left afterwards"),
            "" if after is None else amount_text(abs(after), offer.currency),
        )
        self._rows[1][1].set_tone("danger" if short else "")
        self._row(2, self.tr("Taking back"), self.tr("Only the other side can send it back."))
        self.pay.setText(self.tr("Send {amount}").format(amount=text))

    def _from_words(self) -> str:
        offer = self._offer
        if offer.available is None:
            return self.tr("Your balance")
        amount = amount_text(offer.available, offer.currency)
        return self.tr("Your balance, {amount}").format(amount=amount)

    def _row(self, index: int, name: str, value: str) -> None:
        title, words = self._rows[index]
        title.setText(name)
        words.set_text(value)
        title.setVisible(bool(value))
        words.setVisible(bool(value))

    def take_focus(self) -> None:
        """On the button that sends: Enter agrees; after a check on what it said."""
        self.pay.setFocus(Qt.FocusReason.TabFocusReason)

    def show_error(self, sentence: Sentence) -> None:
        """Under the field of the name where that is open, else above the button."""
        if self.check.field.isVisible():
            self.check.field.show_error(sentence.line())
            self.resized.emit()
            return
        super().show_error(sentence)


class TransferPassphraseFace(PassphraseFace):
    """The passphrase: for the service, or because the amount is large or the wallet was alone."""

    def retranslate(self) -> None:
        """Why it is asked, and what happens then."""
        super().retranslate()
        offer: Any = self._view.offer
        if offer is None:
            return
        amount = amount_text(offer.amount or 0, offer.currency)
        because = self._view.authenticate_because
        if offer.schedule is not None:
            self.text.set_text(
                self.tr("A plan pays while you don't look, so the service wants your passphrase.")
            )
            self.pay.setText(self.tr("Make the plan"))
            return
        if because == "step_up" and not offer.known:
            words = self.tr(
                "You pay {name} for the first time, so the service wants your passphrase."
            )
            self.text.set_text(spaced(words.format(name=offer.name)))
        elif because == "step_up":
            words = self.tr("{amount} is an amount for which the service wants your passphrase.")
            self.text.set_text(words.format(amount=amount))
        self.pay.setText(self.tr("Send {amount}").format(amount=amount))
