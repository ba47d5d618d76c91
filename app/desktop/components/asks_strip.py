"""What waits for the person's answer in Help, said wherever they are (design/5 §Home)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import spaced
from app.desktop.widgets.notes import Banner
from app.protocol.messages.cards import AccessCard, ProposalCard, VerificationCard
from app.protocol.spacing import filled
from app.wallet.support.views import Bubble


class AsksStrip(Live, QWidget):
    """One banner for the oldest question; ``answer_wanted`` opens Help."""

    answer_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setObjectName("AsksStrip")
        self._asks: tuple[Bubble, ...] = ()
        self.banner = Banner("AsksBanner", "info")
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XXL, 0, Space.XXL, Space.S)
        column.addWidget(self.banner)
        self.banner.acted.connect(self.answer_wanted)
        self.hide()

    def show_asks(self, asks: tuple[Bubble, ...]) -> None:
        """Only what the staff ask: a survey or an offer of the assistant can wait."""
        waiting = (AccessCard, ProposalCard, VerificationCard)
        asks = tuple(ask for ask in asks if isinstance(ask.card, waiting))
        if asks != self._asks:
            self._asks = asks
            self.retranslate()
        self.setVisible(bool(asks))

    def retranslate(self) -> None:
        """Who asks for what."""
        if not self._asks:
            return
        ask = self._asks[0]
        name = ask.sender.name or self.tr("Somebody of the service")
        if isinstance(ask.card, AccessCard):
            title = self.tr("{name} asks to see something of your account")
        elif isinstance(ask.card, VerificationCard):
            title = self.tr("{name} asks you to confirm who you are")
        else:
            title = self.tr("{name} proposes a change to your account")
        self.banner.set_words(
            spaced(filled(title, name=name)),
            self.tr("Nothing happens before you answer."),
            self.tr("Answer"),
        )
