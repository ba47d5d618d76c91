"""Activity: one search box, filters, months of movements, the receipt beside them."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.desktop.components.activity_export import ActivityExport
from app.desktop.components.activity_filters import DIRECTIONS, ActivityFilters
from app.desktop.components.movement_feed import MovementFeed
from app.desktop.components.movement_list import MovementList
from app.desktop.components.overview_panel import OverviewPanel
from app.desktop.components.receipt_panel import ReceiptPanel
from app.desktop.operations import Operation
from app.desktop.theme.tokens import Size, Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.widgets.busy import Skeleton
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Label
from app.desktop.widgets.notes import Banner
from app.desktop.widgets.segmented import Segmented
from app.desktop.widgets.surfaces import Card, EmptyState
from app.desktop.words import explain
from app.protocol.messages.payments import Movement
from app.wallet.marks import Noted
from app.wallet.searching.query import Query, read_query
from app.wallet.session import WalletSession

_PAUSE_MS = 120
"""How long a person's fingers rest before the search runs."""
_GATHER_MS = 300
"""How long changes are gathered: a first synchronisation tells of hundreds, one after the other."""


class ActivityPage(Live, QWidget):
    """Everything that has moved, searched in the vault alone.

    ``said`` carries a short sentence for the foot of the window, ``asked`` what the person wants
    to ask about, ``sheet_wanted`` a widget for the sheet over the page, ``split_wanted`` the
    receipt of a bill that others shall share.
    """

    said = Signal(str)
    scan_wanted = Signal()
    asked = Signal(object)
    sheet_wanted = Signal(object)
    split_wanted = Signal(object)

    def __init__(self, session: WalletSession, parent: QWidget | None = None) -> None:
        """Build it for an unlocked session."""
        super().__init__(parent)
        self.setObjectName("ActivityPage")
        self._session = session
        self._query = Query()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.reload)
        self._changed = False
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)
        self._gather.timeout.connect(self._catch_up)
        self._build()
        Watch(session.observe, self._heard, self)
        self.retranslate()
        self._named = False
        self.reload()

    def _build(self) -> None:
        self.title = Label("", "title")
        self.export = ActivityExport(self._session)
        self.search = Field("ActivitySearch")
        self.wipe = IconButton("x", "ActivitySearchClear")
        self.search.put_inside(self.wipe)
        self.wipe.hide()
        self.filter = Segmented("ActivityFilter", DIRECTIONS)
        self.filters = ActivityFilters()
        self.list = MovementList("ActivityList")
        self.feed = MovementFeed(self._session, self.list, self)
        self.panel = ReceiptPanel(self._session)
        self.teach = EmptyState("receipt", "ActivityTeach")
        self.first = Button("", "primary", "ActivityFirst", icon="frame-corners")
        self.teach.add_action(self.first)
        self.nothing = EmptyState("magnifying-glass", "ActivityNothing")
        self.forget = Button("", "secondary", "ActivityForget")
        self.nothing.add_action(self.forget)
        self.overview = OverviewPanel(self._session)
        self.failure = Banner("ActivityFailure", "warning")
        self.failure.hide()
        self.left = QStackedWidget()
        for widget in (self.list, Skeleton(7, row=64), self.teach, self.nothing):
            self.left.addWidget(widget)
        self.left.setCurrentIndex(1)
        self.beside = QStackedWidget()
        self.beside.addWidget(_scrolling(self.overview))
        self.beside.addWidget(self.panel)
        self._arrange()
        self._connect()

    def _connect(self) -> None:
        self.search.edit.installEventFilter(self)
        self.search.edited.connect(lambda _: self._pause.start())
        self.search.edit.textChanged.connect(lambda text: self.wipe.setVisible(bool(text)))
        self.wipe.clicked.connect(self._wipe)
        self.search.submitted.connect(self.reload)
        self.filter.chosen.connect(lambda _: self.reload())
        self.filters.changed.connect(self.reload)
        self.filters.typed_removed.connect(self._untype)
        self.overview.month_chosen.connect(self._month)
        self.overview.category_chosen.connect(self.filters.choose_category)
        self.feed.found.connect(self._found)
        self.feed.failed.connect(self._failed)
        self.list.opened.connect(self.open_movement)
        for part in (self.panel, self.export):
            part.said.connect(self.said)
        self.export.sheet_wanted.connect(self.sheet_wanted)
        self.panel.asked.connect(self.asked)
        self.panel.split_wanted.connect(self.split_wanted)
        self.panel.closed.connect(self._close_panel)
        self.panel.noted.connect(self._noted)
        self.failure.acted.connect(self.reload)
        self.first.clicked.connect(self.scan_wanted)
        self.forget.clicked.connect(self._forget)

    def _arrange(self) -> None:
        listing = Card(margin=Space.S, spacing=0)
        listing.body.addWidget(self.list.heading)
        listing.body.addWidget(self.left, 1)
        detail = self.detail = Card(margin=Space.L, spacing=0)
        detail.body.setContentsMargins(Space.L, Space.S, Space.L, Space.L)
        detail.body.addWidget(self.beside)
        detail.setMinimumWidth(340)
        detail.setMaximumWidth(440)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.export)
        tools = QHBoxLayout()
        tools.setSpacing(Space.M)
        tools.addWidget(self.search, 1)
        tools.addWidget(self.filter, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(Space.L)
        row.addWidget(listing, 60)
        row.addWidget(detail, 40)
        content = QWidget()
        content.setMaximumWidth(Size.PAGE)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addLayout(head)
        column.addLayout(tools)
        column.addWidget(self.filters)
        column.addWidget(self.failure)
        column.addLayout(row, 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(Space.XXL, Space.S, Space.XXL, Space.XL)
        page.addStretch(1)
        page.addWidget(content, 1000)
        page.addStretch(1)

    def retranslate(self) -> None:
        """The page's words."""
        self.title.setText(self.tr("Activity"))
        self.list.setAccessibleName(self.tr("Activity"))
        self.search.set_words("", "", self.tr("Name, note, >100, 20-50, last week, order number"))
        self.filter.set_words(
            {
                "all": self.tr("All"),
                "out": self.tr("Spent"),
                "in": self.tr("Received"),
                "beans": self.tr("K-Beans"),
            }
        )
        self.teach.set_words(
            self.tr("Nothing has moved yet"),
            self.tr(
                "Every payment will stand here with its receipt, and you can find it by "
                "name, amount or order number."
            ),
        )
        self.first.setText(self.tr("Scan to pay"))
        self.nothing.set_words(
            self.tr("Nothing found"),
            self.tr(
                "Try fewer letters, an amount such as >100 or 20-50, a time such as last week, "
                "or part of an order number."
            ),
        )
        self.wipe.set_words(self.tr("Clear the search"))
        self.forget.setText(self.tr("Show everything"))

    # --- finding

    def focus_search(self) -> None:
        """Put the keyboard into the search box."""
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

    def search_for(self, text: str) -> None:
        """Look for something as if it had been typed, with no other filter."""
        self.filters.clear()
        self.filter.choose("all")
        self.search.set_text(text)
        self.reload()

    def reload(self) -> None:
        """Search anew from the newest."""
        self._pause.stop()
        if self.filters.direction != self.filter.key():
            self.filters.show_direction(self.filter.key())
        today = QDate.currentDate()
        self._query = read_query(self.search.text(), date(today.year(), today.month(), today.day()))
        self.filters.show_query(self._query)
        self.overview.choose(self.filters.period.key(), self.filters.category.key())
        self.feed.show(self._query.narrow(self.filters.wanted()))
        self.export.show_wanted(self.feed.wanted)

    def _month(self, month: QDate) -> None:
        if self.filters.period.key() == month.toString("yyyy-MM"):
            self.filters.period.choose("")
            self.reload()
        else:
            self.filters.choose_month(month)

    def _untype(self, typed: str) -> None:
        """Take the words of a condition out of the search box."""
        words = self.search.text().replace(typed, " ", 1)
        self.search.set_text(" ".join(words.split()))
        self.reload()

    def _found(self, count: int, whole: bool) -> None:
        if whole and not self._named:
            # The rows come first; the vault answers one question after the other.
            self._named = True
            self._read_names()
        self.failure.hide()
        searching = bool(self.search.text().strip()) or self.filters.narrows()
        self.list.heading.setVisible(bool(count))
        if count:
            self.left.setCurrentWidget(self.list)
        else:
            self.left.setCurrentWidget(self.nothing if searching else self.teach)
        self.filters.setVisible(bool(count) or searching)
        self.export.setVisible(bool(count) or searching)
        open_ = self.beside.currentWidget() is self.panel
        self.detail.setVisible(bool(count) or searching or open_)
        if open_ and self.panel.movement is not None:
            self.list.select_movement(self.panel.movement.movement_id)

    def _failed(self, error: Exception) -> None:
        sentence = explain(error)
        self.failure.set_words(sentence.title, sentence.whole(), self.tr("Try again"))
        self.failure.show()

    def _wipe(self) -> None:
        self.search.set_text("")
        self.reload()

    def _forget(self) -> None:
        self.search_for("")

    def _read_names(self) -> None:
        """Labels, currencies and the year's bars."""
        session = self._session
        money = [one.currency for one in session.snapshot.accounts if one.kind == "money"]
        self.filters.show_currencies(tuple(money))
        Operation(self, session.marks.labels).on_success(self.filters.show_labels).replacing(
            "labels"
        ).start()
        main = session.snapshot.money()
        self.overview.load(main.currency if main else "CNY")

    # --- beside the list

    def open_movement(self, movement: Movement) -> None:
        """Show a movement beside the list."""
        self.panel.show_movement(movement)
        self.detail.show()
        self.beside.setCurrentWidget(self.panel)

    def open_payment(self, payment_id: str) -> None:
        """Show a payment's receipt beside the list."""
        self.panel.show_payment(payment_id)
        self.detail.show()
        self.beside.setCurrentWidget(self.panel)

    def _close_panel(self) -> None:
        self.list.clearSelection()
        self.beside.setCurrentIndex(0)

    def _noted(self, movement_id: str, noted: Noted) -> None:
        self.list.rows.note(movement_id, noted)

    def _heard(self, topics: frozenset[str]) -> None:
        if topics & {"activity", "marks", "accounts"}:
            self._changed = True
            if not self._gather.isActive():
                self._gather.start()

    def _catch_up(self) -> None:
        """Show what has changed, if somebody looks; else once somebody does."""
        if self._changed and self.isVisible():
            self._changed = False
            self.feed.refresh()
            self._read_names()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: something may have changed while nobody looked."""
        super().showEvent(event)
        self._catch_up()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the arrow down leads from the search box into the list."""
        if watched is not self.search.edit or event.type() != QEvent.Type.KeyPress:
            return False
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Down:
            return False
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.setCurrentIndex(self.list.rows.index(self.list.top_row(), 0))
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape closes the receipt."""
        if event.key() == Qt.Key.Key_Escape and self.beside.currentWidget() is self.panel:
            self._close_panel()
            return
        super().keyPressEvent(event)


def _scrolling(widget: QWidget) -> QScrollArea:
    """The overview scrolls by itself in a low window."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    widget.setProperty("kind", "page")
    area.setWidget(widget)
    widget.setAutoFillBackground(False)
    area.viewport().setAutoFillBackground(False)
    return area
