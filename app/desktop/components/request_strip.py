"""Requests for money that wait for me, above everything else on Home (design/5 §Home)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.labels import spaced
from app.desktop.widgets.notes import Banner
from app.protocol.messages.transfers import MoneyRequest

_SHOWN = 2


class RequestStrip(Live, QWidget):
    """One banner a request. ``pay_wanted`` carries it, ``all_wanted`` opens the list."""

    pay_wanted = Signal(object)
    all_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty and hidden."""
        super().__init__(parent)
        self.setObjectName("RequestStrip")
        self._requests: tuple[MoneyRequest, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.S)
        self.hide()

    def show_requests(self, requests: tuple[MoneyRequest, ...]) -> None:
        """Draw anew where something changed."""
        if requests != self._requests:
            self._requests = requests
            self.retranslate()

    def retranslate(self) -> None:
        """All banners in the language now in force."""
        clear(self._column)
        for request in self._requests[:_SHOWN]:
            self._column.addWidget(self._banner(request))
        more = len(self._requests) - _SHOWN
        if more > 0:
            banner = Banner("RequestsMore", "info")
            banner.set_words(
                self.tr("%n more request(s) for money", "", more), "", self.tr("See all")
            )
            banner.acted.connect(self.all_wanted)
            self._column.addWidget(banner)
        self.setVisible(bool(self._requests))

    def _banner(self, request: MoneyRequest) -> Banner:
        banner = Banner(f"HomeRequest_{request.request_id}", "info")
        amount = amount_text(request.amount, request.currency)
        title = self.tr("{name} asks you for {amount}").format(name=request.other, amount=amount)
        text = request.note or self.tr("Nothing is paid before you agree.")
        banner.set_words(spaced(title), text, self.tr("Look at it"))
        banner.acted.connect(lambda: self.pay_wanted.emit(request))
        return banner
