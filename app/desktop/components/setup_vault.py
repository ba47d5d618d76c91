"""The screens of setting up once the vault is made: waiting, recovery code, quick unlock, done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from app.desktop.components.setup_steps import Step
from app.desktop.theme.tokens import Space
from app.desktop.widgets.busy import Spinner
from app.desktop.widgets.fields import Field
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Paragraph
from app.desktop.widgets.surfaces import Card
from app.desktop.words import Sentence
from app.wallet.flows.onboarding import OnboardingView


class WorkingStep(Step):
    """The vault is made, the account is made or found."""

    number = 4

    def __init__(self, view: OnboardingView) -> None:
        """Say what is under way."""
        super().__init__("SetupWorking")
        self._view = view
        self.column.insertWidget(0, Spinner(side=40), 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        super().retranslate()
        self.title.set_text(self.tr("One moment"))
        words = {
            "vault": self.tr("Making the encrypted vault on this device."),
            "registration": self.tr("Making your wallet at the service."),
            "sign_in": self.tr("Signing you in at the service."),
        }
        self.text.set_text(words.get(self._view.working or "", ""))

    def take_focus(self) -> None:
        """There is nothing to press."""


class RecoveryStep(Step):
    """The recovery code: first shown, then typed."""

    number = 5
    given = Signal(str)

    def __init__(self, code: str) -> None:
        """Show a code."""
        super().__init__("SetupRecovery")
        self._shown = True
        self.code = Paragraph(code, "lead", centred=True)
        self.code.setObjectName("SetupRecoveryCode")
        self.card = Card(kind="wash", margin=Space.XL)
        self.card.body.addWidget(self.code)
        self.field = Field("SetupRecoveryField")
        self.column.addWidget(self.card)
        self.column.addWidget(self.field)
        self.close_with_buttons()
        self.go.clicked.connect(self._submit)
        self.field.submitted.connect(self._submit)
        self.back.clicked.connect(self._turn)
        self._arrange()

    def _arrange(self) -> None:
        self.card.setVisible(self._shown)
        self.field.setVisible(not self._shown)
        self.back.setVisible(not self._shown)
        self.error.hide()
        self.retranslate()
        self.take_focus()

    def _turn(self) -> None:
        self._shown = not self._shown
        self._arrange()

    def retranslate(self) -> None:
        """Words."""
        self.back.setText(self.tr("Show the code again"))
        self.field.set_words(self.tr("Recovery code"), self.tr("Dashes and case do not matter."))
        if self._shown:
            self.title.set_text(self.tr("Write this code down"))
            self.text.set_text(
                self.tr(
                    "If you forget your passphrase, only this code opens the wallet on this "
                    "device. Keep it on paper, away from the computer. It is not shown again."
                )
            )
            self.go.setText(self.tr("I have written it down"))
        else:
            self.title.set_text(self.tr("Type it once"))
            self.text.set_text(self.tr("So that we both know it was written down right."))
            self.go.setText(self.tr("Continue"))

    def take_focus(self) -> None:
        """On the button while it is shown, then into the field."""
        if self._shown:
            super().take_focus()
        else:
            self.field.edit.setFocus()

    def show_error(self, sentence: Sentence) -> None:
        """Under the field."""
        del sentence
        self.field.show_error(self.tr("This is not the code. Compare it letter by letter."))

    def _submit(self) -> None:
        if self._shown:
            self._turn()
        elif self.field.text().strip():
            self.given.emit(self.field.text())


class QuickStep(Step):
    """Whether the system's keychain may open the wallet."""

    number = 5
    chosen = Signal(bool)

    def __init__(self, *, possible: bool) -> None:
        """Offer it where there is a keychain."""
        super().__init__("SetupQuick")
        self._possible = possible
        self.close_with_buttons()
        self.go.clicked.connect(lambda: self.chosen.emit(self._possible))
        self.back.clicked.connect(lambda: self.chosen.emit(False))
        self.back.setVisible(possible)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        if self._possible:
            self.title.set_text(self.tr("Open with one click?"))
            self.text.set_text(
                self.tr(
                    "This device's keychain can open the wallet for you. Large payments still "
                    "ask for your passphrase."
                )
            )
            self.go.setText(self.tr("Use quick unlock"))
        else:
            self.title.set_text(self.tr("Your passphrase opens the wallet"))
            self.text.set_text(
                self.tr("This device has no keychain that could open it with one click.")
            )
            self.go.setText(self.tr("Continue"))
        self.back.setText(self.tr("Always ask for my passphrase"))


class DoneStep(Step):
    """Ready."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("SetupDone")
        disc = IconLabel("check-bold", "on_wash", size=30, ground="wash", disc=64)
        self.column.insertWidget(0, disc, 0, Qt.AlignmentFlag.AlignLeft)
        self.close_with_buttons(back=False)
        self.retranslate()

    def retranslate(self) -> None:
        """Words."""
        super().retranslate()
        self.title.set_text(self.tr("Your wallet is ready"))
        self.text.set_text(
            self.tr("Everything on this device is encrypted. Scan a merchant's code to pay.")
        )
        self.go.setText(self.tr("Open my wallet"))
