"""The counter's rooms: rail, top bar, the page in front, the last sales beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.desktop.counter.last_sales import LastSales
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import ElidedLabel, Label
from app.desktop.widgets.notes import Toast
from app.desktop.widgets.rail import Rail, TopBar
from app.desktop.widgets.sheet import Sheet
from app.wallet.counter.board import Link
from app.wallet.counter.session import CounterSession

ROOMS: tuple[tuple[str, str], ...] = (
    ("sell", "calculator"),
    ("refund", "arrow-u-up-left"),
    ("shift", "money"),
    ("prices", "barcode"),
    ("bills", "receipt"),
)
FOOT: tuple[tuple[str, str], ...] = (("people", "users"), ("settings", "gear-six"))

_WIDE = 1200
"""So wide must the window be for the whole column of the last sales."""


class CounterShell(Live, QWidget):
    """Everything of an open counter with somebody at it. Pages are built when first opened."""

    sign_out_wanted = Signal()
    scan_wanted = Signal()

    def __init__(
        self,
        session: CounterSession,
        pages: dict[str, Callable[[], QWidget]],
        parent: QWidget | None = None,
    ) -> None:
        """Take the session and one maker for each room."""
        super().__init__(parent)
        self.setObjectName("CounterShell")
        self.setProperty("kind", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._makers = pages
        self.pages: dict[str, QWidget] = {}
        self._build()
        Watch(session.observe, lambda _: self._draw(), self)
        self.retranslate()

    def _build(self) -> None:
        self.rail = Rail(ROOMS, FOOT)
        self.rail.opened.connect(self.open_room)
        self.bar = TopBar()
        self.shop = ElidedLabel("", "strong")
        self.shift = Label("", "muted")
        self.link_sign = IconLabel("circle-dashed", "muted", size=16)
        self.link = Label("", "muted")
        self.camera = IconButton("camera", "CounterCamera")
        self.camera.clicked.connect(self.scan_wanted)
        self.person = Button("", "quiet", "CounterPerson", icon="user-circle")
        self.person.clicked.connect(self.sign_out_wanted)
        self.bar.left.addWidget(self.shop)
        self.bar.left.addWidget(self.shift)
        self.bar.left.addStretch(1)
        for widget in (self.link_sign, self.link, self.camera, self.person):
            self.bar.right.addWidget(widget)
        self.stack = QStackedWidget()
        self.last = LastSales()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(inside, 1)
        row.addWidget(self.last)
        self.sheet = Sheet(self, "CounterSheet")
        self.toast = Toast(self, "CounterToast")
        for number, (key, _) in enumerate((*ROOMS, *FOOT), start=1):
            shortcut = QShortcut(QKeySequence(f"F{number}"), self)
            shortcut.activated.connect(lambda key=key: self.open_room(key))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: in a narrow window the page keeps its room."""
        super().resizeEvent(event)
        self.last.fit(wide=self.width() >= _WIDE)

    def retranslate(self) -> None:
        """Rooms and the bar."""
        words = {
            "sell": self.tr("Sell"),
            "refund": self.tr("Refund"),
            "shift": self.tr("Shift"),
            "prices": self.tr("Prices"),
            "bills": self.tr("Bills"),
            "people": self.tr("People"),
            "settings": self.tr("Settings"),
        }
        for number, (key, _) in enumerate((*ROOMS, *FOOT), start=1):
            self.rail.buttons[key].set_word(words[key], f"F{number}")
        self.camera.set_words(self.tr("Scan with the camera"))
        self._draw()

    def _draw(self) -> None:
        here = self._session.snapshot
        info = here.info
        if info is not None:
            shop = " · ".join(part for part in (info.store_name, info.terminal_name) if part)
            demo = self.tr("demo, no real money") if info.mode == "demo" else ""
            self.shop.setText(f"{shop} ({demo})" if demo else shop)
        self.shift.setText(
            self.tr("Shift {number}").format(number=here.shift.number)
            if here.shift
            else self.tr("No shift is open")
        )
        person = here.cashier.name if here.cashier else ""
        self.person.setText(person)
        self.person.setAccessibleName(self.tr("Sign {name} out").format(name=person))
        self.person.setToolTip(self.tr("Somebody else takes over"))
        icon, ink, word = self._link(here.link)
        self.link_sign.show_icon(icon, ink)
        self.link.setText(word)
        self.last.show_snapshot(here)

    def _link(self, link: Link) -> tuple[str, str, str]:
        return {
            Link.ONLINE: ("check-circle", "bean", self.tr("Online")),
            Link.OFFLINE: ("cloud-slash", "warning", self.tr("Offline")),
            Link.UNTRUSTED: ("warning-circle", "danger", self.tr("Not secure")),
            Link.TROUBLED: ("warning", "warning", self.tr("Service disturbed")),
        }.get(link, ("circle-dashed", "muted", self.tr("Connecting")))

    def open_room(self, key: str) -> QWidget:
        """Go to a room; the answer is its page, which has the keyboard."""
        if key not in self.pages:
            self.pages[key] = self._makers[key]()
            self.stack.addWidget(self.pages[key])
        self.rail.show_room(key)
        page = self.pages[key]
        self.stack.setCurrentWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        return page

    @property
    def room(self) -> str:
        """The room we are in."""
        here = self.stack.currentWidget()
        return next((key for key, page in self.pages.items() if page is here), "")

    def say(self, words: str) -> None:
        """A short sentence at the foot."""
        self.toast.say(words)
