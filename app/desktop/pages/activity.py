"""Activity: one search box, months of movements, the receipt beside them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.desktop.components.movement_list import MovementList
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
from app.wallet.session import ActivityPage as Page
from app.wallet.session import WalletSession

PAGE_ROWS = 100
_PAUSE_MS = 120
"""How long a person's fingers rest before the search runs."""
_FILTERS = ("all", "out", "in", "beans")


class ActivityPage(Live, QWidget):
    """Everything that has moved, searched in the vault alone."""

    said = Signal(str)
    scan_wanted = Signal()
    asked = Signal(object)

    def __init__(self, session: WalletSession, parent: QWidget | None = None) -> None:
        """Build it for an unlocked session."""
        super().__init__(parent)
        self.setObjectName("ActivityPage")
        self._session = session
        self._older: int | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.reload)
        self._build()
        Watch(session.observe, self._heard, self)
        self.retranslate()
        self.reload()

    def _build(self) -> None:
        self.title = Label("", "title")
        self.search = Field("ActivitySearch")
        self.wipe = IconButton("x", "ActivitySearchClear")
        self.search.put_inside(self.wipe)
        self.wipe.hide()
        self.filter = Segmented("ActivityFilter", _FILTERS)
        self.list = MovementList("ActivityList")
        self.panel = ReceiptPanel(self._session)
        self.teach = EmptyState("receipt", "ActivityTeach")
        self.first = Button("", "primary", "ActivityFirst", icon="frame-corners")
        self.teach.add_action(self.first)
        self.nothing = EmptyState("magnifying-glass", "ActivityNothing")
        self.forget = Button("", "secondary", "ActivityForget")
        self.nothing.add_action(self.forget)
        self.choose = EmptyState("receipt", "ActivityChoose")
        self.failure = Banner("ActivityFailure", "warning")
        self.failure.hide()
        self.left = QStackedWidget()
        for widget in (self.list, Skeleton(7, row=64), self.teach, self.nothing):
            self.left.addWidget(widget)
        self.left.setCurrentIndex(1)
        self.beside = QStackedWidget()
        self.beside.addWidget(self.choose)
        self.beside.addWidget(self.panel)
        self._arrange()
        self.search.edited.connect(lambda _: self._pause.start())
        self.search.edit.textChanged.connect(lambda text: self.wipe.setVisible(bool(text)))
        self.wipe.clicked.connect(self._forget)
        self.search.submitted.connect(self.reload)
        self.filter.chosen.connect(lambda _: self.reload())
        self.list.rows.wanted.connect(self._load_older)
        self.list.opened.connect(self.open_movement)
        self.panel.said.connect(self.said)
        self.panel.asked.connect(self.asked)
        self.panel.closed.connect(self._close_panel)
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
        column.setSpacing(Space.L)
        column.addWidget(self.title)
        column.addLayout(tools)
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
        self.search.set_words("", "", self.tr("Name, amount, note or order number"))
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
            self.tr("Try fewer letters, an amount such as 12.50, or part of an order number."),
        )
        self.wipe.set_words(self.tr("Clear the search"))
        self.forget.setText(self.tr("Show everything"))
        self.choose.set_words(
            self.tr("Choose a movement"),
            self.tr("Its receipt opens here, with the service's signature."),
        )

    def focus_search(self) -> None:
        """Put the keyboard into the search box."""
        self.search.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.edit.selectAll()

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

    def reload(self) -> None:
        """Search anew from the newest."""
        Operation(self, self._ask(None)).on_success(self._show).on_failure(self._failed).replacing(
            "list"
        ).start()

    def _ask(self, before: int | None):  # type: ignore[no-untyped-def]  # a work for Operation
        session, text, chosen = self._session, self.search.text().strip(), self.filter.key()

        async def work() -> Page:
            return await session.activity(
                text=text,
                kind="points" if chosen == "beans" else "money",
                direction=chosen if chosen in ("in", "out") else None,  # type: ignore[arg-type]
                before=before,
                limit=PAGE_ROWS,
            )

        return work

    def _show(self, page: Page) -> None:
        self.failure.hide()
        self._older = page.older
        self.list.show_movements(page.items, more=page.older is not None)
        searching = bool(self.search.text().strip()) or self.filter.key() != "all"
        self.list.heading.setVisible(bool(page.items))
        if page.items:
            self.left.setCurrentWidget(self.list)
        else:
            self.left.setCurrentWidget(self.nothing if searching else self.teach)
        self.detail.setVisible(bool(page.items) or self.beside.currentWidget() is self.panel)

    def _load_older(self) -> None:
        def show(page: Page) -> None:
            self._older = page.older
            self.list.rows.append(page.items, more=page.older is not None)

        Operation(self, self._ask(self._older)).on_success(show).on_failure(self._failed).replacing(
            "list"
        ).start()

    def _failed(self, error: Exception) -> None:
        sentence = explain(error)
        self.failure.set_words(sentence.title, sentence.whole(), self.tr("Try again"))
        self.failure.show()

    def _forget(self) -> None:
        self.search.set_text("")
        self.filter.choose("all")
        self.reload()

    def _close_panel(self) -> None:
        self.list.clearSelection()
        self.beside.setCurrentWidget(self.choose)

    def _heard(self, topics: frozenset[str]) -> None:
        at_top = self.list.verticalScrollBar().value() == 0
        if "activity" in topics and at_top:
            self.reload()
