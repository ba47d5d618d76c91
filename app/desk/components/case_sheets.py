"""The sheets of a case: take it to a stage, give it to somebody, send it one level up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from nicegui import ui

from app.desk import kit
from app.desk.casework import PRIORITIES, TEAMS, team_words
from app.protocol.messages.cases import CaseMove, Stage

if TYPE_CHECKING:
    from app.desk.pages.case import CasePage

WORKER_ROLES = frozenset({"agent", "senior", "supervisor", "mediator", "risk", "compliance"})
SILENT = frozenset({"working", "closed"})
"""Stages that need no words on the way."""


async def to_stage(page: CasePage, stage: Stage) -> None:
    """Move the case on; where the person is concerned they are told in words."""
    expected = page.case.stage
    if stage in SILENT and expected != "resolved":
        await page.move(CaseMove(expected=expected, stage=stage))
        return
    words = page.session.words
    key = "reopen" if expected == "resolved" and stage == "working" else stage
    with kit.sheet(words(f"move.{key}"), words(f"move.{key}.lead"), name="move") as dialog:
        text = kit.area(words("move.words"), hint=words("move.words_hint"), name="move-words")

        def make() -> CaseMove:
            return CaseMove(expected=expected, stage=stage, text=(text.value or "").strip())

        run = _moving(page, dialog, make)
        kit.actions(dialog, words("cancel"), words(f"move.{key}"), run, name="do-move")


def escalate(page: CasePage) -> None:
    """One level up, with the reason."""
    words, expected = page.session.words, page.case.stage
    lead = words("move.escalate.lead")
    with kit.sheet(words("move.escalate"), lead, name="escalate") as dialog:
        text = kit.area(words("fact.reason"), hint=words("move.words_hint"), name="why")

        def make() -> CaseMove:
            return CaseMove(expected=expected, escalate=True, text=(text.value or "").strip())

        run = _moving(page, dialog, make)
        kit.actions(dialog, words("cancel"), words("move.escalate"), run, name="do-escalate")


async def assign(page: CasePage) -> None:
    """Who works on it, in which team, how urgently; one move."""
    session, case = page.session, page.case
    members = await kit.guarded(session)(session.client.members)()
    if members is None:
        return
    words = session.words
    people = {
        member.id: f"{member.display_name} · {words(f'presence.{member.presence}')}"
        for member in members
        if WORKER_ROLES & set(member.roles)
    }
    if case.assignee_id:
        people.setdefault(case.assignee_id, case.assignee_name)
    with kit.sheet(words("case.assign"), words("case.assign_lead"), name="assign") as dialog:
        person = kit.choice(
            words("cases.assignee"),
            people,
            case.assignee_id or None,
            name="assignee",
        )
        teams = {team: team_words(team, words) for team in {*TEAMS, case.team}}
        team = kit.choice(words("cases.team"), teams, case.team, name="to-team")
        priorities = {value: words(f"priority.{value}") for value in PRIORITIES}
        priority = kit.choice(
            words("cases.priority"), priorities, case.priority, name="to-priority"
        )

        def make() -> CaseMove:
            return CaseMove(
                expected=case.stage,
                priority=priority.value,
                team=team.value,
                assignee_id=person.value,
            )

        kit.actions(
            dialog, words("cancel"), words("save"), _moving(page, dialog, make), name="do-assign"
        )


def _moving(
    page: CasePage, dialog: ui.dialog, make: Callable[[], CaseMove]
) -> Callable[[], Awaitable[None]]:
    """What a sheet's button does: the move, then the page says what is true now."""

    async def run() -> None:
        move = make()
        # Overtaken: the page says by whom, and what was asked for here no longer fits.
        if await page.move(move) or page.case.stage != move.expected:
            dialog.close()

    return run
