"""Requests for money: those that wait for me, my own, and what became of earlier ones."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.components.when import date_words, moment_words
from app.desktop.operations import Operation
from app.desktop.people.lines import Listing, ListLine
from app.desktop.people.words import request_state_words, request_title
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import spaced
from app.desktop.widgets.surfaces import EmptyState, Line
from app.desktop.words import explain
from app.protocol.messages.transfers import MoneyRequest
from app.wallet.people.people import RequestStep
from app.wallet.session import WalletSession

_ENDED_SHOWN = 30


class RequestsView(Live, QWidget):
    """Three lists, and three ways to ask."""

    said = Signal(str)
    pay_wanted = Signal(object)
    link_wanted = Signal(object)
    ask_wanted = Signal()
    make_link_wanted = Signal()
    split_wanted = Signal()

    def __init__(self, session: WalletSession) -> None:
        """Draw what was last seen."""
        super().__init__()
        self.setObjectName("RequestsView")
        self._session = session
        self._drawn: object = None
        self.ask = Button("", "primary", "RequestAsk", icon="coin")
        self.link = Button("", "secondary", "RequestLink", icon="link-simple")
        self.split = Button("", "secondary", "RequestSplit", icon="users-three")
        self.asked = Listing("RequestsAsked")
        self.mine = Listing("RequestsMine")
        self.ended = Listing("RequestsEnded")
        self.empty = EmptyState("coin", "RequestsEmpty")
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        for button in (self.ask, self.link, self.split):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        column.addLayout(row)
        for widget in (self.asked, self.mine, self.ended, self.empty):
            column.addWidget(widget)
        column.addStretch(1)
        self.ask.clicked.connect(self.ask_wanted)
        self.link.clicked.connect(self.make_link_wanted)
        self.split.clicked.connect(self.split_wanted)
        Watch(session.observe, self._heard, self)
        self.retranslate()

    def _heard(self, topics: frozenset[str]) -> None:
        if "transfers" in topics and self._session.people.state.requests != self._drawn:
            self.retranslate()

    def retranslate(self) -> None:
        """All lists in the language now in force."""
        requests = self._session.people.state.requests
        self._drawn = requests
        self.ask.setText(self.tr("Ask somebody"))
        self.link.setText(self.tr("Payment link"))
        self.split.setText(self.tr("Split a bill"))
        self.asked.heading.setText(self.tr("Waiting for you"))
        self.mine.heading.setText(self.tr("You are waiting for"))
        self.ended.heading.setText(self.tr("Earlier"))
        self.empty.set_words(
            self.tr("Nobody waits for money"),
            self.tr("Ask somebody for what they owe you, or split a bill: each is asked by name."),
        )
        opened = [r for r in requests if r.state == "open"]
        ended = [r for r in requests if r.state != "open"][:_ENDED_SHOWN]
        self._fill(self.asked, [r for r in opened if not r.mine])
        self._fill(self.mine, [r for r in opened if r.mine])
        self._fill(self.ended, ended)
        self.empty.setVisible(not requests)

    def _fill(self, listing: Listing, requests: list[MoneyRequest]) -> None:
        clear(listing.rows)
        for request in requests:
            if listing.rows.count():
                listing.rows.addWidget(Line())
            listing.rows.addWidget(self._line(request))
        listing.setVisible(bool(requests))

    def _line(self, request: MoneyRequest) -> ListLine:
        icon = "arrow-down-left" if request.mine else "arrow-up-right"
        line = ListLine(f"Request_{request.request_id}", icon)
        opened = request.state == "open"
        when = (
            self.tr("Until {day}").format(day=date_words(request.expires_at))
            if opened
            else moment_words(request.created_at)
        )
        detail = " · ".join(part for part in (request.note, when) if part)
        amount = amount_text(request.amount, request.currency)
        state = ("", "") if opened else request_state_words(request)
        line.say(spaced(request_title(request)), detail, amount, state)
        if opened:
            for button in self._buttons(request):
                line.add_button(button)
        return line

    def _buttons(self, request: MoneyRequest) -> list[Button]:
        key = request.request_id
        if not request.mine:
            pay = Button(self.tr("Pay"), "primary", f"RequestPay_{key}")
            pay.clicked.connect(lambda: self.pay_wanted.emit(request))
            decline = Button(self.tr("Decline"), "quiet", f"RequestDecline_{key}")
            decline.clicked.connect(lambda: self._sure(request, "decline"))
            return [pay, decline]
        cancel = Button(self.tr("Withdraw"), "quiet", f"RequestCancel_{key}")
        cancel.clicked.connect(lambda: self._sure(request, "cancel"))
        buttons = [cancel]
        if request.link:
            link = Button(self.tr("Show the link"), "secondary", f"RequestLink_{key}")
            link.clicked.connect(lambda: self.link_wanted.emit(request))
            buttons.insert(0, link)
        if request.other:
            remind = Button(self.tr("Remind"), "secondary", f"RequestRemind_{key}")
            remind.clicked.connect(lambda: self.take(request, "remind"))
            buttons.insert(0, remind)
        return buttons

    def _sure(self, request: MoneyRequest, step: RequestStep) -> None:
        amount = amount_text(request.amount, request.currency)
        if step == "decline":
            title = self.tr("Decline this request?")
            text = self.tr("{name} is told. Nothing is paid.").format(name=request.other)
            act = self.tr("Decline")
        else:
            title = self.tr("Withdraw the request for {amount}?").format(amount=amount)
            text = self.tr("Nobody can pay it any more.")
            act = self.tr("Withdraw")
        choices = [
            dialogs.Choice("yes", act, "danger"),
            dialogs.Choice("no", self.tr("Keep it")),
        ]
        dialogs.ask(
            self,
            title,
            text,
            choices,
            lambda answer: self.take(request, step) if answer == "yes" else None,
        )

    def take(self, request: MoneyRequest, step: RequestStep) -> None:
        """Decline, cancel or remind."""
        words = {
            "decline": self.tr("Declined; nothing was paid"),
            "cancel": self.tr("Withdrawn"),
            "remind": self.tr("Reminded; once a day is possible"),
        }
        work = partial(self._session.people.take_request, request.request_id, step)
        Operation(self, work).on_success(lambda _: self.said.emit(words[step])).on_failure(
            lambda error: self.said.emit(explain(error).line())
        ).start()
