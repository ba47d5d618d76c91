"""One conversation drawn for scoring: its transcript, a mark for each criterion beside it."""

from __future__ import annotations

import asyncio
import functools

from nicegui import ui

from app.desk import kit
from app.desk.components.transcript import Transcript
from app.desk.figures import CRITERIA, MARKS
from app.desk.sessions import DeskSession
from app.desk.thread import Thread
from app.desk.when import moment_words
from app.protocol.errors import KBeanError
from app.protocol.messages.cases import QualitySample, QualityScore
from app.protocol.messages.desk import StaffConversation

SCORERS = frozenset({"senior", "supervisor"})


async def build(session: DeskSession, number: str) -> None:
    """Fill the page."""
    casework = session.client.casework
    lists = await asyncio.gather(casework.samples(), casework.samples(scored=True))
    sample = next((one for found in lists for one in found if one.id == number), None)
    if sample is None:
        raise KBeanError("not_found")
    SamplePage(session, sample, await session.client.conversation(sample.conversation_id))


class SamplePage:
    """The page and what it knows."""

    def __init__(
        self, session: DeskSession, sample: QualitySample, state: StaffConversation
    ) -> None:
        """Draw it."""
        self._session = session
        self._sample = sample
        self._scores: dict[str, int] = dict(sample.scores)
        self._may_score = bool(SCORERS & set(session.staff.roles))
        thread = Thread(sample.conversation_id)
        thread.reset(state.messages, more=state.more)
        with kit.box("talk") as self._box:
            with kit.box("talk-main"):
                self._head(state.entry.person_name)
                with kit.box("pane"):
                    transcript = Transcript(
                        session, thread, internal=False, load_older=self._older, outgoing=None
                    )
                    transcript.box.style("flex:1 1 0")
            with kit.box("side", "aside") as side:
                side.props["aria-label"] = session.words("quality.score")
                self._form()

    def _head(self, person: str) -> None:
        words, sample = self._session.words, self._sample
        with kit.box("talk-head"):
            back = kit.box("btn icon", "a")
            back.props["href"] = "/quality"
            back.props["aria-label"] = back.props["title"] = words("quality.back")
            with back:
                kit.icon("arrow_back")
            with kit.box("stack tight grow"):
                with kit.box("line"):
                    kit.text(words("quality.of", name=sample.agent_name), "talk-name clip", "h1")
                    kit.text(sample.number, "caption figures", "span")
                with kit.box("line wrap"):
                    kit.chip(words("quality.with", name=person), "plain", "person")
                    if sample.cycle > 1:
                        kit.chip(words("quality.cycle", count=sample.cycle))
                    if sample.scored_at is not None:
                        at = moment_words(sample.scored_at, self._session.zone, words, within=True)
                        said = words("quality.scored_by", name=sample.scored_by, at=at)
                        kit.chip(said, "bean", "grading")

    def _form(self) -> None:
        words, sample = self._session.words, self._sample
        with kit.box("card pad stack", "section") as card:
            card.props["data-name"] = "score-form"
            kit.text(words("quality.score"), "card-title", "h2")
            kit.text(words("quality.scale"), "caption")
            for criterion in CRITERIA:
                self._criterion(criterion)
            if not self._may_score:
                if sample.comment:
                    kit.text(sample.comment, "feedback-text")
                kit.banner(words("talk.read_only"), "info", "visibility")
                return
            self._comment = kit.area(
                words("quality.comment"),
                sample.comment,
                hint=words("quality.comment_hint"),
                name="score-comment",
            )
            self._save_button = kit.button(
                words("quality.save"),
                kit.guarded(self._session)(self._save),
                kind="primary",
                name="save-score",
                classes="wide",
            )
            kit.enable(self._save_button, bool(self._scores))

    def _criterion(self, criterion: str) -> None:
        words = self._session.words
        name = words(f"criterion.{criterion}")
        with kit.box("stack tight") as line:
            line.props["data-name"] = f"criterion-{criterion}"
            with kit.box("criterion"):
                kit.text(name, "field-label", "span")
                kit.text(words(f"criterion.{criterion}.text"), "caption", "span")
            given = self._scores.get(criterion)
            if self._may_score:
                marks = {str(mark): str(mark) for mark in MARKS}
                chosen = "" if given is None else str(given)
                group = kit.segmented(
                    marks, chosen, functools.partial(self._mark, criterion), label=name
                )
                group.classes("marks")
            else:
                said = words("quality.none") if given is None else str(given)
                kit.text(said, "strong figures")

    def _mark(self, criterion: str, mark: str) -> None:
        self._scores[criterion] = int(mark)
        kit.enable(self._save_button, True)

    async def _save(self) -> None:
        comment = (self._comment.value or "").strip()
        marks = {name: self._scores[name] for name in CRITERIA if name in self._scores}
        score = QualityScore(marks, comment)
        await self._session.client.casework.score(self._sample.id, score)
        kit.say(self._session, self._session.words("quality.saved"), tone="bean")
        ui.navigate.to("/quality")

    async def _older(self, thread: Thread) -> bool:
        page = await kit.guarded(self._session)(self._session.client.page)(
            thread.conv, before=thread.first
        )
        if page is None or self._box.is_deleted:
            return False
        thread.older(page.messages, more=page.more)
        return True
