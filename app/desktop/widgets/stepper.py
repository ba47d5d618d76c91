"""A small whole number between a minus and a plus."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import IconButton
from app.desktop.widgets.labels import Figures


class Stepper(Live, QWidget):
    """Counts between two ends; arrows up and down do the same as the buttons."""

    changed = Signal(int)

    def __init__(
        self, name: str, low: int, high: int, value: int, parent: QWidget | None = None
    ) -> None:
        """Make it; both ends are included."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._low, self._high = low, high
        self.value = value
        self.less = IconButton("minus", f"{name}Less", ink="text")
        self.more = IconButton("plus", f"{name}More", ink="text")
        self.figure = Figures(str(value), "strong")
        self.figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.figure.setMinimumWidth(36)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        for widget in (self.less, self.figure, self.more):
            row.addWidget(widget)
        self.less.clicked.connect(lambda: self.set_value(self.value - 1))
        self.more.clicked.connect(lambda: self.set_value(self.value + 1))
        self._words = ""
        self.retranslate()

    def set_words(self, words: str) -> None:
        """What is counted, for screen readers and tool tips."""
        self._words = words
        self.retranslate()

    def set_value(self, value: int) -> None:
        """Count to here, as far as the ends allow."""
        value = max(self._low, min(self._high, value))
        if value != self.value:
            self.value = value
            self.retranslate()
            self.changed.emit(value)

    def retranslate(self) -> None:
        """The figure and the names of both buttons."""
        self.figure.setText(str(self.value))
        self.figure.setAccessibleName(f"{self._words} {self.value}".strip())
        self.less.set_words(self.tr("Fewer: {what}").format(what=self._words))
        self.more.set_words(self.tr("More: {what}").format(what=self._words))
        self.less.setEnabled(self.value > self._low)
        self.more.setEnabled(self.value < self._high)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows count."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
        if event.key() in steps:
            self.set_value(self.value + steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)
