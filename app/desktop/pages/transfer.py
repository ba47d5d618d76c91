"""Transfer: send, receive, requests, plans and pre-authorisations (design/1 M3, M11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop.operations import Operation
from app.desktop.people.plans import HoldsView, PlansView
from app.desktop.people.receive import ReceiveView
from app.desktop.people.requests import RequestsView
from app.desktop.people.who import WhoPicker
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.segmented import Segmented
from app.desktop.widgets.surfaces import Card, EmptyState, PageBody
from app.wallet.session import WalletSession

Part = Literal["send", "receive", "requests", "plans", "holds"]
PARTS: tuple[Part, ...] = ("send", "receive", "requests", "plans", "holds")


class SendView(Live, QWidget):
    """Who is paid: the field, the people paid lately."""

    found = Signal(str)
    picked = Signal(object)
    scan_wanted = Signal()

    def __init__(self, session: WalletSession) -> None:
        """Draw the people as last seen."""
        super().__init__()
        self.setObjectName("SendView")
        self._session = session
        self.title = Label("", "lead")
        self.text = Paragraph("", "muted")
        self.who = WhoPicker("TransferWho", scan=True)
        self.empty = EmptyState("users", "SendEmpty")
        card = Card(spacing=Space.M)
        card.body.addWidget(self.title)
        card.body.addWidget(self.text)
        card.body.addWidget(self.who)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        column.addWidget(card)
        column.addWidget(self.empty)
        column.addStretch(1)
        self.who.found.connect(self.found)
        self.who.picked.connect(self.picked)
        self.who.scan_wanted.connect(self.scan_wanted)
        Watch(session.observe, self._heard, self)
        self.retranslate()

    def _heard(self, topics: frozenset[str]) -> None:
        if "transfers" in topics:
            self._draw()

    def _draw(self) -> None:
        state = self._session.people.state
        self.who.show_payees(state.payees)
        self.empty.setVisible(not state.payees)

    def retranslate(self) -> None:
        """The card's words."""
        self.title.setText(self.tr("Send money"))
        self.text.set_text(
            self.tr("You see a part of the name before anything is sent, and can check the rest.")
        )
        self.empty.set_words(
            self.tr("Nobody yet"),
            self.tr("Whoever you pay stands here the next time: one click, then the amount."),
        )
        self._draw()


class TransferPage(Live, PageBody):
    """The room, with its five parts; each is made when it is first wanted."""

    found = Signal(str)
    picked = Signal(object)
    scan_wanted = Signal()
    said = Signal(str)
    pay_wanted = Signal(object)
    link_wanted = Signal(object)
    ask_wanted = Signal()
    make_link_wanted = Signal()
    split_wanted = Signal()
    plan_wanted = Signal()

    def __init__(self, session: WalletSession, parent: QWidget | None = None) -> None:
        """Build it for an unlocked session; sending comes first."""
        super().__init__("TransferPage", parent)
        self._session = session
        self.views: dict[Part, QWidget] = {}
        self._front: QWidget | None = None
        self._makers: dict[Part, Callable[[], QWidget]] = {
            "send": self._send,
            "receive": self._receive,
            "requests": self._requests,
            "plans": self._plans,
            "holds": lambda: HoldsView(self._session),
        }
        self.title = Label("", "title")
        self.parts = Segmented("TransferParts", PARTS)
        head = QHBoxLayout()
        head.addWidget(self.parts, 0, Qt.AlignmentFlag.AlignLeft)
        head.addStretch(1)
        self.column.setSpacing(Space.L)
        self.column.addWidget(self.title)
        self.column.addLayout(head)
        self._room = QVBoxLayout()
        self.column.addLayout(self._room)
        self.column.addStretch(1)
        self.parts.chosen.connect(lambda key: self.show_part(cast("Part", key)))
        Watch(session.observe, self._heard, self)
        self.retranslate()
        self.show_part("send")

    def show_part(self, part: Part) -> QWidget:
        """Go to a part; the answer is its view."""
        self.parts.choose(part)
        if part not in self.views:
            view = self.views[part] = self._makers[part]()
            self._room.addWidget(view)
        view = self.views[part]
        if self._front is not None and self._front is not view:
            self._front.hide()
        self._front = view
        view.show()
        return view

    @property
    def part(self) -> Part:
        """The part in front."""
        return cast("Part", self.parts.key())

    def focus_who(self) -> None:
        """Send, with the keyboard in the field."""
        view = self.show_part("send")
        assert isinstance(view, SendView)
        view.who.field.edit.setFocus()

    def sent(self) -> None:
        """Somebody was paid: the field is empty again."""
        view = self.views["send"]
        assert isinstance(view, SendView)
        view.who.wipe()

    def _send(self) -> QWidget:
        view = SendView(self._session)
        view.found.connect(self.found)
        view.picked.connect(self.picked)
        view.scan_wanted.connect(self.scan_wanted)
        return view

    def _receive(self) -> QWidget:
        view = ReceiveView(self._session)
        view.said.connect(self.said)
        return view

    def _requests(self) -> QWidget:
        view = RequestsView(self._session)
        view.said.connect(self.said)
        view.pay_wanted.connect(self.pay_wanted)
        view.link_wanted.connect(self.link_wanted)
        view.ask_wanted.connect(self.ask_wanted)
        view.make_link_wanted.connect(self.make_link_wanted)
        view.split_wanted.connect(self.split_wanted)
        return view

    def _plans(self) -> QWidget:
        view = PlansView(self._session)
        view.said.connect(self.said)
        view.new_wanted.connect(self.plan_wanted)
        return view

    def _heard(self, topics: frozenset[str]) -> None:
        if "transfers" in topics:
            self.retranslate()

    def retranslate(self) -> None:
        """The room's words; requests that wait are counted."""
        waiting = len(self._session.people.state.asked)
        requests = self.tr("Requests")
        self.title.setText(self.tr("Transfer"))
        self.parts.set_words(
            {
                "send": self.tr("Send"),
                "receive": self.tr("Receive"),
                "requests": f"{requests} ({waiting})" if waiting else requests,
                "plans": self.tr("Plans"),
                "holds": self.tr("Pre-authorisations"),
            }
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: something may have changed while nobody looked."""
        super().showEvent(event)
        people = self._session.people
        Operation(self, people.refresh).on_failure(lambda _: None).replacing("refresh").start()
