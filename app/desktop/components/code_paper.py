"""The white paper of the payment code: bars, QR and, when asked for, the digits."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.theme.tokens import LIGHT, Radius, Space, Type
from app.desktop.widgets.base import Live
from app.desktop.widgets.code_picture import BarsPicture, QrPicture
from app.desktop.widgets.labels import tabular
from app.wallet.codes.views import ShownCode

WIDTH = 480
_GROUP = 4


class CodePaper(Live, QWidget):
    """Dark on white in every theme: a scanner reads it, and an eye knows it at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it blank."""
        super().__init__(parent)
        self.setObjectName("CodePaper")
        self.bars = BarsPicture("PayCodeBars", WIDTH - 2 * Space.S, 92)
        self.digits = _Digits()
        self.qr = QrPicture("PayCodeQr", 300)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, Space.XL, Space.S, Space.S)
        column.setSpacing(Space.S)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(self.bars, 0, centre)
        column.addWidget(self.digits)
        column.addWidget(self.qr, 0, centre)
        self.setFixedWidth(WIDTH)
        self.retranslate()

    def show_code(self, code: ShownCode, *, revealed: bool) -> None:
        """Show a code; its digits only where they were asked for."""
        self.bars.show_text(code.digits)
        self.qr.show_text(code.text)
        self.digits.show_digits(code.digits if revealed else "")
        self.retranslate()

    def clear(self) -> None:
        """Show nothing."""
        self.bars.clear()
        self.qr.clear()
        self.digits.show_digits("")

    def retranslate(self) -> None:
        """What a screen reader says of the pictures; never the digits."""
        self.bars.setAccessibleName(self.tr("Payment code as a barcode, for the cashier's scanner"))
        self.qr.setAccessibleName(self.tr("Payment code as a QR, for the cashier's scanner"))
        self.digits.retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the white sheet."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(LIGHT.line))
        painter.setBrush(QColor(LIGHT.surface))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, Radius.CARD, Radius.CARD)


class _Digits(Live, QWidget):
    """The 18 digits in groups of four, or dots in their place."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("PayCodeDigits")
        self._digits = ""
        self.setFixedHeight(32)
        self.retranslate()

    def show_digits(self, digits: str) -> None:
        """Show these, or dots for none."""
        self._digits = digits
        self.retranslate()
        self.update()

    @property
    def shown(self) -> str:
        """What can be read."""
        return self._digits

    def retranslate(self) -> None:
        """Read out one by one where they are shown."""
        if self._digits:
            read_out = " ".join(self._digits)
            self.setAccessibleName(self.tr("Digits of the code: {digits}").format(digits=read_out))
        else:
            self.setAccessibleName(self.tr("The digits are hidden"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: dark on white like the code itself."""
        del event
        painter = QPainter(self)
        font = tabular(self.font())
        font.setPixelSize(Type.LEAD)
        painter.setFont(font)
        painter.setPen(QColor(LIGHT.text if self._digits else LIGHT.muted))
        told = self._digits or "\u2022" * 18
        groups = [told[at : at + _GROUP] for at in range(0, len(told), _GROUP)]
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "  ".join(groups))
