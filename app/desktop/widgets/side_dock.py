"""A panel that slides in at the right edge and stays: beside the page, or over a narrow one."""

from __future__ import annotations

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.desktop.theme.manager import colours, duration
from app.desktop.theme.tokens import SHADOW_ALPHA, SHADOW_REACH, Motion
from app.desktop.widgets.base import Live

NARROWEST, USUAL, WIDEST = 340, 388, 560
_STEP = 24


class SideDock(QWidget):
    """Holds one panel at the right of its host.

    ``room_changed`` carries the pixels that the host must leave free at its right: the panel's
    width while it stands beside the page, 0 while it is shut or lies over the page. ``resized``
    carries a width that the person chose.
    """

    room_changed = Signal(int)
    resized = Signal(int)

    def __init__(
        self, host: QWidget, panel: QWidget, name: str, *, page: int, width: int = USUAL
    ) -> None:
        """Make it shut.

        Args:
            host: What it stands in; its size is followed.
            panel: What it holds.
            name: The object name.
            page: The width that must be left for everything else, or the panel lies over it.
            width: The panel's width to begin with.
        """
        super().__init__(host)
        self.setObjectName(name)
        self._host = host
        self._page = page
        self._width = max(NARROWEST, min(WIDEST, width))
        self._before: QWidget | None = None
        self._shutting = False
        self.panel = panel
        panel.setParent(self)
        self.handle = Handle(self)
        self._motion = QPropertyAnimation(self, b"pos", self)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.finished.connect(self._arrived)
        host.installEventFilter(self)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether the panel is shown (or on its way in)."""
        return self.isVisible() and not self._shutting

    @property
    def beside(self) -> bool:
        """Whether there is room for the panel beside the page."""
        return self._host.width() - self._width >= self._page

    @property
    def width_wanted(self) -> int:
        """The panel's width, in pixels."""
        return self._width

    def open_up(self) -> None:
        """Slide in; the keyboard goes into the panel."""
        if not self.is_open:
            self._before = self.window().focusWidget()
            self._shutting = False
            place = self._place()
            self.show()
            self.raise_()
            self._lay_out()
            self.room_changed.emit(self._width if self.beside else 0)
            self._slide(QPoint(self._host.width(), 0), place.topLeft())
        self.panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def shut(self) -> None:
        """Slide out; the keyboard goes back to where it was."""
        if not self.is_open:
            return
        self._shutting = True
        self.room_changed.emit(0)
        self._slide(self.pos(), QPoint(self._host.width(), 0))
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def set_width(self, width: int, *, chosen: bool = False) -> None:
        """Make the panel wider or narrower, within reason."""
        most = min(WIDEST, self._host.width() - 120)
        self._width = max(NARROWEST, min(most, width))
        self._lay_out()
        if self.is_open:
            self.room_changed.emit(self._width if self.beside else 0)
        if chosen:
            self.resized.emit(self._width)

    def _place(self) -> QRect:
        reach = 0 if self.beside else SHADOW_REACH
        width = self._width + reach
        return QRect(self._host.width() - width, 0, width, self._host.height())

    def _lay_out(self) -> None:
        place = self._place()
        if self._motion.state() != QPropertyAnimation.State.Running:
            self.setGeometry(place)
        else:
            self.resize(place.size())
        reach = place.width() - self._width
        self.panel.setGeometry(reach, 0, self._width, place.height())
        self.handle.setGeometry(reach, 0, Handle.WIDTH, place.height())
        self.handle.raise_()

    def _slide(self, start: QPoint, end: QPoint) -> None:
        time = duration(Motion.CALM)
        self._motion.stop()
        if time == 0:
            self.move(end)
            self._arrived()
            return
        self._motion.setDuration(time)
        self._motion.setStartValue(start)
        self._motion.setEndValue(end)
        self._motion.start()

    def _arrived(self) -> None:
        if self._shutting:
            self._shutting = False
            self.hide()
        else:
            self._lay_out()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: follow the host's size."""
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._lay_out()
            if not self._shutting:
                self.room_changed.emit(self._width if self.beside else 0)
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the shadow belongs to the size."""
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the one shadow at the left where the panel lies over the page."""
        del event
        reach = self.width() - self._width
        if reach <= 0:
            return
        painter = QPainter(self)
        tint = QColor(colours().shadow)
        for step in range(reach):
            tint.setAlpha(round(SHADOW_ALPHA * (step / reach) ** 2))
            painter.fillRect(step, 0, 1, self.height(), tint)


class Handle(Live, QWidget):
    """The edge of the panel: dragged, or moved with the arrows, it changes the width."""

    WIDTH = 6

    def __init__(self, dock: SideDock) -> None:
        """Make it for a dock."""
        super().__init__(dock)
        self._dock = dock
        self._from: tuple[int, int] | None = None
        self.setObjectName("PanelHandle")
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.retranslate()

    def retranslate(self) -> None:
        """Its name."""
        self.setAccessibleName(self.tr("Width of the panel"))
        self.setToolTip(self.tr("Drag, or use the arrow keys"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: begin to drag."""
        self._from = (round(event.globalPosition().x()), self._dock.width_wanted)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: drag."""
        if self._from is not None:
            start, width = self._from
            self._dock.set_width(width + start - round(event.globalPosition().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: keep the width."""
        del event
        if self._from is not None:
            self._from = None
            self._dock.set_width(self._dock.width_wanted, chosen=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: arrows."""
        step = {Qt.Key.Key_Left: _STEP, Qt.Key.Key_Right: -_STEP}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._dock.set_width(self._dock.width_wanted + step, chosen=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the hairline, stronger while the keyboard is here."""
        del event
        painter = QPainter(self)
        palette = colours()
        focus = self.hasFocus()
        ink = QColor(palette.bean if focus else palette.line)
        painter.fillRect(0, 0, 2 if focus else 1, self.height(), ink)
