"""What the pages of cases say and offer, decided without a page (design/4 §Cases and clocks)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from zoneinfo import ZoneInfo

from app.desk.tones import Tone
from app.desk.when import moment_words, span_words
from app.desk.words import Words
from app.protocol.messages.cases import Case, CaseEvent, Clock, Stage

STAGES: tuple[Stage, ...] = (
    "new",
    "working",
    "waiting_person",
    "waiting_internal",
    "resolved",
    "closed",
)
STAGE_TONES: dict[str, Tone] = {
    "new": "info",
    "working": "bean",
    "waiting_person": "gold",
    "waiting_internal": "gold",
    "resolved": "bean",
    "closed": "plain",
}
STAGE_SIGNS = {
    "new": "radio_button_unchecked",
    "working": "construction",
    "waiting_person": "hourglass_empty",
    "waiting_internal": "pending",
    "resolved": "task_alt",
    "closed": "lock",
}
NEXT: dict[Stage, tuple[Stage, ...]] = {
    "new": ("working", "waiting_person", "waiting_internal", "resolved"),
    "working": ("waiting_person", "waiting_internal", "resolved"),
    "waiting_person": ("working", "waiting_internal", "resolved"),
    "waiting_internal": ("working", "waiting_person", "resolved"),
    "resolved": ("working", "closed"),
    "closed": (),
}
"""Stage → where it is offered to go; the service decides."""

PRIORITIES: dict[int, tuple[Tone, str]] = {
    0: ("plain", "keyboard_arrow_down"),
    1: ("plain", "drag_handle"),
    2: ("warning", "keyboard_arrow_up"),
    3: ("danger", "keyboard_double_arrow_up"),
}
TEAMS = ("", "senior", "supervisor")
"""Teams by level: what a case goes to when it is escalated."""

CATEGORIES = ("payment", "refund", "transfer", "account", "security", "merchant", "other")
ClockWords = tuple[Tone, str, str]
"""Tone, sign, words."""

_MOVES = frozenset({"stage", "reopened", "closed"})
_CLOCK_TONES: dict[str, tuple[Tone, str]] = {
    "ok": ("bean", "schedule"),
    "warn": ("warning", "hourglass_bottom"),
    "breach": ("danger", "alarm"),
}
_KEPT: ClockWords = ("bean", "task_alt", "clock.kept")
_MISSED: ClockWords = ("danger", "alarm", "clock.missed")


def current_clock(clocks: Iterable[Clock]) -> Clock | None:
    """The clock that counts now: of those that run or pause, the one that is due first."""
    live = [clock for clock in clocks if clock.state in {"running", "paused"}]
    return min(live, key=lambda clock: (clock.due_at is None, clock.due_at or 0), default=None)


def clock_words(clock: Clock, words: Words, now: int) -> ClockWords:
    """Tone, sign and words of one clock."""
    late = clock.sla == "breach"
    if clock.state == "cancelled":
        return "plain", "timer_off", words("clock.cancelled")
    if clock.state == "fulfilled":
        tone, sign, key = _MISSED if late else _KEPT
        return tone, sign, words(key)
    if clock.state == "paused" or clock.due_at is None:
        key = "clock.paused_late" if late else "clock.paused"
        return "danger" if late else "gold", "pause_circle", words(key)
    left = (clock.due_at - now) / 1000
    late = late or left < 0
    tone, sign = _CLOCK_TONES["breach" if late else clock.sla]
    key = "sla.breach_by" if late else "sla.warn_in" if clock.sla == "warn" else "sla.ok_in"
    return tone, sign, words(key, span=span_words(abs(left), words))


def case_clock(case: Case, words: Words, now: int) -> ClockWords | None:
    """How a case's clock stands, for a list; None where nothing counts and nothing was missed."""
    clock = current_clock(case.clocks)
    if clock is not None:
        return clock_words(clock, words, now)
    late = any(clock.sla == "breach" and clock.cycle == case.cycle for clock in case.clocks)
    return (*_MISSED[:2], words(_MISSED[2])) if late else None


def stage_words(stage: str, words: Words) -> str:
    """A stage as it stands alone, on a tint."""
    said = words.known(f"stage.{stage}", stage)
    return said[:1].upper() + said[1:]


def team_words(team: str, words: Words) -> str:
    """What a team is called."""
    return words.known(f"team.{team or 'first'}", team)


def actor_words(event: CaseEvent, words: Words, person: str) -> str:
    """Who wrote a line."""
    if event.actor == "person":
        return person or words("actor.person")
    if event.actor == "agent":
        return event.actor_name
    return words(f"actor.{event.actor}")


def line_words(event: CaseEvent, words: Words) -> str:
    """What a line of the timeline says happened; empty for a note, which is its own words."""
    said = _SAID.get(event.kind)
    if said is not None:
        return said(event, words)
    return words.known(f"line.{event.kind}", event.kind)


def _say_note(event: CaseEvent, words: Words) -> str:
    del event, words
    return ""


def _say_stage(event: CaseEvent, words: Words) -> str:
    return words("line.stage", stage=words.known(f"stage.{event.stage}", event.stage))


def _say_priority(event: CaseEvent, words: Words) -> str:
    before, _, after = event.body.partition(" → ")
    named = [words.known(f"priority.{level}", level) for level in (before, after)]
    return words("line.priority", before=named[0], after=named[1])


def _say_assigned(event: CaseEvent, words: Words) -> str:
    # A team is the staff's own business, and so an internal line; a name is everybody's.
    if event.internal:
        return words("line.team", team=team_words(event.body, words))
    return words("line.assigned", name=event.body)


def _say_escalated(event: CaseEvent, words: Words) -> str:
    why = event.body.partition(": ")[0]
    if why == "decided":
        return words("line.escalated_by_hand")
    return words("line.escalated", why=words.known(f"why.{why}", why))


def _say_due(event: CaseEvent, words: Words) -> str:
    return words.known(f"line.due.{event.body}", words("line.due"))


_SAID: dict[str, Callable[[CaseEvent, Words], str]] = {
    "note": _say_note,
    "stage": _say_stage,
    "priority": _say_priority,
    "assigned": _say_assigned,
    "escalated": _say_escalated,
    "due": _say_due,
}


def line_body(event: CaseEvent) -> str:
    """The words somebody wrote on a line."""
    if event.kind in {"priority", "assigned", "due"}:
        return ""
    if event.kind == "escalated":
        return event.body.partition(": ")[2]
    return event.body


def last_move(events: Sequence[CaseEvent]) -> CaseEvent | None:
    """The newest line that took a case to where it stands."""
    return next((event for event in reversed(events) if event.kind in _MOVES), None)


def moved_words(events: Sequence[CaseEvent], case: Case, zone: ZoneInfo, words: Words) -> str:
    """That somebody else took the case elsewhere: who, where to, when."""
    stage = words(f"stage.{case.stage}")
    event = last_move(events)
    if event is None:
        return words("case.moved_somehow", stage=stage)
    who = actor_words(event, words, case.person_name)
    return words(
        "case.moved", who=who, stage=stage, at=moment_words(event.at, zone, words, within=True)
    )
