"""A till waits for the person's word: said above every page until it is answered (M2)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.payee import payee_name
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import spaced
from app.desktop.widgets.notes import Banner
from app.protocol.messages.charges import Confirmation


class ConfirmStrip(Live, QWidget):
    """One banner for the charge that came first; ``answer_wanted`` carries its id."""

    answer_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setObjectName("ConfirmStrip")
        self._waiting: tuple[Confirmation, ...] = ()
        self.banner = Banner("ConfirmBanner", "warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XXL, 0, Space.XXL, Space.S)
        column.addWidget(self.banner)
        self.banner.acted.connect(self._answer)
        self.hide()

    def show_waiting(self, waiting: tuple[Confirmation, ...]) -> None:
        """Draw what waits, the oldest first."""
        if waiting != self._waiting:
            self._waiting = waiting
            self.retranslate()
        self.setVisible(bool(waiting))

    def retranslate(self) -> None:
        """Who waits for how much."""
        if not self._waiting:
            return
        first = self._waiting[0]
        told = self.tr("{name} waits for your word on {amount}").format(
            name=payee_name(first.payee), amount=amount_text(first.amount, first.currency)
        )
        more = len(self._waiting) - 1
        text = self.tr("Nothing is paid before you agree.")
        if more:
            text = self.tr("Nothing is paid before you agree. Waiting besides: {count}").format(
                count=more
            )
        self.banner.set_words(spaced(told), text, self.tr("Answer"))

    def _answer(self) -> None:
        if self._waiting:
            self.answer_wanted.emit(self._waiting[0].charge_id)
