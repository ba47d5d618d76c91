"""Sales to choose from: this counter's, what came in by the printed code, or both (C4)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.counter.last_sales import SaleRow
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Paragraph
from app.desktop.widgets.segmented import Segmented
from app.wallet.counter.sale import Origin, Sale
from app.wallet.counter.session import CounterSession

STEP = 12
"""So many are shown at first, and more each time."""
MOST = 120


class SaleList(Live, QWidget):
    """Newest first; what comes in meanwhile takes the keyboard from nobody."""

    chosen = Signal(object)

    def __init__(self, session: CounterSession, parent: QWidget | None = None) -> None:
        """Fill it."""
        super().__init__(parent)
        self.setObjectName("SaleList")
        self._session = session
        self._shown: tuple[Sale, ...] = ()
        self._wanted = STEP
        self.rows: list[SaleRow] = []
        self.origin = Segmented("SaleOrigin", ("all", "own", "printed"))
        self.origin.chosen.connect(self._choose)
        self.empty = Paragraph("", "muted")
        self.more = Button("", "quiet", "SaleListMore")
        self.more.clicked.connect(self._show_more)
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.XS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.origin)
        column.addLayout(self._list)
        column.addWidget(self.empty)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        Watch(session.observe, self._heard, self)
        self.retranslate()
        # What is known is drawn with the page; the vault is asked for everything else.
        self._fill(session.snapshot.sales[: self._wanted])

    def retranslate(self) -> None:
        """Every word."""
        self.origin.set_words(
            {
                "all": self.tr("All"),
                "own": self.tr("This counter"),
                "printed": self.tr("Printed code"),
            }
        )
        self.origin.setAccessibleName(self.tr("Which sales"))
        self.more.setText(self.tr("Show more"))
        for row in self.rows:
            row.say()
        self._say()

    def _say(self) -> None:
        self.empty.setVisible(not self._shown)
        self.empty.set_text(
            self.tr("What customers paid to the printed code by themselves stands here.")
            if self.origin.key() == "printed"
            else self.tr("What this counter sold stands here.")
        )
        self.more.setVisible(len(self._shown) == self._wanted < MOST)

    def _choose(self, _: str) -> None:
        self._wanted = STEP
        self._ask()

    def _show_more(self) -> None:
        self._wanted = min(MOST, self._wanted + STEP)
        self._ask()

    def _heard(self, topics: frozenset[str]) -> None:
        if "sales" in topics:
            self._ask()

    def _ask(self) -> None:
        origin: Origin = self.origin.key()  # type: ignore[assignment]  # keys of ours
        limit, sales = self._wanted, self._session.sales
        work = Operation(self, lambda: sales.last(limit, origin))
        work.replacing("list").on_success(self._fill).on_failure(lambda _: None).start()

    def _fill(self, sales: Sequence[Sale]) -> None:
        shown = tuple(sales)
        if shown == self._shown and self.rows:
            self._say()
            return
        here = next((row.sale.out_trade_no for row in self.rows if row.hasFocus()), None)
        self._shown = shown
        clear(self._list)
        self.rows = [SaleRow(sale, f"RefundSale{at}") for at, sale in enumerate(shown)]
        for row in self.rows:
            row.clicked.connect(lambda _=False, sale=row.sale: self.chosen.emit(sale))
            self._list.addWidget(row)
            if row.sale.out_trade_no == here:
                row.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say()
