"""A sheet over the page that rises from the bottom (design/5 §Motion)."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.desktop.theme.manager import colours, duration
from app.desktop.theme.tokens import SHADOW_ALPHA, SHADOW_REACH, Motion, Radius, Space


class Sheet(QWidget):
    """Covers its host with a scrim and carries one panel with one content widget.

    Escape and a click beside the panel ask the content's owner, who decides (a payment under way
    stays). ``closed`` is sent when the sheet is gone.
    """

    closed = Signal()

    def __init__(self, host: QWidget, name: str, *, width: int = 480) -> None:
        """Make it hidden over ``host``, whose size it follows."""
        super().__init__(host)
        self._host = host
        self._width = width
        self._content: QWidget | None = None
        self._before: QWidget | None = None
        self._on_close: Callable[[], object] = self.sink
        self.setObjectName(name)
        self.panel = _Panel(self)
        self._motion = QPropertyAnimation(self.panel, b"pos", self)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(self.update)
        self._motion.valueChanged.connect(self.update)
        host.installEventFilter(self)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether the sheet is shown."""
        return self.isVisible()

    def set_content(self, content: QWidget, on_close: Callable[[], object] | None = None) -> None:
        """Give the sheet what it carries; an earlier content is deleted.

        Args:
            content: The widget.
            on_close: Asked when the person wants to leave; by default the sheet just goes.
        """
        self._on_close = on_close or self.sink
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._content = content
        self.panel.set_content(content)
        content.installEventFilter(self)

    def rise(self) -> None:
        """Show the sheet; the keyboard goes into it."""
        self._before = self.window().focusWidget()
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        target = self._place()
        self.panel.resize(target.size())
        start = target.topLeft() + QPoint(0, target.height() // 3)
        self._move(start, target.topLeft())
        if self._content is not None:
            self._content.setFocus(Qt.FocusReason.OtherFocusReason)

    def settle(self) -> None:
        """The content has another height now: take the place it needs, without motion."""
        if not self.isVisible():
            return
        place = self._place()
        if self._motion.state() == QPropertyAnimation.State.Running:
            self.panel.resize(place.size())
            self._motion.setEndValue(place.topLeft())
        else:
            self.panel.setGeometry(place)
        self.update()

    def sink(self) -> None:
        """Take the sheet away; the keyboard goes back where it was."""
        if not self.isVisible():
            return
        self._motion.stop()
        self.hide()
        # The page may have taken it down meanwhile.
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None
        self.closed.emit()

    def _move(self, start: QPoint, end: QPoint) -> None:
        time = duration(Motion.CALM)
        self._motion.stop()
        if time == 0:
            self.panel.move(end)
            return
        self._motion.setDuration(time)
        self._motion.setStartValue(start)
        self._motion.setEndValue(end)
        self._motion.start()

    def _place(self) -> QRect:
        room = self.rect()
        width = min(self._width, room.width() - 2 * Space.L)
        wanted = self.panel.wanted_height(width)
        height = min(wanted, room.height() - 2 * Space.XL)
        left = (room.width() - width) // 2
        top = max(Space.XL, room.height() - height - Space.XXL)
        # A short sheet in a tall window stands nearer to the middle, where the eye is.
        top = min(top, max(Space.XL, round((room.height() - height) * 0.62)))
        return QRect(left, top, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: follow the host's size and the content's wishes."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
            self.settle()
        elif watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            self.settle()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape asks to close."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_close()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt: Tab stays inside the sheet."""
        found = super().focusNextPrevChild(forward)
        focus = self.window().focusWidget()
        if found and not self.isAncestorOf(focus):
            inside = [
                w
                for w in self.findChildren(QWidget)
                if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible() and w.isEnabled()
            ]
            if inside:
                inside[0 if forward else -1].setFocus(Qt.FocusReason.TabFocusReason)
        return found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: a click beside the panel asks to close."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self._on_close()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the scrim, and the one shadow under the panel."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(palette.scrim))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        steps = 10
        for step in range(steps):
            reach = SHADOW_REACH * (1 - step / steps)
            tint = QColor(palette.shadow)
            tint.setAlpha(round(SHADOW_ALPHA / steps))
            painter.setBrush(tint)
            box = QRectF(self.panel.geometry()).adjusted(-reach, -reach + 6, reach, reach + 6)
            painter.drawRoundedRect(box, Radius.CARD + reach, Radius.CARD + reach)


class _Panel(QFrame):
    """The raised surface; its content scrolls when the window is too low."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(sheet)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)

    def set_content(self, content: QWidget) -> None:
        """Carry this widget."""
        content.setProperty("kind", "page")
        self._scroll.takeWidget()
        self._scroll.setWidget(content)
        content.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)

    def wanted_height(self, width: int) -> int:
        """How high the content wants to be at that width."""
        content = self._scroll.widget()
        if content is None:
            return 0
        layout = content.layout()
        if layout is None:
            return content.sizeHint().height()
        layout.activate()
        if layout.hasHeightForWidth():
            return max(layout.totalHeightForWidth(width), content.minimumSizeHint().height())
        return layout.totalSizeHint().height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a raised surface with round corners."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(palette.line))
        painter.setBrush(QColor(palette.raised))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, Radius.CARD, Radius.CARD)
