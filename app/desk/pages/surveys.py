"""The operator's surveys: what is asked, until when, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from app.desk import kit
from app.desk.components.survey_form import SurveyForm
from app.desk.sessions import DeskSession
from app.desk.surveying import State, survey_state, title_of
from app.desk.tones import Tone
from app.desk.when import day_words, now_ms
from app.protocol.messages.cases import Questionnaire

MAKERS = frozenset({"supervisor", "admin"})
STATES: dict[State, tuple[Tone, str]] = {
    "planned": ("info", "event"),
    "open": ("bean", "how_to_vote"),
    "closed": ("gold", "pending_actions"),
    "told": ("plain", "campaign"),
}


async def build(session: DeskSession) -> None:
    """Fill the page."""
    SurveysPage(session, await session.client.casework.surveys())


class SurveysPage:
    """The page and what it knows."""

    def __init__(self, session: DeskSession, surveys: Sequence[Questionnaire]) -> None:
        """Draw it."""
        self._session = session
        words = session.words
        with kit.box("page") as self._box, kit.box("page-inner"):
            with kit.box("line apart"):
                kit.heading(words("room.surveys"), words("surveys.lead"))
                if MAKERS & set(session.staff.roles):
                    kit.button(
                        words("surveys.new"),
                        self._new,
                        kind="primary",
                        sign="add",
                        name="new-survey",
                    )
            self._list = kit.box("card")
        self._draw(surveys)

    def _new(self) -> None:
        SurveyForm(self._session, self._refresh)

    async def _refresh(self) -> None:
        surveys = await self._session.client.casework.surveys()
        if not self._box.is_deleted:
            self._draw(surveys)

    def _draw(self, surveys: Sequence[Questionnaire]) -> None:
        words = self._session.words
        self._list.clear()
        with self._list:
            for survey in surveys:
                self._row(survey)
            if not surveys:
                kit.empty("ballot", words("surveys.empty"), words("surveys.empty.text"))

    def _row(self, survey: Questionnaire) -> None:
        session = self._session
        words, zone, now = session.words, session.zone, now_ms()
        state = survey_state(survey, now)
        tone, sign = STATES[state]
        with kit.box("list-link", "a") as row:
            row.props["href"] = f"/surveys/{survey.id}"
            row.props["data-name"] = "survey"
            with kit.box("stack tight grow"):
                kit.text(title_of(survey, session.language), "row-title clip")
                with kit.box("line wrap"):
                    kit.text(survey.number, "caption figures", "span")
                    asked = words("surveys.questions", count=len(survey.questions))
                    kit.text(asked, "caption", "span")
                    span = words(
                        "surveys.span",
                        opens=day_words(survey.opens_at, zone, words),
                        closes=day_words(survey.closes_at - 1, zone, words),
                    )
                    kit.text(span, "caption figures", "span")
            kit.chip(words(f"surveys.{state}"), tone, sign)
            kit.icon("chevron_right", "muted")
