"""A survey of the operator: its questions, then thanks, then what came of it."""

from __future__ import annotations

from functools import partial

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desktop.components.when import now_ms
from app.desktop.support_panel.cards_more import Stars
from app.desktop.support_panel.helpdesk import Helpdesk
from app.desktop.support_panel.records.parts import Choices, FormPage, TextBox
from app.desktop.support_panel.records.words import (
    choice_words,
    question_words,
    survey_outcome,
    survey_title,
    until_words,
)
from app.desktop.theme.tokens import Space
from app.desktop.widgets.base import Live, clear
from app.desktop.widgets.labels import Label, Paragraph
from app.desktop.widgets.surfaces import Card
from app.protocol.messages.cases import Question, Questionnaire
from app.wallet.support.case_work import may_answer

_TEXT_MAX = 2000


class QuestionView(Live, QWidget):
    """One question: stars, one of several, or words."""

    def __init__(self, number: int, question: Question) -> None:
        """Ask it."""
        super().__init__()
        self.setObjectName(f"Question_{question.id}")
        self.question = question
        self._number = number
        self.words = Paragraph("", "strong")
        self.missing = Paragraph("", "small", "danger")
        self.missing.hide()
        self.stars: Stars | None = None
        self.choices: Choices | None = None
        self.text: TextBox | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.words)
        if question.kind == "stars":
            self.stars = Stars()
            self.scale = Label("", "caption")
            column.addLayout(self.stars)
            column.addWidget(self.scale)
            for index, button in enumerate(self.stars.buttons, start=1):
                button.setObjectName(f"{question.id}_{index}")
            self.stars.group.idClicked.connect(lambda _: self.missing.hide())
        elif question.kind == "choice":
            keys = [str(index) for index in range(len(question.choices_en))]
            self.choices = Choices(question.id, keys, columns=1)
            self.choices.chosen.connect(lambda _: self.missing.hide())
            column.addWidget(self.choices)
        else:
            self.text = TextBox(question.id, height=88)
            self.text.label.hide()
            column.addWidget(self.text)
        column.addWidget(self.missing)
        self.retranslate()

    def retranslate(self) -> None:
        """The question and its answers, in the window's language."""
        words = question_words(self.question)
        self.words.set_text(f"{self._number}. {words}")
        if self.stars is not None:
            self.scale.setText(self.tr("1 is bad, 5 is good"))
            for index, button in enumerate(self.stars.buttons, start=1):
                said = self.tr("{count} of 5: {words}").format(count=index, words=words)
                button.setAccessibleName(said)
        if self.choices is not None:
            told = choice_words(self.question)
            self.choices.set_words({str(index): text for index, text in enumerate(told)})
        if self.text is not None:
            self.text.set_words(words, self.tr("You may leave this empty."))
        self.missing.set_text(self.tr("Please choose one."))

    def answer(self) -> str:
        """What was answered; empty where nothing was."""
        if self.stars is not None:
            return str(self.stars.value() or "")
        if self.choices is not None:
            return self.choices.key()
        return self.text.text()[:_TEXT_MAX] if self.text is not None else ""

    @property
    def complete(self) -> bool:
        """Whether it can be sent like this: words may be left out."""
        return self.question.kind == "text" or bool(self.answer())


class SurveyForm(FormPage):
    """``answered`` says that the answers are on their way."""

    answered = Signal()

    def __init__(self, desk: Helpdesk) -> None:
        """Make it; :meth:`show_survey` fills it."""
        super().__init__("SurveyForm")
        self._desk = desk
        self.survey: Questionnaire | None = None
        self.questions: list[QuestionView] = []
        self.heading = Paragraph("", "lead")
        self.line = Label("", "muted")
        self.outcome_card = Card(kind="wash", margin=Space.L, spacing=Space.S)
        self.outcome_card.setObjectName("SurveyOutcome")
        self.outcome_head = Label("", "step", "wash")
        self.outcome = Paragraph("", "body", "wash")
        self.outcome_card.body.addWidget(self.outcome_head)
        self.outcome_card.body.addWidget(self.outcome)
        self.thanks = Paragraph("", "body-muted")
        self.asked = QVBoxLayout()
        self.asked.setSpacing(Space.XL)
        for widget in (self.heading, self.line, self.outcome_card, self.thanks):
            self.column.addWidget(widget)
        self.column.addLayout(self.asked)
        self.column.addWidget(self.error)
        self.column.addWidget(self.send)
        self.column.addStretch(1)
        self.send.clicked.connect(self._send)
        self.retranslate()

    @property
    def open(self) -> bool:
        """Whether it can be answered now."""
        return self.survey is not None and may_answer(self.survey, self._now())

    def _now(self) -> int:
        return now_ms() + self._desk.session.snapshot.clock_offset_ms

    def show_survey(self, survey: Questionnaire) -> None:
        """Ask its questions, or say what became of it."""
        if survey != self.survey:  # what was chosen before stays
            clear(self.asked)
            self.questions = []
            self.survey = survey
            if self.open:
                self.questions = [
                    QuestionView(number, question)
                    for number, question in enumerate(survey.questions, start=1)
                ]
            for view in self.questions:
                self.asked.addWidget(view)
        self.error.hide()
        self.retranslate()
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Words of the survey."""
        super().retranslate()
        self.title.setText(self.tr("Survey"))
        self.send.setText(self.tr("Send the answers"))
        survey = self.survey
        if survey is None:
            return
        self.heading.set_text(survey_title(survey))
        self.line.setText(f"{survey.number} · {until_words(survey, self._now())}")
        outcome = survey_outcome(survey)
        self.outcome_head.setText(self.tr("What came of it"))
        self.outcome.set_text(outcome)
        self.outcome_card.setVisible(bool(outcome))
        self.outcome_card.setAccessibleName(f"{self.outcome_head.text()} {outcome}")
        self.thanks.set_text(self._thanks(survey))
        self.send.setVisible(self.open)

    def _thanks(self, survey: Questionnaire) -> str:
        if self.open:
            return self.tr("Your answers are read without your name. It takes a minute.")
        if survey.answered:
            return self.tr("Thank you for your answers.")
        return self.tr("This survey is over.")

    def _send(self) -> None:
        if self.survey is None:
            return
        missing = [view for view in self.questions if not view.complete]
        for view in self.questions:
            view.missing.setVisible(view in missing)
        if missing:
            self.say(self.tr("%n question(s) still open.", "", len(missing)))
            return
        answers = {view.question.id: said for view in self.questions if (said := view.answer())}
        survey = self.survey
        work = partial(self._desk.session.cases.answer_survey, survey.id, answers)

        def done(_: object) -> None:
            self.show_survey(msgspec.structs.replace(survey, answered=True))
            self.answered.emit()

        self._desk.run(self, work, done=done, failed=lambda sentence: self.say(sentence.line()))
