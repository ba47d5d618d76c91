"""This month: how much went out, and the chart of its days."""

from __future__ import annotations

from PySide6.QtCore import QDate, QDateTime, QTime, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.components.when import day_words, month_words
from app.desktop.theme.tokens import Space, Type
from app.desktop.widgets.amounts import AmountLabel, amount_text
from app.desktop.widgets.bar_chart import Bar, BarChart
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import Label
from app.desktop.widgets.surfaces import Card
from app.wallet.sums import DayTotal


def month_bounds(today: QDate) -> tuple[int, int]:
    """The first millisecond of this month and of the next, local time."""
    first = QDate(today.year(), today.month(), 1)
    midnight = QTime(0, 0)
    return (
        QDateTime(first, midnight).toMSecsSinceEpoch(),
        QDateTime(first.addMonths(1), midnight).toMSecsSinceEpoch(),
    )


class MonthCard(Live, Card):
    """Spending of the month as a figure and as bars. ``day_chosen`` carries ``YYYY-MM-DD``."""

    day_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it empty."""
        super().__init__(parent, spacing=Space.XS)
        self.setObjectName("MonthCard")
        self._totals: tuple[DayTotal, ...] = ()
        self._currency = "CNY"
        self._today = QDate.currentDate()
        self.title = Label("", "body-muted")
        self.spent = AmountLabel("MonthSpent", size=Type.TITLE)
        self.received = Label("", "muted")
        self.chart = BarChart("MonthChart", pickable=True)
        self.body.addWidget(self.title)
        self.body.addWidget(self.spent)
        self.body.addWidget(self.received)
        self.body.addSpacing(Space.S)
        self.body.addWidget(self.chart, 1)
        self.chart.chosen.connect(self._day)
        self.retranslate()

    def show_totals(self, totals: tuple[DayTotal, ...], currency: str, today: QDate) -> None:
        """Draw the days of the month that ``today`` is in."""
        self._totals = totals
        self._currency = currency
        self._today = today
        self.retranslate()

    def retranslate(self) -> None:
        """Words, figures and tool tips."""
        today = self._today
        days = {total.day: total for total in self._totals}
        values: list[int] = []
        bars: list[Bar] = []
        last = today.daysInMonth()
        for number in range(1, last + 1):
            day = QDate(today.year(), today.month(), number)
            total = days.get(day.toString("yyyy-MM-dd"))
            spent = total.spent if total else 0
            values.append(spent)
            words = self.tr("{day}: {amount} spent").format(
                day=day_words(day, today), amount=amount_text(spent, self._currency)
            )
            label = str(number) if number in (1, today.day(), last) else ""
            bars.append(Bar(spent, words, label))
        spent = sum(values)
        received = sum(total.received for total in self._totals)
        self.title.setText(self.tr("Spent in {month}").format(month=month_words(today)))
        self.spent.show_amount(spent, self._currency)
        self.received.setText(
            self.tr("{amount} came in").format(amount=amount_text(received, self._currency))
        )
        self.received.setVisible(received > 0)
        summary = self.tr("Spent in {month}: {amount}").format(
            month=month_words(today), amount=amount_text(spent, self._currency)
        )
        self.chart.show_bars(bars, today.day() - 1, summary)

    def _day(self, number: int) -> None:
        day = QDate(self._today.year(), self._today.month(), number + 1)
        self.day_chosen.emit(day.toString("yyyy-MM-dd"))
