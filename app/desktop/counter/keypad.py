"""Large keys for fingers: digits, and what an amount or a PIN needs besides."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from app.desktop.theme.tokens import Size, Space
from app.desktop.widgets.base import Live

_ROWS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"))
HEIGHT = 64


class Keypad(Live, QWidget):
    """Digits with three keys below: ``pressed`` carries ``0``…``9``, ``00``, ``.``, ``back``."""

    pressed = Signal(str)

    def __init__(
        self,
        name: str,
        last: tuple[str, str, str] = ("00", "0", "."),
        parent: QWidget | None = None,
    ) -> None:
        """Make it; ``last`` are the keys of the last row."""
        super().__init__(parent)
        self.setObjectName(name)
        self.keys: dict[str, QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.S)
        for row, keys in enumerate((*_ROWS, last)):
            for column, key in enumerate(keys):
                if key:
                    grid.addWidget(self._key(key), row, column)
        self.retranslate()
        self.restyle()

    def _key(self, key: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{self.objectName()}_{key if key != '.' else 'point'}")
        button.setProperty("kind", "pad")
        button.setText("" if key == "back" else key)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        button.setMinimumSize(HEIGHT, 48)
        # A finger's press must not take the keyboard away from the page.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setIconSize(QSize(Size.ICON + 4, Size.ICON + 4))
        button.clicked.connect(lambda: self.pressed.emit(key))
        self.keys[key] = button
        return button

    def retranslate(self) -> None:
        """What each key is called."""
        words = {".": self.tr("Point"), "back": self.tr("Delete"), "00": self.tr("Double zero")}
        for key, button in self.keys.items():
            button.setAccessibleName(words.get(key, key))

    def restyle(self) -> None:
        """The icon of the delete key in the theme's colour."""
        from app.desktop.theme.icons import icon

        if "back" in self.keys:
            self.keys["back"].setIcon(icon("backspace", "text"))
