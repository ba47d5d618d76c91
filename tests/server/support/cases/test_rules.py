"""What may happen to a case, and who is asked next: the rules alone."""

from __future__ import annotations

from typing import get_args

import pytest

from app.protocol.errors import KBeanError
from app.protocol.messages.cases import Stage
from app.server.support.cases import rules

STAGES: tuple[Stage, ...] = get_args(Stage)
DAY = 86_400_000


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_left(stage: Stage) -> None:
    assert rules.MOVES[stage]
    for to in STAGES:
        if to == stage or to in rules.MOVES[stage]:
            rules.check_move(stage, to)
        else:
            with pytest.raises(KBeanError) as refused:
                rules.check_move(stage, to)
            assert refused.value.code == "case_stage"


def test_only_a_resolved_case_is_closed() -> None:
    assert [stage for stage in STAGES if "closed" in rules.MOVES[stage]] == ["resolved"]


def test_a_clock_stands_still_only_while_the_person_is_asked() -> None:
    assert [stage for stage in STAGES if rules.pauses(stage)] == ["waiting_person"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"asked": True}, "asked"),
        ({"stars": 2}, "dissatisfied"),
        ({"stars": 3}, None),
        ({"amount": 500_000}, "amount"),
        ({"amount": 499_999}, None),
        ({"cycle": 2}, None),
        ({"cycle": 3}, "reopened"),
    ],
)
def test_somebody_above_is_asked_at_once(words: dict[str, int], reason: str | None) -> None:
    asked = bool(words.pop("asked", False))
    cycle = words.pop("cycle", 1)
    assert rules.escalates_at_once(above=500_000, cycle=cycle, asked=asked, **words) == reason


def test_an_escalation_goes_one_level_up_and_no_higher_than_the_top() -> None:
    assert rules.raised(1, 1) == (2, 2)
    assert rules.raised(3, 3) == (3, 3)


@pytest.mark.parametrize(
    ("stage", "closed_days_ago", "may"),
    [
        ("working", None, False),
        ("resolved", None, True),
        ("closed", 0, True),
        ("closed", 30, True),
        ("closed", 31, False),
    ],
)
def test_how_long_a_case_can_be_reopened(
    stage: Stage, closed_days_ago: int | None, may: bool
) -> None:
    closed_at = None if closed_days_ago is None else 100 * DAY - closed_days_ago * DAY
    assert rules.may_reopen(stage, closed_at, 100 * DAY) is may


def test_security_comes_first() -> None:
    assert rules.first_priority("security", None, 1) == 3
    assert rules.first_priority("payment", None, 1) == 2
    assert rules.first_priority("other", 10, 10) == 2
    assert rules.first_priority("other", 9, 10) == 1
