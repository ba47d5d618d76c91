"""The lines of a sale: items of the price list with their quantity."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import IconButton
from app.desktop.widgets.labels import ElidedLabel, Figures, Label
from app.wallet.counter.entry import AmountEntry
from app.wallet.counter.sale import Line

_SHOWN = 4


class Basket(NamedTuple):
    """A sale before it is one: its lines, and the amount being typed."""

    lines: tuple[Line, ...]
    entry: AmountEntry

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost with it."""
        return not self.lines and self.entry.empty


class BasketView(Live, QWidget):
    """The last lines, each with minus and plus; ``changed`` carries line and step."""

    changed = Signal(int, int)

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent)
        self.setObjectName("SellBasket")
        self._currency = currency
        self._lines: tuple[Line, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XS)
        self.show_lines(())

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Draw the basket."""
        self._lines = lines
        self.retranslate()

    def retranslate(self) -> None:
        """Every row again."""
        clear(self._column)
        hidden = max(0, len(self._lines) - _SHOWN)
        if hidden:
            words = self.tr("%n more line(s) above", "", hidden)
            self._column.addWidget(Label(words, "muted"))
        for at, line in list(enumerate(self._lines))[hidden:]:
            self._column.addWidget(self._row(at, line))
        self.setVisible(bool(self._lines))

    def _row(self, at: int, line: Line) -> QWidget:
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(Space.S)
        name = line.name or self.tr("Other goods")
        less = IconButton("minus", f"SellLess{at}", words=self.tr("One less: {x}").format(x=name))
        more = IconButton("plus", f"SellMore{at}", words=self.tr("One more: {x}").format(x=name))
        less.clicked.connect(lambda: self.changed.emit(at, -1))
        more.clicked.connect(lambda: self.changed.emit(at, 1))
        box.addWidget(ElidedLabel(name), 1)
        price = amount_text(line.price, self._currency)
        box.addWidget(Figures(f"{price} × {line.quantity}", "muted"))
        box.addWidget(less)
        box.addWidget(more)
        total = Figures(amount_text(line.total, self._currency), "strong")
        total.setMinimumWidth(96)
        total.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        box.addWidget(total)
        return row
