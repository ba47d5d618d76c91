"""The daily bill: a day's sums, whether they fit the ledger and this counter, and the file (C8)."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.components.when import day_words
from app.desktop.counter.bill_words import gap_words
from app.desktop.counter.parts import CounterPage, Facts, titled
from app.desktop.counter.pin_face import allowed_already
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.segmented import Segmented
from app.desktop.words import explain
from app.protocol.errors import KBeanError
from app.protocol.messages.counter import Cashier
from app.wallet.counter.bills import DayBill
from app.wallet.counter.session import CounterSession
from app.wallet.searching.dates import read_date
from app.wallet.vault.stores.search_text import fold

_DAYS = ("yesterday", "today", "own")
_FIELD = 280
_NAMED = 8
"""So many differences are named, on each side."""


class BillsPage(CounterPage):
    """Choose a day; see it; save it. Supervisors and managers, or with their PIN."""

    allowance_wanted = Signal()
    said = Signal(str)

    def __init__(
        self,
        session: CounterSession,
        parent: QWidget | None = None,
        *,
        today: Callable[[], date] | None = None,
    ) -> None:
        """Build it; ``today`` is the machine's day unless a test says otherwise."""
        super().__init__("BillsPage", parent)
        self._session = session
        self._today = today or _machines_day
        self._bill: DayBill | None = None
        self._day, self._so_far = self._today(), False
        self._busy = False
        self.save = Button("", "secondary", "BillsSave", icon="download-simple")
        self.head.addWidget(self.save)
        self.days = Segmented("BillsDays", _DAYS)
        self.own = Field("BillsOwn")
        self.show_day = Button("", "primary", "BillsShow", icon="magnifying-glass")
        self.note = Paragraph("", "body-muted")
        self.result = Banner("BillsResult", "info")
        self.day_title, self.day_facts = Label("", "lead"), Facts("BillsDay")
        self.day_verdict = Banner("BillsFits", "good")
        self.day_card = titled(self.day_title, self.day_facts, self.day_verdict)
        self.till_title, self.till_facts = Label("", "lead"), Facts("BillsTill")
        self.till_verdict = Banner("BillsAgrees", "good")
        self._gaps = QVBoxLayout()
        self._gaps.setSpacing(Space.S)
        self.till_card = titled(self.till_title, self.till_facts, self.till_verdict)
        self.till_card.body.addLayout(self._gaps)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.show_day)
        self.retranslate()

    def _lay_out(self) -> None:
        choice = QHBoxLayout()
        choice.setSpacing(Space.M)
        self.own.setMaximumWidth(_FIELD)
        choice.addWidget(self.days)
        choice.addWidget(self.show_day)
        choice.addStretch(1)
        cards = QHBoxLayout()
        cards.setSpacing(Space.L)
        for card in (self.day_card, self.till_card):
            card.body.addStretch(1)
            cards.addWidget(card, 1)
        self.column.addLayout(choice)
        self.column.addWidget(self.own)
        self.column.addWidget(self.note)
        self.column.addWidget(self.result)
        self.column.addLayout(cards)
        self.column.addStretch(1)

    def _connect(self) -> None:
        self.days.chosen.connect(lambda _: self._chosen())
        self.own.submitted.connect(self._ask)
        self.show_day.clicked.connect(self._ask)
        self.result.acted.connect(self._ask_so_far)
        self.save.clicked.connect(self._choose_file)

    # --- words

    def retranslate(self) -> None:
        """Every word."""
        self.title.setText(self.tr("Daily bill"))
        self.save.setText(self.tr("Save as CSV"))
        self.days.set_words(
            {
                "yesterday": self.tr("Yesterday"),
                "today": self.tr("Today so far"),
                "own": self.tr("Another day"),
            }
        )
        self.own.set_words(self.tr("Day"), placeholder="2026-11-05")
        self.show_day.setText(self.tr("Show"))
        self.note.set_text(
            self.tr(
                "Every movement of the merchant's account on a day, out of the service's books, "
                "and held against what this counter wrote down itself."
            )
            if allowed_already(self._session, "supervisor")
            else self.tr("A supervisor or manager shows it with their PIN.")
        )
        self._draw()

    def _draw(self) -> None:
        bill = self._bill
        self.own.setVisible(self.days.key() == "own")
        self.save.setEnabled(bill is not None)
        self.note.setVisible(bill is None)
        self.result.setVisible(bool(self.result.title.text()))
        for card in (self.day_card, self.till_card):
            card.setVisible(bill is not None)
        if bill is not None:
            self._draw_day(bill)
            self._draw_till(bill)

    def _draw_day(self, bill: DayBill) -> None:
        totals = bill.totals
        day = date.fromisoformat(totals.day)
        words = day_words(QDate(day.year, day.month, day.day))
        title = self.tr("{day}, whole") if totals.final else self.tr("{day}, so far")
        self.day_title.setText(title.format(day=words))

        def money(minor: int, *, signed: bool = False) -> str:
            return amount_text(minor, totals.currency, signed=signed)

        rows = [
            (self.tr("At the beginning"), money(totals.opening), ""),
            (
                self.tr("Payments: {count}").format(count=totals.payments),
                money(totals.payments_amount, signed=True),
                "",
            ),
            (
                self.tr("Refunds: {count}").format(count=totals.refunds),
                money(-totals.refunds_amount),
                "",
            ),
        ]
        if totals.other:
            rows.append((self.tr("Other"), money(totals.other, signed=True), ""))
        rows.append((self.tr("At the end"), money(totals.closing), "bean"))
        self.day_facts.show_rows(rows)  # type: ignore[arg-type]  # tones of ours
        self.day_verdict.set_tone("good" if bill.adds_up else "danger")
        if bill.adds_up:
            self.day_verdict.set_words(
                self.tr("The sums fit"),
                self.tr("The ledger's account changed by {amount}, as the lines say.").format(
                    amount=money(totals.change, signed=True)
                ),
            )
        else:
            self.day_verdict.set_words(
                self.tr("The sums don't fit the ledger"),
                self.tr("Keep the file and tell the operator."),
            )

    def _draw_till(self, bill: DayBill) -> None:
        currency = bill.totals.currency
        found = bill.comparison
        here, there = found.here, found.there
        info = self._session.snapshot.info
        self.till_title.setText(info.terminal_name if info else self.tr("This counter"))

        rows = [
            (self.tr("Sales, here: {count}"), here.sales, here.sales_amount),
            (self.tr("Sales, bill: {count}"), there.sales, there.sales_amount),
            (self.tr("Refunds, here: {count}"), here.refunds, here.refunds_amount),
            (self.tr("Refunds, bill: {count}"), there.refunds, there.refunds_amount),
        ]
        self.till_facts.show_rows(
            [
                (words.format(count=count), amount_text(minor, currency), "")
                for words, count, minor in rows
            ]
        )
        self.till_verdict.set_tone("good" if found.agrees else "danger")
        if found.agrees:
            self.till_verdict.set_words(
                self.tr("Nothing is missing"),
                self.tr("The bill and this counter name the same sales and refunds."),
            )
        else:
            self.till_verdict.set_words(
                self.tr("The bill and this counter differ"),
                self.tr("Look these up before the next shift; the bill says what the ledger says."),
            )
        clear(self._gaps)
        for side in (found.missing_here, found.missing_there):
            for gap in side[:_NAMED]:
                self._gaps.addWidget(Paragraph(gap_words(gap, currency), "small"))
            if len(side) > _NAMED:
                more = self.tr("%n more; all are in the file.", "", len(side) - _NAMED)
                self._gaps.addWidget(Paragraph(more, "small"))

    # --- asking

    def _chosen(self) -> None:
        self._say("info", "")
        if self.days.key() == "own":
            self.own.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._ask()

    def _wanted(self) -> date | None:
        """The chosen day; None after saying what is wrong with it."""
        today = self._today()
        if self.days.key() != "own":
            return today - timedelta(days=self.days.key() == "yesterday")
        span = read_date(" ".join(fold(self.own.text()).split()), today)
        if span is None or span.first is None or span.first != span.last:
            self.own.show_error(self.tr("Write a day, such as 2026-11-05."))
        elif span.first > today:
            self.own.show_error(self.tr("This day is still to come."))
        else:
            self.own.show_error("")
            return span.first
        return None

    def _ask(self) -> None:
        day = self._wanted()
        if day is not None and not self._busy:
            self._day, self._so_far = day, day == self._today()
            self.allowance_wanted.emit()

    def _ask_so_far(self) -> None:
        self._so_far = True
        self.allowance_wanted.emit()

    def allowed(self, cashier: Cashier) -> None:
        """Somebody who may has said yes: fetch it."""
        if self._busy:
            return
        self._busy = True
        self._say("info", "")
        work = partial(self._session.bills.look, self._day, cashier, so_far=self._so_far)
        Operation(self, work).on_success(self._show).on_failure(self._failed).start()

    def _show(self, bill: DayBill) -> None:
        self._busy = False
        self._bill = bill
        self._draw()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._bill = None
        sentence = explain(error)
        if isinstance(error, KBeanError) and error.code == "bill_not_ready":
            self._say("info", sentence.title, self._ready(error), self.tr("Show it so far"))
        else:
            self._say("danger", sentence.title, sentence.action)

    def _ready(self, error: KBeanError) -> str:
        """How long until a day's bill is whole."""
        minutes = math.ceil(int(error.params.get("ready_in", 0)) / 60)
        if minutes < 1:
            return explain(error).action
        if minutes <= 90:
            return self.tr("It is whole in %n minute(s).", "", minutes)
        return self.tr("It is whole in %n hour(s).", "", round(minutes / 60))

    def _say(self, tone: str, title: str, text: str = "", action: str = "") -> None:
        self.result.set_tone(tone)  # type: ignore[arg-type]  # a banner's tones
        self.result.set_words(title, text, action)
        self._draw()

    # --- the file

    def _choose_file(self) -> None:
        bill = self._bill
        if bill is not None:
            name = f"bill-{bill.totals.day}.csv"
            write = partial(self._write, bill)
            dialogs.choose_save(self, self.tr("Save the bill"), name, ("CSV", "csv"), write)

    def _write(self, bill: DayBill, path: Path | None) -> None:
        if path is None:
            return

        def done(_: object) -> None:
            self.said.emit(self.tr("Saved as {name}").format(name=path.name))

        work = Operation(self, lambda: self._session.bills.save(bill, path))
        work.on_success(done).on_failure(self._not_saved).start()

    def _not_saved(self, error: Exception) -> None:
        sentence = explain(error)
        self._say("danger", sentence.title, sentence.action)

    # --- Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: yesterday's bill is there at once for those who may see it."""
        super().showEvent(event)
        self.retranslate()
        if self._bill is None and allowed_already(self._session, "supervisor"):
            self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: what a PIN opened is closed when the cashier goes to another room."""
        super().hideEvent(event)
        if not allowed_already(self._session, "supervisor"):
            self._bill = None


def _machines_day() -> date:
    today = QDate.currentDate()
    return date(today.year(), today.month(), today.day())
