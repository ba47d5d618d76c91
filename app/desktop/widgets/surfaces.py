"""Grounds for other widgets: cards, hairlines, pages that scroll, empty places."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.desktop.theme.tokens import Size, Space
from app.desktop.widgets.labels import Label, Paragraph


class Card(QFrame):
    """A surface with rounded corners and a hairline; ``body`` is its column."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        kind: Literal["card", "wash", "gold", "sunken"] = "card",
        margin: int = Space.XL,
        spacing: int = Space.M,
    ) -> None:
        """Make an empty card."""
        super().__init__(parent)
        self.setProperty("kind", kind)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(spacing)


class Line(QFrame):
    """A hairline between two rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it one pixel high."""
        super().__init__(parent)
        self.setProperty("kind", "line")
        self.setFixedHeight(1)


class PageBody(QScrollArea):
    """A page that scrolls, with its content in a column that never grows too wide.

    Fill ``column``. Margins grow from 24 to 32 pixels with the window.
    """

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        width: int = Size.PAGE,
    ) -> None:
        """Make an empty page."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setProperty("kind", "page")
        outer = QHBoxLayout(inside)
        outer.setContentsMargins(Space.XXL, Space.S, Space.XXL, Space.L)
        self._outer = outer
        content = QWidget()
        content.setMaximumWidth(width)
        content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(Space.XL)
        outer.addStretch(1)
        outer.addWidget(content, 1000)
        outer.addStretch(1)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the scroll bar stands in the margin, so that pages keep one right edge."""
        super().resizeEvent(event)
        bar = self.width() - self.viewport().width()
        margins = self._outer.contentsMargins()
        if margins.right() != Space.XXL - bar:
            margins.setRight(Space.XXL - bar)
            self._outer.setContentsMargins(margins)

    def sizeHint(self) -> QSize:
        """Qt: as wide as a page."""
        return QSize(Size.PAGE, 600)


class EmptyState(QWidget):
    """What stands where nothing is yet: an icon, a sentence that teaches, perhaps one action."""

    def __init__(self, icon: str, name: str = "", parent: QWidget | None = None) -> None:
        """Make it; words come through :meth:`set_words`."""
        super().__init__(parent)
        from app.desktop.widgets.icon_label import IconLabel

        self.setObjectName(name)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(Space.XL, Space.XXL, Space.XL, Space.XXL)
        self.column.setSpacing(Space.S)
        self._icon = IconLabel(icon, "on_wash", size=28, ground="wash", disc=64)
        self._title = Label("", "lead")
        self._text = Paragraph("", "body-muted", centred=True)
        self._text.setMaximumWidth(380)
        centre = Qt.AlignmentFlag.AlignHCenter
        self.column.addStretch(1)
        self.column.addWidget(self._icon, 0, centre)
        self.column.addSpacing(Space.S)
        self.column.addWidget(self._title, 0, centre)
        # Aligned in the column it would get the height of the column's width: a row of its own.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._text, 1000)
        middle.addStretch(1)
        self.column.addLayout(middle)
        self.column.addStretch(1)

    def set_words(self, title: str, text: str) -> None:
        """Say what will stand here and how it gets here."""
        self._title.setText(title)
        self._text.set_text(text)

    def add_action(self, button: QWidget) -> None:
        """Put a button under the words."""
        self.column.insertSpacing(self.column.count() - 1, Space.S)
        self.column.insertWidget(self.column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
