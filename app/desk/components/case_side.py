"""Beside a case: what to do next, who works on it, its clocks, its family."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from app.desk import kit
from app.desk.casework import NEXT, clock_words, team_words
from app.desk.components import case_sheets
from app.desk.components.cards import facts
from app.desk.components.case_links import case_links
from app.desk.components.case_open import open_case
from app.desk.components.case_row import clock_chip
from app.desk.rooms import TALKERS
from app.desk.when import moment_words, now_ms, span_words
from app.protocol.messages.cases import CaseMove, Clock

if TYPE_CHECKING:
    from app.desk.pages.case import CasePage


class CaseSide:
    """A column of cards; each is drawn anew when what it says changes.

    A button must not go away under a click because a clock counted on.
    """

    def __init__(self, page: CasePage) -> None:
        """Draw it empty."""
        self._page = page
        self._session = page.session
        with kit.box("side", "aside") as self._box:
            self._box.props["aria-label"] = page.session.words("case.side")
            self._parts = [kit.box("side-part") for _ in range(4)]
        self._drawn: list[object] = [None] * len(self._parts)

    def draw(self) -> None:
        """Say what is true now."""
        case, children = self._page.case, self._page.detail.children
        people = msgspec.structs.replace(case, updated_at=0, clocks=[])
        parts: tuple[tuple[object, Callable[[], None]], ...] = (
            (case.stage, self._next),
            (people, self._people),
            (case.clocks, self._clocks),
            ((case.parent, children), self._family),
        )
        for at, (says, draw) in enumerate(parts):
            if self._drawn[at] != says:
                self._drawn[at] = says
                self._parts[at].clear()
                with self._parts[at]:
                    draw()

    # --- what to do next

    def _next(self) -> None:
        words, page = self._session.words, self._page
        case = page.case
        if not page.works:
            return
        with kit.box("card pad", "section") as card:
            card.props["data-name"] = "next-steps"
            kit.text(words("case.next"), "card-title", "h2")
            if case.stage == "closed":
                kit.text(words("case.closed_text"), "small muted")
                return
            for stage in NEXT[case.stage]:
                key = "reopen" if case.stage == "resolved" and stage == "working" else stage
                kit.button(
                    words(f"move.{key}"),
                    functools.partial(case_sheets.to_stage, page, stage),
                    kind="primary" if stage == _FIRST[case.stage] else "plain",
                    sign=_SIGNS[stage],
                    name=f"move-{stage}",
                    classes="wide small",
                )
            if case.stage != "resolved":
                kit.button(
                    words("move.escalate"),
                    functools.partial(case_sheets.escalate, page),
                    sign="trending_up",
                    name="escalate",
                    classes="wide small warn-text",
                )

    # --- who works on it

    def _people(self) -> None:
        words, session, page = self._session.words, self._session, self._page
        case = page.case
        with kit.box("card pad", "section") as card:
            card.props["data-name"] = "case-facts"
            kit.text(words("case.about"), "card-title", "h2")
            closes = moment_words(case.closes_at, session.zone, words) if case.closes_at else ""
            closed = moment_words(case.closed_at, session.zone, words) if case.closed_at else ""
            facts(
                [
                    (words("case.person"), case.person_name),
                    (words("cases.assignee"), case.assignee_name or words("case.nobody")),
                    (words("cases.team"), team_words(case.team, words)),
                    (words("case.category"), words(f"category.{case.category}")),
                    (words("case.opened"), moment_words(case.opened_at, session.zone, words)),
                    (words("case.closes"), closes),
                    (words("case.closed"), closed),
                ]
            )
            if not page.works or case.stage == "closed":
                return
            if case.assignee_id != session.staff.id and TALKERS & set(session.staff.roles):
                kit.button(
                    words("case.take"), self._take, sign="back_hand", name="take-case",
                    classes="wide small",
                )  # fmt: skip
            kit.button(
                words("case.assign"),
                functools.partial(case_sheets.assign, page),
                sign="tune",
                name="assign",
                classes="wide small",
            )

    async def _take(self) -> None:
        case = self._page.case
        move = CaseMove(expected=case.stage, assignee_id=self._session.staff.id)
        await self._page.move(move)

    # --- clocks

    def _clocks(self) -> None:
        words, case = self._session.words, self._page.case
        if not case.clocks:
            return
        with kit.box("card pad", "section") as card:
            card.props["data-name"] = "case-clocks"
            kit.text(words("case.clocks"), "card-title", "h2")
            kit.text(words("case.clocks_text"), "caption")
            newest = sorted(case.clocks, key=lambda clock: -clock.cycle)
            for clock in newest:
                self._clock(clock, named=len(newest) > 1)

    def _clock(self, clock: Clock, *, named: bool) -> None:
        words = self._session.words
        with kit.box("stack tight"):
            with kit.box("line apart wrap"):
                name = words(f"metric.{clock.metric}")
                if named:
                    name = words("case.clock_cycle", name=name, cycle=clock.cycle)
                kit.text(name, "small strong", "span")
                clock_chip(clock_words(clock, words, now_ms()))
            used = min(100, 100 * clock.used / max(1, clock.target))
            with kit.box(f"meter {_METERS[clock.sla]}"):
                kit.box().style(f"width:{used:.0f}%")
            said = words(
                "case.used",
                used=span_words(clock.used, words),
                target=span_words(clock.target, words),
            )
            kit.text(said, "caption figures")
            if clock.due_at is not None and clock.state == "running":
                due = moment_words(clock.due_at, self._session.zone, words, within=True)
                kit.text(words("case.due", at=due), "caption figures")

    # --- family

    def _family(self) -> None:
        words, page = self._session.words, self._page
        case, children = page.case, page.detail.children
        may_open = bool(case.conversation_id) and bool(TALKERS & set(self._session.staff.roles))
        if not (case.parent or children or may_open):
            return
        with kit.box("card pad", "section") as card:
            card.props["data-name"] = "case-family"
            kit.text(words("case.family"), "card-title", "h2")
            if case.parent:
                kit.text(words("case.parent"), "caption")
                case_links([case.parent])
            if children:
                kit.text(words("case.children"), "caption")
                case_links(children)
            if may_open:
                kit.button(
                    words("case.open_child"),
                    functools.partial(
                        open_case, self._session, case.conversation_id, parent=case.number
                    ),
                    sign="account_tree",
                    name="open-child",
                    classes="wide small",
                )


_FIRST = {
    "new": "working",
    "working": "resolved",
    "waiting_person": "working",
    "waiting_internal": "working",
    "resolved": "closed",
}
"""Stage → the step that is taken most."""

_SIGNS = {
    "working": "play_arrow",
    "waiting_person": "hourglass_empty",
    "waiting_internal": "pending",
    "resolved": "task_alt",
    "closed": "lock",
}
_METERS = {"ok": "", "warn": "warning", "breach": "danger"}
