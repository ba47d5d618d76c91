"""Notifications of the system: one interface, the system's tray, and one that does nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon

from app.desktop.widgets.mark import window_icon


class Notifier(Protocol):
    """Tells the person something while they look elsewhere."""

    def tell(self, title: str, text: str) -> None:
        """Show a notification; without sound."""

    def on_pressed(self, action: Callable[[], object]) -> None:
        """Call this, and nothing that was given before, when a notification is pressed."""

    def clear(self) -> None:
        """Take the sign in the tray away."""


class NoNotifier:
    """A system without notifications: the badge in the window says it all."""

    def tell(self, title: str, text: str) -> None:
        """Nothing is shown."""

    def on_pressed(self, action: Callable[[], object]) -> None:
        """Nothing can be pressed."""

    def clear(self) -> None:
        """Nothing is there."""


class TrayNotifier(QObject):
    """The system's own notifications through its tray.

    The sign stands in the tray only while something waits to be read: Windows and most Linux
    desktops show a notification only for a sign that is there.
    """

    def __init__(self, parent: QObject) -> None:
        """Prepare; nothing is shown yet."""
        super().__init__(parent)
        self._action: Callable[[], object] | None = None
        self._tray = QSystemTrayIcon(window_icon(), self)
        self._tray.messageClicked.connect(self._press)
        self._tray.activated.connect(self._press)

    def tell(self, title: str, text: str) -> None:
        """Show a notification."""
        self._tray.show()
        self._tray.showMessage(title, text, window_icon(), 8000)

    def on_pressed(self, action: Callable[[], object]) -> None:
        """Call this for the notification and for the sign in the tray."""
        self._action = action

    def _press(self) -> None:
        if self._action is not None:
            self._action()

    def clear(self) -> None:
        """Take the sign away."""
        self._tray.hide()


def system_notifier(parent: QObject) -> Notifier:
    """What this system has."""
    if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
        return TrayNotifier(parent)
    return NoNotifier()
