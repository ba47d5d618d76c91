"""Draws a slip: letters as dots, so that Chinese comes out of every printer.

The same lines are drawn for a printer's 384 or 576 dots and for a PDF.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from app.desktop.platform.printer import Picture
from app.desktop.theme.manager import system_font
from app.desktop.widgets.labels import tabular
from app.scanner.drawing import bars, qr_squares

LineKind = Literal["title", "big", "pair", "text", "small", "rule", "bars", "gap"]
_BASE = 24
"""Height of usual letters on 576 dots."""
_SCALE = {"title": 1.5, "big": 2.0, "pair": 1.0, "text": 1.0, "small": 0.82}
_DPI = 203
_MM = 80.0
_NARROWEST = 2
"""Dots of the thinnest bar that scanners read at 203 dots an inch."""


class SlipLine(NamedTuple):
    """One line: a pair has words at both ends."""

    kind: LineKind
    left: str = ""
    right: str = ""


class _Roll:
    """A pen that walks down the paper; without a painter it only measures."""

    def __init__(self, width: float, painter: QPainter | None) -> None:
        self._width = width
        self._unit = width / 576
        self._painter = painter
        self.y = 0.0

    def draw(self, lines: list[SlipLine]) -> None:
        for line in lines:
            if line.kind == "rule":
                self._rule()
            elif line.kind == "gap":
                self.y += 14 * self._unit
            elif line.kind == "bars":
                self._bars(line.left)
            elif line.kind in {"pair", "big"}:
                self._pair(line)
            elif line.left:
                self._centred(line)

    def _font(self, kind: str) -> QFont:
        font = tabular(system_font())
        font.setPixelSize(max(10, round(_BASE * self._unit * _SCALE[kind])))
        font.setBold(kind in {"title", "big"})
        return font

    def _text(self, font: QFont, x: float, words: str) -> None:
        if self._painter is not None:
            self._painter.setFont(font)
            self._painter.drawText(QPointF(x, self.y + QFontMetricsF(font).ascent()), words)

    def _centred(self, line: SlipLine) -> None:
        font = self._font(line.kind)
        measure = QFontMetricsF(font)
        words = measure.elidedText(line.left, Qt.TextElideMode.ElideRight, self._width)
        self._text(font, (self._width - measure.horizontalAdvance(words)) / 2, words)
        self.y += measure.height() * 1.08

    def _pair(self, line: SlipLine) -> None:
        font = self._font(line.kind)
        measure = QFontMetricsF(font)
        right = measure.horizontalAdvance(line.right)
        room = self._width - right - 12 * self._unit
        left = measure.elidedText(line.left, Qt.TextElideMode.ElideRight, max(room, 0))
        self._text(font, 0, left)
        self._text(font, self._width - right, line.right)
        self.y += measure.height() * 1.12

    def _rule(self) -> None:
        self.y += 8 * self._unit
        if self._painter is not None:
            step = 8 * self._unit
            x = 0.0
            while x < self._width:
                self._box(x, self.y, step * 0.6, 2 * self._unit)
                x += step
        self.y += 10 * self._unit

    def _bars(self, text: str) -> None:
        made = bars(text)
        module = (self._width * 0.9) // made.width
        if module < _NARROWEST:
            self._qr(text)
            return
        left = (self._width - module * made.width) / 2
        height = 72 * self._unit
        if self._painter is not None:
            for x in range(made.width):
                if made.at(x):
                    self._box(left + x * module, self.y, module, height)
        self.y += height + 6 * self._unit
        self._centred(SlipLine("small", text))

    def _qr(self, text: str) -> None:
        """On narrow paper: bars of one dot are read by nothing."""
        made = qr_squares(text)
        module = 5
        left = (self._width - module * made.width) / 2
        if self._painter is not None:
            for y in range(made.height):
                for x in range(made.width):
                    if made.at(x, y):
                        self._box(left + x * module, self.y + y * module, module, module)
        self.y += module * made.height + 6
        self._centred(SlipLine("small", text))

    def _box(self, x: float, y: float, width: float, height: float) -> None:
        assert self._painter is not None
        self._painter.fillRect(QRectF(x, y, width, height), QColor(Qt.GlobalColor.black))


def draw_slip(lines: list[SlipLine], width: int) -> Picture:
    """Draw a slip ``width`` dots wide and as long as it gets."""
    ruler = _Roll(width, None)
    ruler.draw(lines)
    picture = QImage(width, round(ruler.y) + 24, QImage.Format.Format_Grayscale8)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.setPen(QColor(Qt.GlobalColor.black))
    _Roll(width, painter).draw(lines)
    painter.end()
    stride, data = picture.bytesPerLine(), bytes(picture.constBits())
    rows = (data[y * stride : y * stride + width] for y in range(picture.height()))
    return Picture(width, picture.height(), b"".join(rows))


def write_pdf(path: Path, lines: list[SlipLine], title: str) -> None:
    """Write a slip as a PDF of one page, 80 mm wide and as long as it gets.

    Raises:
        OSError: the file can't be written.
    """
    with path.open("wb"):
        pass  # asked first: QPdfWriter reports a closed door on its error stream only
    inside = (_MM - 8) / 25.4 * _DPI
    ruler = _Roll(inside, None)
    ruler.draw(lines)
    long = ruler.y / _DPI * 25.4 + 12
    writer = QPdfWriter(str(path))
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QSizeF(_MM, max(long, _MM)), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF(4, 4, 4, 4), QPageLayout.Unit.Millimeter)
    writer.setTitle(title)
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError("the PDF could not be begun")
    _Roll(inside, painter).draw(lines)
    painter.end()
