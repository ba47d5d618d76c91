"""All pages of cases and feedback in one place, and the tabs above the panel."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.desktop.operations import Operation
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.records.case_form import CaseForm
from app.desktop.support_panel.records.case_list import CaseList
from app.desktop.support_panel.records.case_page import CasePage
from app.desktop.support_panel.records.feedback_form import FeedbackForm
from app.desktop.support_panel.records.feedback_item import FeedbackItem
from app.desktop.support_panel.records.feedback_list import FeedbackList
from app.desktop.support_panel.records.survey_form import SurveyForm
from app.desktop.theme.tokens import Space
from app.desktop.watch import Watch
from app.desktop.widgets.base import Live
from app.desktop.widgets.segmented import Segmented
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.cases import Feedback, FeedbackKind, Questionnaire
from app.wallet.support.case_views import CaseShelf, CasesState, FeedbackShelf

Tab = Literal["talk", "cases", "feedback"]


class HelpTabs(Live, QWidget):
    """Conversation · Cases · Feedback, with how much is new. ``chosen`` carries the tab."""

    chosen = Signal(str)

    def __init__(self) -> None:
        """Make it with the conversation chosen."""
        super().__init__()
        self.setObjectName("HelpTabs")
        self._state = CasesState()
        self.bar = Segmented("HelpTab", ("talk", "cases", "feedback"))
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, Space.S, Space.L, Space.XS)
        row.addWidget(self.bar)
        row.addStretch(1)
        self.bar.chosen.connect(self.chosen)
        self.retranslate()

    def show_state(self, state: CasesState) -> None:
        """Draw what is new."""
        self._state = state
        self.retranslate()

    def retranslate(self) -> None:
        """Words with numbers."""
        news = self._state.unread_feedback + self._state.open_surveys
        self.bar.set_words(
            {
                "talk": self.tr("Conversation"),
                "cases": self._counted(self.tr("Cases"), self._state.unread_cases),
                "feedback": self._counted(self.tr("Feedback"), news),
            }
        )

    @staticmethod
    def _counted(words: str, number: int) -> str:
        return f"{words} · {number}" if number else words


class Book(QStackedWidget):
    """Cases and feedback; ``left`` goes back to the conversation."""

    left = Signal()
    conversation_wanted = Signal(str)

    def __init__(self, desk: Helpdesk) -> None:
        """Build the pages."""
        super().__init__()
        self.setObjectName("Book")
        self._desk = desk
        self.cases = CaseList(desk)
        self.case = CasePage(desk)
        self.form = CaseForm(desk)
        self.feedback = FeedbackList(desk)
        self.item = FeedbackItem(desk)
        self.give = FeedbackForm(desk)
        self.survey = SurveyForm(desk)
        for page in (
            self.cases,
            self.case,
            self.form,
            self.feedback,
            self.item,
            self.give,
            self.survey,
        ):
            self.addWidget(page)
        self._connect()
        Watch(desk.session.observe, self._heard, self)

    def _connect(self) -> None:
        self.cases.left.connect(self.left)
        self.cases.wanted.connect(self.show_case)
        self.cases.open_wanted.connect(self.open_case)
        for case_page in (self.case, self.form):
            case_page.left.connect(self.show_cases)
        self.form.opened.connect(lambda _: self.show_cases())
        self.case.conversation_wanted.connect(self.conversation_wanted)
        self.feedback.left.connect(self.left)
        self.feedback.wanted.connect(self.show_item)
        self.feedback.survey_wanted.connect(self.show_survey)
        self.feedback.give_wanted.connect(self.give_feedback)
        for page in (self.item, self.give, self.survey):
            page.left.connect(self.show_feedback)
        self.item.case_wanted.connect(self._show_number)
        self.give.given.connect(self.show_feedback)

    # --- what is shown

    def show_cases(self) -> None:
        """All cases."""
        self.setCurrentWidget(self.cases)
        self.cases.load()

    def show_case(self, case_id: str) -> None:
        """One case."""
        self.setCurrentWidget(self.case)
        self.case.load(case_id)

    def open_case(self, card: ContextCard | None = None) -> None:
        """The form for a new case, about a payment where one is given."""
        self.setCurrentWidget(self.form)
        self.form.begin(card)

    def show_feedback(self) -> None:
        """Surveys, feedback, questions."""
        self.setCurrentWidget(self.feedback)
        self.feedback.load()

    def show_item(self, item: Feedback) -> None:
        """One of them; its answer counts as seen."""
        self.setCurrentWidget(self.item)
        self.item.show_item(item)
        if item.mine:
            self._saw(item)

    def show_survey(self, survey: Questionnaire) -> None:
        """A survey."""
        self.setCurrentWidget(self.survey)
        self.survey.show_survey(survey)

    def give_feedback(self, kind: FeedbackKind | None = None) -> None:
        """The form for feedback."""
        self.setCurrentWidget(self.give)
        self.give.begin(kind)

    def _show_number(self, number: str) -> None:
        def found(shelf: CaseShelf) -> None:
            for view in shelf.cases:
                if view.case.number == number:
                    self.show_case(view.case.id)
                    return
            self.show_cases()

        Operation(self, self._desk.session.cases.cases).on_success(found).on_failure(
            lambda _: self.show_cases()
        ).start()

    # --- what changes

    def _heard(self, topics: frozenset[str]) -> None:
        if "cases" not in topics or not self.isVisible():
            return
        page = self.currentWidget()
        if page is self.cases:
            self.cases.read()
        elif page is self.case:
            self.case.read()
        elif page is self.feedback:
            self.feedback.read()
        elif page is self.item and self.item.item is not None and self.item.item.mine:
            Operation(self, self._desk.session.cases.feedback).on_success(
                self._answered
            ).on_failure(lambda _: None).replacing("item").start()

    def _answered(self, shelf: FeedbackShelf) -> None:
        """The answer came while one was looking at the question."""
        for view in shelf.items:
            item = view.feedback
            shown = self.item.item
            if shown is not None and item.id == shown.id and item != shown:
                self.item.show_change(item)
                self._saw(item)

    def _saw(self, item: Feedback) -> None:
        work = partial(self._desk.session.cases.saw_feedback, item.id)
        Operation(self, work).on_failure(lambda _: None).start()
