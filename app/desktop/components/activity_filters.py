"""The filters beside the search box: direction, kind, group, label, time, currency (M6)."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.desktop.components.movement_words import (
    category_icon,
    category_words,
    kind_name,
)
from app.desktop.components.when import day_words, month_words
from app.desktop.widgets.amounts import SIGNS
from app.desktop.widgets.base import Live
from app.desktop.widgets.chips import Chip, Flow, MenuChip, Option
from app.protocol.money import format_minor
from app.wallet.categories import CATEGORIES
from app.wallet.searching.amounts import Bounds
from app.wallet.searching.dates import Span
from app.wallet.searching.query import Piece, Query
from app.wallet.vault.stores.activity_rows import ActivityFilter
from app.wallet.vault.stores.activity_sums import moment

DIRECTIONS = ("all", "out", "in", "beans")
_MONEY = ("payment", "refund", "transfer_out", "transfer_in", "top_up", "adjustment")
_BEANS = (
    *("points_earned", "points_spent", "points_returned", "points_taken_back", "points_expired"),
)
_TIMES = ("month", "last-month", "quarter", "year", "last-year")


class ActivityFilters(Live, QWidget):
    """A row of chips; ``changed`` says that the person chose something.

    What was typed and read as a condition stands here too; ``typed_removed`` carries the words
    that are to go from the search box.
    """

    changed = Signal()
    typed_removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it without any filter."""
        super().__init__(parent)
        self.setObjectName("ActivityFilters")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.direction = "all"
        self.kind = MenuChip("FilterKind")
        self.category = MenuChip("FilterCategory")
        self.label = MenuChip("FilterLabel")
        self.period = MenuChip("FilterPeriod")
        self.currency = MenuChip("FilterCurrency")
        self._chips = (self.period, self.category, self.kind, self.label, self.currency)
        self._labels: tuple[str, ...] = ()
        self._currencies: tuple[str, ...] = ()
        self._month: QDate | None = None
        self._query = Query()
        self._pieces: list[Chip] = []
        self._flow = Flow(self)
        for chip in self._chips:
            chip.picked.connect(lambda _: self.changed.emit())
            self._flow.addWidget(chip)
        self.period.picked.connect(self._forget_month)
        self.retranslate()

    def retranslate(self) -> None:
        """Names and choices."""
        kinds = _BEANS if self.direction == "beans" else _MONEY
        if self.kind.key() not in kinds:
            self.kind.choose("")
        self.kind.set_options(
            self.tr("Kind"),
            [Option("", self.tr("All kinds")), *(Option(kind, kind_name(kind)) for kind in kinds)],
        )
        groups = (Option(key, category_words(key), category_icon(key)) for key in CATEGORIES)
        self.category.set_options(
            self.tr("Category"), [Option("", self.tr("All categories")), *groups]
        )
        labels = (Option(label, f"#{label}") for label in self._labels)
        self.label.set_options(self.tr("Label"), [Option("", self.tr("All labels")), *labels])
        self.label.setVisible(bool(self._labels))
        self.period.set_options(self.tr("Time"), self._times())
        money = (Option(c, f"{c} {SIGNS.get(c, '')}".strip()) for c in self._currencies)
        self.currency.set_options(
            self.tr("Currency"), [Option("", self.tr("All currencies")), *money]
        )
        self.currency.setVisible(len(self._currencies) > 1 and self.direction != "beans")
        self.show_query(self._query)

    def _times(self) -> list[Option]:
        words = {
            "month": self.tr("This month"),
            "last-month": self.tr("Last month"),
            "quarter": self.tr("Last 90 days"),
            "year": self.tr("This year"),
            "last-year": self.tr("Last year"),
        }
        options = [Option("", self.tr("Any time")), *(Option(key, words[key]) for key in _TIMES)]
        if self._month is not None:
            options.append(Option(self._month.toString("yyyy-MM"), month_words(self._month)))
        return options

    # --- what the page tells

    def show_direction(self, direction: str) -> None:
        """The choice beside the box: all, out, in or beans."""
        self.direction = direction
        self.retranslate()

    def show_labels(self, labels: tuple[tuple[str, int], ...]) -> None:
        """The labels in use, the most used first."""
        self._labels = tuple(label for label, _ in labels)
        self.retranslate()

    def show_currencies(self, currencies: tuple[str, ...]) -> None:
        """The currencies of the person's accounts."""
        self._currencies = currencies
        self.retranslate()

    def choose_month(self, month: QDate) -> None:
        """Only this month."""
        self._month = month
        self.period.choose(month.toString("yyyy-MM"))
        self.retranslate()
        self.changed.emit()

    def choose_category(self, category: str) -> None:
        """Only this group; again: all of them."""
        self.category.choose("" if self.category.key() == category else category)
        self.changed.emit()

    def clear(self) -> None:
        """No filter at all; nothing is sent."""
        for chip in self._chips:
            chip.choose("")

    def show_query(self, query: Query) -> None:
        """Show which words of the search box are conditions."""
        self._query = query
        for chip in self._pieces:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._pieces = [self._piece(number, piece) for number, piece in enumerate(query.pieces)]

    def _piece(self, number: int, piece: Piece) -> Chip:
        chip = Chip(f"Understood{number}", self, icon="x")
        words = self._piece_words(piece)
        chip.set_words(words, self.tr("{condition}. Take it away").format(condition=words))
        chip.setToolTip(
            self.tr(
                'Understood from "{typed}". Put it in quotes to look for the word itself.'
            ).format(typed=piece.typed)
        )
        chip.mark(chosen=True)
        chip.clicked.connect(lambda: self.typed_removed.emit(piece.typed))
        self._flow.addWidget(chip)
        chip.show()
        return chip

    def _piece_words(self, piece: Piece) -> str:
        if piece.span is not None:
            return self._span_words(piece.span)
        if piece.bounds is not None:
            return self._bounds_words(piece.bounds)
        return piece.typed

    def _span_words(self, span: Span) -> str:
        first = None if span.first is None else _day_words(span.first)
        last = None if span.last is None else _day_words(span.last)
        if first == last and first is not None:
            return first
        if first is None:
            return self.tr("until {day}").format(day=last)
        if last is None:
            return self.tr("since {day}").format(day=first)
        return self.tr("{first} to {last}").format(first=first, last=last)

    def _bounds_words(self, bounds: Bounds) -> str:
        beans = bounds.unit == "points"
        least = None if bounds.least is None else _figure(bounds.least, beans)
        most = None if bounds.most is None else _figure(bounds.most, beans)
        if least == most:
            return self.tr("exactly {amount}").format(amount=least)
        if least is None:
            return self.tr("up to {amount}").format(amount=most)
        if most is None:
            return self.tr("from {amount}").format(amount=least)
        return self.tr("{least} to {most}").format(least=least, most=most)

    def _forget_month(self, key: str) -> None:
        if self._month is not None and key != self._month.toString("yyyy-MM"):
            self._month = None
            self.retranslate()

    # --- what comes of it

    def narrows(self) -> bool:
        """Whether any of it leaves something out."""
        return self.direction != "all" or any(chip.key() for chip in self._chips)

    def wanted(self) -> ActivityFilter:
        """The filter that the chips stand for."""
        beans = self.direction == "beans"
        since, until = self._span()
        return ActivityFilter(
            unit="points" if beans else "money",
            direction=self.direction if self.direction in ("in", "out") else None,  # type: ignore[arg-type]
            currency=(self.currency.key() or None) if not beans else None,
            kind=self.kind.key() or None,
            category=self.category.key() or None,
            labels=(self.label.key(),) if self.label.key() else (),
            since=since,
            until=until,
        )

    def _span(self) -> tuple[int | None, int | None]:
        key = self.period.key()
        if not key:
            return None, None
        days = _days_of(key, QDate.currentDate())
        return moment(days[0]), moment(days[1] + timedelta(days=1))


def _days_of(key: str, today: QDate) -> tuple[date, date]:
    """First and last day of a choice of the chip."""
    now = date(today.year(), today.month(), today.day())
    if key == "quarter":
        return now - timedelta(days=89), now
    if key == "year":
        return now.replace(month=1, day=1), now.replace(month=12, day=31)
    if key == "last-year":
        return date(now.year - 1, 1, 1), date(now.year - 1, 12, 31)
    first = now.replace(day=1)
    if key == "last-month":
        first = (first - timedelta(days=1)).replace(day=1)
    elif key != "month":
        first = date.fromisoformat(f"{key}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _day_words(day: date) -> str:
    return day_words(QDate(day.year, day.month, day.day))


def _figure(hundredths: int, beans: bool) -> str:
    return format_minor(hundredths // 100, "KBN") if beans else format_minor(hundredths, "CNY")
