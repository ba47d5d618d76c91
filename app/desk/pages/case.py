"""One case: its timeline of both sides, its clocks, and what can be done with it."""

from __future__ import annotations

import msgspec
from nicegui import ui

from app.desk import kit
from app.desk.casework import (
    STAGE_SIGNS,
    STAGE_TONES,
    case_clock,
    moved_words,
    stage_words,
)
from app.desk.components.case_row import clock_chip, priority_chip
from app.desk.components.case_side import CaseSide
from app.desk.components.case_timeline import CaseTimeline, NoteBox
from app.desk.fresh import Fresh
from app.desk.rooms import READERS
from app.desk.sessions import DeskSession
from app.desk.when import now_ms
from app.protocol.errors import KBeanError
from app.protocol.messages.cases import Case, CaseDetail, CaseMove

TICK_SECONDS = 15
WORKERS = READERS - {"auditor"}


async def build(session: DeskSession, number: str) -> None:
    """Fill the page."""
    CasePage(session, await session.client.casework.case(number))


class CasePage:
    """The page and what it knows."""

    def __init__(self, session: DeskSession, detail: CaseDetail) -> None:
        """Draw it from a first answer."""
        self.session = session
        self._detail = detail
        self._said: object = None
        self.works = bool(WORKERS & set(session.staff.roles))
        with kit.box("talk") as self._box:
            with kit.box("talk-main"):
                with kit.box("stack") as head:
                    head.style("gap:10px")
                    self._head = kit.box("case-head")
                    self._notice = kit.box("stack")
                self._timeline = CaseTimeline(session)
                with kit.box():
                    self._note = NoteBox(self) if self.works else None
            self._side = CaseSide(self)
        self._draw()
        self._fresh = Fresh(session, self._box, self._ask, "cases")
        with self._box:
            ui.timer(TICK_SECONDS, self._draw_head)

    @property
    def case(self) -> Case:
        """The case as the service last said."""
        return self._detail.case

    @property
    def detail(self) -> CaseDetail:
        """The case with its timeline and children."""
        return self._detail

    # --- drawing

    def _draw(self) -> None:
        self._draw_head()
        self._timeline.draw(self._detail)
        self._side.draw()
        if self._note is not None:
            self._note.draw()

    def _draw_head(self) -> None:
        words, case = self.session.words, self.case
        clock = case_clock(case, words, now_ms())
        says = (msgspec.structs.replace(case, updated_at=0, clocks=[]), clock)
        if says == self._said:
            return
        self._said = says
        self._head.clear()
        with self._head:
            back = kit.box("btn icon", "a")
            back.props["href"] = "/cases"
            back.props["aria-label"] = back.props["title"] = words("case.back")
            with back:
                kit.icon("arrow_back")
            with kit.box("stack tight grow"):
                with kit.box("line"):
                    kit.text(case.title, "talk-name clip", "h1")
                    kit.text(case.number, "caption figures", "span")
                with kit.box("line wrap") as chips:
                    chips.props["data-name"] = "case-chips"
                    stage = stage_words(case.stage, words)
                    kit.chip(stage, STAGE_TONES[case.stage], STAGE_SIGNS[case.stage])
                    priority_chip(self.session, case.priority)
                    clock_chip(clock)
                    if case.level > 1:
                        kit.chip(words("case.level", level=case.level), "warning", "trending_up")
                    if case.cycle > 1:
                        kit.chip(words("case.cycle", count=case.cycle - 1), "warning", "replay")
            if case.conversation_id:
                with kit.box("btn small", "a") as link:
                    link.props["href"] = f"/c/{case.conversation_id}"
                    link.props["data-name"] = "to-conversation"
                    kit.icon("forum")
                    kit.text(words("case.conversation"), tag="span")

    # --- asking and doing

    async def _ask(self) -> None:
        detail = await self.session.client.casework.case(self.case.id)
        if not self._box.is_deleted:
            self.show(detail)

    def show(self, detail: CaseDetail) -> None:
        """Draw an answer, where it says something new."""
        if detail != self._detail:
            self._detail = detail
            self._draw()

    async def move(self, move: CaseMove) -> bool:
        """Move the case; where somebody else was faster the page says so, and what is true now."""
        self.session.touch()
        self._notice.clear()
        try:
            self.show(await self.session.client.casework.move(self.case.id, move))
        except KBeanError as error:
            if error.code == "case_stage":
                await self._overtaken(move)
            else:
                await kit.failed(self.session, error)
            return False
        return True

    async def _overtaken(self, move: CaseMove) -> None:
        await self._fresh.now()
        if self._box.is_deleted:
            return
        words = self.session.words
        if self.case.stage == move.expected:
            kit.say(self.session, *words.error(KBeanError("case_stage")), "danger")
            return
        said = moved_words(self._detail.events, self.case, self.session.zone, words)
        with self._notice, kit.banner(said, "warning", "sync_problem") as banner:
            banner.props["data-name"] = "overtaken"
            kit.box("grow")
            kit.button(words("close"), self._notice.clear, kind="icon", sign="close")
