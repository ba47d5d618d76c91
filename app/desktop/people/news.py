"""Tells the system that somebody asks for money, while the person looks elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QGuiApplication

from app.desktop.platform.notify import Notifier
from app.desktop.preferences import Preferences
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.protocol.messages.transfers import MoneyRequest
from app.wallet.session import WalletSession


class RequestNews(QObject):
    """Each request is told once; who and how much only where the person chose so."""

    def __init__(
        self,
        session: WalletSession,
        preferences: Preferences,
        notifier: Notifier,
        show: Callable[[], object],
        parent: QObject,
    ) -> None:
        """Begin to watch; ``show`` brings the window and the requests to the front."""
        super().__init__(parent)
        self._session = session
        self._preferences = preferences
        self._notifier = notifier
        self._show = show
        self._told = {request.request_id for request in session.people.state.asked}
        Watch(session.observe, self._heard, self)

    @property
    def looking(self) -> bool:
        """Whether one of our windows is in front."""
        return QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive

    def _heard(self, topics: frozenset[str]) -> None:
        if "transfers" not in topics:
            return
        asked = self._session.people.state.asked
        fresh = [request for request in asked if request.request_id not in self._told]
        self._told |= {request.request_id for request in asked}
        if fresh and not self.looking and self._preferences.notify != "off":
            self._tell(fresh[0])

    def _tell(self, request: MoneyRequest) -> None:
        full = self._preferences.notify == "full" and not self._preferences.balance_hidden
        title = QCoreApplication.translate("People", "Somebody asks you for money")
        text = QCoreApplication.translate("People", "Open the wallet to answer.")
        if full:
            text = QCoreApplication.translate("People", "{name} asks you for {amount}").format(
                name=request.other, amount=amount_text(request.amount, request.currency)
            )
        self._notifier.on_pressed(self._show)
        self._notifier.tell(title, text)
