"""The window: shows onboarding, unlock or the rooms, and locks by itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from app.desktop.widgets.base import Live
from app.desktop.widgets.mark import window_icon

WARNING_SECONDS = 20
_ACTIVITY = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class MainWindow(Live, QWidget):
    """One window, one thing in it at a time.

    ``painted`` is sent once, after the first paint: everything heavy waits for it. ``idle`` is
    sent when nobody has touched the wallet for the time given to :meth:`watch`, and ``idle_soon``
    :data:`WARNING_SECONDS` before, so that a person who only reads can stay.
    """

    painted = Signal()
    idle = Signal()
    idle_soon = Signal()
    closing = Signal()

    def __init__(self) -> None:
        """Make it empty."""
        super().__init__()
        self.setObjectName("MainWindow")
        self.setProperty("kind", "ground")
        self.setMinimumSize(960, 640)
        self.resize(1280, 800)
        self._painted = False
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setTimerType(Qt.TimerType.PreciseTimer)
        self._idle.timeout.connect(self.idle)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.idle_soon)
        self.stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.retranslate()

    def retranslate(self) -> None:
        """The window's title."""
        self.setWindowTitle(self.tr("K-Bean Wallet"))

    def show_page(self, page: QWidget) -> None:
        """Put this page in front."""
        if self.stack.indexOf(page) < 0:
            self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)

    def drop_page(self, page: QWidget) -> None:
        """Take a page out and let it go with everything it shows."""
        self.stack.removeWidget(page)
        page.hide()
        page.deleteLater()

    def come_forward(self) -> None:
        """Stand in front, as far as the system lets a window do so by itself."""
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()

    def watch(self, minutes: int) -> None:
        """Send ``idle`` after so many minutes without a key or a click; 0 is never."""
        self._idle.stop()
        self._soon.stop()
        app = QApplication.instance()
        assert app is not None, "a widget can't be without an application"
        app.removeEventFilter(self)
        if minutes > 0:
            self._idle.setInterval(minutes * 60_000)
            self._soon.setInterval(minutes * 60_000 - WARNING_SECONDS * 1000)
            self._somebody_is_here()
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: somebody is here."""
        del watched
        if event.type() in _ACTIVITY:
            self._somebody_is_here()
        return False

    def _somebody_is_here(self) -> None:
        self._idle.start()
        self._soon.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the first paint starts everything else."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._first_paint_done)

    def _first_paint_done(self) -> None:
        self.setWindowIcon(window_icon())
        self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: the person closes the window."""
        self.closing.emit()
        event.accept()
