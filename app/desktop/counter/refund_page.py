"""All sales, one of them opened: refund it, print its slip again (C4, C7)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import exact_words
from app.desktop.counter.last_sales import SaleRow
from app.desktop.counter.parts import CounterPage, Facts, titled, typed_amount
from app.desktop.counter.words import kind_words, mark_of
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.words import explain, explain_code
from app.protocol.messages.counter import Cashier
from app.wallet.counter.sale import RefundRow, Sale
from app.wallet.counter.session import CounterSession

_LISTED = 12


class RefundPage(CounterPage):
    """Find a sale by its slip, or press one; then give back all of it or a part."""

    print_wanted = Signal(object)
    allowance_wanted = Signal()

    def __init__(self, session: CounterSession, parent: QWidget | None = None) -> None:
        """Build it."""
        super().__init__("RefundPage", parent)
        self._session = session
        self._sale: Sale | None = None
        self._allowed: Cashier | None = None
        self._busy = False
        self.number = Field("RefundNumber")
        self.search = Button("", "secondary", "RefundFind", icon="magnifying-glass")
        self.list_title = Label("", "lead")
        self.empty = Paragraph("", "muted")
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.XS)
        self._build_sale()
        self.number.line.addWidget(self.search)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.number)
        column.addWidget(self.list_title)
        column.addLayout(self._list)
        column.addWidget(self.empty)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(Space.XL)
        row.addWidget(left, 1)
        row.addWidget(self.card, 1)
        self.column.addLayout(row)
        self.column.addStretch(1)
        self.setFocusProxy(self.number)
        self.number.submitted.connect(self._look_up)
        self.search.clicked.connect(self._look_up)
        Watch(session.observe, self._heard, self)
        self.retranslate()

    def _build_sale(self) -> None:
        self.sale_title = Label("", "lead")
        self.facts = Facts("RefundFacts")
        self.amount = Field("RefundAmount")
        self.reason = Field("RefundReason")
        self.reason.edit.setMaxLength(120)
        self.result = Banner("RefundResult", "good")
        self.go = Button("", "primary", "RefundGo", large=True)
        self.whole = Button("", "secondary", "RefundWhole", large=True)
        self.slip = Button("", "quiet", "RefundPrint", icon="printer")
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.whole, 1)
        row.addWidget(self.go, 1)
        self.card = titled(
            self.sale_title, self.facts, self.amount, self.reason, self.result, buttons, self.slip
        )
        self.card.body.addStretch(1)
        self.amount.edited.connect(lambda _: self.retranslate())
        self.amount.submitted.connect(self._refund)
        self.go.clicked.connect(self._refund)
        self.whole.clicked.connect(self._refund_whole)
        self.slip.clicked.connect(lambda: self.print_wanted.emit(self._sale))

    def retranslate(self) -> None:
        """Every word."""
        self.title.setText(self.tr("Sales and refunds"))
        self.number.set_words(
            self.tr("Number on the slip"), self.tr("Scan the slip, or type its number.")
        )
        self.search.setText(self.tr("Find"))
        self.list_title.setText(self.tr("Sales"))
        self.empty.set_text(self.tr("What this counter sold stands here."))
        self.amount.set_words(self.tr("Refund how much"))
        self.reason.set_words(self.tr("Reason (the customer sees it)"))
        self.whole.setText(self.tr("Refund all"))
        self.slip.setText(self.tr("Print the slip again"))
        self._fill()
        self._draw_sale()

    def _heard(self, topics: frozenset[str]) -> None:
        if "sales" in topics:
            known = self._session.snapshot.sales
            if self._sale is not None:
                number = self._sale.out_trade_no
                self._sale = next((s for s in known if s.out_trade_no == number), self._sale)
            self._fill()
            self._draw_sale()

    def _fill(self) -> None:
        clear(self._list)
        sales = self._session.snapshot.sales[:_LISTED]
        self.empty.setVisible(not sales)
        for at, sale in enumerate(sales):
            row = SaleRow(sale, f"RefundSale{at}")
            row.clicked.connect(lambda _=False, sale=sale: self.open(sale))
            self._list.addWidget(row)

    def _draw_sale(self) -> None:
        sale = self._sale
        currency = self._session.snapshot.currency
        refundable = sale is not None and sale.kind in {"charge", "order"} and sale.left > 0
        for widget in (self.amount, self.reason, self.go, self.whole):
            widget.setVisible(refundable)
        self.slip.setVisible(sale is not None and sale.paid)
        self.result.setVisible(bool(self.result.title.text()))
        minor = typed_amount(self.amount.text(), currency)
        words = amount_text(minor, currency) if minor else ""
        self.go.setText(self.tr("Refund {amount}").format(amount=words).strip())
        fits = sale is not None and minor is not None and 0 < minor <= sale.left
        self.go.setEnabled(fits and not self._busy)
        self.whole.setEnabled(not self._busy)
        too_much = sale is not None and minor is not None and minor > sale.left
        self.amount.show_error(explain_code("refund_too_large").title if too_much else "")
        if sale is None:
            self.sale_title.setText(self.tr("Choose a sale"))
            self.facts.show_rows([])
            return
        self.sale_title.setText(amount_text(sale.amount, sale.currency))
        mark = mark_of(sale)
        rows = [
            (self.tr("Result"), mark.word, "" if sale.paid else "danger"),
            (self.tr("When"), exact_words(sale.at), ""),
            (self.tr("How"), kind_words(sale), ""),
            (self.tr("Customer"), sale.payer or "–", ""),
            (self.tr("Cashier"), sale.cashier_name or "–", ""),
            (self.tr("Number"), sale.out_trade_no, ""),
        ]
        if sale.order_number:
            rows.append((self.tr("Order number"), sale.order_number, ""))
        if sale.refunded:
            rows.append((self.tr("Refunded"), amount_text(sale.refunded, sale.currency), ""))
            rows.append((self.tr("Left"), amount_text(sale.left, sale.currency), ""))
        self.facts.show_rows(rows)  # type: ignore[arg-type]  # tones of ours

    # --- finding

    def open(self, sale: Sale) -> None:
        """Show one sale; what has been refunded elsewhere is asked for."""
        self._sale = sale
        self._allowed = None
        self.amount.set_text("")
        self.reason.set_text("")
        self.result.set_words("")
        self._draw_sale()
        if sale.paid:
            work = Operation(self, lambda: self._session.refunds.refresh(sale))
            work.replacing("sale").on_success(self._fresh).on_failure(lambda _: None).start()

    def look_up(self, number: str) -> None:
        """Find a sale by the number on its slip."""
        self.number.set_text(number)
        self._look_up()

    def _look_up(self) -> None:
        number = self.number.text().strip()
        if number:
            work = Operation(self, lambda: self._session.refunds.find(number))
            work.replacing("find").on_success(self.open).on_failure(self._not_found).start()

    def _not_found(self, error: Exception) -> None:
        self.number.show_error(explain(error).line())

    def _fresh(self, sale: Sale) -> None:
        if self._sale is not None and self._sale.out_trade_no == sale.out_trade_no:
            self._sale = sale
            self._draw_sale()

    # --- giving back

    def _refund(self) -> None:
        if self.go.isEnabled() and self.go.isVisible():
            minor = typed_amount(self.amount.text(), self._session.snapshot.currency)
            self._ask_allowance(minor)

    def _refund_whole(self) -> None:
        self._ask_allowance(None)

    def _ask_allowance(self, amount: int | None) -> None:
        self._wanted = amount
        self.allowance_wanted.emit()

    def allowed(self, cashier: Cashier) -> None:
        """Somebody who may has said yes: do it."""
        sale, amount, reason = self._sale, self._wanted, self.reason.text()
        if sale is None or self._busy:
            return
        self._busy = True
        self.result.set_words("")
        self._draw_sale()
        refunds = self._session.refunds
        work = Operation(self, lambda: refunds.refund(sale, amount, cashier, reason))
        work.on_success(self._refunded).on_failure(self._refused).start()

    def _refunded(self, row: RefundRow) -> None:
        self._busy = False
        self.amount.set_text("")
        amount = amount_text(row.amount, row.currency)
        if row.state == "done":
            self.result.set_tone("good")
            words = self.tr("{amount} refunded").format(amount=amount)
            paid = amount_text(row.paid_back, row.currency)
            back = self.tr("{amount} of it to the customer's wallet.").format(amount=paid)
            self.result.set_words(words, back)
        elif row.state == "sent":
            self.result.set_tone("warning")
            words = self.tr("No answer yet to the refund of {amount}").format(amount=amount)
            self.result.set_words(
                words, self.tr("It is sent again by itself, and happens once. Don't repeat it.")
            )
            self._session.settle_soon()
        else:
            self.result.set_tone("danger")
            sentence = explain_code(row.failure)
            self.result.set_words(sentence.title, sentence.action)
        self._draw_sale()

    def _refused(self, error: Exception) -> None:
        self._busy = False
        sentence = explain(error)
        self.result.set_tone("danger")
        self.result.set_words(sentence.title, sentence.action)
        self._draw_sale()
