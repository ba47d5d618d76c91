"""Making a survey: titles, when, and questions, each in both languages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from app.desk import kit
from app.desk.sessions import DeskSession
from app.desk.surveying import day_end, day_of, day_start, days_from, numbered
from app.desk.when import now_ms
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cases import NewQuestionnaire

QUESTIONS_MAX = 20
LASTS_DAYS = 14
KINDS = ("stars", "choice", "text")


class QuestionBox:
    """One question."""

    def __init__(self, session: DeskSession, drop: Callable[[QuestionBox], None]) -> None:
        """Draw it."""
        words = session.words
        with kit.box("question-box") as self.box:
            self.box.props["data-name"] = "question"
            with kit.box("line apart"):
                kinds = {kind: words(f"question.{kind}") for kind in KINDS}
                self.kind = "stars"
                kit.segmented(kinds, "stars", self._choose, label=words("question.kind"))
                kit.button(words("question.drop"), lambda: drop(self), kind="icon", sign="close")
            with kit.box("both-languages"):
                self._zh = kit.field(words("question.zh"), name="question-zh")
                self._en = kit.field(words("question.en"), name="question-en")
            with kit.box("both-languages") as self._choices:
                hint = words("question.choices_hint")
                self._choices_zh = kit.area(
                    words("question.choices_zh"), rows=3, hint=hint, name="choices-zh"
                )
                self._choices_en = kit.area(
                    words("question.choices_en"), rows=3, hint=hint, name="choices-en"
                )
        self._choices.set_visibility(False)

    def _choose(self, kind: str) -> None:
        self.kind = kind
        self._choices.set_visibility(kind == "choice")

    @property
    def typed(self) -> tuple[str, str, str, str, str]:
        """What was typed: kind, both questions, both lists of choices."""
        fields = (self._zh, self._en, self._choices_zh, self._choices_en)
        zh, en, choices_zh, choices_en = (field.value or "" for field in fields)
        return self.kind, zh, en, choices_zh, choices_en


class SurveyForm:
    """A wide sheet."""

    def __init__(self, session: DeskSession, on_saved: Callable[[], Awaitable[None]]) -> None:
        """Open it."""
        self._session = session
        self._on_saved = on_saved
        self._key = new_id()
        self._questions: list[QuestionBox] = []
        words = session.words
        self._today = day_of(now_ms(), session.zone)
        with kit.sheet(
            words("surveys.new"), words("surveys.new_lead"), name="survey-form", wide=True
        ) as self._dialog:
            with kit.box("both-languages"):
                self._zh = kit.field(words("surveys.title_zh"), name="survey-zh")
                self._en = kit.field(words("surveys.title_en"), name="survey-en")
            with kit.box("both-languages"):
                self._opens = _day(words("surveys.opens"), self._today, "opens")
                last = days_from(self._today, LASTS_DAYS)
                self._closes = _day(words("surveys.closes"), last, "closes")
            self._boxes = kit.box("stack")
            self._add()
            kit.button(
                words("question.add"), self._add, kind="quiet", sign="add", name="add-question"
            )
            kit.actions(
                self._dialog,
                words("cancel"),
                words("surveys.do"),
                kit.guarded(session)(self._save),
                name="save-survey",
            )

    def _add(self) -> None:
        if len(self._questions) < QUESTIONS_MAX:
            with self._boxes:
                self._questions.append(QuestionBox(self._session, self._drop))

    def _drop(self, question: QuestionBox) -> None:
        if len(self._questions) > 1:
            self._questions.remove(question)
            question.box.delete()

    async def _save(self) -> None:
        zone = self._session.zone
        try:
            opens = day_start(self._opens.value or "", zone)
            closes = day_end(self._closes.value or "", zone)
        except ValueError:
            raise KBeanError("validation_failed", "no such day", field="closes_at") from None
        request = NewQuestionnaire(
            title_zh=" ".join((self._zh.value or "").split()),
            title_en=" ".join((self._en.value or "").split()),
            questions=numbered([question.typed for question in self._questions]),
            opens_at=opens,
            closes_at=closes,
        )
        await self._session.client.casework.make_survey(self._key, request)
        self._dialog.close()
        kit.say(self._session, self._session.words("surveys.made"), tone="bean")
        await self._on_saved()


def _day(label: str, value: str, name: str) -> ui.input:
    return kit.field(label, value, name=name).props("type=date")
