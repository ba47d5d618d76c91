"""Home: what needs you, the balance, K-Beans, the last movements, this month."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QDate, QTime, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.desktop.components.balance_card import BalanceCard
from app.desktop.components.beans_card import BeansCard
from app.desktop.components.month_card import MonthCard, month_bounds
from app.desktop.components.movement_list import MovementList
from app.desktop.components.notice_strip import NoticeStrip
from app.desktop.components.request_strip import RequestStrip
from app.desktop.operations import Operation
from app.desktop.preferences import Preferences
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.widgets.busy import Skeleton
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Label
from app.desktop.widgets.surfaces import Card, EmptyState, PageBody
from app.wallet.session import ActivityPage, WalletSession
from app.wallet.sums import DayTotal

RECENT = 4


class HomePage(Live, PageBody):
    """The first room."""

    scan_wanted = Signal()
    code_wanted = Signal()
    find_wanted = Signal()
    activity_wanted = Signal()
    beans_wanted = Signal()
    movement_opened = Signal(object)
    receipt_wanted = Signal(str)
    day_wanted = Signal(str)
    sign_in_wanted = Signal()
    transfer_wanted = Signal()
    request_wanted = Signal(object)
    requests_wanted = Signal()

    def __init__(
        self, session: WalletSession, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        """Build it for an unlocked session."""
        super().__init__("HomePage", parent)
        self._session = session
        self._missed: frozenset[str] = frozenset()
        self._build(preferences)
        Watch(session.observe, self._heard, self)
        self.retranslate()
        self._draw()

    def _build(self, preferences: Preferences) -> None:
        self.greeting = Label("", "title")
        self.requests = RequestStrip()
        self.notices = NoticeStrip()
        self.balance = BalanceCard(hidden=preferences.balance_hidden)
        self.beans = BeansCard()
        self.month = MonthCard()
        self.recent = MovementList("HomeRecent", headings=False)
        self.recent_title = Label("", "lead")
        self.all = Button("", "quiet", "HomeAll")
        self.empty = EmptyState("receipt", "HomeEmpty")
        self.waiting = Skeleton(RECENT)
        recent = Card(spacing=Space.S)
        recent.body.setContentsMargins(Space.M, Space.L, Space.M, Space.M)
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, 0, 0, 0)
        head.addWidget(self.recent_title)
        head.addStretch(1)
        head.addWidget(self.all)
        recent.body.addLayout(head)
        recent.body.addWidget(self.waiting)
        recent.body.addWidget(self.recent)
        recent.body.addWidget(self.empty)
        recent.body.addStretch(1)
        self.recent.hide()
        self.empty.hide()
        grid = QGridLayout()
        grid.setSpacing(Space.L)
        grid.addWidget(self.balance, 0, 0)
        grid.addWidget(self.beans, 0, 1)
        grid.addWidget(recent, 1, 0)
        grid.addWidget(self.month, 1, 1)
        grid.setColumnStretch(0, 64)
        grid.setColumnStretch(1, 36)
        self.column.setSpacing(Space.L)
        self.column.addWidget(self.greeting)
        self.column.addWidget(self.requests)
        self.column.addWidget(self.notices)
        self.column.addLayout(grid)
        self.column.addStretch(1)
        self._connect(preferences)

    def _connect(self, preferences: Preferences) -> None:
        self.balance.scan_wanted.connect(self.scan_wanted)
        self.balance.transfer_wanted.connect(self.transfer_wanted)
        self.requests.pay_wanted.connect(self.request_wanted)
        self.requests.all_wanted.connect(self.requests_wanted)
        self.balance.code_wanted.connect(self.code_wanted)
        self.balance.find_wanted.connect(self.find_wanted)
        self.balance.covered.connect(lambda on: preferences.keep_balance_hidden(hidden=on))
        self.beans.opened.connect(self.beans_wanted)
        self.all.clicked.connect(self.activity_wanted)
        self.month.day_chosen.connect(self.day_wanted)
        self.recent.opened.connect(self.movement_opened)
        self.notices.dismissed.connect(self._dismiss)
        self.notices.beans_wanted.connect(self.beans_wanted)
        self.notices.receipt_wanted.connect(self.receipt_wanted)
        self.notices.sign_in_wanted.connect(self.sign_in_wanted)
        self.notices.settle_wanted.connect(self._settle)

    def retranslate(self) -> None:
        """The page's own words; components look after theirs."""
        self.recent_title.setText(self.tr("Last movements"))
        self.recent.setAccessibleName(self.tr("Last movements"))
        self.all.setText(self.tr("See all"))
        self.empty.set_words(
            self.tr("Nothing has moved yet"),
            self.tr(
                "Scan a merchant's code to make your first payment. It will stand here, "
                "with its receipt."
            ),
        )
        self._greet()

    def _greet(self) -> None:
        person = self._session.snapshot.person
        name = person.display_name if person else ""
        hour = QTime.currentTime().hour()
        if hour < 5 or hour >= 22:
            words = self.tr("Good evening, {name}", "late at night")
        elif hour < 12:
            words = self.tr("Good morning, {name}")
        elif hour < 18:
            words = self.tr("Good afternoon, {name}")
        else:
            words = self.tr("Good evening, {name}", "from six o'clock")
        self.greeting.setText(words.format(name=name) if name else self.tr("Welcome"))

    def _heard(self, topics: frozenset[str]) -> None:
        if not self.isVisible():
            # Nobody looks: don't hold up the page in front, a receipt for one.
            self._missed |= topics
            return
        self._draw_known()
        if topics & {"activity", "accounts"}:
            self._load()

    def _draw(self) -> None:
        self._draw_known()
        self._load()

    def _draw_known(self) -> None:
        snapshot = self._session.snapshot
        self.balance.show_snapshot(snapshot)
        self.beans.show_points(snapshot.points)
        self.notices.show_snapshot(snapshot)
        self.requests.show_requests(self._session.people.state.asked)
        self._greet()

    def _load(self) -> None:
        session = self._session
        account = session.snapshot.money()
        currency = account.currency if account else "CNY"
        today = QDate.currentDate()
        since, until = month_bounds(today)
        Operation(self, partial(session.activity, kind="money", limit=RECENT)).on_success(
            self._show_recent
        ).replacing("recent").start()

        def show(totals: tuple[DayTotal, ...]) -> None:
            self.month.show_totals(totals, currency, today)

        Operation(self, partial(session.daily_totals, currency, since, until)).on_success(
            show
        ).replacing("month").start()

    def _show_recent(self, page: ActivityPage) -> None:
        self.waiting.hide()
        self.recent.show_movements(page.items)
        self.recent.shrink_to_rows()
        self.recent.setVisible(bool(page.items))
        self.empty.setVisible(not page.items)
        self.all.setVisible(bool(page.items))

    def _dismiss(self, notice_id: str) -> None:
        session = self._session
        Operation(self, partial(session.dismiss_notice, notice_id)).start()

    def _settle(self) -> None:
        Operation(self, self._session.settle).start()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the hour may have changed since the last time."""
        super().showEvent(event)
        self._greet()
        if self._missed:
            missed, self._missed = self._missed, frozenset()
            self._heard(missed)
