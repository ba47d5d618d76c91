"""K-Beans: how many, what expires when, where they came from."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from app.desktop.components.asking import about_page
from app.desktop.components.beans_card import BeansCard
from app.desktop.components.beans_timeline import BeansTimeline
from app.desktop.components.movement_list import MovementList
from app.desktop.components.shop_cards import Holdings, ShopCards
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.widgets.busy import Skeleton
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card, EmptyState, PageBody
from app.wallet.session import ActivityPage, WalletSession

HISTORY = 30


class BeansPage(Live, PageBody):
    """The K-Beans room."""

    movement_opened = Signal(object)
    scan_wanted = Signal()
    asked = Signal(object)
    item_wanted = Signal(object)
    gift_opened = Signal(object)

    def __init__(self, session: WalletSession, parent: QWidget | None = None) -> None:
        """Build it for an unlocked session."""
        super().__init__("BeansPage", parent)
        self._session = session
        self._older: int | None = None
        self._build()
        Watch(session.observe, self._heard, self)
        self.retranslate()
        self._draw()

    def _build(self) -> None:
        self.title = Label("", "title")
        self.balance = BeansCard(link=False)
        self.how = Card(kind="gold", spacing=Space.S)
        self.how_title = Label("", "strong", "gold")
        self.how_text = Paragraph("", "body")
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(IconLabel("info", "gold_text"))
        head.addWidget(self.how_title, 1)
        self.how.body.addLayout(head)
        self.how.body.addWidget(self.how_text)
        self.how.body.addStretch(1)
        self.ask = Button("", "secondary", "BeansAsk", icon="chat-circle-dots")
        self.ask.clicked.connect(self._ask)
        self.how.body.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignLeft)
        self._build_shop()
        self.expiry = Card(spacing=Space.S)
        self.expiry_title = Label("", "lead")
        self.expiry_text = Paragraph("", "muted")
        self.timeline = BeansTimeline()
        for widget in (self.expiry_title, self.expiry_text, self.timeline):
            self.expiry.body.addWidget(widget)
        self.history = Card(spacing=Space.S)
        self.history.body.setContentsMargins(Space.M, Space.L, Space.M, Space.M)
        self.history_title = Label("", "lead")
        self.history_title.setContentsMargins(Space.M, 0, 0, 0)
        self.list = MovementList("BeansHistory")
        self.waiting = Skeleton(3, row=64)
        self.empty = EmptyState("leaf", "BeansEmpty")
        self.scan = Button("", "primary", "BeansScan", icon="frame-corners")
        self.empty.add_action(self.scan)
        self.more = Button("", "secondary", "BeansMore")
        for body in (
            self.history_title,
            self.list.heading,
            self.waiting,
            self.list,
            self.empty,
            self.more,
        ):
            self.history.body.addWidget(body)
        for body in (self.list.heading, self.list, self.empty, self.more):
            body.hide()
        grid = QGridLayout()
        grid.setSpacing(Space.L)
        grid.addWidget(self.balance, 0, 0)
        grid.addWidget(self.how, 0, 1)
        grid.setColumnStretch(0, 60)
        grid.setColumnStretch(1, 40)
        self.column.setSpacing(Space.L)
        self.column.addWidget(self.title)
        self.column.addLayout(grid)
        self.column.addWidget(self.mine)
        self.column.addWidget(self.expiry)
        self.column.addWidget(self.shop)
        self.column.addWidget(self.history)
        self.column.addStretch(1)
        self.list.opened.connect(self.movement_opened)
        self.scan.clicked.connect(self.scan_wanted)
        self.more.clicked.connect(self._load_older)

    def _build_shop(self) -> None:
        self.mine = Card(spacing=Space.M)
        self.mine_title = Label("", "lead")
        self.holdings = Holdings()
        self.mine.body.addWidget(self.mine_title)
        self.mine.body.addWidget(self.holdings)
        self.shop = Card(spacing=Space.M)
        self.shop_title = Label("", "lead")
        self.shop_text = Paragraph("", "muted")
        self.items = ShopCards()
        for widget in (self.shop_title, self.shop_text, self.items):
            self.shop.body.addWidget(widget)
        self.items.wanted.connect(self.item_wanted)
        self.holdings.gift_opened.connect(self.gift_opened)

    def retranslate(self) -> None:
        """The page's words."""
        self.title.setText(self.tr("K-Beans"))
        self.how_title.setText(self.tr("How K-Beans work"))
        self.how_text.set_text(
            self.tr(
                "You earn K-Beans when you pay at a merchant that gives them. They are a "
                "thank-you, not money. Those that expire first are always used first.\n"
                "Use them for a part of a payment, or exchange them here."
            )
        )
        self.mine_title.setText(self.tr("What you have"))
        self.shop_title.setText(self.tr("What you can get"))
        self.expiry_title.setText(self.tr("What expires when"))
        self.history_title.setText(self.tr("Earned and spent"))
        self.list.setAccessibleName(self.tr("Earned and spent"))
        self.more.setText(self.tr("Show older ones"))
        self.empty.set_words(
            self.tr("No K-Beans yet"),
            self.tr("Your next payment may earn some. Each will stand here with its date."),
        )
        self.scan.setText(self.tr("Scan to pay"))
        self.ask.setText(self.tr("Ask about K-Beans"))
        self._draw_known()

    def _ask(self) -> None:
        self.asked.emit(about_page("beans", self.title.text()))

    def _draw_known(self) -> None:
        points = self._session.snapshot.points
        self.balance.show_points(points)
        self._draw_shop(points.balance - points.pending if points else 0)
        lots = tuple(lot for lot in points.lots if lot.remaining > 0) if points else ()
        today = QDate.currentDate()
        self.timeline.show_lots(lots, today)
        self.timeline.setVisible(bool(lots))
        total = sum(count for _, count in self.timeline.by_month())
        held = points.balance if points else 0
        if not lots:
            words = self.tr("You hold none, so nothing expires.")
        elif total < held:
            words = self.tr("The coming twelve months. The rest expires later.")
        else:
            words = self.tr("The coming twelve months.")
        self.expiry_text.set_text(words)

    def _draw_shop(self, free: int) -> None:
        state = self._session.beans.state
        self.items.show_items(state.items, free)
        self.items.setVisible(bool(state.items))
        self.holdings.show_holdings(state.redemptions, state.coupons)
        self.mine.setVisible(not self.holdings.empty)
        words = self.tr("The operator offers nothing at the moment.")
        if state.under_way:
            words = self.tr("One exchange has no answer yet. The wallet keeps asking.")
        self.shop_text.set_text(words)
        self.shop_text.setVisible(bool(state.under_way) or not state.items)

    def _draw(self) -> None:
        self._draw_known()
        session = self._session
        Operation(self, partial(session.activity, kind="points", limit=HISTORY)).on_success(
            self._show
        ).replacing("beans").start()

    def _show(self, page: ActivityPage) -> None:
        self._older = page.older
        self.waiting.hide()
        self.list.show_movements(page.items)
        self._fit()

    def _load_older(self) -> None:
        session, before = self._session, self._older

        def show(page: ActivityPage) -> None:
            self._older = page.older
            self.list.rows.append(page.items)
            self._fit()

        Operation(
            self, partial(session.activity, kind="points", before=before, limit=HISTORY)
        ).on_success(show).replacing("beans").start()

    def _fit(self) -> None:
        rows = bool(self.list.rows.rowCount())
        self.list.shrink_to_rows()
        self.list.setVisible(rows)
        self.list.heading.setVisible(rows)
        self.empty.setVisible(not rows)
        self.more.setVisible(rows and self._older is not None)

    def _heard(self, topics: frozenset[str]) -> None:
        if topics & {"points", "activity"}:
            self._draw()
        elif "shop" in topics:
            self._draw_known()
