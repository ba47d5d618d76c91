"""The faces of the pay sheet, one a state: wait, amount, confirm, passphrase."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.deduction_choice import DeductionChoice, off_text
from app.desktop.components.movement_words import beans_words
from app.desktop.components.payee import PayeeHeader
from app.desktop.components.when import now_ms
from app.desktop.theme.tokens import Space, Type
from app.desktop.widgets.amounts import AmountField, AmountLabel, amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.busy import Countdown, Spinner, clock_text
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field, PassphraseField
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.desktop.words import Sentence
from app.wallet.flows.pay import Offer, PayView

_CENTRE = Qt.AlignmentFlag.AlignHCenter


class Face(Live, QWidget):
    """What all faces share: a column, an error line, a way out."""

    left = Signal()
    resized = Signal()

    def __init__(self, name: str) -> None:
        """Make an empty face."""
        super().__init__()
        self.setObjectName(name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(Space.L)
        self.error = Paragraph("", "small", "danger")
        self.error.hide()

    def take_focus(self) -> None:
        """Put the keyboard where the person goes on."""

    def set_busy(self, *, busy: bool) -> None:
        """Something is under way: nothing can be pressed twice."""
        self.setEnabled(not busy)

    def show_error(self, sentence: Sentence) -> None:
        """Say why a step was refused; the person can try again here."""
        self.error.set_text(sentence._replace(action=sentence.whole()).line())
        self.error.show()
        self.resized.emit()


class WaitFace(Face):
    """A turning arc and a sentence."""

    def __init__(self, *, sending: bool) -> None:
        """``sending``: money is on its way; else a code is being read."""
        super().__init__("PayWait")
        self._sending = sending
        self._title = Paragraph("", "lead", centred=True)
        self._text = Paragraph("", "muted", centred=True)
        self.column.addSpacing(Space.XL)
        self.column.addWidget(Spinner(side=40), 0, _CENTRE)
        self.column.addWidget(self._title)
        self.column.addWidget(self._text)
        self.column.addSpacing(Space.XL)
        self.retranslate()

    def retranslate(self) -> None:
        """What is being waited for."""
        if self._sending:
            self._title.set_text(self.tr("Paying…"))
            self._text.set_text(self.tr("The service is posting the payment."))
        else:
            self._title.set_text(self.tr("Asking who is paid…"))
            self._text.set_text(self.tr("Nothing is paid before you agree."))


class AmountFace(Face):
    """A static code: the person types the amount."""

    chosen = Signal(int)

    def __init__(self, offer: Offer) -> None:
        """Ask for an amount in the offer's currency."""
        super().__init__("PayAmount")
        self._offer = offer
        self.amount = AmountField("PayAmountField", offer.currency)
        self._hint = Paragraph("", "muted")
        self.go = Button("", "primary", "PayAmountNext", large=True)
        self.leave = Button("", "quiet", "PayAmountCancel")
        self._label = Label("", "strong")
        self.column.addWidget(PayeeHeader(offer.payee))
        self.column.addWidget(self._label)
        self.column.addWidget(self.amount)
        self.column.addWidget(self._hint)
        self.column.addWidget(self.error)
        self.column.addWidget(self.go)
        self.column.addWidget(self.leave, 0, _CENTRE)
        self.go.setEnabled(False)
        self.amount.changed.connect(self._typed)
        self.amount.submitted.connect(self._submit)
        self.go.clicked.connect(self._submit)
        self.leave.clicked.connect(self.left)
        if offer.amount is not None:
            self.amount.edit.setText(amount_text(offer.amount, offer.currency))
        self.retranslate()

    def retranslate(self) -> None:
        """Labels and the hint."""
        offer = self._offer
        self._label.setText(self.tr("How much do you pay?"))
        told = []
        if offer.available is not None:
            amount = amount_text(offer.available, offer.currency)
            told.append(self.tr("You have {amount} available.").format(amount=amount))
        if offer.maximum is not None and offer.maximum != offer.available:
            amount = amount_text(offer.maximum, offer.currency)
            told.append(self.tr("With this code you can pay up to {amount}.").format(amount=amount))
        self._hint.set_text("\n".join(told))
        self._hint.setVisible(bool(told))
        self.go.setText(self.tr("Continue"))
        self.leave.setText(self.tr("Cancel"))

    def take_focus(self) -> None:
        """Into the amount."""
        self.amount.edit.setFocus()

    def _typed(self, minor: int | None) -> None:
        self.error.hide()
        self.go.setEnabled(minor is not None)

    def _submit(self) -> None:
        minor = self.amount.minor()
        if minor is not None:
            self.chosen.emit(minor)


class ConfirmFace(Face):
    """Who, how much, what will happen; one button with the amount on it."""

    agreed = Signal(str)
    change = Signal()
    declined = Signal()

    def __init__(self, offer: Offer) -> None:
        """Show an offer with its amount."""
        super().__init__("PayConfirm")
        self._offer = offer
        self.why = Paragraph("", "body-muted")
        self.deduction = DeductionChoice(offer)
        self.no = Button("", "secondary", "PayConfirmDecline", large=True)
        self.no.setVisible(offer.kind == "charge")
        self.amount = AmountLabel("PayConfirmAmount", size=Type.FIGURE)
        self.amount.centre()
        self.subject = Paragraph("", "body-muted", centred=True)
        self.facts = Card(kind="sunken", margin=Space.L, spacing=Space.S)
        self.note = Field("PayNote")
        self.note.edit.setMaxLength(120)
        self.pay = Button("", "primary", "PayConfirmButton", large=True)
        self.leave = Button("", "quiet", "PayConfirmCancel")
        self.other = Button("", "quiet", "PayConfirmChange")
        self.other.setVisible(offer.kind == "static")
        self.clock = Countdown(self._clock_words)
        self.clock.setAlignment(_CENTRE)
        self._rows: list[tuple[Label, Label]] = []
        self._build()
        self.retranslate()

    def _build(self) -> None:
        offer = self._offer
        self.column.addWidget(self.why)
        self.column.addWidget(PayeeHeader(offer.payee))
        self.column.addWidget(self.amount)
        self.column.addWidget(self.subject)
        self.column.addWidget(self.deduction)
        for _ in range(5):
            row = QHBoxLayout()
            name, value = Label("", "muted"), Label("", "small")
            row.addWidget(name)
            row.addStretch(1)
            row.addWidget(value)
            self.facts.body.addLayout(row)
            self._rows.append((name, value))
        self.column.addWidget(self.facts)
        self.column.addWidget(self.note)
        self.column.addWidget(self.error)
        self.column.addWidget(self.pay)
        self.column.addWidget(self.no)
        self.column.addWidget(self.clock)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.other)
        foot.addWidget(self.leave)
        foot.addStretch(1)
        self.column.addLayout(foot)
        self.pay.clicked.connect(lambda: self.agreed.emit(self.note.text().strip()))
        self.note.submitted.connect(self.pay.click)
        self.other.clicked.connect(self.change)
        self.leave.clicked.connect(self.left)
        self.no.clicked.connect(self.declined)
        self.clock.ended.connect(self._expired)
        self.clock.setVisible(offer.expires_at is not None)
        if offer.expires_at is not None:
            # By the service's clock: the machine's own may be off by hours.
            self.clock.start((offer.expires_at - now_ms() - offer.clock_offset_ms) // 1000)

    def shows(self, offer: Offer) -> bool:
        """Whether this face stands for the same offer, perhaps with another deduction."""
        mine = self._offer
        return (mine.payee, mine.code_id, mine.order_id, mine.amount) == (
            offer.payee,
            offer.code_id,
            offer.order_id,
            offer.amount,
        )

    def show_offer(self, offer: Offer) -> None:
        """The same offer with other deductions: draw the figures again, keep what was typed."""
        self._offer = offer
        self.error.hide()
        self.deduction.show_offer(offer)
        self.retranslate()
        self.resized.emit()

    def retranslate(self) -> None:
        """Everything that will happen, in words."""
        offer = self._offer
        amount = offer.to_pay
        self.why.set_text(self._why_words())
        self.why.setVisible(bool(self.why.plain_text()))
        self.amount.show_amount(amount, offer.currency)
        self.subject.set_text(offer.subject)
        self.subject.setVisible(bool(offer.subject))
        less = offer.deduction.discount
        self._row(
            0, self.tr("Price"), amount_text(offer.amount or 0, offer.currency) if less else ""
        )
        self._row(1, self._less_words(), off_text(less, offer.currency) if less else "")
        self._rows[1][1].set_tone("gold")
        self._row(2, self.tr("From"), "" if less else self._from_words())
        after = None if offer.available is None else offer.available - amount
        short = after is not None and after < 0
        self._row(
            3,
            self.tr("Missing") if short else self.tr("Left afterwards"),
            "" if after is None else amount_text(abs(after), offer.currency),
        )
        self._rows[3][1].set_tone("danger" if short else "")
        points = 0 if less else offer.points or 0
        self._row(4, self.tr("You earn"), beans_words(points, signed=True) if points else "")
        self._rows[4][1].set_tone("gold")
        self.note.set_words("", "", self.tr("Add a note for yourself"))
        self.pay.setText(self.tr("Pay {amount}").format(amount=amount_text(amount, offer.currency)))
        self.other.setText(self.tr("Change the amount"))
        charge = offer.kind == "charge"
        self.no.setText(self.tr("Decline"))
        self.leave.setText(self.tr("Later") if charge else self.tr("Cancel"))
        self.clock.again()

    def _less_words(self) -> str:
        deduction = self._offer.deduction
        if deduction.coupon is not None:
            return self.tr("Coupon")
        return self.tr("{beans} used").format(beans=beans_words(deduction.points))

    def _why_words(self) -> str:
        """Why the wallet asks before a charge is paid."""
        reasons = {
            "amount": self.tr("The cashier scanned your code. This amount needs your word."),
            "day": self.tr(
                "The cashier scanned your code. Today's small payments are used up, so this one "
                "needs your word."
            ),
            "revealed": self.tr(
                "Somebody used the digits you had shown. Agree only if you are at this till now."
            ),
        }
        return reasons.get(self._offer.reason, "")

    def _from_words(self) -> str:
        offer = self._offer
        if offer.available is None:
            return self.tr("Your balance")
        amount = amount_text(offer.available, offer.currency)
        return self.tr("Your balance, {amount}").format(amount=amount)

    def _row(self, index: int, name: str, value: str) -> None:
        title, words = self._rows[index]
        title.setText(name)
        words.setText(value)
        title.setVisible(bool(value))
        words.setVisible(bool(value))

    def _clock_words(self, rest: int) -> str:
        if self._offer.kind == "charge":
            if rest <= 0:
                return self.tr("Time has run out. Nothing was paid.")
            return self.tr("The cashier waits for {time}").format(time=clock_text(rest))
        if rest <= 0:
            return self.tr("This order has expired. Ask the cashier for a new code.")
        return self.tr("This order waits for you for {time}").format(time=clock_text(rest))

    def _expired(self) -> None:
        self.pay.setEnabled(False)
        self.no.setEnabled(False)
        self.resized.emit()

    def take_focus(self) -> None:
        """On the button that pays: Enter agrees."""
        self.pay.setFocus(Qt.FocusReason.TabFocusReason)


class PassphraseFace(Face):
    """The passphrase, because the amount is large or the wallet was left alone."""

    given = Signal(str)

    def __init__(self, view: PayView) -> None:
        """Ask who is there."""
        super().__init__("PayPassphrase")
        self._view = view
        self.title = Paragraph("", "lead", centred=True)
        self.text = Paragraph("", "body-muted", centred=True)
        self.field = PassphraseField("PayPassphraseField")
        self.pay = Button("", "primary", "PayPassphraseButton", large=True)
        self.quick = Button("", "secondary", "PayPassphraseQuick", large=True)
        self.leave = Button("", "quiet", "PayPassphraseCancel")
        self.quick.setVisible(view.keychain_available)
        disc = IconLabel("lock-key", "on_wash", size=26, ground="wash", disc=56)
        self.column.addWidget(disc, 0, _CENTRE)
        self.column.addWidget(self.title)
        self.column.addWidget(self.text)
        self.column.addWidget(self.field)
        self.column.addWidget(self.pay)
        self.column.addWidget(self.quick)
        self.column.addWidget(self.leave, 0, _CENTRE)
        self.pay.clicked.connect(self._submit)
        self.field.submitted.connect(self._submit)
        self.leave.clicked.connect(self.left)
        self.retranslate()

    def retranslate(self) -> None:
        """Why it is asked, and the button with the amount."""
        offer = self._view.offer
        left = offer.to_pay if offer else 0
        amount = amount_text(left, offer.currency) if offer else ""
        whole = amount_text(offer.amount or 0, offer.currency) if offer else ""
        self.title.set_text(self.tr("Confirm that it is you"))
        self.text.set_text(
            self.tr("{amount} is an amount that needs your passphrase.").format(amount=whole)
            if self._view.authenticate_because == "amount"
            else self.tr("The wallet has not heard from you for a while.")
        )
        self.field.set_words(self.tr("Passphrase"))
        self.pay.setText(self.tr("Pay {amount}").format(amount=amount))
        self.quick.setText(self.tr("Quick unlock"))
        self.leave.setText(self.tr("Cancel"))

    def take_focus(self) -> None:
        """Into the field."""
        self.field.edit.setFocus()

    def show_error(self, sentence: Sentence) -> None:
        """Under the field, and ready for another try."""
        self.field.show_error(sentence.line())
        self.field.edit.setFocus()
        self.field.edit.selectAll()
        self.resized.emit()

    def _submit(self) -> None:
        if self.field.text():
            self.given.emit(self.field.text())
