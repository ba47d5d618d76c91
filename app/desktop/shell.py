"""The rooms: rail, top bar, the page in front, the sheet over it, and short sentences."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.desktop.components.asks_strip import AsksStrip
from app.desktop.components.confirm_strip import ConfirmStrip
from app.desktop.components.frozen import FrozenStrip
from app.desktop.components.network_state import NetworkState
from app.desktop.support_panel.grants import GrantStrip
from app.desktop.theme.tokens import Size, Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import IconButton
from app.desktop.widgets.notes import Toast
from app.desktop.widgets.rail import Rail, TopBar
from app.desktop.widgets.sheet import Sheet
from app.desktop.widgets.side_dock import USUAL, SideDock
from app.wallet.session import WalletSession

ROOMS: tuple[tuple[str, str], ...] = (
    ("home", "house"),
    ("pay", "qr-code"),
    ("transfer", "paper-plane-tilt"),
    ("activity", "receipt"),
    ("beans", "leaf"),
)
PANELS: tuple[tuple[str, str], ...] = (("help", "chats-circle"),)
FOOT: tuple[tuple[str, str], ...] = (("security", "shield-check"), ("settings", "gear-six"))
HELP_KEYS = ("F1", "Ctrl+Shift+H")
PAGE_BESIDE = 780
"""So wide must a page be to have the panel beside it; in a narrower window it lies over it."""


class Shell(Live, QWidget):
    """Everything of an unlocked wallet. Pages are built when their room is first opened."""

    lock_wanted = Signal()
    search_wanted = Signal()
    refresh_wanted = Signal()
    thaw_wanted = Signal()
    answer_wanted = Signal(str)
    panel_opened = Signal()
    panel_resized = Signal(int)

    def __init__(
        self,
        session: WalletSession,
        pages: dict[str, Callable[[], QWidget]],
        panel: Callable[[], QWidget],
        parent: QWidget | None = None,
        *,
        panel_width: int = USUAL,
    ) -> None:
        """Take the session, one maker for each room, and one for the panel beside them."""
        super().__init__(parent)
        self.setObjectName("Shell")
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._makers = pages
        self._make_panel = panel
        self._panel_width = panel_width
        self.dock: SideDock | None = None
        self.pages: dict[str, QWidget] = {}
        self._build()
        Watch(session.observe, lambda _: self._draw(), self)
        self.retranslate()
        self._draw()

    def _build(self) -> None:
        self.rail = Rail(ROOMS, FOOT, panels=PANELS)
        self.bar = TopBar()
        self.search = QToolButton()
        self.search.setObjectName("TopSearch")
        self.search.setProperty("kind", "search")
        self.search.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.search.setCursor(Qt.CursorShape.PointingHandCursor)
        self.search.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.network = NetworkState()
        self.refresh = IconButton("arrows-clockwise", "TopRefresh")
        self.lock = IconButton("lock", "TopLock")
        self.bar.left.addWidget(self.search)
        self.bar.left.addStretch(1)
        self.bar.right.addWidget(self.network)
        self.bar.right.addWidget(self.refresh)
        self.bar.right.addWidget(self.lock)
        self.frozen = FrozenStrip()
        self.waits = ConfirmStrip()
        self.asks = AsksStrip()
        self.grants = GrantStrip(self._session, "ShellGrants")
        self.grants.set_margins(Space.XXL, 0, Space.XXL, Space.S)
        self.stack = QStackedWidget()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.frozen)
        column.addWidget(self.waits)
        column.addWidget(self.asks)
        column.addWidget(self.grants)
        column.addWidget(self.stack, 1)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(inside, 1)
        self.sheet = Sheet(self, "Sheet")
        self.toast = Toast(self)
        self._connect()
        self.restyle()

    def _connect(self) -> None:
        self.rail.opened.connect(self.open_room)
        self.rail.toggled.connect(lambda _: self.toggle_panel())
        self.frozen.thaw_wanted.connect(self.thaw_wanted)
        self.waits.answer_wanted.connect(self.answer_wanted)
        self.asks.answer_wanted.connect(self.open_panel)
        self.grants.failed.connect(self.say)
        self.search.clicked.connect(self.search_wanted)
        self.refresh.clicked.connect(self.refresh_wanted)
        self.lock.clicked.connect(self.lock_wanted)
        self._shortcut("F5", self.refresh_wanted.emit)
        self._shortcut("Ctrl+K", self.search_wanted.emit)
        self._shortcut("Ctrl+L", self.lock_wanted.emit)
        for number, (key, _) in enumerate(ROOMS, start=1):
            self._shortcut(f"Ctrl+{number}", partial(self.open_room, key))
        self._shortcut("Ctrl+,", lambda: self.open_room("settings"))
        for keys in HELP_KEYS:
            self._shortcut(keys, self.toggle_panel)

    def _shortcut(self, keys: str, action: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(lambda: None if self.sheet.is_open else action())

    def restyle(self) -> None:
        """The search icon in the theme's colour."""
        from app.desktop.theme.icons import icon

        self.search.setIcon(icon("magnifying-glass", "muted"))

    def retranslate(self) -> None:
        """Rooms and the bar."""
        words = {
            "home": self.tr("Home"),
            "pay": self.tr("Pay", "the room where one scans"),
            "transfer": self.tr("Transfer"),
            "activity": self.tr("Activity"),
            "beans": self.tr("K-Beans"),
            "help": self.tr("Help"),
            "security": self.tr("Security"),
            "settings": self.tr("Settings"),
        }
        numbers = {key: f"Ctrl+{n}" for n, (key, _) in enumerate(ROOMS, start=1)}
        numbers |= {"help": HELP_KEYS[0], "settings": "Ctrl+,"}
        for key, word in words.items():
            keys = QKeySequence(numbers.get(key, ""))
            shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
            self.rail.buttons[key].set_word(word, shown)
        find = QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
        self.search.setText("\u2002" + self.tr("Search payments   {keys}").format(keys=find))
        self.search.setAccessibleName(self.tr("Search payments"))
        self.lock.set_words(self.tr("Lock the wallet"))
        self.refresh.set_words(self.tr("Ask the service for what is new"))
        self._draw_support()

    def open_room(self, key: str) -> QWidget:
        """Go to a room; the answer is its page."""
        if key not in self.pages:
            self.pages[key] = self._makers[key]()
            self.stack.addWidget(self.pages[key])
        self.rail.show_room(key)
        self.stack.setCurrentWidget(self.pages[key])
        self._draw_support()
        return self.pages[key]

    @property
    def room(self) -> str:
        """The room we are in."""
        here = self.stack.currentWidget()
        return next((key for key, page in self.pages.items() if page is here), "")

    # --- the panel beside the page

    @property
    def panel_open(self) -> bool:
        """Whether help is shown."""
        return self.dock is not None and self.dock.is_open

    def toggle_panel(self) -> None:
        """Help slides in, or out."""
        if self.panel_open:
            self.shut_panel()
        else:
            self.open_panel()

    def open_panel(self) -> QWidget:
        """Show help beside the page; the answer is the panel."""
        if self.dock is None:
            panel = self._make_panel()
            dock = SideDock(
                self, panel, "HelpDock", page=PAGE_BESIDE + Size.RAIL, width=self._panel_width
            )
            dock.room_changed.connect(lambda room: self._row.setContentsMargins(0, 0, room, 0))
            dock.resized.connect(self.panel_resized)
            self.dock = dock
        self.dock.open_up()
        self.rail.show_panel("help", opened=True)
        self._draw_support()
        self.panel_opened.emit()
        return self.dock.panel

    def shut_panel(self) -> None:
        """Help slides out; the page has the whole window again."""
        if self.dock is not None:
            self.dock.shut()
        self.rail.show_panel("help", opened=False)
        self._draw_support()

    def _draw_support(self) -> None:
        """What must be seen in every room: a freeze, questions, live consent, unread answers."""
        state = self._session.support.state
        self.frozen.setVisible(state.frozen)
        self.waits.show_waiting(self._session.confirmations.waiting)
        self.asks.show_asks(() if self.panel_open else state.asks)
        elsewhere = self.panel_open or self.room == "security"  # they show it themselves
        self.grants.show_grants(() if elsewhere else state.grants)
        cases = self._session.cases.state
        news = cases.unread_cases + cases.unread_feedback
        told = []
        if state.unread:
            told.append(self.tr("%n unread message(s)", "", state.unread))
        if news:
            told.append(self.tr("%n change(s) to your cases and feedback", "", news))
        self.rail.buttons["help"].set_badge(state.unread + news, " · ".join(told))

    def say(self, words: str) -> None:
        """A short sentence at the foot."""
        self.toast.say(words)

    def _draw(self) -> None:
        self.network.show_snapshot(self._session.snapshot)
        self._draw_support()
