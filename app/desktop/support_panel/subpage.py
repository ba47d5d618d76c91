"""A page inside the panel, in place of the conversation, with the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import IconButton
from app.desktop.widgets.labels import Label


class SubPage(Live, QWidget):
    """A title, a way back, and ``column`` for what it holds, which scrolls."""

    left = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName(name)
        self.back = IconButton("arrow-left", f"{name}Back")
        self.title = Label("", "strong")
        self.back.clicked.connect(self.left)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(Space.S, Space.S, Space.L, Space.S)
        self.head.setSpacing(Space.S)
        self.head.addWidget(self.back)
        self.head.addWidget(self.title, 1)
        inside = QWidget()
        inside.setProperty("kind", "page")
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(Space.L, Space.S, Space.L, Space.L)
        self.column.setSpacing(Space.M)
        self.scroller = scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.outer.setSpacing(0)
        self.outer.addLayout(self.head)
        self.outer.addWidget(scroll, 1)

    def retranslate(self) -> None:
        """The way back."""
        self.back.set_words(self.tr("Back to the conversation"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
