"""A receipt as a PDF of one page, drawn by Qt with the system's faces."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from app.desktop.components.movement_words import beans_words
from app.desktop.components.receipt_text import lines_of
from app.desktop.theme.manager import system_font
from app.desktop.theme.tokens import LIGHT
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.labels import spaced
from app.desktop.widgets.mark import paint_mark
from app.wallet.session import ReceiptView

_DPI = 300
_POINT = _DPI / 72


def write_pdf(path: Path, receipt: ReceiptView, payer: str) -> None:
    """Write the receipt to ``path`` (A5, light colours whatever the theme).

    Raises:
        OSError: the file can't be written.
    """
    # Asked first, because QPdfWriter reports a closed door on its error stream only.
    with path.open("wb"):
        pass
    writer = QPdfWriter(str(path))
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    writer.setPageMargins(QMarginsF(16, 16, 16, 16), QPageLayout.Unit.Millimeter)
    title = QCoreApplication.translate("Receipt", "K-Bean Wallet receipt")
    writer.setTitle(f"{title} {receipt.order_number}")
    writer.setCreator("K-Bean Wallet")
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError("the PDF could not be begun")
    try:
        _Page(painter, QRectF(0, 0, writer.width(), writer.height())).draw(receipt, payer, title)
    finally:
        painter.end()


class _Page:
    """A pen that walks down the page."""

    def __init__(self, painter: QPainter, box: QRectF) -> None:
        self._painter = painter
        self._box = box
        self._y = 0.0

    def draw(self, receipt: ReceiptView, payer: str, title: str) -> None:
        """The whole receipt."""
        side = 34 * _POINT
        mark = QRectF(0, 0, side, side)
        paint_mark(self._painter, mark, QColor(LIGHT.bean), QColor(LIGHT.on_bean))
        self._text(title, 15, QFont.Weight.DemiBold, x=side + 10 * _POINT)
        self._text(receipt.operator, 10, ink=LIGHT.muted, x=side + 10 * _POINT)
        self._y = side + 26 * _POINT
        self._text(amount_text(receipt.paid, receipt.currency), 30, QFont.Weight.DemiBold)
        if receipt.points_earned:
            self._text(beans_words(receipt.points_earned, signed=True), 11, ink=LIGHT.gold_text)
        self._rule()
        for name, value in lines_of(receipt, payer):
            self._pair(name, value)
        self._rule()
        words = QCoreApplication.translate("Receipt", "Signed by {name}, key {key}")
        self._text(
            spaced(words.format(name=receipt.operator, key=receipt.key_id)),
            9,
            QFont.Weight.DemiBold,
            ink=LIGHT.bean,
        )
        self._text(receipt.signature, 8, ink=LIGHT.muted)

    def _font(self, points: float, weight: QFont.Weight) -> QFont:
        font = QFont(system_font())
        font.setPointSizeF(points)
        font.setWeight(weight)
        return font

    def _text(
        self,
        words: str,
        points: float,
        weight: QFont.Weight = QFont.Weight.Normal,
        *,
        ink: str = LIGHT.text,
        x: float = 0.0,
        width: float | None = None,
    ) -> float:
        """Draw a paragraph; the answer is its height."""
        painter = self._painter
        painter.setFont(self._font(points, weight))
        painter.setPen(QColor(ink))
        box = QRectF(x, self._y, width or self._box.width() - x, self._box.height())
        flags = int(Qt.TextFlag.TextWrapAnywhere)
        flags = int(Qt.TextFlag.TextWordWrap) if " " in words.strip() else flags
        used = painter.boundingRect(box, flags, words)
        painter.drawText(box, flags, words)
        self._y += used.height() + 3 * _POINT
        return used.height()

    def _pair(self, name: str, value: str) -> None:
        top = self._y
        column = self._box.width() * 0.3
        self._text(name, 10, ink=LIGHT.muted, width=column)
        below = self._y
        self._y = top
        self._text(value, 10, x=column + 8 * _POINT)
        self._y = max(below, self._y) + 2 * _POINT

    def _rule(self) -> None:
        self._y += 8 * _POINT
        self._painter.setPen(QPen(QColor(LIGHT.line), 0.8 * _POINT))
        self._painter.drawLine(0, round(self._y), round(self._box.width()), round(self._y))
        self._y += 12 * _POINT
