"""Ask the bot as a person would, and see what it would do; nothing is kept."""

from __future__ import annotations

from app.desk import kit
from app.desk.sessions import DeskSession
from app.protocol.messages.knowledge import KnowledgeTest, KnowledgeTried
from app.protocol.messages.support import Language


class QueryTester:
    """A question, and what it finds."""

    def __init__(self, session: DeskSession) -> None:
        """Draw it."""
        self._session = session
        self._words = words = session.words
        self._language: Language = "zh" if session.language == "zh-CN" else "en"
        with kit.box("card pad stack", "section"):
            kit.text(words("tester"), "card-title", "h2")
            kit.text(words("tester.lead"), "caption")
            self._question = kit.field(words("tester.question"), name="tester")
            self._question.on("keydown.enter", kit.steady(self._try), [])
            with kit.box("line apart"):
                languages = {"zh": "中文", "en": "English"}
                kit.segmented(languages, self._language, self._choose, label=words("language"))
                kit.button(
                    words("tester.try"), self._try, kind="primary", name="try", classes="small"
                )
            self._found = kit.box("stack")

    def _choose(self, language: str) -> None:
        self._language = "en" if language == "en" else "zh"

    async def _try(self) -> None:
        text = (self._question.value or "").strip()
        if not text:
            return
        ask = kit.guarded(self._session)(self._session.client.knowledge.try_question)
        tried = await ask(KnowledgeTest(text, self._language))
        if tried is not None:
            self._show(tried)

    def _show(self, tried: KnowledgeTried) -> None:
        words = self._words
        self._found.clear()
        with self._found:
            band = words.known(f"band.{tried.band}", tried.band)
            good = tried.band in {"answer", "rule"}
            with kit.box("line"):
                kit.chip(band, "bean" if good else "gold")
                if tried.rule:
                    kit.text(words.known(f"rule.{tried.rule}", tried.rule), "caption", "span")
                elif tried.confidence:
                    kit.text(f"{tried.confidence:.0%}", "caption figures", "span")
            for place, candidate in enumerate(tried.candidates, 1):
                with kit.box("view-row") as row:
                    row.props["data-name"] = "candidate"
                    kit.text(f"{place}. {candidate.title}", "small clip", "span")
                    kit.text(f"{candidate.score:.2f}", "caption figures", "span")
