"""Things that say something on their own: banners that stay, toasts that go."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Radius, Space
from app.desktop.widgets.base import restyle_by
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph

BannerTone = Literal["info", "good", "warning", "danger"]
_ICONS: dict[str, tuple[str, str]] = {
    "info": ("info", "info"),
    "good": ("check-circle", "on_wash"),
    "warning": ("warning", "warning"),
    "danger": ("warning-circle", "danger"),
}
TOAST_MS = 4000


class Banner(QFrame):
    """A tinted strip with a sign, a title, a sentence, perhaps an action and a way to close it."""

    acted = Signal()
    dismissed = Signal()

    def __init__(
        self,
        name: str,
        tone: BannerTone = "info",
        parent: QWidget | None = None,
    ) -> None:
        """Make it empty; see :meth:`set_words`."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "banner")
        self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.M, Space.M, Space.M)
        row.setSpacing(Space.M)
        self._sign = IconLabel(*_ICONS[tone])
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = Label("", "strong")
        self.title.setWordWrap(True)
        self.text = Paragraph("", "small")
        words.addWidget(self.title)
        words.addWidget(self.text)
        row.addLayout(words, 1)
        self.action = Button("", "quiet", f"{name}Action")
        self.action.clicked.connect(self.acted)
        self.action.hide()
        row.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        self.close_button: IconButton | None = None
        self._row = row

    def set_tone(self, tone: BannerTone) -> None:
        """Another sign and tint."""
        restyle_by(self, tone=tone)
        self._sign.show_icon(*_ICONS[tone])

    def set_words(self, title: str, text: str = "", action: str = "") -> None:
        """What happened, what it means, what to do."""
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.text.set_text(text)
        self.text.setVisible(bool(text))
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.setAccessibleName(f"{title} {text}".strip())

    def make_dismissible(self, words: str) -> None:
        """Let the person close it."""
        if self.close_button is None:
            self.close_button = IconButton("x", f"{self.objectName()}Close")
            self.close_button.clicked.connect(self.dismissed)
            self._row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.close_button.set_words(words)


class Toast(QWidget):
    """A short sentence at the foot of its host that goes by itself. Never for errors."""

    def __init__(self, host: QWidget, name: str = "Toast") -> None:
        """Make it hidden over ``host``."""
        super().__init__(host)
        self._host = host
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = Label("", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        row.addWidget(self._words)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        host.installEventFilter(self)
        self.hide()

    def say(self, words: str) -> None:
        """Show the sentence for four seconds."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self._words.setStyleSheet(f"color: {colours().surface};")
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(TOAST_MS)

    def _place(self) -> None:
        host = self._host
        self.move((host.width() - self.width()) // 2, host.height() - self.height() - Space.XL)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: stay at the foot of the host."""
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a dark pill in light themes, a light one in dark themes."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().text))
        painter.drawRoundedRect(QRectF(self.rect()), Radius.CONTROL, Radius.CONTROL)
