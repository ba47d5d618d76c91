"""The price list: found by name or barcode, taken over from a CSV file (C1)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.counter.parts import CounterPage
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import clear
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import ElidedLabel, Figures, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.surfaces import Card, Line
from app.desktop.words import explain
from app.protocol.errors import KBeanError
from app.wallet.counter.prices import Price
from app.wallet.counter.session import CounterSession

MOST_BYTES = 8 * 1024 * 1024
_SHOWN = 60


class PricesPage(CounterPage):
    """Search, add to the sale, import. ``chosen`` carries an item for the sale."""

    chosen = Signal(object)

    def __init__(self, session: CounterSession, parent: QWidget | None = None) -> None:
        """Build it."""
        super().__init__("PricesPage", parent)
        self._session = session
        self._items: list[Price] = []
        self.load = Button("", "secondary", "PricesLoad", icon="file-text")
        self.head.addWidget(self.load)
        self.search = Field("PricesSearch")
        self.result = Banner("PricesResult", "good")
        self.empty = Paragraph("", "body-muted")
        self.card = Card(spacing=0, margin=Space.M)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.card.body.addLayout(self._list)
        for widget in (self.result, self.search, self.empty, self.card):
            self.column.addWidget(widget)
        self.column.addStretch(1)
        self.setFocusProxy(self.search)
        self.search.edited.connect(lambda _: self._look())
        self.search.submitted.connect(self._first)
        self.load.clicked.connect(self._choose)
        self.retranslate()
        self._look()

    def retranslate(self) -> None:
        """Every word."""
        self.title.setText(self.tr("Price list"))
        self.load.setText(self.tr("Take over a CSV file"))
        self.search.set_words(self.tr("Item or barcode"))
        self.empty.set_text(
            self.tr(
                "A CSV file with the columns barcode, name and price fills this list. Barcodes are "
                "EAN-8, UPC-A, EAN-13 or GTIN-14; their check digit is looked at."
            )
        )
        self.result.setVisible(bool(self.result.title.text()))
        self._draw()

    def _look(self) -> None:
        words = self.search.text()
        work = Operation(self, lambda: self._session.search_prices(words))
        work.replacing("search").on_success(self._show).start()

    def _show(self, items: list[Price]) -> None:
        self._items = items
        self._draw()

    def _draw(self) -> None:
        clear(self._list)
        for at, item in enumerate(self._items[:_SHOWN]):
            if at:
                self._list.addWidget(Line())
            self._list.addWidget(self._row(at, item))
        self.card.setVisible(bool(self._items))
        self.empty.setVisible(not self._items and not self.search.text().strip())

    def _row(self, at: int, item: Price) -> QWidget:
        row = QWidget()
        box = QHBoxLayout(row)
        box.setContentsMargins(Space.S, Space.XS, Space.S, Space.XS)
        box.setSpacing(Space.M)
        box.addWidget(ElidedLabel(item.name, "strong"), 2)
        box.addWidget(Figures(item.barcode, "muted"), 1)
        box.addWidget(Figures(amount_text(item.price, self._session.snapshot.currency), "body"))
        add = IconButton("plus", f"PricesAdd{at}", ink="bean")
        add.set_words(self.tr("Add {name} to the sale").format(name=item.name))
        add.clicked.connect(lambda: self.chosen.emit(item))
        box.addWidget(add)
        return row

    def _first(self) -> None:
        if len(self._items) == 1:
            self.chosen.emit(self._items[0])

    def scanned(self, barcode: str) -> None:
        """A barcode was scanned here: show what it stands for."""
        self.search.set_text(barcode)
        self._look()

    def _choose(self) -> None:
        dialogs.choose_file(self, self.tr("Price list"), ("CSV", "csv"), self.take)

    def take(self, path: Path | None) -> None:
        """Take a file over in place of the old list."""
        if path is None:
            return

        def read() -> bytes:
            return path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""

        async def work() -> int:
            return await self._session.load_prices(await asyncio.to_thread(read))

        Operation(self, work).on_success(self._taken).on_failure(self._failed).start()

    def _taken(self, count: int) -> None:
        self.result.set_tone("good")
        self.result.set_words(self.tr("%n item(s) taken over", "", count))
        self.result.show()
        self.search.set_text("")
        self._look()

    def _failed(self, error: Exception) -> None:
        sentence = explain(error)
        text = sentence.action
        if isinstance(error, KBeanError) and "line" in error.params:
            text = f"{self._why(str(error.params['reason']))} {text}"
            text = self.tr("Line {line}: {why}").format(line=error.params["line"], why=text)
        self.result.set_tone("danger")
        self.result.set_words(sentence.title, text)
        self.result.show()

    def _why(self, reason: str) -> str:
        return {
            "barcode": self.tr("the barcode's check digit does not hold."),
            "name": self.tr("the name is missing or too long."),
            "price": self.tr("the price is no amount."),
            "twice": self.tr("this barcode stands there twice."),
            "too_long": self.tr("the list is too long."),
            "no_barcode": self.tr("a column for the barcode is missing."),
            "no_name": self.tr("a column for the name is missing."),
            "no_price": self.tr("a column for the price is missing."),
        }.get(reason, self.tr("nothing can be read there."))
