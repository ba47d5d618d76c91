"""Shows a camera or a still picture, a soft frame over it, and outlines of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.theme import colours
from app.desktop.theme.tokens import Radius, Space, Type

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QVideoFrame, QVideoSink


class Outline(NamedTuple):
    """A found code: its four corners in picture pixels, and its number where there are several."""

    corners: Sequence[tuple[float, float]]
    number: int | None = None


class CameraView(QWidget):
    """The picture, scaled to fill, with outlines in its own coordinates.

    Signals:
        chosen: The index of an outline that was clicked or whose digit was typed.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """An empty view."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 240)
        self._sink: QVideoSink | None = None
        self._frame: QVideoFrame | None = None
        self._still: QImage | None = None
        self._outlines: list[Outline] = []
        self._picture = QSize()

    @property
    def sink(self) -> QVideoSink:
        """Where a camera (or a test) pushes frames; made on first use."""
        if self._sink is None:
            from PySide6.QtMultimedia import QVideoSink

            self._sink = QVideoSink(self)
            self._sink.videoFrameChanged.connect(self._show_frame)
        return self._sink

    def show_still(self, image: QImage) -> None:
        """Show a picture instead of the camera."""
        self._still, self._frame = image, None
        self.update()

    def show_nothing(self) -> None:
        """Back to the empty view."""
        self._still = self._frame = None
        self.set_outlines([], QSize())

    def set_outlines(self, outlines: Sequence[Outline], picture: QSize) -> None:
        """Draw these over the picture; corners belong to a picture of that size."""
        self._outlines, self._picture = list(outlines), picture
        self.update()

    def has_picture(self) -> bool:
        """Whether there is anything to see."""
        return self._still is not None or self._frame is not None

    def picture_rect(self) -> QRectF:
        """Where the picture lies in the widget: stills fit inside, the camera fills."""
        size = self._source_size()
        if size.isEmpty():
            return QRectF(self.rect())
        mode = (
            Qt.AspectRatioMode.KeepAspectRatio
            if self._still is not None
            else Qt.AspectRatioMode.KeepAspectRatioByExpanding
        )
        scaled = size.scaled(self.size(), mode)
        return QRectF(
            (self.width() - scaled.width()) / 2,
            (self.height() - scaled.height()) / 2,
            scaled.width(),
            scaled.height(),
        )

    def outline_polygon(self, index: int) -> QPolygonF:
        """The outline in the widget's coordinates."""
        rect, size = self.picture_rect(), self._picture
        across = rect.width() / max(size.width(), 1)
        down = rect.height() / max(size.height(), 1)
        return QPolygonF(
            [
                QPointF(rect.x() + x * across, rect.y() + y * down)
                for x, y in self._outlines[index].corners
            ]
        )

    def _source_size(self) -> QSize:
        if self._still is not None:
            return self._still.size()
        return self._frame.size() if self._frame is not None else QSize()

    def _show_frame(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self._frame, self._still = frame, None
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, dimmed surroundings with a soft frame, outlines."""
        del event
        ink = colours()
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), Radius.CARD, Radius.CARD)
        painter.setClipPath(clip)
        painter.fillPath(clip, QColor(ink.sunken))
        if self._still is not None:
            painter.drawImage(self.picture_rect(), self._still)
        elif self._frame is not None:
            painter.drawImage(self.picture_rect(), self._frame.toImage())
            if not self._outlines:
                self._paint_frame(painter)
        else:
            self._paint_empty(painter)
        for index in range(len(self._outlines)):
            self._paint_outline(painter, index)
        if self.hasFocus():
            painter.setPen(QPen(QColor(ink.bean), 2))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(1, 1, -1, -1), Radius.CARD, Radius.CARD
            )

    def _paint_empty(self, painter: QPainter) -> None:
        """No camera, no picture: the four corners of a code, and what can be done here."""
        from app.desktop.theme.icons import pixmap

        ink = colours()
        side = min(self.width(), self.height()) * 0.42
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2 - 24, side, side)
        reach = side * 0.18
        corners = QPainterPath()
        for x, y, across, down in (
            (box.left(), box.top(), 1, 1),
            (box.right(), box.top(), -1, 1),
            (box.right(), box.bottom(), -1, -1),
            (box.left(), box.bottom(), 1, -1),
        ):
            corners.moveTo(x + across * reach, y)
            corners.lineTo(x + across * Radius.CARD, y)
            corners.quadTo(x, y, x, y + down * Radius.CARD)
            corners.lineTo(x, y + down * reach)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(ink.control), 3, c=Qt.PenCapStyle.RoundCap))
        painter.drawPath(corners)
        icon = 72
        place = QPointF(box.center().x() - icon / 2, box.center().y() - icon / 2)
        painter.drawPixmap(place, pixmap("qr-code-light", "muted", icon, self.devicePixelRatioF()))
        font = QFont(self.font())
        font.setPixelSize(Type.BODY)
        painter.setFont(font)
        painter.setPen(QColor(ink.muted))
        words = QRectF(0, box.bottom() + Space.L, self.width(), 28)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.tr("Drop a picture here"))

    def _paint_frame(self, painter: QPainter) -> None:
        side = min(self.width(), self.height()) * 0.62
        hole = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        window = QPainterPath()
        window.addRoundedRect(hole, Radius.CARD, Radius.CARD)
        painter.fillPath(shade.subtracted(window), QColor(colours().scrim))
        painter.setPen(QPen(QColor(colours().on_bean), 2))
        painter.drawPath(window)

    def _paint_outline(self, painter: QPainter, index: int) -> None:
        ink = colours()
        polygon = self.outline_polygon(index)
        painter.setPen(
            QPen(
                QColor(ink.bean),
                4,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(polygon)
        number = self._outlines[index].number
        if number is None:
            return
        badge = QRectF(0, 0, Space.XXL, Space.XXL)
        badge.moveCenter(polygon.boundingRect().center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink.bean))
        painter.drawEllipse(badge)
        font = QFont(self.font())
        font.setPixelSize(Type.TITLE)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(ink.on_bean))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(number))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the outline under the pointer."""
        for index in range(len(self._outlines)):
            if self.outline_polygon(index).boundingRect().contains(event.position()):
                self.chosen.emit(index)
                return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose an outline by its number."""
        if event.text().isdigit() and 1 <= int(event.text()) <= len(self._outlines):
            self.chosen.emit(int(event.text()) - 1)
            return
        super().keyPressEvent(event)
