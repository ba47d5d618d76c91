"""How a transfer ends on the sheet: sent, with its receipt; planned; held; or refused."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout

from app.desktop.components.pay_ends import EndFace
from app.desktop.components.pay_faces import Face
from app.desktop.components.when import date_words
from app.desktop.people.transfer_card import TransferCard
from app.desktop.people.words import day_words, rhythm_words
from app.desktop.theme.tokens import Space, Type
from app.desktop.widgets.amounts import AmountLabel
from app.desktop.widgets.base import clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.icon_label import IconLabel
from app.desktop.widgets.labels import Label, Paragraph, spaced
from app.desktop.widgets.surfaces import Line
from app.protocol.messages.holds import Authorisation
from app.protocol.messages.transfers import Plan, Transfer
from app.wallet.people.calendar import Schedule

_CENTRE = Qt.AlignmentFlag.AlignHCenter
_DATES = 4


class TransferEnd(EndFace):
    """Refused, not to be trusted, or not known yet."""

    def retranslate(self) -> None:
        """The words of a payment's end, but for what to do next."""
        super().retranslate()
        if self._view is None:
            self.first.setText(self.tr("Choose somebody else"))


class _Done(Face):
    """What went well: a tick, a title, a figure, lines, and one button that ends it."""

    asked = Signal(object)
    said = Signal(str)

    def __init__(self, name: str, icon: str = "check-bold") -> None:
        super().__init__(name)
        self.title = Paragraph("", "lead", centred=True)
        self.amount = AmountLabel(f"{name}Amount", size=Type.FIGURE)
        self.amount.centre()
        self.text = Paragraph("", "body-muted", centred=True)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(Space.L)
        self.grid.setVerticalSpacing(Space.S + 2)
        self.grid.setColumnStretch(1, 1)
        self.done = Button("", "primary", f"{name}Done", large=True)
        self.column.setSpacing(Space.S)
        disc = IconLabel(icon, "on_wash", size=22, ground="wash", disc=48)
        self.column.addWidget(disc, 0, _CENTRE)
        self.column.addWidget(self.title)
        self.column.addWidget(self.amount)
        self.column.addWidget(self.text)
        self.column.addWidget(Line())
        self.column.addLayout(self.grid)
        self.column.addWidget(Line())
        self.done.clicked.connect(self.left)

    def _finish(self) -> None:
        self.column.addSpacing(Space.S)
        self.column.addWidget(self.done)
        self.retranslate()

    def _lines(self, *lines: tuple[str, str]) -> None:
        clear(self.grid)
        for row, (name, value) in enumerate(line for line in lines if line[1]):
            self.grid.addWidget(Label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            self.grid.addWidget(Paragraph(value, "small"), row, 1)

    def take_focus(self) -> None:
        """On the button that ends it."""
        self.done.setFocus(Qt.FocusReason.TabFocusReason)


class TransferDoneFace(_Done):
    """Sent: the receipt with its signature, and done."""

    def __init__(self, transfer: Transfer, payer: str, operator: str) -> None:
        """Show a verified transfer."""
        super().__init__("TransferSent")
        self.transfer = transfer
        self.card = TransferCard(transfer, payer, operator)
        self.card.asked.connect(self.asked)
        self.card.said.connect(self.said)
        self.text.hide()
        self.column.addWidget(self.card)
        self._finish()

    def retranslate(self) -> None:
        """The title; the card looks after itself."""
        receipt = self.transfer.receipt
        self.title.set_text(spaced(self.tr("Sent to {name}").format(name=receipt.payee_name)))
        self.amount.show_amount(receipt.amount, receipt.currency)
        self.done.setText(self.tr("Done"))


class PlanDoneFace(_Done):
    """A plan was made: what it will do, and when first."""

    def __init__(self, plan: Plan) -> None:
        """Show the plan as the service has it."""
        super().__init__("PlanMade", "calendar-check")
        self.plan = plan
        self._finish()

    def retranslate(self) -> None:
        """Who, how often, the next days."""
        plan = self.plan
        self.title.set_text(
            spaced(self.tr("The plan for {name} is made").format(name=plan.payee_name))
        )
        self.amount.show_amount(plan.amount, plan.currency)
        self.text.set_text(self.tr("Nothing was paid today. You find it under Transfer, Plans."))
        first = dt.date.fromisoformat(plan.first_on)
        schedule = Schedule(first, plan.unit, plan.every, plan.times)
        days = "\n".join(day_words(day) for day in schedule.next_days(_DATES))
        self._lines(
            (self.tr("How often"), rhythm_words(plan.unit, plan.every)),
            (self.tr("Next days"), days),
            (self.tr("Note"), plan.note),
        )
        self.done.setText(self.tr("Done"))


class HoldDoneFace(_Done):
    """Held, not paid: how much, for whom, until when."""

    def __init__(self, hold: Authorisation) -> None:
        """Show the hold as the service has it."""
        super().__init__("HoldMade", "hourglass-medium")
        self.hold = hold
        self._finish()

    def retranslate(self) -> None:
        """What held means."""
        hold = self.hold
        words = self.tr("Held for {name}, not paid")
        self.title.set_text(spaced(words.format(name=hold.payee_name)))
        self.amount.show_amount(hold.amount, hold.currency)
        self.text.set_text(
            self.tr("The merchant takes what it comes to in the end; the rest is let go.")
        )
        self._lines(
            (self.tr("Until"), date_words(hold.expires_at)),
            (self.tr("For"), hold.subject),
            (self.tr("Number"), hold.out_trade_no),
        )
        self.done.setText(self.tr("Done"))
