"""A year in bars and a month by groups, beside the list while no movement is open (M6).

A bar chooses its month for the list, a group itself; both again take the choice away.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QDate, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.components.month_card import month_bounds
from app.desktop.components.movement_words import category_icon, category_words
from app.desktop.components.when import month_words, short_month_words
from app.desktop.operations import Operation
from app.desktop.theme.icons import pixmap
from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Radius, Size, Space, Type
from app.desktop.widgets.amounts import AmountLabel, amount_text
from app.desktop.widgets.bar_chart import Bar, BarChart
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.labels import Label, Paragraph
from app.wallet.session import WalletSession
from app.wallet.sums import Budget

MONTHS = 12


class OverviewPanel(Live, QWidget):
    """``month_chosen`` carries a :class:`QDate` of the month, ``category_chosen`` a group's key."""

    month_chosen = Signal(QDate)
    category_chosen = Signal(str)

    def __init__(self, session: WalletSession, parent: QWidget | None = None) -> None:
        """Make it empty; :meth:`load` asks the vault."""
        super().__init__(parent)
        self.setObjectName("OverviewPanel")
        self._session = session
        self._currency = "CNY"
        self._budgets: tuple[Budget, ...] = ()
        self._at = MONTHS - 1
        self._category = ""
        self.month = Label("", "body-muted")
        self.spent = AmountLabel("OverviewSpent", size=Type.TITLE)
        self.received = Label("", "muted")
        self.chart = BarChart("OverviewChart", pickable=True)
        self.chart.setFixedHeight(140)
        self.legend = Legend()
        self.groups_title = Label("", "strong")
        self.none = Paragraph("", "muted")
        self.rows: list[GroupRow] = []
        self._groups = QVBoxLayout()
        self._groups.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.S, 0, 0)
        column.setSpacing(Space.XS)
        for widget in (self.month, self.spent, self.received):
            column.addWidget(widget)
        column.addSpacing(Space.S)
        column.addWidget(self.chart)
        column.addWidget(self.legend)
        column.addSpacing(Space.M)
        column.addWidget(self.groups_title)
        column.addWidget(self.none)
        column.addLayout(self._groups)
        column.addStretch(1)
        self.chart.chosen.connect(self._pick_month)
        self.retranslate()

    def load(self, currency: str) -> None:
        """Read the twelve months up to this one."""
        self._currency = currency
        first = QDate.currentDate().addMonths(1 - MONTHS)
        times = tuple(month_bounds(first.addMonths(number)) for number in range(MONTHS))
        work = partial(self._session.budgets, currency, times)
        Operation(self, work).on_success(self._show).replacing("overview").start()

    def choose(self, month: str, category: str) -> None:
        """Say what the list is narrowed to: ``YYYY-MM`` or nothing, a group or nothing."""
        self._category = category
        names = [self._month(number).toString("yyyy-MM") for number in range(MONTHS)]
        self._at = names.index(month) if month in names else MONTHS - 1
        self.retranslate()

    def _show(self, budgets: tuple[Budget, ...]) -> None:
        self._budgets = budgets
        self.retranslate()

    def _month(self, number: int) -> QDate:
        return QDate.currentDate().addMonths(number + 1 - MONTHS)

    def retranslate(self) -> None:
        """Words, figures, bars and groups."""
        self.legend.set_words(self.tr("Spent"), self.tr("Received"))
        self.groups_title.setText(self.tr("What it was spent on"))
        self.none.set_text(self.tr("Nothing was spent in this month."))
        month = self._month(self._at)
        self.month.setText(self.tr("Spent in {month}").format(month=month_words(month)))
        budget = self._budgets[self._at] if self._budgets else Budget(0, 0, 0, 0, ())
        self.spent.show_amount(max(0, budget.spent), self._currency)
        received = amount_text(budget.received, self._currency)
        self.received.setText(self.tr("{amount} came in").format(amount=received))
        bars = [self._bar(number, one) for number, one in enumerate(self._budgets)]
        total = amount_text(sum(max(0, one.spent) for one in self._budgets), self._currency)
        summary = self.tr("Twelve months, {amount} spent").format(amount=total)
        self.chart.show_bars(bars, self._at, summary)
        self._draw_groups(budget)

    def _bar(self, number: int, budget: Budget) -> Bar:
        month = self._month(number)
        words = self.tr("{month}: {spent} spent, {received} received").format(
            month=month_words(month),
            spent=amount_text(budget.spent, self._currency),
            received=amount_text(budget.received, self._currency),
        )
        return Bar(budget.spent, words, short_month_words(month), budget.received)

    def _draw_groups(self, budget: Budget) -> None:
        groups = [(name, spent) for name, spent in budget.categories if spent > 0]
        self.none.setVisible(not groups)
        focused = next((row.category for row in self.rows if row.hasFocus()), "")
        clear(self._groups)
        most = max((spent for _, spent in groups), default=1)
        self.rows = []
        for name, spent in groups:
            row = GroupRow(name, amount_text(spent, self._currency), spent / most)
            row.show_chosen(chosen=name == self._category)
            row.chosen.connect(self.category_chosen)
            self._groups.addWidget(row)
            self.rows.append(row)
            if name == focused:
                row.setFocus(Qt.FocusReason.OtherFocusReason)

    def _pick_month(self, number: int) -> None:
        self.month_chosen.emit(self._month(number))


class Legend(QWidget):
    """Which bar is which: the filled and the outlined."""

    def __init__(self) -> None:
        """Make it without words."""
        super().__init__()
        self._first = Label("", "caption")
        self._second = Label("", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS + 2)
        for filled, words in ((True, self._first), (False, self._second)):
            row.addWidget(_Swatch(filled))
            row.addWidget(words)
            row.addSpacing(Space.S)
        row.addStretch(1)

    def set_words(self, first: str, second: str) -> None:
        """What each stands for."""
        self._first.setText(first)
        self._second.setText(second)


class _Swatch(QWidget):
    def __init__(self, filled: bool) -> None:
        super().__init__()
        self._filled = filled
        self.setFixedSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a small square."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._filled:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours().bean))
        else:
            painter.setPen(QPen(QColor(colours().control), 1.5))
        painter.drawRoundedRect(QRectF(1, 1, 8, 8), 2, 2)


class GroupRow(QWidget):
    """One group: icon, name, amount, and a bar for its share; a button as a whole."""

    chosen = Signal(str)

    def __init__(self, category: str, amount: str, share: float) -> None:
        """Show a group; ``share`` is of the largest one, 0 to 1."""
        super().__init__()
        self.category = category
        self._amount = amount
        self._share = share
        self._chosen = False
        self.setObjectName(f"Group_{category}")
        self.setAccessibleName(f"{category_words(category)}, {amount}")
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_chosen(self, *, chosen: bool) -> None:
        """Whether the list shows this group alone."""
        self._chosen = chosen
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: choose it."""
        del event
        self.chosen.emit(self.category)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Enter and Space choose it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.category)
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: words above, the bar below."""
        del event
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self._chosen or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(palette.wash if self._chosen else palette.sunken))
            painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
        if self.hasFocus():
            painter.setPen(QPen(QColor(palette.bean), Size.FOCUS))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, Radius.SMALL, Radius.SMALL)
        inside = box.adjusted(Space.S, Space.XS, -Space.S, -Space.XS)
        icon = pixmap(category_icon(self.category), "muted", 18, self.devicePixelRatioF())
        painter.drawPixmap(inside.topLeft(), icon)
        font = self.font()
        font.setPixelSize(Type.SMALL)
        painter.setFont(font)
        painter.setPen(QColor(palette.text))
        upper = QRectF(inside.left() + 26, inside.top(), inside.width() - 26, 20)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, middle | Qt.AlignmentFlag.AlignLeft, category_words(self.category))
        painter.drawText(upper, middle | Qt.AlignmentFlag.AlignRight, self._amount)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(upper.left(), upper.bottom() + 4, upper.width(), 5)
        painter.setBrush(QColor(palette.line))
        painter.drawRoundedRect(track, 2.5, 2.5)
        painter.setBrush(QColor(palette.bean))
        track.setWidth(max(5.0, track.width() * self._share))
        painter.drawRoundedRect(track, 2.5, 2.5)
