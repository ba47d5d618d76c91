"""The recovery code and a new passphrase with its strength: the way in for the forgetful."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.strength_words import strength_words
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.fields import Field, PassphraseField, StrengthMeter
from app.wallet.strength import Strength, judge

_JUDGE_MS = 150


class RecoveryForm(Live, QWidget):
    """Two fields; ``submitted`` is sent by Enter in the second."""

    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self._strength: Strength | None = None
        self.code = Field("UnlockRecoveryCode")
        self.fresh = PassphraseField("UnlockNewPassphrase")
        self.meter = StrengthMeter()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        for widget in (self.code, self.fresh, self.meter):
            column.addWidget(widget)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_JUDGE_MS)
        self._pause.timeout.connect(self._judge)
        self.fresh.edited.connect(lambda _: self._pause.start())
        self.code.submitted.connect(self.fresh.edit.setFocus)
        self.fresh.submitted.connect(self.submitted)
        self.retranslate()

    def retranslate(self) -> None:
        """Labels, and how strong the new passphrase is."""
        self.code.set_words(self.tr("Recovery code"), "", "XXXXX-XXXXX-…")
        self.fresh.set_words(self.tr("New passphrase"))
        self._show(self._strength)

    def values(self) -> tuple[str, str] | None:
        """(code, new passphrase), or None after saying what is missing."""
        code, fresh = self.code.text().strip(), self.fresh.text()
        if not code:
            self.code.show_error(self.tr("Enter the recovery code you wrote down."))
            self.code.edit.setFocus()
            return None
        if not fresh:
            self.fresh.show_error(self.tr("Choose a new passphrase."))
            self.fresh.edit.setFocus()
            return None
        return code, fresh

    def _judge(self) -> None:
        Operation(self, partial(judge, self.fresh.text())).on_success(self._show).replacing(
            "strength"
        ).start()

    def _show(self, strength: Strength | None) -> None:
        self._strength = strength
        if strength is None or not self.fresh.text():
            words = self.tr("Four unusual words are better than one odd one.")
            self.meter.show_strength(None, words)
        else:
            words = strength_words(strength)
            self.meter.show_strength(strength.score, words, enough=strength.enough)
