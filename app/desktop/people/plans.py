"""Plans: what is paid when, with pause, resume, skip and stop; and pre-authorisations."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.components.when import moment_words
from app.desktop.operations import Operation
from app.desktop.people.lines import Listing, ListLine
from app.desktop.people.words import (
    day_words,
    hold_words,
    plan_progress_words,
    plan_state_words,
    rhythm_words,
    run_words,
)
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.amounts import amount_text
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.labels import Paragraph
from app.desktop.widgets.surfaces import EmptyState, Line
from app.desktop.words import explain
from app.protocol.messages.holds import Authorisation
from app.protocol.messages.transfers import Plan
from app.wallet.people.people import PlanStep
from app.wallet.session import WalletSession

_RUNS = 3


class PlansView(Live, QWidget):
    """The list, and a button for a new one."""

    said = Signal(str)
    new_wanted = Signal()

    def __init__(self, session: WalletSession) -> None:
        """Draw what was last seen."""
        super().__init__()
        self.setObjectName("PlansView")
        self._session = session
        self._drawn: object = None
        self.new = Button("", "primary", "PlanNew", icon="calendar-plus")
        self.live = Listing("PlansLive")
        self.ended = Listing("PlansEnded")
        self.empty = EmptyState("calendar-blank", "PlansEmpty")
        row = QHBoxLayout()
        row.addWidget(self.new)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        column.addLayout(row)
        for widget in (self.live, self.ended, self.empty):
            column.addWidget(widget)
        column.addStretch(1)
        self.new.clicked.connect(self.new_wanted)
        Watch(session.observe, self._heard, self)
        self.retranslate()

    def _heard(self, topics: frozenset[str]) -> None:
        if "plans" in topics and self._session.people.state.plans != self._drawn:
            self.retranslate()

    def retranslate(self) -> None:
        """The lists in the language now in force."""
        plans = self._session.people.state.plans
        self._drawn = plans
        self.new.setText(self.tr("New plan"))
        self.live.heading.setText(self.tr("Your plans"))
        self.ended.heading.setText(self.tr("Ended"))
        self.empty.set_words(
            self.tr("Nothing is planned"),
            self.tr("Rent, pocket money, a gift on a birthday: choose who, how much and when."),
        )
        live = [plan for plan in plans if plan.state in ("active", "paused")]
        self._fill(self.live, live)
        self._fill(self.ended, [plan for plan in plans if plan not in live])
        self.empty.setVisible(not plans)

    def _fill(self, listing: Listing, plans: list[Plan]) -> None:
        clear(listing.rows)
        for plan in plans:
            if listing.rows.count():
                listing.rows.addWidget(Line())
            listing.rows.addWidget(self._line(plan))
        listing.setVisible(bool(plans))

    def _line(self, plan: Plan) -> ListLine:
        line = ListLine(f"Plan_{plan.plan_id}", "calendar-check")
        parts = [rhythm_words(plan.unit, plan.every), plan_progress_words(plan), plan.note]
        if plan.next_on is not None and plan.state == "active":
            parts.insert(0, self.tr("Next: {day}").format(day=day_words(plan.next_on)))
        detail = " · ".join(part for part in parts if part)
        amount = amount_text(plan.amount, plan.currency)
        line.say(plan.payee_name, detail, amount, plan_state_words(plan))
        for run in plan.runs[:_RUNS]:
            words, tone = run_words(run)
            told = Paragraph(words, "small")
            told.set_tone("danger" if tone == "danger" else "muted")
            line.words.addWidget(told)
        for button in self._buttons(plan):
            line.add_button(button)
        return line

    def _buttons(self, plan: Plan) -> list[Button]:
        words: dict[PlanStep, str] = {
            "pause": self.tr("Pause"),
            "resume": self.tr("Resume"),
            "skip": self.tr("Skip the next"),
            "stop": self.tr("Stop…"),
        }
        steps: dict[str, tuple[PlanStep, ...]] = {
            "active": ("skip", "pause", "stop"),
            "paused": ("resume", "stop"),
        }
        buttons = []
        for step in steps.get(plan.state, ()):
            name = f"Plan_{step}_{plan.plan_id}"
            button = Button(words[step], "quiet" if step == "stop" else "secondary", name)
            button.clicked.connect(partial(self._wanted, plan, step))
            buttons.append(button)
        return buttons

    def _wanted(self, plan: Plan, step: PlanStep, _: bool = False) -> None:
        if step != "stop":
            self.take(plan, step)
            return
        choices = [
            dialogs.Choice("stop", self.tr("Stop the plan"), "danger"),
            dialogs.Choice("keep", self.tr("Keep it")),
        ]
        dialogs.ask(
            self,
            self.tr("Stop paying {name}?").format(name=plan.payee_name),
            self.tr("No further payment is made. What was paid stays paid."),
            choices,
            lambda answer: self.take(plan, step) if answer == "stop" else None,
        )

    def take(self, plan: Plan, step: PlanStep) -> None:
        """Pause, resume, skip or stop."""
        work = partial(self._session.people.take_plan, plan.plan_id, step)
        Operation(self, work).on_success(self._took).on_failure(
            lambda error: self.said.emit(explain(error).line())
        ).start()

    def _took(self, plan: Plan) -> None:
        if plan.state == "active" and plan.next_on is not None:
            words = self.tr("The next payment is on {day}")
            self.said.emit(words.format(day=day_words(plan.next_on)))
        elif plan.state == "paused":
            self.said.emit(self.tr("Paused: nothing is paid until you resume it"))
        else:
            self.said.emit(self.tr("Stopped: nothing more is paid"))


class HoldsView(Live, QWidget):
    """Money that merchants hold: how much, until when, what became of it."""

    def __init__(self, session: WalletSession) -> None:
        """Draw what was last seen."""
        super().__init__()
        self.setObjectName("HoldsView")
        self._session = session
        self._drawn: object = None
        self.text = Paragraph("", "muted")
        self.open = Listing("HoldsOpen")
        self.ended = Listing("HoldsEnded")
        self.empty = EmptyState("hourglass-medium", "HoldsEmpty")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        for widget in (self.text, self.open, self.ended, self.empty):
            column.addWidget(widget)
        column.addStretch(1)
        Watch(session.observe, self._heard, self)
        self.retranslate()

    def _heard(self, topics: frozenset[str]) -> None:
        if "holds" in topics and self._session.people.state.holds != self._drawn:
            self.retranslate()

    def retranslate(self) -> None:
        """The lists in the language now in force."""
        holds = self._session.people.state.holds
        self._drawn = holds
        self.text.set_text(
            self.tr(
                "A hotel or a rental sets money aside before it knows the price. It stays yours "
                "until the merchant takes what it came to; the rest is let go."
            )
        )
        self.open.heading.setText(self.tr("Held now"))
        self.ended.heading.setText(self.tr("Earlier"))
        self.empty.set_words(
            self.tr("Nothing is held"),
            self.tr("Scan a code that asks for a pre-authorisation, and it stands here."),
        )
        self._fill(self.open, [hold for hold in holds if hold.state == "held"])
        self._fill(self.ended, [hold for hold in holds if hold.state != "held"])
        self.text.setVisible(bool(holds))
        self.empty.setVisible(not holds)

    def _fill(self, listing: Listing, holds: list[Authorisation]) -> None:
        clear(listing.rows)
        for hold in holds:
            if listing.rows.count():
                listing.rows.addWidget(Line())
            line = ListLine(f"Hold_{hold.hold_id}", "hourglass-medium", "info", "info_wash")
            parts = (hold.store_name, hold.subject, moment_words(hold.held_at))
            detail = " · ".join(part for part in parts if part)
            amount = amount_text(hold.amount, hold.currency)
            line.say(hold.payee_name, detail, amount, hold_words(hold))
            listing.rows.addWidget(line)
        listing.setVisible(bool(holds))
