"""This month in one small chart: a bar a day, what went out; today marked, the rest of it open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Type

_FOOT = 20


class MonthChart(QWidget):
    """Bars for the days of a month. Words for each bar come from the owner."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName(name)
        self._values: list[int] = [0] * 30
        self._words: list[str] = []
        self._today = 0
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_days(
        self, values: Sequence[int], today: int, words: Sequence[str], summary: str
    ) -> None:
        """Draw a month.

        Args:
            values: One value ≥ 0 for each day of the month.
            today: Day of the month, 1-based; later days are only marked.
            words: What a tool tip says of each day.
            summary: The whole chart in a sentence, for screen readers.
        """
        self._values = list(values)
        self._words = list(words)
        self._today = today
        self.setAccessibleName(summary)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: three times as wide as high."""
        return QSize(300, 130)

    def _slot(self) -> float:
        return self.width() / max(1, len(self._values))

    def event(self, event: QEvent) -> bool:
        """Qt: a tool tip for the day under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            day = int(event.pos().x() / self._slot())
            if 0 <= day < len(self._words):
                QToolTip.showText(event.globalPos(), self._words[day], self)
            return True
        return bool(super().event(event))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: bars on a base line, three day numbers below."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        slot = self._slot()
        base = self.height() - _FOOT
        top = max(max(self._values, default=0), 1)
        width = min(10.0, slot * 0.62)
        for index, value in enumerate(self._values):
            x = index * slot + (slot - width) / 2
            day = index + 1
            if value:
                height = max(4.0, (base - 4) * value / top)
                ink = palette.bean
            else:
                height = 3.0
                ink = palette.line
            colour = QColor(ink)
            if value and day != self._today:
                colour.setAlphaF(0.55)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(x, base - height, width, height), 2, 2)
        self._days(painter, base, slot)

    def _days(self, painter: QPainter, base: float, slot: float) -> None:
        palette = colours()
        font = QFont(self.font())
        font.setPixelSize(Type.CAPTION)
        painter.setFont(font)
        last = len(self._values)
        shown = sorted({1, last, self._today} - {0})
        for day in shown:
            if day != self._today and abs(day - self._today) < 3:
                continue  # never two numbers in one place
            painter.setPen(QColor(palette.text if day == self._today else palette.muted))
            centre = (day - 0.5) * slot
            box = QRectF(centre - 20, base + 4, 40, _FOOT - 4)
            if box.left() < 0:
                box.moveLeft(0)
            if box.right() > self.width():
                box.moveRight(self.width())
            align = Qt.AlignmentFlag.AlignHCenter
            if day == 1:
                align = Qt.AlignmentFlag.AlignLeft
            elif day == last:
                align = Qt.AlignmentFlag.AlignRight
            painter.drawText(box, align | Qt.AlignmentFlag.AlignVCenter, str(day))
        painter.setPen(QColor(palette.line))
        painter.drawLine(QPointF(0, base + 0.5), QPointF(self.width(), base + 0.5))
