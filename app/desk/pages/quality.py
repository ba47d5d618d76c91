"""Quality: conversations drawn for scoring, and what was scored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.desk import kit
from app.desk.figures import mean_score
from app.desk.fresh import Fresh
from app.desk.sessions import DeskSession
from app.desk.when import moment_words
from app.protocol.messages.cases import QualitySample


async def build(session: DeskSession) -> None:
    """Fill the page."""
    casework = session.client.casework
    waiting, scored = await asyncio.gather(casework.samples(), casework.samples(scored=True))
    QualityPage(session, waiting, scored)


class QualityPage:
    """The page and what it knows."""

    def __init__(
        self,
        session: DeskSession,
        waiting: Sequence[QualitySample],
        scored: Sequence[QualitySample],
    ) -> None:
        """Draw it from first answers."""
        self._session = session
        self._waiting, self._scored = list(waiting), list(scored)
        self._show = "open"
        words = session.words
        with kit.box("page") as self._box, kit.box("page-inner"):
            with kit.box("line apart wrap"):
                kit.heading(words("room.quality"), words("quality.lead"))
                options = {"open": words("quality.open"), "scored": words("quality.scored")}
                kit.segmented(options, "open", self._choose, label=words("quality.which"))
            self._list = kit.box("card")
        self._draw()
        Fresh(session, self._box, self._refresh, "cases", "queue")

    def _choose(self, show: str) -> None:
        self._show = show
        self._draw()

    async def _refresh(self) -> None:
        casework = self._session.client.casework
        waiting, scored = await asyncio.gather(casework.samples(), casework.samples(scored=True))
        if self._box.is_deleted or (waiting, scored) == (self._waiting, self._scored):
            return
        self._waiting, self._scored = waiting, scored
        self._draw()

    def _draw(self) -> None:
        words = self._session.words
        shown = self._waiting if self._show == "open" else self._scored
        self._list.clear()
        with self._list:
            for sample in shown:
                self._row(sample)
            if not shown:
                key = f"quality.empty.{self._show}"
                kit.empty("grading", words(key), words(f"{key}.text"))

    def _row(self, sample: QualitySample) -> None:
        words, zone = self._session.words, self._session.zone
        with kit.box("list-link", "a") as row:
            row.props["href"] = f"/quality/{sample.id}"
            row.props["data-name"] = "sample"
            row.props["data-number"] = sample.number
            with kit.box("stack tight grow"):
                with kit.box("line"):
                    kit.text(sample.agent_name, "row-title clip", "span")
                    kit.text(sample.number, "caption figures", "span")
                    if sample.cycle > 1:
                        kit.chip(words("quality.cycle", count=sample.cycle))
                at = moment_words(sample.drawn_at, zone, words, within=True)
                said = words("quality.drawn", at=at)
                if sample.scored_at is not None:
                    at = moment_words(sample.scored_at, zone, words, within=True)
                    said = words("quality.scored_by", name=sample.scored_by, at=at)
                kit.text(said, "caption figures")
                if sample.comment:
                    kit.text(sample.comment, "small clip")
            mean = mean_score(sample.scores)
            if mean is not None:
                kit.chip(words("quality.mean", mean=f"{mean:.1f}"), "bean", "grading")
            kit.icon("chevron_right", "muted")
