"""A box that can be ticked, painted by hand: the tick is a sign, not only a colour."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Radius, Size, Space

_BOX = 20


class CheckBox(QCheckBox):
    """A check box in the house's look; its words are its accessible name."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_words(self, words: str) -> None:
        """What is ticked."""
        self.setText(words)
        self.setAccessibleName(words)

    def sizeHint(self) -> QSize:
        """Qt: the box, a gap, the words."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(_BOX + Space.S + words + 4, Size.TARGET)

    def minimumSizeHint(self) -> QSize:
        """Qt: all of it."""
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        """Qt: the words can be pressed too."""
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the box with its tick, and the words."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - _BOX) / 2
        box = QRectF(1, top, _BOX - 2, _BOX - 2)
        ticked, live = self.isChecked(), self.isEnabled()
        edge = palette.bean if self.hasFocus() or ticked else palette.control
        painter.setPen(QPen(QColor(edge if live else palette.line), Size.FOCUS))
        fill = palette.bean if ticked and live else palette.surface
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
        if ticked:
            ink = QColor(palette.on_bean if live else palette.muted)
            painter.setPen(QPen(ink, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(
                [QPointF(5.5, top + 9), QPointF(8.5, top + 12.5), QPointF(14, top + 5.5)]
            )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.bean), 1))
            painter.drawRoundedRect(box.adjusted(-1, -3, 2, 3), Radius.SMALL, Radius.SMALL)
        painter.setPen(QColor(palette.text if live else palette.muted))
        words = self.rect().adjusted(_BOX + Space.S, 0, 0, 0)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, int(align), self.text())
