"""What is shown while something takes its time: a small turning arc, grey bars, a countdown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.theme.manager import colours, duration
from app.desktop.theme.tokens import Radius
from app.desktop.widgets.labels import Figures

_TICK_MS = 40


class Spinner(QWidget):
    """A turning arc; it stands still where the system asks for less motion."""

    def __init__(self, parent: QWidget | None = None, *, side: int = 20) -> None:
        """Make it ``side`` pixels wide; it turns while it is visible."""
        super().__init__(parent)
        self._side = side
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._turn)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _turn(self) -> None:
        self._angle = (self._angle + 14) % 360
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: a square."""
        return QSize(self._side, self._side)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: begin to turn."""
        super().showEvent(event)
        if duration() > 0:
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: stop turning."""
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a ring and a quarter of it in the accent."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = max(2.0, self._side / 9)
        box = QRectF(0, 0, self._side, self._side).adjusted(width, width, -width, -width)
        painter.setPen(QPen(QColor(palette.line), width))
        painter.drawEllipse(box)
        painter.setPen(
            QPen(QColor(palette.bean), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        painter.drawArc(box, -self._angle * 16, 100 * 16)


class Skeleton(QWidget):
    """Grey bars in the shape of what will come; they don't move."""

    def __init__(self, rows: int = 3, parent: QWidget | None = None, *, row: int = 56) -> None:
        """Make ``rows`` bars of ``row`` pixels each."""
        super().__init__(parent)
        self._rows = rows
        self._row = row
        self.setMinimumHeight(rows * row)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a disc and two bars a row."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().sunken))
        for index in range(self._rows):
            top = index * self._row + (self._row - 40) / 2
            painter.drawEllipse(QRectF(8, top, 40, 40))
            radius = Radius.SMALL
            painter.drawRoundedRect(QRectF(60, top + 5, self.width() * 0.3, 12), radius, radius)
            painter.drawRoundedRect(QRectF(60, top + 25, self.width() * 0.18, 10), radius, radius)
            right = QRectF(self.width() - 100, top + 13, 88, 14)
            painter.drawRoundedRect(right, radius, radius)


class Countdown(Figures):
    """Minutes and seconds until something ends, spoken in words by its owner.

    ``words`` turns the rest in seconds into a sentence, so that it can be translated.
    """

    ended = Signal()

    def __init__(self, words: Callable[[int], str], parent: QWidget | None = None) -> None:
        """Make it; :meth:`start` begins."""
        super().__init__("", "muted", "", parent)
        self._words = words
        self._rest = 0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)

    def start(self, seconds: int) -> None:
        """Count down from here."""
        self._rest = max(0, seconds)
        self._show()
        self._timer.start()

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()

    def again(self) -> None:
        """The language changed: say the same in other words."""
        self._show()

    def _tick(self) -> None:
        self._rest -= 1
        self._show()
        if self._rest <= 0:
            self._timer.stop()
            self.ended.emit()

    def _show(self) -> None:
        rest = max(0, self._rest)
        self.setText(self._words(rest))
        self.set_tone("warning" if rest <= 30 else "")


def clock_text(seconds: int) -> str:
    """``4:05`` for 245 seconds."""
    minutes, rest = divmod(max(0, seconds), 60)
    return f"{minutes}:{rest:02d}"
