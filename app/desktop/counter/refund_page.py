"""All sales, one of them opened: refund it, print its slip again (C4, C7)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import exact_words
from app.desktop.counter.parts import CounterPage, Facts, titled, typed_amount
from app.desktop.counter.sale_list import SaleList
from app.desktop.counter.words import kind_words, mark_of, match_words
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Tone
from app.desktop.widgets.notes import Banner
from app.desktop.words import explain, explain_code
from app.protocol.codes.confirmation_code import shown
from app.protocol.messages.counter import Cashier
from app.wallet.counter.sale import RefundRow, Sale
from app.wallet.counter.session import CounterSession


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
        self.list = SaleList(session)
        self.list.chosen.connect(self.open)
        self._build_sale()
        self.number.line.addWidget(self.search)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self.number)
        column.addWidget(self.list)
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
            self.tr("Number on the slip, or order number"),
            self.tr("Scan the slip, or type what the customer reads out."),
        )
        self.search.setText(self.tr("Find"))
        self.amount.set_words(self.tr("Refund how much"))
        self.reason.set_words(self.tr("Reason (the customer sees it)"))
        self.whole.setText(self.tr("Refund all"))
        self.slip.setText(self.tr("Print the slip again"))
        self._draw_sale()

    def _heard(self, topics: frozenset[str]) -> None:
        here = self._sale
        if "sales" in topics and here is not None:
            # A payment of the printed code may meanwhile have become an offline sale's.
            same = (s for s in self._session.snapshot.sales if _same(s, here))
            self._sale = next(same, here)
            self._draw_sale()

    def _draw_sale(self) -> None:
        sale = self._sale
        currency = self._session.snapshot.currency
        refundable = sale is not None and bool(sale.service_number) and sale.left > 0
        for widget in (self.amount, self.reason, self.go, self.whole):
            widget.setVisible(refundable)
        self.slip.setVisible(sale is not None and sale.paid)
        if sale is not None and sale.missing:
            self._say_missing(lost=bool(sale.lost))
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
        rows: list[tuple[str, str, Tone]] = [
            (self.tr("Result"), mark.word, _tone(sale)),
            (self.tr("When"), exact_words(sale.at), ""),
            (self.tr("How"), kind_words(sale), ""),
            (self.tr("Customer"), sale.payer or "–", ""),
        ]
        if sale.kind != "printed":
            rows.append((self.tr("Cashier"), sale.cashier_name or "–", ""))
            rows.append((self.tr("Number"), sale.out_trade_no, ""))
        if sale.confirmation:
            rows.append((self.tr("Confirmation code"), shown(sale.confirmation), ""))
        if match_words(sale):
            rows.append((self.tr("Its payment"), match_words(sale), ""))
        if sale.order_number:
            rows.append((self.tr("Order number"), sale.order_number, ""))
        if sale.refunded:
            rows.append((self.tr("Refunded"), amount_text(sale.refunded, sale.currency), ""))
            rows.append((self.tr("Left"), amount_text(sale.left, sale.currency), ""))
        self.facts.show_rows(rows)

    def _say_missing(self, *, lost: bool) -> None:
        self.result.set_tone("warning")
        if lost:
            self.result.set_words(
                self.tr("Another till sold against the same payment"),
                self.tr(
                    "The same eight digits were taken at two tills, and paid once. The other sale "
                    "was told to the service first; the payment stands in the list by itself."
                ),
            )
            return
        self.result.set_words(
            self.tr("Not found in the shop's payments"),
            self.tr(
                "The eight digits fitted, but no payment of the printed code has them. Compare "
                "with the daily bill, and with what the customer's wallet shows."
            ),
        )

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


def _same(sale: Sale, other: Sale) -> bool:
    if sale.out_trade_no == other.out_trade_no:
        return True
    return bool(other.payment_id) and sale.payment_id == other.payment_id


def _tone(sale: Sale) -> Tone:
    if sale.missing:
        return "warning"
    return "" if sale.paid else "danger"
