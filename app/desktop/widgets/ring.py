"""A ring that empties while the seconds pass; the seconds stand in it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Type
from app.desktop.widgets.labels import tabular

_LATE = 10
"""From so many seconds on the ring says by its colour too that it is nearly over."""


class CountdownRing(QWidget):
    """Counts down; it steps once a second and never blinks."""

    def __init__(self, name: str, side: int = 64, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName(name)
        self._side = side
        self._whole = 60
        self._rest = 0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._tick)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def rest(self) -> int:
        """Seconds that are left."""
        return self._rest

    def start(self, rest: int, whole: int) -> None:
        """Count down from ``rest`` of ``whole`` seconds."""
        self._whole = max(1, whole)
        self._rest = max(0, min(rest, whole))
        self._timer.start()
        self.update()

    def stop(self) -> None:
        """Stand still, empty."""
        self._timer.stop()
        self._rest = 0
        self.update()

    def _tick(self) -> None:
        self._rest = max(0, self._rest - 1)
        if self._rest == 0:
            self._timer.stop()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: a square."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the ring, what is left of it in the accent, the seconds."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._side / 12
        box = QRectF(0, 0, self._side, self._side).adjusted(width, width, -width, -width)
        painter.setPen(QPen(QColor(palette.line), width))
        painter.drawEllipse(box)
        ink = palette.warning if self._rest <= _LATE else palette.bean
        pen = QPen(QColor(ink), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if self._rest:
            painter.drawArc(box, 90 * 16, round(360 * 16 * self._rest / self._whole))
        font = tabular(QFont(self.font()))
        font.setPixelSize(Type.LEAD)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(palette.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._rest))
