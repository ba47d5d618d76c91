"""What may happen to a case, and when somebody above is asked. Pure.

Source: design/4 §Cases and clocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from app.protocol.errors import KBeanError
from app.protocol.messages.cases import Category, Stage

MOVES: dict[Stage, frozenset[Stage]] = {
    "new": frozenset({"working", "waiting_person", "waiting_internal", "resolved"}),
    "working": frozenset({"waiting_person", "waiting_internal", "resolved"}),
    "waiting_person": frozenset({"working", "waiting_internal", "resolved"}),
    "waiting_internal": frozenset({"working", "waiting_person", "resolved"}),
    "resolved": frozenset({"working", "closed"}),
    "closed": frozenset({"working"}),
}
"""Stage → where it may go. A closed case only moves by being reopened."""

CLOSES_AFTER_DAYS = 7
"""A resolved case closes by itself after so many days without a word of the person."""

REOPENS_WITHIN_DAYS = 30
"""A closed case can be reopened for so long; later it takes a new one."""

LEVEL_MAX = 3
"""1 agent, 2 senior, 3 supervisor."""

DISSATISFIED = 2
"""So many stars or fewer send a conversation one level up at once."""

TEAM_OF_LEVEL: dict[int, str] = {1: "", 2: "senior", 3: "supervisor"}

Reason = Literal["late", "asked", "dissatisfied", "amount", "reopened", "decided"]


def check_move(stage: Stage, to: Stage) -> None:
    """Refuse a move that isn't one.

    Raises:
        KBeanError: ``case_stage``.
    """
    if to != stage and to not in MOVES[stage]:
        raise KBeanError("case_stage", f"a case doesn't go from {stage} to {to}")


def pauses(stage: Stage) -> bool:
    """Whether the resolution clock stands still: only while the person's answer is awaited."""
    return stage == "waiting_person"


def raised(level: int, priority: int) -> tuple[int, int]:
    """Level and priority after an escalation: one up each, as far as they go."""
    return min(level + 1, LEVEL_MAX), min(priority + 1, 3)


def escalates_at_once(
    *, stars: int | None = None, amount: int | None = None, above: int, cycle: int, asked: bool
) -> Reason | None:
    """Why a case goes up without waiting for a clock; None where it doesn't.

    Args:
        stars: The answer of a survey.
        amount: Minor units that the case is about.
        above: From how many minor units on somebody above looks at once.
        cycle: Which opening this is; the second reopening (cycle 3) goes up.
        asked: The person asked for it.
    """
    if asked:
        return "asked"
    if stars is not None and stars <= DISSATISFIED:
        return "dissatisfied"
    if amount is not None and amount >= above:
        return "amount"
    if cycle >= 3:
        return "reopened"
    return None


def first_priority(category: Category, amount: int | None, above: int) -> int:
    """How urgent a new case is before anybody has looked."""
    if category == "security":
        return 3
    if category == "payment" or (amount is not None and amount >= above):
        return 2
    return 1


def may_reopen(stage: Stage, closed_at: int | None, now: int) -> bool:
    """Whether the person's "not solved" opens it again."""
    if stage == "resolved":
        return True
    if stage != "closed" or closed_at is None:
        return False
    return now - closed_at <= REOPENS_WITHIN_DAYS * 86_400_000


def sees_all(roles: Iterable[str]) -> bool:
    """Whether one of the staff sees every case; agents see their own and what nobody has yet."""
    return bool({"senior", "supervisor", "mediator", "risk", "compliance", "auditor"} & set(roles))


def may_see(roles: Iterable[str], staff_id: str, row: Any) -> bool:
    """Whether one of the staff sees this case."""
    if sees_all(roles) or row.assignee_id == staff_id:
        return True
    return row.assignee_id is None and row.level == 1


def may_work(roles: Iterable[str], staff_id: str, row: Any) -> bool:
    """Whether one of the staff changes this case: auditors only ever read."""
    return may_see(roles, staff_id, row) and set(roles) != {"auditor"}
