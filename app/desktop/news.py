"""What tells the system of something while the person looks elsewhere; one class for each thing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from app.desktop.platform.notify import Notifier
from app.desktop.preferences import Preferences
from app.desktop.watch import Watch
from app.wallet.session import WalletSession


class News(QObject):
    """Watches an open wallet; a locked one hears nothing, so it says nothing."""

    def __init__(
        self,
        session: WalletSession,
        preferences: Preferences,
        notifier: Notifier,
        show: Callable[[], object],
        parent: QObject,
    ) -> None:
        """Begin to watch; ``show`` brings the window to what the news is about."""
        super().__init__(parent)
        self._session = session
        self._preferences = preferences
        self._notifier = notifier
        self._show = show
        self._begin()
        Watch(session.observe, self._heard, self)

    @property
    def looking(self) -> bool:
        """Whether one of our windows is in front."""
        return QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive

    def _begin(self) -> None:
        """What is there already is no news."""

    def _heard(self, topics: frozenset[str]) -> None:
        """Something changed; tell what is new."""

    @property
    def may_tell(self) -> bool:
        """Whether there is somebody to tell: they look elsewhere, and want to be told."""
        return not self.looking and self._preferences.notify != "off"

    @property
    def in_full(self) -> bool:
        """Whether names and amounts may be said: not while the person covers their balance."""
        return self._preferences.notify == "full" and not self._preferences.balance_hidden

    def _say(self, title: str, text: str) -> None:
        self._notifier.on_pressed(self._show)
        self._notifier.tell(title, text)
