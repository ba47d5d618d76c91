"""A few choices side by side, one of them chosen."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.desktop.theme.tokens import Size


class Segmented(QFrame):
    """A row of choices. ``chosen`` carries the key that the person picked."""

    chosen = Signal(str)

    def __init__(self, name: str, keys: tuple[str, ...], parent: QWidget | None = None) -> None:
        """Make one button a key; words come through :meth:`set_words`."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "sunken")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        for key in keys:
            button = _Segment(self)
            button.setObjectName(f"{name}_{key}")
            button.setProperty("kind", "segment")
            button.setCheckable(True)
            button.setMinimumHeight(Size.TARGET)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, k=key: self.chosen.emit(k))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        self._buttons[keys[0]].setChecked(True)

    def set_words(self, words: dict[str, str]) -> None:
        """The word of each key."""
        for key, text in words.items():
            self._buttons[key].setText(text)
            self._buttons[key].setAccessibleName(text)

    def choose(self, key: str) -> None:
        """Mark a choice without saying that the person did."""
        self._buttons[key].setChecked(True)

    def key(self) -> str:
        """The choice in force."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def step(self, by: int) -> None:
        """Choose the neighbour."""
        keys = list(self._buttons)
        index = (keys.index(self.key()) + by) % len(keys)
        button = self._buttons[keys[index]]
        button.setFocus(Qt.FocusReason.TabFocusReason)
        button.click()


class _Segment(QToolButton):
    """One choice; arrows go to its neighbours."""

    def __init__(self, owner: Segmented) -> None:
        super().__init__(owner)
        self._owner = owner

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows choose the neighbour, Enter this one."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self._owner.step(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
