"""Surveys, what the person told the operator, and questions answered for everybody."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.desktop.components.when import now_ms
from app.desktop.operations import Operation
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.older import Entry
from app.desktop.support_panel.records.parts import Heading, ListPage, NewsLabel, PendingCard
from app.desktop.support_panel.records.words import (
    day_of,
    helped_words,
    kind_words,
    state_words,
    survey_outcome,
    survey_title,
    until_words,
)
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import clear
from app.desktop.widgets.buttons import Button
from app.desktop.widgets.fields import Field
from app.desktop.widgets.labels import Paragraph
from app.desktop.widgets.surfaces import EmptyState
from app.protocol.messages.cases import Feedback, Questionnaire
from app.wallet.support.case_views import FeedbackShelf, FeedbackView

_EXCERPT = 110


class FeedbackList(ListPage):
    """One page, three lists.

    ``wanted`` carries a :class:`Feedback`, ``survey_wanted`` a :class:`Questionnaire`,
    ``give_wanted`` asks for the form.
    """

    wanted = Signal(object)
    survey_wanted = Signal(object)
    give_wanted = Signal()

    def __init__(self, desk: Helpdesk) -> None:
        """Make it; :meth:`load` fills it."""
        super().__init__("FeedbackList")
        self._desk = desk
        self.shelf = FeedbackShelf((), ())
        self.questions: tuple[Feedback, ...] = ()
        self.surveys: tuple[Questionnaire, ...] = ()
        self.give = Button("", "primary", "FeedbackGive", icon="megaphone-simple")
        self.survey_head = Heading("SurveysHeading")
        self.survey_list = self._rows()
        self.mine_head = Heading("MineHeading")
        self.mine_list = self._rows()
        self.empty = EmptyState("megaphone-simple", "FeedbackEmpty")
        self.all_head = Heading("CommunityHeading")
        self.search = Field("CommunitySearch")
        self.all_list = self._rows()
        self.none = Paragraph("", "muted")
        for widget in (self.give, self.error, self.busy, self.survey_head):
            self.column.addWidget(widget)
        self.column.addLayout(self.survey_list)
        self.column.addWidget(self.mine_head)
        self.column.addLayout(self.mine_list)
        self.column.addWidget(self.empty)
        self.column.addWidget(self.all_head)
        self.column.addWidget(self.search)
        self.column.addLayout(self.all_list)
        self.column.addWidget(self.none)
        self.column.addStretch(1)
        self.give.clicked.connect(self.give_wanted)
        self.search.edited.connect(lambda _: self._find())
        self.retranslate()

    @staticmethod
    def _rows() -> QVBoxLayout:
        rows = QVBoxLayout()
        rows.setSpacing(Space.S)
        return rows

    def retranslate(self) -> None:
        """Headings and rows."""
        super().retranslate()
        self.give.setText(self.tr("Tell the operator something"))
        self.survey_head.setText(self.tr("Surveys"))
        self.mine_head.setText(self.tr("What you told the operator"))
        self.all_head.setText(self.tr("Asked and answered for everybody"))
        self.search.set_words("", "", self.tr("Search the answers"))
        self.empty.set_words(
            self.tr("Nothing yet"),
            self.tr(
                "Praise, an idea, a complaint, a question: everything gets a number, and the "
                "answer comes back here."
            ),
        )
        self._draw()

    def load(self) -> None:
        """Show what the vault has, then ask the service."""
        self.read()
        cases = self._desk.session.cases
        Operation(self, cases.refresh_feedback).with_progress(self.busy.setVisible).on_success(
            lambda _: self.error.hide()
        ).on_failure(self.could_not_ask).replacing("ask").start()

    def read(self) -> None:
        """Show what the vault has."""
        cases, text = self._desk.session.cases, self.search.text().strip()

        async def work() -> tuple[FeedbackShelf, tuple[Feedback, ...], tuple[Questionnaire, ...]]:
            return await cases.feedback(), await cases.community(text), await cases.surveys()

        Operation(self, work).on_success(lambda found: self._show(*found)).on_failure(
            self.could_not_ask
        ).replacing("read").start()

    def _show(
        self,
        shelf: FeedbackShelf,
        questions: tuple[Feedback, ...],
        surveys: tuple[Questionnaire, ...],
    ) -> None:
        if (shelf, questions, surveys) != (self.shelf, self.questions, self.surveys):
            self.shelf, self.questions, self.surveys = shelf, questions, surveys
            self._draw()

    def _find(self) -> None:
        work = partial(self._desk.session.cases.community, self.search.text().strip())

        def found(questions: tuple[Feedback, ...]) -> None:
            self.questions = questions
            self._draw_questions()

        Operation(self, work).on_success(found).on_failure(self.could_not_ask).replacing(
            "read"
        ).start()

    # --- rows

    def _draw(self) -> None:
        clear(self.survey_list)
        for number, survey in enumerate(self.surveys):
            self.survey_list.addWidget(self._survey(number, survey))
        self.survey_head.setVisible(bool(self.surveys))
        clear(self.mine_list)
        for pending in self.shelf.pending:
            self.mine_list.addWidget(PendingCard(pending, self._desk))
        for number, view in enumerate(self.shelf.items):
            self.mine_list.addWidget(self._mine(number, view))
        anything = bool(self.shelf.items or self.shelf.pending)
        self.mine_head.setVisible(anything)
        self.empty.setVisible(not anything)
        self._draw_questions()

    def _draw_questions(self) -> None:
        clear(self.all_list)
        for number, item in enumerate(self.questions):
            self.all_list.addWidget(self._question(number, item))
        searching = bool(self.search.text().strip())
        self.all_head.setVisible(bool(self.questions) or searching)
        self.search.setVisible(bool(self.questions) or searching)
        self.none.set_text(self.tr("Nothing found. Ask it yourself with the button above."))
        self.none.setVisible(searching and not self.questions)

    def _survey(self, number: int, survey: Questionnaire) -> Entry:
        now = now_ms() + self._desk.session.snapshot.clock_offset_ms
        if survey_outcome(survey):
            state = self.tr("What came of it")
        elif survey.answered:
            state = self.tr("Answered, thank you")
        else:
            state = self.tr("Asks you")
        below = f"{state} · {until_words(survey, now)} · {survey.number}"
        entry = Entry(f"Survey_{number}", survey_title(survey), below)
        entry.opened.connect(lambda: self.survey_wanted.emit(survey))
        return entry

    def _mine(self, number: int, view: FeedbackView) -> Entry:
        item = view.feedback
        below = " · ".join((item.number, kind_words(item.kind), state_words(item)))
        entry = Entry(f"Feedback_{number}", item.title, below, day_of(item.created_at))
        if view.unread:
            news = NewsLabel()
            entry.body.insertWidget(0, news)
            entry.setAccessibleName(f"{news.text()} {entry.accessibleName()}")
        entry.opened.connect(lambda: self.wanted.emit(item))
        return entry

    def _question(self, number: int, item: Feedback) -> Entry:
        answer = " ".join(item.answer.split())
        if len(answer) > _EXCERPT:
            answer = answer[:_EXCERPT].rstrip() + "…"
        helped = helped_words(item.helpful)
        below = f"{answer}\n{helped}" if helped else answer
        entry = Entry(f"Question_{number}", item.title, below)
        entry.opened.connect(lambda: self.wanted.emit(item))
        return entry
