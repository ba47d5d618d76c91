"""An icon that only shows something, alone or on a round ground."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Size


class IconLabel(QWidget):
    """Paints one Phosphor icon in a token's colour; with ``ground`` it sits on a soft disc."""

    def __init__(
        self,
        icon: str,
        ink: str = "text",
        parent: QWidget | None = None,
        *,
        size: int = Size.ICON,
        ground: str = "",
        disc: int = 40,
    ) -> None:
        """Make it; sizes in logical pixels."""
        super().__init__(parent)
        self._icon = icon
        self._ink = ink
        self._size = size
        self._ground = ground
        self._disc = disc if ground else size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_icon(self, icon: str, ink: str | None = None, ground: str | None = None) -> None:
        """Change the picture."""
        self._icon = icon
        self._ink = ink or self._ink
        if ground is not None:
            self._ground = ground
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: the disc, or the icon."""
        return QSize(self._disc, self._disc)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the disc, then the icon in its middle."""
        from app.desktop.theme.icons import pixmap

        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(colours(), self._ground)))
            painter.drawEllipse(QRectF(0, 0, self._disc, self._disc))
        picture = pixmap(self._icon, self._ink, self._size, self.devicePixelRatioF())
        edge = (self._disc - self._size) / 2
        painter.drawPixmap(QPointF(edge, edge), picture)
