"""Bars over time: the one chart of the wallet, for days of a month and months of a year.

Painted by hand, not by pyqtgraph: a dozen bars need no plotting library, which would load numpy
before the first page, bring colours and fonts beside the theme's tokens, and be a picture to a
screen reader. Here every bar has words, can be reached by keys, and follows the theme at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Radius, Size, Type

_FOOT = 20
_FULL_WIDTH = 10.0
_GAP = 3.0


class Bar(NamedTuple):
    """One place on the time line.

    Attributes:
        value: Drawn filled; nothing below zero is drawn.
        words: What a tool tip and a screen reader say of it.
        label: What stands under it; empty for most.
        second: Drawn as an outline beside the first; None where the chart has one value only.
    """

    value: int
    words: str
    label: str = ""
    second: int | None = None


class BarChart(QWidget):
    """Bars, one of them marked. ``chosen`` carries the number of the bar that was picked."""

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None, *, pickable: bool = False) -> None:
        """Make it empty; ``pickable`` lets the person choose a bar by mouse and keys."""
        super().__init__(parent)
        self.setObjectName(name)
        self._bars: tuple[Bar, ...] = ()
        self._marked: int | None = None
        self._current = 0
        self._summary = ""
        self._walking = False
        self._pickable = pickable
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        if pickable:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_bars(self, bars: Sequence[Bar], marked: int | None, summary: str) -> None:
        """Draw a time line.

        Args:
            bars: Oldest first.
            marked: The one that stands out: today, or what is chosen.
            summary: The whole chart in a sentence, for screen readers.
        """
        self._bars = tuple(bars)
        self._marked = marked
        self._current = len(bars) - 1 if marked is None else marked
        self._summary = summary
        self._tell()
        self.update()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is drawn."""
        return self._bars

    def _tell(self) -> None:
        words = self._summary
        if self._walking and 0 <= self._current < len(self._bars):
            words = f"{self._bars[self._current].words}. {words}"
        self.setAccessibleName(words)

    def _slot(self) -> float:
        return self.width() / max(1, len(self._bars))

    def _at(self, x: float) -> int | None:
        bar = int(x / self._slot())
        return bar if 0 <= bar < len(self._bars) else None

    def sizeHint(self) -> QSize:
        """Qt: more than twice as wide as high."""
        return QSize(300, 130)

    def event(self, event: QEvent) -> bool:
        """Qt: a tool tip for the bar under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bar = self._at(event.pos().x())
            if bar is not None:
                QToolTip.showText(event.globalPos(), self._bars[bar].words, self)
            return True
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            handled = super().event(event)
            self._walking = False
            self._tell()
            self.update()
            return bool(handled)
        return bool(super().event(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: choose a bar."""
        bar = self._at(event.position().x())
        if not self._pickable or bar is None:
            super().mousePressEvent(event)
            return
        self._current = bar
        self.chosen.emit(bar)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows walk over the bars, Enter chooses."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        if not self._pickable or not self._bars:
            super().keyPressEvent(event)
        elif key in steps:
            self._current = max(0, min(len(self._bars) - 1, self._current + steps[key]))
            self._walking = True
            self._tell()
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._current)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: bars on a base line, labels below."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        slot = self._slot()
        base = self.height() - _FOOT
        top = max((max(bar.value, bar.second or 0) for bar in self._bars), default=0)
        for number, bar in enumerate(self._bars):
            left = number * slot
            if self._pickable and self.hasFocus() and number == self._current:
                painter.setPen(QPen(QColor(palette.bean), Size.FOCUS))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                ring = QRectF(left + 1, 1, slot - 2, self.height() - 2)
                painter.drawRoundedRect(ring, Radius.SMALL, Radius.SMALL)
            self._bar(painter, bar, QRectF(left, 4, slot, base - 4), max(top, 1), number)
        self._labels(painter, base, slot)

    def _bar(self, painter: QPainter, bar: Bar, room: QRectF, top: int, number: int) -> None:
        palette = colours()
        count = 1 if bar.second is None else 2
        width = min(_FULL_WIDTH, room.width() * 0.7 / count - (count - 1) * _GAP / 2)
        left = room.center().x() - (count * width + (count - 1) * _GAP) / 2
        ink = QColor(palette.bean if bar.value > 0 else palette.line)
        if bar.value > 0 and self._marked is not None and number != self._marked:
            ink.setAlphaF(0.55)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        height = max(4.0, room.height() * bar.value / top) if bar.value > 0 else 3.0
        painter.drawRoundedRect(QRectF(left, room.bottom() - height, width, height), 2, 2)
        if bar.second:
            height = max(4.0, room.height() * bar.second / top)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(palette.control), 1.5))
            outline = QRectF(left + width + _GAP, room.bottom() - height, width, height)
            painter.drawRoundedRect(outline.adjusted(0.75, 0.75, -0.75, 0), 2, 2)

    def _labels(self, painter: QPainter, base: float, slot: float) -> None:
        palette = colours()
        font = QFont(self.font())
        font.setPixelSize(Type.CAPTION)
        painter.setFont(font)
        measure = QFontMetricsF(font)
        taken: list[QRectF] = []
        order = sorted(
            (number for number, bar in enumerate(self._bars) if bar.label),
            key=lambda number: number != self._marked,
        )
        for number in order:
            words = self._bars[number].label
            wide = measure.horizontalAdvance(words) + 4
            box = QRectF((number + 0.5) * slot - wide / 2, base + 4, wide, _FOOT - 4)
            box.moveLeft(max(0.0, min(box.left(), self.width() - wide)))
            if any(box.intersects(other) for other in taken):
                continue  # never two words in one place
            taken.append(box)
            painter.setPen(QColor(palette.text if number == self._marked else palette.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.setPen(QColor(palette.line))
        painter.drawLine(QPointF(0, base + 0.5), QPointF(self.width(), base + 0.5))
