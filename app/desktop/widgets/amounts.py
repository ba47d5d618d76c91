"""Amounts: how they are shown, and the large field they are typed into."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Size, Space, Type
from app.desktop.widgets.base import Live, restyle_by
from app.desktop.widgets.labels import Paragraph, tabular

SIGNS = {
    "CNY": "¥",
    "HKD": "HK$",
    "MOP": "MOP$",
    "TWD": "NT$",
    "USD": "US$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "JP¥",
    "SGD": "S$",
    "KRW": "₩",
}
"""The sign before a figure; none of them means two currencies here."""
MINUS = "\u2212"
_RATIO = 0.55
"""Size of the currency's sign against the figure's."""


def amount_text(minor: int, currency: str, *, signed: bool = False) -> str:
    """An amount as words: ``¥1,234.50``, with ``signed`` ``+¥5.00`` or ``−¥5.00``."""
    from app.protocol.money import format_minor

    figure = format_minor(abs(minor), currency)
    sign = MINUS if minor < 0 else "+" if signed and minor > 0 else ""
    return f"{sign}{SIGNS.get(currency, '')}{figure}"


def count_text(count: int, *, signed: bool = False) -> str:
    """A count of K-Beans: ``1,234``, with ``signed`` ``+12`` or ``−12``."""
    figure = QLocale(QLocale.Language.English).toString(abs(count))
    sign = MINUS if count < 0 else "+" if signed and count > 0 else ""
    return f"{sign}{figure}"


class AmountLabel(QLabel):
    """An amount with its sign and currency small and its figures tabular.

    It shrinks its type, never its digits, when there is too little room.
    """

    def __init__(
        self, name: str = "", parent: QWidget | None = None, *, size: int = Type.FIGURE
    ) -> None:
        """Make it empty; ``size`` in pixels."""
        super().__init__(parent)
        self.setObjectName(name)
        self._size = size
        self._parts = ("", "", "")
        self._ink = "text"
        self._centred = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_amount(
        self, minor: int | None, currency: str, *, signed: bool = False, ink: str = "text"
    ) -> None:
        """Show an amount; None is an amount that isn't known yet."""
        if minor is None:
            self._set("", "", "\u2013", ink)
            return
        from app.protocol.money import format_minor

        sign = MINUS if minor < 0 else "+" if signed and minor > 0 else ""
        self._set(sign, SIGNS.get(currency, ""), format_minor(abs(minor), currency), ink)

    def show_count(self, count: int | None, *, signed: bool = False, ink: str = "text") -> None:
        """Show a count of K-Beans."""
        if count is None:
            self._set("", "", "\u2013", ink)
            return
        text = count_text(count, signed=signed)
        sign = text[0] if text[0] in "+" + MINUS else ""
        self._set(sign, "", text.removeprefix(sign), ink)

    def show_hidden(self, words: str) -> None:
        """Show dots in place of the figure; ``words`` say so to a screen reader."""
        self._set("", "", "\u2022\u2022\u2022\u2022\u2022\u2022", "muted")
        self.setAccessibleName(words)

    def centre(self) -> None:
        """Stand in the middle."""
        self._centred = True
        self.update()

    def _set(self, sign: str, currency: str, figure: str, ink: str) -> None:
        self._parts = (sign, currency, figure)
        self._ink = ink
        self.setText("".join(self._parts))
        self.setAccessibleName("".join(self._parts))
        self.updateGeometry()
        self.update()

    def _fonts(self, size: float) -> tuple[QFont, QFont]:
        large = tabular(self.font())
        large.setPixelSize(max(Type.CAPTION, round(size)))
        large.setWeight(QFont.Weight.DemiBold)
        small = QFont(large)
        small.setPixelSize(max(Type.CAPTION, round(size * _RATIO)))
        return large, small

    def _width(self, size: float) -> float:
        large, small = self._fonts(size)
        sign, currency, figure = self._parts
        wide = QFontMetricsF(large).horizontalAdvance(sign + figure)
        if currency:
            wide += QFontMetricsF(small).horizontalAdvance(currency) + self._gap(size)
        return wide

    @staticmethod
    def _gap(size: float) -> float:
        return max(2.0, size * 0.1)

    def sizeHint(self) -> QSize:
        """Qt: room for the whole figure."""
        return QSize(round(self._width(self._size)) + 2, round(self._size * 1.3))

    def minimumSizeHint(self) -> QSize:
        """Qt: it may shrink to the smallest type."""
        return QSize(round(self._width(Type.CAPTION)) + 2, round(self._size * 1.3))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: sign, small currency, figure, on one base line."""
        del event
        size = float(self._size)
        while size > Type.CAPTION and self._width(size) > self.width():
            size -= 1
        large, small = self._fonts(size)
        sign, currency, figure = self._parts
        painter = QPainter(self)
        painter.setPen(QColor(getattr(colours(), self._ink)))
        measure = QFontMetricsF(large)
        base = (self.height() + measure.ascent() - measure.descent()) / 2
        x = (self.width() - self._width(size)) / 2 if self._centred else 0.0
        painter.setFont(large)
        painter.drawText(QPointF(x, base), sign)
        x += measure.horizontalAdvance(sign)
        if currency:
            painter.setFont(small)
            painter.drawText(QPointF(x, base), currency)
            x += QFontMetricsF(small).horizontalAdvance(currency) + self._gap(size)
            painter.setFont(large)
        painter.drawText(QPointF(x, base), figure)


class AmountField(Live, QWidget):
    """A large field for an amount. What is typed in either language is understood.

    ``changed`` carries the minor units, or None while it isn't an amount.
    """

    changed = Signal(object)
    submitted = Signal()

    def __init__(self, name: str, currency: str, parent: QWidget | None = None) -> None:
        """Make it empty, for one currency."""
        super().__init__(parent)
        self._currency = currency
        self.sign = QLabel(SIGNS.get(currency, currency))
        self.sign.setProperty("role", "title")
        self.edit = QLineEdit()
        self.edit.setObjectName(name)
        self.edit.setProperty("kind", "amount")
        self.edit.setPlaceholderText("0.00")
        self.edit.setMaxLength(40)
        self.edit.setFont(tabular(self.edit.font()))
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        self.below = Paragraph("", "muted")
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.edit, 1)
        self._underline = _Underline(self.edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(line)
        column.addWidget(self._underline)
        column.addWidget(self.below)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._typed)
        self.edit.returnPressed.connect(self.submitted)
        self.edit.installEventFilter(self._underline)
        self.retranslate()

    def retranslate(self) -> None:
        """The accessible name and the explanation below."""
        self.edit.setAccessibleName(self.tr("Amount"))
        self._typed(self.edit.text())

    def minor(self) -> int | None:
        """The amount in minor units, or None."""
        from app.protocol.errors import KBeanError
        from app.protocol.money import parse_typed

        try:
            return parse_typed(self.edit.text(), self._currency).minor
        except KBeanError:
            return None

    def show_error(self, words: str) -> None:
        """Say why this amount can't be taken."""
        self.below.set_tone("danger")
        self.below.set_text(words)
        restyle_by(self.edit, wrong=bool(words))

    def _typed(self, text: str) -> None:
        from app.protocol.money import AmountError, parse_typed

        try:
            minor = parse_typed(text, self._currency).minor
        except AmountError as error:
            words = self._why(error.reason) if text.strip() else ""
            self.show_error(words)
            self.changed.emit(None)
            return
        self.show_error("")
        self.changed.emit(minor)

    def _why(self, reason: str) -> str:
        return {
            "too_long": self.tr("That is too long for an amount."),
            "ambiguous": self.tr(
                "This could be read in two ways. Write the decimals after a point: 1234.50."
            ),
            "grouping": self.tr("Commas separate groups of three digits: 1,234.50."),
            "too_many_decimals": self.tr("There are too many digits after the point."),
            "negative": self.tr("Amounts to pay have no minus sign."),
            "zero": self.tr("Enter an amount above zero."),
            "too_large": self.tr("That is more than one payment can carry."),
            "other_currency": self.tr("This code is paid in another currency."),
        }.get(reason, self.tr("Enter an amount in digits, such as 12.50."))


class _Underline(QWidget):
    """The line under the amount: thin, and two pixels of the accent with the focus."""

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__()
        self._edit = edit
        self.setFixedHeight(Size.FOCUS)

    def eventFilter(self, watched: object, event: object) -> bool:
        """Qt: the field's focus came or went."""
        del watched, event
        self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: one line."""
        del event
        palette = colours()
        focused = self._edit.hasFocus()
        painter = QPainter(self)
        height = self.height() if focused else 1
        painter.fillRect(
            0, 0, self.width(), height, QColor(palette.bean if focused else palette.control)
        )
