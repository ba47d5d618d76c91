"""A code for a scanner to read, always dark on white, whatever the theme (design/5 §Show code).

The modules are painted, not scaled: every square and every bar is a whole number of the screen's
own pixels, which is what a cheap scanner needs.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.theme.tokens import LIGHT

if TYPE_CHECKING:
    from app.scanner.drawing import Squares

_QUIET_QR = 2
_QUIET_BARS = 8
"""White around the code, in modules; the paper that it lies on adds the rest."""


class _Picture(QWidget):
    """What both kinds share: white ground, whole pixels, words for a screen reader."""

    def __init__(self, name: str, side: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._size = side
        self._squares: Squares | None = None
        self.setFixedSize(side)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def empty(self) -> bool:
        """Whether nothing is shown."""
        return self._squares is None

    def clear(self) -> None:
        """Show nothing."""
        self._squares = None
        self.update()

    def _put(self, squares: Squares) -> None:
        self._squares = squares
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as it was made."""
        return self._size

    def _module(self, count: int, room: float) -> float:
        """The width of one module: whole pixels of the screen, in Qt's own unit."""
        ratio = self.devicePixelRatioF()
        return max(1, floor(room * ratio / count)) / ratio


class QrPicture(_Picture):
    """A QR code."""

    def __init__(self, name: str, side: int = 300, parent: QWidget | None = None) -> None:
        """Make it empty, ``side`` pixels wide and high."""
        super().__init__(name, QSize(side, side), parent)

    def show_text(self, text: str) -> None:
        """Show a text."""
        from app.scanner.drawing import qr_squares  # not before a code is shown

        self._put(qr_squares(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: white, and the dark squares in the middle of it."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(LIGHT.surface))
        squares = self._squares
        if squares is None:
            return
        module = self._module(squares.width + 2 * _QUIET_QR, self.width())
        left = round((self.width() - module * squares.width) / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIGHT.text))
        for y in range(squares.height):
            for x in range(squares.width):
                if squares.at(x, y):
                    painter.drawRect(QRectF(left + x * module, left + y * module, module, module))


class BarsPicture(_Picture):
    """A Code 128 barcode."""

    def __init__(
        self, name: str, width: int = 340, height: int = 84, parent: QWidget | None = None
    ) -> None:
        """Make it empty."""
        super().__init__(name, QSize(width, height), parent)

    def show_text(self, text: str) -> None:
        """Show a text."""
        from app.scanner.drawing import bars  # not before a code is shown

        self._put(bars(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: white, and the dark bars from top to bottom."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(LIGHT.surface))
        squares = self._squares
        if squares is None:
            return
        module = self._module(squares.width + 2 * _QUIET_BARS, self.width())
        left = round((self.width() - module * squares.width) / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIGHT.text))
        for x in range(squares.width):
            if squares.at(x):
                painter.drawRect(QRectF(left + x * module, 0, module, self.height()))
