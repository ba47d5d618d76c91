"""The head of the panel: who answers, until when, how the line is, and the way to a person."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.components.when import now_ms
from app.desktop.support_panel.words import hours_words, place_words, wait_phrase, who_words
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import ElidedLabel, Label, Paragraph
from app.desktop.widgets.surfaces import Line
from app.wallet.support.views import ChatState

MENU = ("new", "older", "search", "export", "callback", "bot", "close")
"""What the menu holds, in order; what makes no sense now isn't shown."""


class PanelHeader(Live, QWidget):
    """Who answers. ``chosen`` carries what was taken from the menu, ``closed`` shuts the panel."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it; :meth:`show_state` fills it."""
        super().__init__(parent)
        self.setObjectName("PanelHeader")
        self._state = ChatState()
        self.face = IconLabel("robot", "on_wash", size=20, ground="wash", disc=36)
        self.name = ElidedLabel("", "strong")
        self.name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.name.setMinimumWidth(1)  # the mark stands at the name, however short that is
        self.mark = IconLabel("circle-wavy-check-fill", "bean", size=16)
        self.status = Label("", "muted")
        self.status.setWordWrap(True)
        self.menu_button = IconButton("dots-three-vertical", "PanelMenu")
        self.shut = IconButton("x", "PanelClose")
        self.link = Paragraph("", "small", "warning")
        self.link.setContentsMargins(Space.L, 0, Space.L, Space.S)
        self.menu = QMenu(self)
        self.entries: dict[str, QAction] = {}
        for key in MENU:
            action = self.menu.addAction("")
            action.setObjectName(f"PanelMenu_{key}")
            action.triggered.connect(lambda _=False, k=key: self.chosen.emit(k))
            self.entries[key] = action
        self._arrange()
        self.menu_button.clicked.connect(self._open_menu)
        self.shut.clicked.connect(self.closed)
        self.retranslate()

    def _arrange(self) -> None:
        who = QHBoxLayout()
        who.setSpacing(Space.XS)
        who.addWidget(self.name, 0)
        who.addWidget(self.mark)
        who.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(who)
        words.addWidget(self.status)
        row = QHBoxLayout()
        row.setContentsMargins(Space.L, Space.M, Space.S, Space.M)
        row.setSpacing(Space.M)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self.face, 0, top)
        row.addLayout(words, 1)
        row.addWidget(self.menu_button, 0, top)
        row.addWidget(self.shut, 0, top)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.link)
        column.addWidget(Line())

    def retranslate(self) -> None:
        """Words of the buttons and the menu, then of the state."""
        self.menu_button.set_words(self.tr("More"))
        self.shut.set_words(self.tr("Close the panel"))
        words = {
            "new": self.tr("New conversation"),
            "older": self.tr("Earlier conversations"),
            "search": self.tr("Search what was said"),
            "export": self.tr("Save the conversations…"),
            "callback": self.tr("Have somebody call me"),
            "bot": self.tr("Back to the assistant"),
            "close": self.tr("End this conversation"),
        }
        for key, text in words.items():
            self.entries[key].setText(text)
        self.show_state(self._state)

    def show_state(self, state: ChatState) -> None:
        """Draw who answers now."""
        self._state = state
        conversation = state.conversation
        owner = conversation.owner if conversation else "bot"
        face = {
            "agent": ("user-fill", "on_wash", "wash"),
            "queue": ("users-three", "info", "info_wash"),
            "nobody": ("check", "muted", "sunken"),
        }.get(owner, ("robot", "on_wash", "wash"))
        self.face.show_icon(*face)
        self.name.setText(who_words(conversation))
        self.mark.setVisible(owner == "agent")
        self.mark.setToolTip(self.tr("Works for the operator of this service"))
        self.status.setText(self._status(owner))
        self._show_link()
        self._show_menu(owner)
        self.setAccessibleName(f"{self.name.text()} {self.status.text()}")

    def _status(self, owner: str) -> str:
        state = self._state
        if owner == "queue":
            place = state.place
            if place is not None and not place.open_now:
                return self.tr("Nobody is here now. Your words wait for the first who comes")
            return place_words(place)
        hours = hours_words(state.info, now_ms())
        if owner == "nobody":
            return hours
        if owner == "agent":
            helped = self.tr("Answers you now")
        else:
            helped = self.tr("The assistant answers at once")
        return f"{helped}\n{hours}" if hours else helped

    def _show_link(self) -> None:
        link = self._state.link
        out = self._state.waiting_out
        if link == "live":
            words = ""
        elif link == "connecting":
            words = self.tr("Connecting…")
        elif out:
            words = self.tr(
                "No connection. %n message(s) wait here and go out by themselves.", "", out
            )
        elif link == "away":
            words = self.tr("No connection. What you write waits here and goes out by itself.")
        else:
            words = self.tr("Not connected to the service.")
        self.link.set_tone("muted" if link == "connecting" else "warning")
        self.link.set_text(words)
        self.link.setVisible(bool(words))

    def _show_menu(self, owner: str) -> None:
        conversation = self._state.conversation
        info = self._state.info
        shown = {
            "new": conversation is not None and owner == "nobody",
            "older": True,
            "search": True,
            "export": True,
            "callback": info is not None and conversation is not None,
            "bot": owner in ("queue", "agent"),
            "close": conversation is not None and owner != "nobody",
        }
        for key, visible in shown.items():
            self.entries[key].setVisible(visible)

    def _open_menu(self) -> None:
        below = self.menu_button.mapToGlobal(self.menu_button.rect().bottomRight())
        below.setX(below.x() - self.menu.sizeHint().width())
        self.menu.popup(below)


class PersonBar(Live, QWidget):
    """Always there: the way to a person, with how long it takes; in the queue, the way back."""

    human_wanted = Signal()
    bot_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it; :meth:`show_state` fills it."""
        super().__init__(parent)
        self.setObjectName("PersonBar")
        self._state = ChatState()
        self.human = Button("", "secondary", "TalkToPerson", icon="headset")
        self.bot = Button("", "quiet", "BackToBot")
        self.words = Label("", "caption")
        self.words.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.S, Space.M, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.human)
        row.addWidget(self.words, 1)
        row.addWidget(self.bot)
        self.human.clicked.connect(self.human_wanted)
        self.bot.clicked.connect(self.bot_wanted)
        self.retranslate()

    def show_state(self, state: ChatState) -> None:
        """Draw how one gets to a person now."""
        self._state = state
        conversation = state.conversation
        owner = conversation.owner if conversation else "bot"
        self.human.setVisible(owner in ("bot", "nobody"))
        self.bot.setVisible(owner == "queue")
        self.human.setText(self.tr("Talk to a person"))
        self.bot.setText(self.tr("Back to the assistant"))
        self.words.setText(self._wait(owner))

    def retranslate(self) -> None:
        """The buttons and the wait."""
        self.show_state(self._state)

    def _wait(self, owner: str) -> str:
        info = self._state.info
        if owner == "queue":
            return self.tr("You can go on writing.")
        if info is None:
            return ""
        if not info.open_now:
            return hours_words(info, now_ms())
        wait = wait_phrase(info.wait_seconds)
        return self.tr("Wait: {wait}").format(wait=wait) if wait else ""
