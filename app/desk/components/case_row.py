"""One case as a line of a list."""

from __future__ import annotations

from app.desk import kit
from app.desk.casework import (
    PRIORITIES,
    STAGE_SIGNS,
    STAGE_TONES,
    ClockWords,
    case_clock,
    stage_words,
    team_words,
)
from app.desk.sessions import DeskSession
from app.desk.when import moment_words
from app.protocol.messages.cases import Case


class CaseRow:
    """A link to the case; its words change in place, so that nothing jumps."""

    def __init__(self, session: DeskSession, case: Case, now: int) -> None:
        """Draw it."""
        self._session = session
        self._drawn: tuple[object, ...] = ()
        with kit.box("case-row", "a") as self._row:
            self._row.props["href"] = f"/cases/{case.number}"
            self._row.props["data-name"] = "case"
            self._row.props["data-case"] = case.number
        self.update(case, now)

    def update(self, case: Case | None, now: int) -> None:
        """Say what is true now; a case that left the list is dimmed until the list moves."""
        if case is None:
            self._row.style("opacity:.45")
            return
        clock = case_clock(case, self._session.words, now)
        if (case, clock) == self._drawn:
            return
        self._drawn = (case, clock)
        self._row.clear()
        with self._row:
            self._fill(case, clock)

    def choose(self, on: bool) -> None:
        """Show that the keyboard stands here."""
        if on:
            self._row.classes("chosen")
            self._row.props["aria-current"] = "true"
        else:
            self._row.classes(remove="chosen")
            self._row.props.pop("aria-current", None)
        self._row.update()

    def _fill(self, case: Case, clock: ClockWords | None) -> None:
        words = self._session.words
        priority_chip(self._session, case.priority)
        with kit.box("stack tight"):
            kit.text(case.title, "row-title clip")
            with kit.box("line"):
                kit.text(case.number, "caption figures", "span")
                kit.text(case.person_name, "caption clip", "span")
                kit.text(words(f"category.{case.category}"), "caption clip", "span")
        with kit.box():
            kit.chip(
                stage_words(case.stage, words), STAGE_TONES[case.stage], STAGE_SIGNS[case.stage]
            )
        with kit.box():
            clock_chip(clock)
        with kit.box("stack tight"):
            if case.assignee_name:
                kit.text(case.assignee_name, "small clip")
            else:
                kit.text(words("case.nobody"), "small muted clip")
            if case.team:
                kit.text(team_words(case.team, words), "caption clip")
        kit.text(moment_words(case.updated_at, self._session.zone, words), "caption figures")


def priority_chip(session: DeskSession, priority: int) -> None:
    """How urgent: a word and a sign on a tint."""
    tone, sign = PRIORITIES[priority]
    with kit.box():
        kit.chip(session.words(f"priority.{priority}"), tone, sign)


def clock_chip(clock: ClockWords | None) -> None:
    """How a clock stands; nothing where none counts."""
    if clock is not None:
        tone, sign, said = clock
        kit.chip(said, tone, sign)
