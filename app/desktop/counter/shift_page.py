"""The shift: open it, look at it (X), move cash, close it (Z) (C5)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.components.when import moment_words
from app.desktop.counter.parts import CounterPage, Facts, titled, typed_amount
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.words import explain
from app.protocol.messages.counter import Cashier
from app.wallet.counter.session import CounterSession
from app.wallet.counter.shift import Shift, ShiftView


class ShiftPage(CounterPage):
    """One card for the drawer, one for what was sold, one to close."""

    allowance_wanted = Signal()
    print_wanted = Signal(object)
    opened = Signal()

    def __init__(self, session: CounterSession, parent: QWidget | None = None) -> None:
        """Build it."""
        super().__init__("ShiftPage", parent)
        self._session = session
        self._view: ShiftView | None = None
        self._closed: Shift | None = None
        self._move = 0
        self._build()
        Watch(session.observe, self._heard, self)
        self.retranslate()
        self._refresh()

    def _build(self) -> None:
        self.print = Button("", "secondary", "ShiftPrint", icon="printer")
        self.print.clicked.connect(self._print)
        self.head.addWidget(self.print)
        self.result = Banner("ShiftResult", "good")
        self.open_title = Label("", "lead")
        self.open_text = Paragraph("", "body-muted")
        self.float = Field("ShiftFloat")
        self.open_go = Button("", "primary", "ShiftOpen", large=True)
        self.open_card = titled(self.open_title, self.open_text, self.float, self.open_go)
        self.sold_title, self.sold = Label("", "lead"), Facts("ShiftSold")
        self.drawer_title, self.drawer = Label("", "lead"), Facts("ShiftDrawer")
        self.sold_card = titled(self.sold_title, self.sold)
        self.drawer_card = titled(self.drawer_title, self.drawer)
        self.cash = Field("ShiftCash")
        self.cash_reason = Field("ShiftCashReason")
        self.cash_reason.edit.setMaxLength(120)
        self.cash_in = Button("", "secondary", "ShiftCashIn", icon="arrow-down")
        self.cash_out = Button("", "secondary", "ShiftCashOut", icon="arrow-up")
        moves = QWidget()
        row = QHBoxLayout(moves)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.cash_in, 1)
        row.addWidget(self.cash_out, 1)
        self.move_title = Label("", "lead")
        self.move_card = titled(self.move_title, self.cash, self.cash_reason, moves)
        self.close_title = Label("", "lead")
        self.close_text = Paragraph("", "body-muted")
        self.counted = Field("ShiftCounted")
        self.difference = Facts("ShiftDifference")
        self.close_go = Button("", "primary", "ShiftClose", large=True)
        self.close_card = titled(
            self.close_title, self.close_text, self.counted, self.difference, self.close_go
        )
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, cards in (
            (left, (self.open_card, self.sold_card, self.move_card)),
            (right, (self.drawer_card, self.close_card)),
        ):
            column.setSpacing(Space.L)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(Space.L)
        body.addLayout(left, 1)
        body.addLayout(right, 1)
        self.column.addWidget(self.result)
        self.column.addLayout(body)
        self.column.addStretch(1)
        self._connect()

    def _connect(self) -> None:
        self.open_go.clicked.connect(self._open)
        self.float.submitted.connect(self._open)
        self.float.edited.connect(lambda _: self._draw())
        self.cash.edited.connect(lambda _: self._draw())
        self.cash_in.clicked.connect(lambda: self._want_move(1))
        self.cash_out.clicked.connect(lambda: self._want_move(-1))
        self.counted.edited.connect(lambda _: self._draw())
        self.counted.submitted.connect(self._close)
        self.close_go.clicked.connect(self._close)

    def retranslate(self) -> None:
        """Every word."""
        self.open_title.setText(self.tr("Open a shift"))
        self.open_text.set_text(self.tr("Count what lies in the drawer before the first sale."))
        self.float.set_words(self.tr("Float in the drawer"))
        self.open_go.setText(self.tr("Open the shift"))
        self.sold_title.setText(self.tr("Sold with the wallet"))
        self.drawer_title.setText(self.tr("In the drawer"))
        self.move_title.setText(self.tr("Cash in and out"))
        self.cash.set_words(self.tr("How much"))
        self.cash_reason.set_words(self.tr("What for"))
        self.cash_in.setText(self.tr("Put in"))
        self.cash_out.setText(self.tr("Take out"))
        self.close_title.setText(self.tr("Close the shift (Z report)"))
        self.close_text.set_text(
            self.tr("Count the drawer. Closing waits until every sale has its result.")
        )
        self.counted.set_words(self.tr("Counted in the drawer"))
        self.close_go.setText(self.tr("Close the shift"))
        self.print.setText(self.tr("Print"))
        self._draw()

    def _heard(self, topics: frozenset[str]) -> None:
        if topics & {"sales", "shift", "info"}:
            self._refresh()

    def _refresh(self) -> None:
        if self._session.snapshot.shift is None:
            self._view = None
            self._draw()
            return
        work = Operation(self, self._session.shifts.look)
        work.replacing("look").on_success(self._show).on_failure(lambda _: None).start()

    def _show(self, view: ShiftView) -> None:
        self._view = view
        self._draw()

    # --- drawing

    def _draw(self) -> None:
        here = self._session.snapshot
        view, shift = self._view, here.shift
        self.title.setText(
            self.tr("Shift {number}, since {when}").format(
                number=shift.number, when=moment_words(shift.opened_at)
            )
            if shift
            else self.tr("No shift is open")
        )
        self.open_card.setVisible(shift is None)
        for card in (self.sold_card, self.drawer_card, self.move_card, self.close_card):
            card.setVisible(shift is not None and view is not None)
        self.print.setVisible(view is not None or self._closed is not None)
        self.open_go.setEnabled(typed_amount(self.float.text(), here.currency) is not None)
        minor = typed_amount(self.cash.text(), here.currency)
        self.cash_in.setEnabled(bool(minor))
        self.cash_out.setEnabled(bool(minor) and view is not None)
        self.result.setVisible(bool(self.result.title.text()))
        if view is not None:
            self._draw_view(view, here.currency)

    def _draw_view(self, view: ShiftView, currency: str) -> None:
        figures = view.figures

        def money(minor: int) -> str:
            return amount_text(minor, currency)

        rows = [
            (self.tr("%n sale(s)", "", figures.sales), money(figures.sales_amount), ""),
            (self.tr("%n refund(s)", "", figures.refunds), money(-figures.refunds_amount), ""),
            (self.tr("Together"), money(figures.sales_amount - figures.refunds_amount), "bean"),
        ]
        rows += [
            (self.tr("of them {name}").format(name=row.name), money(row.sales_amount), "muted")
            for row in view.cashiers
        ]
        if view.offline:
            words = self.tr("%n by confirmation code", "", view.offline)
            rows.append((words, money(view.offline_amount), "info"))
        if view.missing:
            words = self.tr("%n without a payment", "", view.missing)
            rows.append((words, money(view.missing_amount), "warning"))
        self.sold.show_rows(rows)  # type: ignore[arg-type]  # tones of ours
        self.drawer.show_rows(
            [
                (self.tr("Float"), money(view.shift.float_amount), ""),
                (self.tr("Sold for cash"), money(view.cash_sales), ""),
                (self.tr("Put in"), money(view.cash_in), ""),
                (self.tr("Taken out"), money(-view.cash_out), ""),
                (self.tr("Expected"), money(view.expected_cash), "bean"),
            ]
        )
        counted = typed_amount(self.counted.text(), currency)
        self.close_go.setEnabled(counted is not None)
        if counted is None:
            self.difference.show_rows([])
            return
        gap = counted - view.expected_cash
        word = self.tr("Nothing missing") if gap == 0 else self.tr("Difference")
        figure = amount_text(gap, currency, signed=True)
        self.difference.show_rows([(word, figure, "bean" if gap == 0 else "danger")])

    # --- doing

    def _open(self) -> None:
        minor = typed_amount(self.float.text(), self._session.snapshot.currency)
        if minor is not None:
            work = Operation(self, lambda: self._session.shifts.open(minor))
            work.on_success(self._opened).on_failure(self._failed).start()

    def _opened(self, shift: Shift) -> None:
        self._closed = None
        self.float.set_text("")
        self.counted.set_text("")
        self._say("good", self.tr("Shift {number} is open").format(number=shift.number))
        self.opened.emit()

    def _want_move(self, sign: int) -> None:
        minor = typed_amount(self.cash.text(), self._session.snapshot.currency)
        if minor:
            self._move = sign * minor
            self.allowance_wanted.emit()

    def allowed(self, cashier: Cashier) -> None:
        """Somebody who may has said yes: move the cash."""
        amount, reason = self._move, self.cash_reason.text()
        work = Operation(self, lambda: self._session.shifts.move_cash(amount, cashier, reason))
        work.on_success(lambda _: self._moved(amount)).on_failure(self._failed).start()

    def _moved(self, amount: int) -> None:
        self.cash.set_text("")
        self.cash_reason.set_text("")
        words = amount_text(amount, self._session.snapshot.currency, signed=True)
        self._say("good", self.tr("Drawer: {amount}").format(amount=words))
        self._refresh()

    def _close(self) -> None:
        minor = typed_amount(self.counted.text(), self._session.snapshot.currency)
        if minor is not None and self.close_go.isEnabled():
            self.close_go.setEnabled(False)
            work = Operation(self, lambda: self._session.shifts.close(minor))
            work.on_success(self._done).on_failure(self._failed).start()

    def _done(self, shift: Shift) -> None:
        self._closed = shift
        self._view = None
        number = shift.number
        if shift.check is None:
            words = self.tr("Shift {number} is closed; it is handed in when there is a network")
            self._say("warning", words.format(number=number))
        elif shift.check.agreed:
            words = self.tr("Shift {number} is closed; the service counted the same")
            self._say("good", words.format(number=number))
        else:
            missing = [*shift.check.missing_here, *shift.check.missing_there]
            words = self.tr("Shift {number} is closed, but the service counted otherwise")
            detail = self.tr("Look at: {numbers}").format(numbers=", ".join(missing[:5]) or "–")
            self._say("danger", words.format(number=number), detail)

    def _failed(self, error: Exception) -> None:
        sentence = explain(error)
        self._say("danger", sentence.title, sentence.action)

    def _say(self, tone: str, title: str, text: str = "") -> None:
        self.result.set_tone(tone)  # type: ignore[arg-type]  # a banner's tones
        self.result.set_words(title, text)
        self._draw()

    def _print(self) -> None:
        if self._view is not None:
            self.print_wanted.emit(self._view)
        elif self._closed is not None:
            shift_id = self._closed.shift_id
            work = Operation(self, lambda: self._session.shifts.look(shift_id))
            work.on_success(self.print_wanted.emit).on_failure(self._failed).start()
