"""One case: where it stands, its timeline, a note from this side, and the person's word on it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desktop import dialogs
from app.desktop.components.when import moment_words
from app.desktop.operations import Operation
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.records.parts import TEXT_MAX, PendingCard
from app.desktop.support_panel.records.stage_bar import StageBar
from app.desktop.support_panel.records.words import (
    actor_words,
    case_line,
    closing_words,
    event_words,
)
from app.desktop.support_panel.subpage import SubPage
from app.desktop.support_panel.writing import WritingField
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import clear
from app.desktop.widgets.busy import Skeleton
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card, Line
from app.desktop.words import Sentence, explain
from app.protocol.messages.cases import CaseEvent
from app.wallet.support.case_views import CasePage as View


class EventRow(Card):
    """One line of the timeline: who, when, what happened, what was said."""

    def __init__(self, event: CaseEvent) -> None:
        """Show it; the person's own lines are tinted."""
        own = event.actor == "person"
        super().__init__(kind="wash" if own else "card", margin=Space.M, spacing=Space.XS)
        self.setObjectName("CaseEvent")
        told, said = event_words(event)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(Label(actor_words(event), "step", "wash" if own else ""), 1)
        head.addWidget(Label(moment_words(event.at), "caption", "wash" if own else ""))
        self.body.addLayout(head)
        for words, role in ((told, "small"), (said, "body")):
            if words:
                self.body.addWidget(Paragraph(words, role))  # type: ignore[arg-type]  # two roles
        name = (actor_words(event), moment_words(event.at), told, said)
        self.setAccessibleName(" ".join(part for part in name if part))


class CasePage(SubPage):
    """A case. ``conversation_wanted`` carries its conversation."""

    conversation_wanted = Signal(str)

    def __init__(self, desk: Helpdesk) -> None:
        """Make it; :meth:`load` fills it."""
        super().__init__("CasePage")
        self._desk = desk
        self._case_id = ""
        self._to_end = True
        self.view: View | None = None
        self.heading = Paragraph("", "lead")
        self.line = Label("", "muted", selectable=True)
        self.line.setWordWrap(True)
        self.bar = StageBar()
        self.closes = Paragraph("", "small")
        self.conversation = Button("", "secondary", "CaseConversation", icon="chats-circle")
        self.payment = Button("", "secondary", "CasePayment", icon="receipt")
        self.waiting = Skeleton(3)
        self.timeline = QVBoxLayout()
        self.timeline.setSpacing(Space.S)
        self.error = Paragraph("", "small", "danger")
        self.error.hide()
        ways = QHBoxLayout()
        ways.setSpacing(Space.S)
        ways.addWidget(self.conversation)
        ways.addWidget(self.payment)
        ways.addStretch(1)
        for widget in (self.heading, self.line, self.bar):
            self.column.addWidget(widget)
        self.column.addLayout(ways)
        self.column.addWidget(self.waiting)
        self.column.addLayout(self.timeline)
        self.column.addStretch(1)
        self.outer.addWidget(self._foot())
        self._connect()
        self.retranslate()

    def _foot(self) -> QWidget:
        self.field = WritingField("CaseNote")
        self.send = IconButton("paper-plane-right-fill", "CaseNoteSend", ink="bean")
        self.ask = Label("", "strong")
        self.solved = Button("", "secondary", "CaseSolved", icon="check")
        self.not_solved = Button("", "secondary", "CaseNotSolved")
        self.above = Button("", "quiet", "CaseSupervisor")
        self.writing = QWidget()
        row = QHBoxLayout(self.writing)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self.field, 1)
        row.addWidget(self.send, 0, Qt.AlignmentFlag.AlignBottom)
        words = QHBoxLayout()
        words.setSpacing(Space.S)
        words.addWidget(self.solved)
        words.addWidget(self.not_solved)
        words.addWidget(self.above)
        words.addStretch(1)
        self.foot = QWidget()
        column = QVBoxLayout(self.foot)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(self.error)
        column.addWidget(self.closes)
        column.addWidget(self.ask)
        column.addLayout(words)
        column.addWidget(self.writing)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(Line())
        outer.addWidget(self.foot)
        return whole

    def _connect(self) -> None:
        bar = self.scroller.verticalScrollBar()
        bar.rangeChanged.connect(self._grown)
        bar.actionTriggered.connect(lambda _: self._moved())
        self.send.clicked.connect(self._note)
        self.field.entered.connect(self._note)
        self.field.textChanged.connect(self._typed)
        self.solved.clicked.connect(self._ask_solved)
        self.not_solved.clicked.connect(self._ask_not_solved)
        self.above.clicked.connect(self._ask_above)
        self.conversation.clicked.connect(self._open_conversation)
        self.payment.clicked.connect(self._open_payment)

    def retranslate(self) -> None:
        """Words, then the case."""
        super().retranslate()
        self.back.set_words(self.tr("Back to the cases"))
        self.conversation.setText(self.tr("Conversation"))
        self.payment.setText(self.tr("Receipt"))
        self.field.setPlaceholderText(self.tr("Add something to this case"))
        self.field.setAccessibleName(self.tr("Note for this case"))
        self.field.setAccessibleDescription(
            self.tr("Enter sends, Shift and Enter begin a new line.")
        )
        self.send.set_words(self.tr("Add the note"))
        self.above.setText(self.tr("Ask for a supervisor"))
        self._draw()

    # --- what is shown

    @property
    def case_id(self) -> str:
        """The case that is shown."""
        return self._case_id

    def load(self, case_id: str) -> None:
        """Show another case, fresh from the service where there is a line."""
        if case_id != self._case_id:
            self._case_id, self.view, self._to_end = case_id, None, True
            self.field.setPlainText("")
        self.error.hide()
        self._draw()
        self.read()
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def read(self) -> None:
        """Show what the vault has of it; that counts as seen."""
        case_id, cases = self._case_id, self._desk.session.cases

        async def work() -> View:
            found = await cases.case(case_id)
            await cases.saw_case(case_id)
            return found

        Operation(self, work).on_success(self._show).on_failure(
            lambda error: self._say(explain(error))
        ).replacing("case").start()

    def _show(self, view: View) -> None:
        if view.case.id == self._case_id and view != self.view:
            self.view = view
            self._draw()

    def _grown(self, _: int, most: int) -> None:
        """The newest line is what one comes for, until the person scrolls."""
        if self._to_end:
            self.scroller.verticalScrollBar().setValue(most)

    def _moved(self) -> None:
        bar = self.scroller.verticalScrollBar()
        self._to_end = bar.sliderPosition() >= bar.maximum()

    def _draw(self) -> None:
        view = self.view
        self.waiting.setVisible(view is None and not self.error.isVisible())
        self.foot.setEnabled(view is not None)
        clear(self.timeline)
        if view is None:
            self.title.setText(self.tr("Case"))
            return
        case = view.case
        self.title.setText(self.tr("Case {number}").format(number=case.number))
        self.heading.set_text(case.title)
        self.line.setText(case_line(case, number=False))
        self.bar.show_stage(case.stage)
        closes = closing_words(case)
        self.closes.set_text(closes)
        self.closes.set_tone("warning" if case.stage == "waiting_person" else "muted")
        self.closes.setVisible(bool(closes))
        self.conversation.setVisible(bool(case.conversation_id))
        self.payment.setVisible(bool(case.payment_id))
        for event in view.events:
            self.timeline.addWidget(EventRow(event))
        for pending in view.pending:
            self.timeline.addWidget(PendingCard(pending, self._desk))
        self._draw_words(case.stage, case.level)

    def _draw_words(self, stage: str, level: int) -> None:
        done, closed = stage == "resolved", stage == "closed"
        self.ask.setText(
            self.tr("Is it solved?") if done else self.tr("Not as it should be? Open it again.")
        )
        self.ask.setVisible(done or closed)
        self.solved.setText(self.tr("Yes") if done else self.tr("It is solved"))
        self.not_solved.setText(self.tr("No, not yet") if done else self.tr("Not solved"))
        self.solved.setVisible(not closed)
        self.not_solved.setVisible(done or closed)
        self.above.setVisible(not done and not closed and level < 3)
        self.writing.setVisible(not closed)
        self._typed()

    def _typed(self) -> None:
        self.send.setEnabled(0 < len(self.field.toPlainText().strip()) <= TEXT_MAX)

    def _say(self, sentence: Sentence) -> None:
        self.error.set_text(sentence.line())
        self.error.show()
        self.waiting.hide()

    # --- what is done

    def _do(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        def done(_: object) -> None:
            self.field.setPlainText("")
            self.error.hide()
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

        self._desk.run(self.foot, work, done=done, failed=self._say)

    def _note(self) -> None:
        if self.send.isEnabled() and self._case_id:
            text = self.field.toPlainText().strip()
            self._do(partial(self._desk.session.cases.note, self._case_id, text))

    def _words(self) -> str:
        return self.field.toPlainText().strip()[:TEXT_MAX]

    def _ask_solved(self) -> None:
        cases, case_id = self._desk.session.cases, self._case_id
        self._confirm(
            self.tr("Close this case?"),
            self.tr("You say that it is solved. If it turns out otherwise, you can open it again."),
            self.tr("Yes, solved"),
            partial(cases.solved, case_id),
        )

    def _ask_not_solved(self) -> None:
        cases, case_id, text = self._desk.session.cases, self._case_id, self._words()
        self._confirm(
            self.tr("Open it again?"),
            self.tr(
                "Somebody goes on with it, the second time somebody above. What you typed below "
                "goes along."
            ),
            self.tr("Open it again"),
            partial(cases.not_solved, case_id, text),
        )

    def _ask_above(self) -> None:
        cases, case_id, text = self._desk.session.cases, self._case_id, self._words()
        self._confirm(
            self.tr("Ask for a supervisor?"),
            self.tr(
                "Somebody above looks at the whole case. It does not count against you. What you "
                "typed below goes along."
            ),
            self.tr("Ask for a supervisor"),
            partial(cases.ask_supervisor, case_id, text),
        )

    def _confirm(
        self, title: str, text: str, yes: str, work: Callable[[], Coroutine[Any, Any, Any]]
    ) -> None:
        choices = [
            dialogs.Choice("yes", yes, "primary"),
            dialogs.Choice("no", self.tr("Leave it as it is")),
        ]

        def answered(answer: str | None) -> None:
            if answer == "yes":
                self._do(work)

        dialogs.ask(self, title, text, choices, answered)

    def _open_conversation(self) -> None:
        if self.view is not None:
            self.conversation_wanted.emit(self.view.case.conversation_id)

    def _open_payment(self) -> None:
        if self.view is not None:
            self._desk.payment_wanted.emit(self.view.case.payment_id)
