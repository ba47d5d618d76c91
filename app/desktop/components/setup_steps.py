"""The screens of setting up before the vault is made: service, who you are, passphrase."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.strength_words import strength_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field, PassphraseField, StrengthMeter
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.surfaces import Card
from app.desktop.words import Sentence
from app.protocol.messages.identity import Contact
from app.wallet.flows.onboarding import OnboardingView, Strength

_JUDGE_MS = 150
"""How long a person's fingers rest before a passphrase is judged."""


class Step(Live, QWidget):
    """One screen: a title, a sentence, what is asked, one button."""

    number = 0

    def __init__(self, name: str) -> None:
        """Make an empty screen."""
        super().__init__()
        self.setObjectName(name)
        self.title = Paragraph("", "title")
        self.text = Paragraph("", "body-muted")
        self.error = Banner(f"{name}Error", "danger")
        self.error.hide()
        self.go = Button("", "primary", f"{name}Next", large=True)
        self.back = Button("", "quiet", f"{name}Back")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, Space.L, 0, Space.XL)
        self.column.setSpacing(Space.L)
        self.column.addWidget(self.title)
        self.column.addWidget(self.text)

    def close_with_buttons(self, *, back: bool = True) -> None:
        """Put the error, the button and the way back at the foot."""
        self.column.addWidget(self.error)
        self.column.addWidget(self.go)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(Space.S)
        self.foot.addStretch(1)
        self.foot.addWidget(self.back)
        self.foot.addStretch(1)
        self.column.addLayout(self.foot)
        self.back.setVisible(back)

    def retranslate(self) -> None:
        """The words all screens share."""
        self.back.setText(self.tr("Back"))

    def take_focus(self) -> None:
        """Put the keyboard where the person goes on."""
        self.go.setFocus(Qt.FocusReason.TabFocusReason)

    def set_busy(self, *, busy: bool) -> None:
        """Something is under way."""
        self.setEnabled(not busy)
        if busy:
            self.error.hide()

    def show_error(self, sentence: Sentence) -> None:
        """Say what went wrong, above the button."""
        number = f"\n{sentence.number}" if sentence.number else ""
        self.error.set_words(sentence.title, sentence.action + number)
        self.error.show()


class AddressStep(Step):
    """Where the service is."""

    number = 1
    given = Signal(str)

    def __init__(self, address: str) -> None:
        """Ask for an address; ``address`` is filled in."""
        super().__init__("SetupAddress")
        self.field = Field("SetupAddressField")
        self.field.set_text(address)
        self.column.addWidget(self.field)
        self.close_with_buttons(back=False)
        self.field.submitted.connect(self._submit)
        self.go.clicked.connect(self._submit)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        super().retranslate()
        self.title.set_text(self.tr("Welcome to K-Bean Wallet"))
        self.text.set_text(
            self.tr("Which service do you use? Your organisation has told you its address.")
        )
        self.field.set_words(self.tr("Address"), "", "wallet.example.org")
        self.go.setText(self.tr("Continue"))

    def take_focus(self) -> None:
        """Into the field."""
        self.field.edit.setFocus()

    def _submit(self) -> None:
        if self.field.text().strip():
            self.given.emit(self.field.text().strip())
        else:
            self.field.show_error(self.tr("Enter the address of your service."))


class ServiceStep(Step):
    """Who runs it, and whether the person is new."""

    number = 2
    chosen = Signal(str)

    def __init__(self, view: OnboardingView) -> None:
        """Show who answers at the address."""
        super().__init__("SetupService")
        self._view = view
        self._operator = Paragraph("", "lead")
        self._licence = Label("", "small")
        self._where = Label("", "muted")
        self._print_title = Label("", "muted")
        self._print = Paragraph(view.fingerprint, "small")
        self._demo = Banner("SetupDemo", "warning")
        self.existing = Button("", "secondary", "SetupExisting", large=True)
        card = Card(spacing=Space.S)
        head = QHBoxLayout()
        head.setSpacing(Space.L)
        head.addWidget(IconLabel("buildings", "on_wash", size=24, ground="wash", disc=48))
        words = QVBoxLayout()
        words.setSpacing(2)
        for widget in (self._operator, self._licence, self._where):
            words.addWidget(widget)
        head.addLayout(words, 1)
        card.body.addLayout(head)
        card.body.addSpacing(Space.S)
        card.body.addWidget(self._print_title)
        card.body.addWidget(self._print)
        self.column.addWidget(card)
        self.column.addWidget(self._demo)
        self.close_with_buttons()
        self.column.insertWidget(self.column.indexOf(self.go) + 1, self.existing)
        self.go.clicked.connect(lambda: self.chosen.emit("new"))
        self.existing.clicked.connect(lambda: self.chosen.emit("existing"))
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        super().retranslate()
        service = self._view.service
        self.title.set_text(self.tr("Is this your service?"))
        self.text.set_text(self.tr("From now on the wallet trusts these keys and no others."))
        self._operator.set_text(service.operator if service else "")
        licence = service.licence if service else None
        self._licence.setText(
            self.tr("Licence {number}").format(number=licence)
            if licence
            else self.tr("Not licensed")
        )
        self._where.setText(self._view.address)
        self._print_title.setText(self.tr("Fingerprint of its keys"))
        self._demo.setVisible(service is not None and service.mode == "demo")
        self._demo.set_words(
            self.tr("This is a demonstration"),
            self.tr("It is not licensed, and the money in it is not real."),
        )
        self.go.setText(self.tr("I am new here"))
        self.existing.setText(self.tr("I have a wallet"))


class PersonStep(Step):
    """Contact, and for a new person the name."""

    number = 3
    given = Signal(object, str)
    turned = Signal()

    def __init__(self, *, new: bool, contact: Contact | None, name: str) -> None:
        """Ask who it is."""
        super().__init__("SetupPerson")
        self._new = new
        self.contact = Field("SetupContact")
        self.name = Field("SetupName")
        self.other = Button("", "quiet", "SetupOther")
        self.contact.set_text(contact.value if contact else "")
        self.name.set_text(name)
        self.name.edit.setMaxLength(60)
        self.name.setVisible(new)
        self.column.addWidget(self.contact)
        self.column.addWidget(self.name)
        self.close_with_buttons()
        self.foot.insertWidget(1, self.other)
        self.contact.submitted.connect(self._submit)
        self.name.submitted.connect(self._submit)
        self.go.clicked.connect(self._submit)
        self.other.clicked.connect(self.turned)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        super().retranslate()
        self.title.set_text(
            self.tr("Who are you?") if self._new else self.tr("Sign in to your wallet")
        )
        self.text.set_text(
            self.tr("Your e-mail address or phone number finds your wallet again.")
            if self._new
            else self.tr("The e-mail address or phone number you registered with.")
        )
        self.contact.set_words(self.tr("E-mail address or phone number"))
        self.name.set_words(self.tr("Your name"), self.tr("Merchants see it when you pay."))
        self.go.setText(self.tr("Continue"))
        self.other.setText(self.tr("I have a wallet") if self._new else self.tr("I am new here"))

    def take_focus(self) -> None:
        """Into the first empty field."""
        empty = self.name if self._new and self.contact.text() else self.contact
        empty.edit.setFocus()

    def _submit(self) -> None:
        value = self.contact.text().strip()
        name = self.name.text().strip()
        if not value:
            self.contact.show_error(self.tr("Enter an e-mail address or a phone number."))
            self.contact.edit.setFocus()
        elif self._new and not name:
            self.name.show_error(self.tr("Enter your name."))
            self.name.edit.setFocus()
        else:
            self.given.emit(contact_of(value), name)


def contact_of(typed: str) -> Contact:
    """An e-mail address where there is an @, else a phone number without what people put in it.

    A number of eleven digits that begins with 1 is a Chinese mobile number without its prefix.
    """
    if "@" in typed:
        return Contact("email", typed)
    digits = "".join(sign for sign in typed if sign.isdigit() or sign == "+")
    if len(digits) == 11 and digits.startswith("1"):
        digits = f"+86{digits}"
    elif digits.startswith("00"):
        digits = f"+{digits[2:]}"
    return Contact("phone", digits or typed)


class PassphraseStep(Step):
    """A new passphrase with its strength, or the one the service knows."""

    number = 4
    typed = Signal(str)
    given = Signal(str)

    def __init__(self, *, new: bool) -> None:
        """Ask for it; a new one is typed twice."""
        super().__init__("SetupPassphrase")
        self._new = new
        self._strength: Strength | None = None
        self.field = PassphraseField("SetupPassphraseField")
        self.again = PassphraseField("SetupPassphraseAgain")
        self.meter = StrengthMeter()
        self.again.setVisible(new)
        self.meter.setVisible(new)
        self.column.addWidget(self.field)
        self.column.addWidget(self.meter)
        self.column.addWidget(self.again)
        self.close_with_buttons()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_JUDGE_MS)
        self._pause.timeout.connect(lambda: self.typed.emit(self.field.text()))
        if new:
            self.field.edited.connect(lambda _: self._pause.start())
        self.field.submitted.connect(self.again.edit.setFocus if new else self._submit)
        self.again.submitted.connect(self._submit)
        self.go.clicked.connect(self._submit)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        super().retranslate()
        if self._new:
            self.title.set_text(self.tr("Choose a passphrase"))
            self.text.set_text(
                self.tr(
                    "It opens the wallet on this device and signs you in. Four unusual words are "
                    "easy to remember and hard to guess."
                )
            )
        else:
            self.title.set_text(self.tr("Your passphrase"))
            self.text.set_text(
                self.tr("The one you chose when you registered. It will open this device too.")
            )
        self.field.set_words(self.tr("Passphrase"))
        self.again.set_words(self.tr("The same once more"))
        self.go.setText(self.tr("Create my wallet") if self._new else self.tr("Sign in"))
        self.show_strength(self._strength)

    def show_strength(self, strength: Strength | None) -> None:
        """Show how hard it is to guess."""
        self._strength = strength
        if strength is None or not self.field.text():
            self.meter.show_strength(None, self.tr("Length beats odd signs."))
        else:
            self.meter.show_strength(
                strength.score, strength_words(strength), enough=strength.enough
            )

    def take_focus(self) -> None:
        """Into the field."""
        self.field.edit.setFocus()

    def _submit(self) -> None:
        passphrase = self.field.text()
        if not passphrase:
            self.field.show_error(self.tr("Enter a passphrase."))
        elif self._new and self.again.text() != passphrase:
            self.again.show_error(self.tr("The two are not the same."))
            self.again.edit.setFocus()
        else:
            self.given.emit(passphrase)
