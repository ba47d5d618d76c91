"""Where one sells: a huge amount, a keypad, and the result in the same place (C1, C2, C3)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from app.desktop.counter.basket import Basket, BasketView
from app.desktop.counter.faces import ResultFace
from app.desktop.counter.keypad import Keypad
from app.desktop.counter.words import scan_words
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import AmountLabel
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.surfaces import Card
from app.desktop.words import explain
from app.wallet.counter.entry import AmountEntry
from app.wallet.counter.prices import Price, change_quantity, put_into, subject, total
from app.wallet.counter.sale import Line
from app.wallet.counter.scans import Scan, read_scan
from app.wallet.counter.selling import Wish
from app.wallet.counter.session import CounterSession
from app.wallet.counter.till_flow import TillFlow, TillState, TillView

HUGE = 96


class SellPage(Live, QWidget):
    """One sale after another. Digits, Enter, Esc and the scanner are enough."""

    displayed = Signal(object)
    ended = Signal(object)
    attention = Signal()
    print_wanted = Signal(object)
    offline_wanted = Signal(object)
    shift_wanted = Signal()
    slip_scanned = Signal(str)

    def __init__(
        self,
        session: CounterSession,
        clock: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        """Build it on an open counter; ``clock`` gives Unix milliseconds."""
        super().__init__(parent)
        self.setObjectName("SellPage")
        self._session = session
        self._clock = clock
        self.flow = TillFlow(session)
        self.entry = AmountEntry(session.snapshot.currency)
        self.lines: tuple[Line, ...] = ()
        self._ready = False
        self._said = ""
        self._shown: TillView | None = None
        # The page takes keys as they are pressed: no input method comes between.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build()
        Watch(self.flow.observe, self._follow, self)
        Watch(session.observe, lambda _: self.retranslate(), self)
        self.retranslate()

    def _build(self) -> None:
        currency = self._session.snapshot.currency
        self.hint = Label("", "lead")
        self.hint.setObjectName("SellHint")
        self.amount = AmountLabel("SellAmount", size=HUGE)
        self.amount.centre()
        self.basket_view = BasketView(currency)
        self.basket_view.changed.connect(self._change_line)
        self.banner = Banner("SellBanner", "warning")
        self.banner.acted.connect(self.shift_wanted)
        self.pad = Keypad("SellPad")
        self.pad.pressed.connect(self.press)
        self.erase = Button("", "secondary", "SellErase", icon="backspace", large=True)
        self.ask = Button("", "primary", "SellAsk", icon="qr-code", large=True)
        self.cash = Button("", "secondary", "SellCash", icon="money", large=True)
        self.offline = Button("", "secondary", "SellOffline", icon="cloud-slash", large=True)
        self.keys = Paragraph("", "muted", centred=True)
        self.erase.clicked.connect(lambda: self.press("back"))
        self.ask.clicked.connect(self._ask)
        self.cash.clicked.connect(self._cash)
        self.offline.clicked.connect(self._offline)
        for button in (self.erase, self.ask, self.cash, self.offline):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.face = ResultFace()
        self.face.next_wanted.connect(self._next)
        self.face.cancel_wanted.connect(self._cancel)
        self.face.print_wanted.connect(self._print)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._entry_face())
        self.stack.addWidget(self.face)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, 0, Space.XL, Space.XL)
        column.addWidget(self.stack)

    def _entry_face(self) -> QWidget:
        top = Card(spacing=Space.S)
        top.body.addWidget(self.hint, 0, Qt.AlignmentFlag.AlignHCenter)
        top.body.addWidget(self.amount)
        top.body.addWidget(self.basket_view)
        side = QVBoxLayout()
        side.setSpacing(Space.S)
        for button in (self.erase, self.ask, self.cash, self.offline):
            side.addWidget(button, 1)
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        row.addWidget(self.pad, 3)
        row.addLayout(side, 2)
        face = QWidget()
        column = QVBoxLayout(face)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(top)
        column.addWidget(self.banner)
        column.addLayout(row, 1)
        column.addWidget(self.keys)
        return face

    # --- words

    def retranslate(self) -> None:
        """Everything, for what is typed now."""
        here = self._session.snapshot
        amount = self.total
        self.amount.show_amount(amount, here.currency, ink="text" if amount else "muted")
        self.erase.setText(self.tr("Delete"))
        self.ask.setText(self.tr("Show a QR"))
        self.cash.setText(self.tr("Cash"))
        self.offline.setText(self.tr("No internet: code"))
        for button in (self.ask, self.cash, self.offline):
            button.setEnabled(amount > 0 and here.shift is not None)
        self.keys.set_text(
            self.tr("Digits type the amount, the scanner charges it; Enter shows a QR, Esc clears.")
        )
        if here.shift is None:
            self.hint.setText(self.tr("Open a shift first"))
        elif self._ready:
            self.hint.setText(self.tr("Scan the customer's payment code"))
        else:
            self.hint.setText(self.tr("Amount"))
        self._draw_banner()

    def _draw_banner(self) -> None:
        here = self._session.snapshot
        self.banner.setVisible(bool(self._said) or here.shift is None)
        if self._said:
            self.banner.set_tone("warning")
            self.banner.set_words(self._said)
        elif here.shift is None:
            self.banner.set_tone("info")
            self.banner.set_words(self._no_shift(), action=self.tr("Open a shift"))

    def _no_shift(self) -> str:
        return self.tr("No shift is open; count the float and open one.")

    def _say(self, words: str) -> None:
        self._said = words
        if words:
            self.attention.emit()
        self.retranslate()

    # --- the amount

    @property
    def total(self) -> int:
        """What the customer pays: the lines, and what is typed."""
        return total(self.lines) + self.entry.minor

    def press(self, key: str) -> None:
        """One key of the pad or the keyboard: a digit, ``00``, ``.``, ``back``, ``+``."""
        if self.flow.view.state in {TillState.PAID, TillState.NOT_PAID}:
            self._start_again()
        elif self.flow.view.state is not TillState.IDLE:
            return
        self._ready = False
        self._said = ""
        if key == ".":
            self.entry.point()
        elif key == "back":
            self._delete()
        elif key == "+":
            self._keep_typed()
        else:
            self.entry.digit(key, self._clock())
        self.retranslate()
        self._display()

    def _delete(self) -> None:
        if self.entry.empty and self.lines:
            self.lines = change_quantity(self.lines, len(self.lines) - 1, -1)
            self.basket_view.show_lines(self.lines)
        else:
            self.entry.back()

    def _keep_typed(self) -> None:
        """What is typed becomes a line of its own."""
        if self.entry.minor:
            self.lines = (*self.lines, Line("", self.entry.minor))
            self.entry.clear()
            self.basket_view.show_lines(self.lines)

    def _change_line(self, at: int, by: int) -> None:
        if at < len(self.lines):
            self.lines = change_quantity(self.lines, at, by)
            self.basket_view.show_lines(self.lines)
            self.retranslate()
            self._display()

    def _clear(self) -> None:
        self.entry.clear()
        self.lines = ()
        self._ready = False
        self._said = ""
        self.basket_view.show_lines(())
        self.retranslate()
        self._display()

    def _wish(self) -> Wish:
        return Wish(self.total, self.lines, subject(self.lines))

    def basket(self) -> Basket:
        """What is not sold yet; empty while a sale, or its result, is in front."""
        if self.flow.view.state is TillState.IDLE:
            return Basket(self.lines, self.entry)
        return Basket((), AmountEntry(self._session.snapshot.currency))

    def take_up(self, basket: Basket) -> None:
        """Go on with a basket that was left."""
        self.lines, self.entry = basket
        self.basket_view.show_lines(self.lines)
        self.retranslate()

    def _display(self) -> None:
        self.displayed.emit(TillView(wish=self._wish()))

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: digits, point, plus, delete, Enter, Esc; whatever else goes on."""
        key, text = event.key(), event.text()
        if len(text) == 1 and text in "0123456789":
            self.press(text)
        elif text in (".", ",", "。") and text:
            self.press(".")
        elif text == "+":
            self.press("+")
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.press("back")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter()
        elif key == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)

    def enter(self) -> None:
        """The next step: ready to scan, then our own QR; or the next sale."""
        state = self.flow.view.state
        if state in {TillState.PAID, TillState.NOT_PAID} or self.face.taking_back:
            self._next()
        elif state is TillState.IDLE:
            code = self.entry.enter().code
            if code:
                self.scan(code)
            elif self.total and self._ready:
                self._ask()
            elif self.total:
                self._ready = True
                self._said = ""
                self.retranslate()

    def escape(self) -> None:
        """Back: from ready to the amount, from the amount to nothing; twice takes a sale back."""
        state = self.flow.view.state
        if state in {TillState.PAID, TillState.NOT_PAID}:
            self._next()
        elif state is TillState.WAITING:
            self._cancel()
        elif self._ready:
            self._ready = False
            self.retranslate()
        else:
            self._clear()

    # --- what was scanned

    def scan(self, text: str) -> None:
        """A code from the scanner, the camera, or typed by hand."""
        scan = read_scan(text)
        if self.flow.view.state is TillState.WAITING:
            self.attention.emit()
            return
        if self.flow.view.state is not TillState.IDLE:
            self._start_again()
        if scan.kind == "payer":
            self._charge(scan)
        elif scan.kind == "item":
            work = Operation(self, lambda: self._session.price_of(scan.text))
            work.on_success(self._put).on_failure(self._explain).start()
        elif scan.kind == "slip":
            self.slip_scanned.emit(scan.text)
        else:
            self._say(scan_words(scan))

    def _charge(self, scan: Scan) -> None:
        if not self.total:
            self._say(self.tr("Enter the amount first, then scan the code again."))
        elif self._session.snapshot.shift is None:
            self._say(self._no_shift())
        else:
            wish = self._wish()
            Operation(self, lambda: self.flow.charge(wish, scan.text)).start()

    def _put(self, item: Price) -> None:
        self._keep_typed()
        self.lines = put_into(self.lines, item)
        self._said = ""
        self._ready = False
        self.basket_view.show_lines(self.lines)
        self.retranslate()
        self._display()

    def put(self, item: Price) -> None:
        """An item chosen from the price list."""
        if self.flow.view.state in {TillState.PAID, TillState.NOT_PAID}:
            self._start_again()
        if self.flow.view.state is TillState.IDLE:
            self._put(item)

    def _explain(self, error: Exception) -> None:
        self._say(explain(error).line())

    # --- selling

    def _ask(self) -> None:
        if self.total and self._session.snapshot.shift is not None:
            wish = self._wish()
            Operation(self, lambda: self.flow.ask(wish)).start()

    def _cash(self) -> None:
        wish = self._wish()
        Operation(self, lambda: self.flow.cash(wish)).on_failure(self._explain).start()

    def _offline(self) -> None:
        self.offline_wanted.emit(self._wish())

    def _cancel(self) -> None:
        if self.face.taking_back:
            return
        if self.face.ask_cancel():
            Operation(self, self.flow.cancel).start()

    def _next(self) -> None:
        if self.face.taking_back:
            Operation(self, self.flow.leave).start()
        else:
            self.flow.forget()
        self._clear()
        self.setFocus()

    def _start_again(self) -> None:
        """A key or a code that belongs to the next sale."""
        self.flow.forget()
        self.stack.setCurrentIndex(0)
        self._clear()

    def _print(self) -> None:
        sale = self.flow.view.sale
        if sale is not None:
            self.print_wanted.emit(sale)

    def _follow(self, view: TillView) -> None:
        if self.flow.view is not view:
            return  # a newer one is on its way
        if view.state is TillState.IDLE:
            self.stack.setCurrentIndex(0)
        else:
            self.face.show_view(view, self._session.now_ms())
            self.stack.setCurrentWidget(self.face)
        self.displayed.emit(view)
        fresh = self._shown is None or self._shown.state is not view.state
        self._shown = view
        if view.state in {TillState.PAID, TillState.NOT_PAID} and fresh:
            self.ended.emit(view)
