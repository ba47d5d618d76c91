"""What the window remembers before the vault is open: language, theme, its place on the screen.

One small file in the profile folder; nothing in it is secret or says who uses the wallet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

from PySide6.QtCore import QByteArray, QSettings

from app.desktop.theme import ThemeChoice

FILE = "window.ini"
_THEMES = ("system", "light", "dark")
Notify = Literal["off", "quiet", "full"]
"""Notifications of the system: none, without what was written, with it."""
_NOTIFY = ("off", "quiet", "full")


class Preferences:
    """Reads and writes ``window.ini``."""

    def __init__(self, directory: Path) -> None:
        """Look into a profile folder; the file is made when something is kept."""
        self._store = QSettings(str(directory / FILE), QSettings.Format.IniFormat)

    @property
    def language(self) -> str | None:
        """``zh-CN`` or ``en``; None before the person chose."""
        value = self._store.value("language")
        return str(value) if value else None

    def keep_language(self, choice: str) -> None:
        """Remember the language."""
        self._store.setValue("language", choice)
        self._store.sync()

    @property
    def theme(self) -> ThemeChoice:
        """``system`` unless the person chose."""
        value = str(self._store.value("theme", "system"))
        return cast("ThemeChoice", value) if value in _THEMES else "system"

    def keep_theme(self, choice: ThemeChoice) -> None:
        """Remember the theme."""
        self._store.setValue("theme", choice)
        self._store.sync()

    @property
    def balance_hidden(self) -> bool:
        """Whether the balance stays covered until asked for."""
        return str(self._store.value("balance_hidden", "false")) == "true"

    def keep_balance_hidden(self, *, hidden: bool) -> None:
        """Remember whether the balance is covered."""
        self._store.setValue("balance_hidden", "true" if hidden else "false")
        self._store.sync()

    @property
    def auto_lock_minutes(self) -> int:
        """Minutes without a key or a click until the wallet locks; 0 is never."""
        return int(str(self._store.value("auto_lock_minutes", 5)))

    def keep_auto_lock(self, minutes: int) -> None:
        """Remember the minutes."""
        self._store.setValue("auto_lock_minutes", minutes)
        self._store.sync()

    @property
    def notify(self) -> Notify:
        """How the system tells of answers; ``quiet`` unless the person chose."""
        value = str(self._store.value("notify", "quiet"))
        return cast("Notify", value) if value in _NOTIFY else "quiet"

    def keep_notify(self, choice: Notify) -> None:
        """Remember how the system tells of answers."""
        self._store.setValue("notify", choice)
        self._store.sync()

    @property
    def panel_width(self) -> int | None:
        """How wide the help panel was made, in pixels."""
        value = str(self._store.value("panel_width", ""))
        return int(value) if value.isdigit() else None

    def keep_panel_width(self, width: int) -> None:
        """Remember how wide the help panel is."""
        self._store.setValue("panel_width", width)
        self._store.sync()

    @property
    def geometry(self) -> QByteArray | None:
        """Where the window was."""
        value = self._store.value("geometry")
        return value if isinstance(value, QByteArray) else None

    def keep_geometry(self, geometry: QByteArray) -> None:
        """Remember where the window is."""
        self._store.setValue("geometry", geometry)
        self._store.sync()
