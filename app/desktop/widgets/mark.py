"""The mark: a bean with a sprout, drawn by hand so that it needs no file and no font."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.theme.manager import colours


def paint_mark(painter: QPainter, box: QRectF, ground: QColor, ink: QColor) -> None:
    """Draw the mark into a square: a rounded tile, and the bean in it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    side = box.width()
    painter.drawRoundedRect(box, side * 0.28, side * 0.28)
    painter.translate(box.center())
    painter.scale(side / 100, side / 100)
    painter.rotate(-32)
    bean = QPainterPath()
    bean.moveTo(-27, 2)
    bean.cubicTo(-29, -19, -12, -25, 0, -19)
    bean.cubicTo(9, -15, 17, -25, 27, -12)
    bean.cubicTo(37, 4, 24, 25, 1, 25)
    bean.cubicTo(-15, 25, -26, 16, -27, 2)
    painter.setBrush(ink)
    painter.drawPath(bean)
    painter.setPen(QPen(ground, 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    seam = QPainterPath(QPointF(-12, 4))
    seam.cubicTo(-8, 12, 6, 14, 14, 5)
    painter.drawPath(seam)
    painter.restore()


def window_icon() -> QIcon:
    """The mark as the window's icon."""
    made = QIcon()
    for side in (32, 128):
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        palette = colours()
        paint_mark(painter, QRectF(0, 0, side, side), QColor(palette.bean), QColor(palette.on_bean))
        painter.end()
        made.addPixmap(picture)
    return made


class Mark(QWidget):
    """The mark as a widget of a fixed size."""

    def __init__(self, side: int = 56, parent: QWidget | None = None) -> None:
        """Make it ``side`` logical pixels wide and high."""
        super().__init__(parent)
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Qt: a square."""
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw it in the theme's colours."""
        del event
        palette = colours()
        paint_mark(
            QPainter(self),
            QRectF(0, 0, self._side, self._side),
            QColor(palette.bean),
            QColor(palette.on_bean),
        )
