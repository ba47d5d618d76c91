"""One survey: what people answered, in bars and in words, and telling them what came of it."""

from __future__ import annotations

from nicegui import ui

from app.desk import kit
from app.desk.pages.surveys import MAKERS, STATES
from app.desk.sessions import DeskSession
from app.desk.surveying import bars, mean_stars, question_of, survey_state, title_of
from app.desk.when import day_words, now_ms
from app.protocol.messages.cases import Question, QuestionnaireOutcome, QuestionnaireResult

EVERY_SECONDS = 20.0


async def build(session: DeskSession, number: str) -> None:
    """Fill the page."""
    SurveyPage(session, await session.client.casework.survey(number))


class SurveyPage:
    """The page and what it knows."""

    def __init__(self, session: DeskSession, result: QuestionnaireResult) -> None:
        """Draw it from a first answer."""
        self._session = session
        self._result = result
        with kit.box("page") as self._box, kit.box("page-inner"):
            self._head = kit.box("case-head")
            self._told = kit.box("stack")
            self._answers = kit.box("stack")
            self._answers.style("gap:16px")
        self._draw()
        with self._box:
            ui.timer(EVERY_SECONDS, self._look, immediate=False)

    async def _look(self) -> None:
        await kit.guarded_quietly(self._session, self._refresh)

    async def _refresh(self) -> None:
        fresh = await self._session.client.casework.survey(self._result.questionnaire.id)
        if not self._box.is_deleted and fresh != self._result:
            self._result = fresh
            self._draw()

    def _draw(self) -> None:
        self._draw_head()
        self._draw_told()
        self._answers.clear()
        with self._answers:
            for at, question in enumerate(self._result.questionnaire.questions, 1):
                self._question(at, question)

    def _draw_head(self) -> None:
        session, survey = self._session, self._result.questionnaire
        words, zone = session.words, session.zone
        state = survey_state(survey, now_ms())
        tone, sign = STATES[state]
        self._head.clear()
        with self._head:
            back = kit.box("btn icon", "a")
            back.props["href"] = "/surveys"
            back.props["aria-label"] = back.props["title"] = words("surveys.back")
            with back:
                kit.icon("arrow_back")
            with kit.box("stack tight grow"):
                with kit.box("line"):
                    kit.text(title_of(survey, session.language), "talk-name clip", "h1")
                    kit.text(survey.number, "caption figures", "span")
                with kit.box("line wrap"):
                    kit.chip(words(f"surveys.{state}"), tone, sign)
                    people = kit.chip(words("surveys.people", count=self._result.people), "info")
                    people.props["data-name"] = "people"
                    span = words(
                        "surveys.span",
                        opens=day_words(survey.opens_at, zone, words),
                        closes=day_words(survey.closes_at - 1, zone, words),
                    )
                    kit.text(span, "caption figures", "span")
            if MAKERS & set(session.staff.roles):
                told = state == "told"
                kit.button(
                    words("surveys.tell_again" if told else "surveys.tell"),
                    self._tell,
                    kind="plain" if told else "primary",
                    sign="campaign",
                    name="tell",
                    classes="small",
                )

    def _draw_told(self) -> None:
        survey, words = self._result.questionnaire, self._session.words
        self._told.clear()
        if not (survey.outcome_zh or survey.outcome_en):
            return
        with self._told, kit.box("card pad stack", "section") as card:
            card.props["data-name"] = "outcome"
            kit.text(words("surveys.outcome"), "card-title", "h2")
            with kit.box("both-languages"):
                for lang, said in (("zh-CN", survey.outcome_zh), ("en", survey.outcome_en)):
                    kit.text(said, "feedback-text").props["lang"] = lang

    def _question(self, at: int, question: Question) -> None:
        session, words, result = self._session, self._session.words, self._result
        with kit.box("card pad stack", "section") as card:
            card.props["data-name"] = "result"
            with kit.box("line apart"):
                asked = question_of(question, session.language)
                kit.text(f"{at}. {asked}", "card-title", "h2")
                mean = mean_stars(question, result)
                if mean is not None:
                    kit.chip(words("surveys.mean", mean=f"{mean:.1f}"), "gold", "star")
            if question.kind == "text":
                self._texts(result.texts.get(question.id, []))
                return
            given = bars(question, result, session.language)
            whole = max(1, sum(count for _, count in given))
            with kit.box("bars", "dl"):
                for label, count in given:
                    share = words("surveys.share", count=count, share=f"{count / whole:.0%}")
                    kit.text(label, "small clip", "dt")
                    with kit.box("", "dd"):
                        with kit.box("bar") as bar:
                            bar.props["aria-hidden"] = "true"
                            kit.box().style(f"width:{100 * count / whole:.0f}%")
                        kit.text(share, "small figures", "span")

    def _texts(self, texts: list[str]) -> None:
        words = self._session.words
        if not texts:
            kit.text(words("surveys.no_texts"), "small muted")
        with kit.box("texts", "ul"):
            for said in texts:
                kit.text(said, "small", "li")

    def _tell(self) -> None:
        session, words, survey = self._session, self._session.words, self._result.questionnaire
        lead = words("surveys.tell_lead")
        with kit.sheet(words("surveys.tell"), lead, name="outcome-form", wide=True) as dialog:
            with kit.box("both-languages"):
                zh = kit.area(
                    words("surveys.outcome_zh"), survey.outcome_zh, rows=5, name="outcome-zh"
                )
                en = kit.area(
                    words("surveys.outcome_en"), survey.outcome_en, rows=5, name="outcome-en"
                )

            @kit.guarded(session)
            async def work() -> None:
                told = QuestionnaireOutcome((zh.value or "").strip(), (en.value or "").strip())
                await session.client.casework.conclude(survey.id, told)
                dialog.close()
                kit.say(session, words("surveys.said"), tone="bean")
                await self._refresh()

            kit.actions(dialog, words("cancel"), words("surveys.tell"), work, name="do-tell")
