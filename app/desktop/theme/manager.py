"""The theme in force: follows the system live, or is forced to light or dark."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QApplication

from app.desktop.collector import Collector
from app.desktop.theme import qss
from app.desktop.theme.tokens import (
    DARK,
    DARK_HIGH_CONTRAST,
    FAMILIES,
    LIGHT,
    LIGHT_HIGH_CONTRAST,
    Colours,
    Motion,
    Type,
)

ThemeChoice = Literal["system", "light", "dark"]

_active: Colours = LIGHT


def colours() -> Colours:
    """The colours in force now, for widgets that paint themselves."""
    return _active


def duration(milliseconds: int = Motion.CALM) -> int:
    """How long a movement may take: 0 where the system asks for less motion."""
    if not QApplication.isEffectEnabled(Qt.UIEffect.UI_General):
        return 0
    from PySide6.QtWidgets import QStyle  # 5 ms of the start, needed by nothing else before

    hint = QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
    return milliseconds if hint > 0 else 0


class Theme(QObject):
    """Applies the tokens to an application and keeps up with the system.

    ``changed`` is sent after the new style sheet is in force.
    """

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        choice: ThemeChoice = "system",
        scheme: Callable[[], Qt.ColorScheme] | None = None,
    ) -> None:
        """Style ``app`` at once.

        Args:
            app: The application.
            choice: Follow the system, or force one.
            scheme: What the system prefers; asked anew at each of its changes.
        """
        super().__init__(app)
        self._scheme = scheme or (lambda: QGuiApplication.styleHints().colorScheme())
        self._app = app
        self._choice: ThemeChoice = choice
        self._sheet_of: Colours | None = None
        app.setFont(system_font())
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What the person asked for."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Force light or dark, or follow the system again."""
        self._choice = choice
        self._apply()

    def _follow(self) -> None:
        self._apply()

    def _wanted(self) -> Colours:
        hints = QGuiApplication.styleHints()
        dark = self._choice == "dark" or (
            self._choice == "system" and self._scheme() == Qt.ColorScheme.Dark
        )
        high = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
        if high:
            return DARK_HIGH_CONTRAST if dark else LIGHT_HIGH_CONTRAST
        return DARK if dark else LIGHT

    def _apply(self) -> None:
        wanted = self._wanted()
        if wanted is self._sheet_of:
            return
        self._sheet_of = wanted
        use(self._app, wanted)
        self.changed.emit()


def application(arguments: Sequence[str] = ()) -> QApplication:
    """The process's application in the style that our sheet is written for.

    The style is asked for by an argument: ``setStyle`` would answer with a ``QStyle``, and making
    that type known to Python costs 5 ms of the start.
    """
    made = QApplication([*(arguments or ("kbean",)), "-style", "fusion"])
    Collector(made)
    return made


def use(app: QApplication, wanted: Colours) -> None:
    """Put one palette in force, whatever the system says."""
    global _active  # noqa: PLW0603 - painting code needs the colours where no object reaches
    _active = wanted
    # Qt walks a list of all widgets and calls into Python for each: a collection on the way could
    # destroy widgets that only waited for it, and Qt would step on them.
    collecting = gc.isenabled()
    gc.disable()
    try:
        app.setPalette(qss.palette(wanted))
        app.setStyleSheet(qss.style_sheet(wanted))
    finally:
        if collecting:
            gc.enable()


def system_font() -> QFont:
    """The system's own face for Latin letters with the Chinese face that belongs to it."""
    system = "linux" if sys.platform not in FAMILIES else sys.platform
    font = QFont()
    font.setFamilies(list(FAMILIES[system]))
    font.setPixelSize(Type.BODY)
    return font
