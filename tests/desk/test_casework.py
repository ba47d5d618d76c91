"""What the pages of cases, surveys and reports say, decided without a page."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.desk.casework import (
    NEXT,
    case_clock,
    clock_words,
    current_clock,
    line_body,
    line_words,
    moved_words,
    stage_words,
)
from app.desk.figures import CRITERIA, csv_of, every_day, mean_score, mean_stars, tables
from app.desk.rooms import ROOMS
from app.desk.server import ASSETS
from app.desk.surveying import bars, day_end, day_start, numbered, survey_state
from app.desk.surveying import mean_stars as mean_of
from app.desk.words import Words
from app.protocol.messages.cases import (
    Case,
    CaseEvent,
    Clock,
    Day,
    Measured,
    Quantiles,
    Question,
    Questionnaire,
    QuestionnaireResult,
    Report,
)
from app.server.http.roles import STAFF_ROUTES
from app.server.support.cases import rules

EN = Words("en")
UTC = ZoneInfo("UTC")
DAY = 86_400_000


def clock(**more) -> Clock:
    values: dict[str, Any] = {"metric": "resolution", "cycle": 1, "target": 600, "state": "running"}
    return Clock(**{**values, "started_at": 0, "used": 0, **more})


def case(*clocks: Clock, **more) -> Case:
    values: dict[str, Any] = {
        "category": "payment",
        "priority": 2,
        "stage": "working",
        "level": 1,
        "cycle": 1,
    }
    values |= {"opened_at": 0, "updated_at": 0, "person_name": "林夏", **more}
    return Case("a", "KS-1", "两笔", **values, clocks=list(clocks))


@pytest.mark.parametrize(
    ("given", "tone", "said"),
    [
        (clock(due_at=600_000), "bean", "10 min left"),
        (clock(due_at=60_000, sla="warn"), "warning", "Due soon, 1 min left"),
        (clock(due_at=-60_000, sla="warn"), "danger", "Overdue by 1 min"),
        (clock(due_at=-60_000, sla="breach"), "danger", "Overdue by 1 min"),
        (clock(state="paused"), "gold", "Paused for the person"),
        (clock(state="paused", sla="breach"), "danger", "Overdue, paused"),
        (clock(state="fulfilled"), "bean", "Kept"),
        (clock(state="fulfilled", sla="breach"), "danger", "Missed its target"),
        (clock(state="cancelled"), "plain", "Cancelled"),
    ],
)
def test_a_clock_says_how_it_stands_in_words_and_colour(given, tone, said) -> None:
    found = clock_words(given, EN, 0)
    assert (found[0], found[2]) == (tone, said)


def test_the_clock_that_counts_is_the_one_due_first() -> None:
    first, second = clock(due_at=5), clock(due_at=9)
    assert current_clock([second, clock(state="fulfilled"), first]) is first
    assert case_clock(case(clock(state="fulfilled")), EN, 0) is None
    missed = clock(state="fulfilled", sla="breach")
    assert case_clock(case(missed), EN, 0) == ("danger", "alarm", "Missed its target")
    assert case_clock(case(missed, cycle=2), EN, 0) is None


@pytest.mark.parametrize(
    ("kind", "body", "internal", "said", "words"),
    [
        ("note", "two", False, "", "two"),
        ("opened", "two", False, "opened the case", "two"),
        ("priority", "1 → 3", True, "changed the priority from Normal to Urgent", ""),
        ("assigned", "senior", True, "gave it to the team Level 2", ""),
        ("assigned", "王梅", False, "gave it to 王梅", ""),
        ("escalated", "decided: big", False, "escalated it", "big"),
        ("escalated", "late", False, "escalated it: overdue", ""),
        ("due", "breach", True, "it missed its target", ""),
        ("newer", "", False, "newer", ""),
    ],
)
def test_lines_of_a_timeline_are_sentences(kind, body, internal, said, words) -> None:
    event = CaseEvent(1, 0, kind, "agent", "王梅", body, internal=internal)
    assert line_words(event, EN) == said
    assert line_body(event) == words


def test_who_moved_a_case_is_named() -> None:
    moved = CaseEvent(2, 0, "stage", "agent", "王梅", stage="waiting_person")
    note = CaseEvent(3, 5, "note", "person", body="好")
    here = case(stage="waiting_person")
    said = moved_words([moved, note], here, UTC, EN)
    assert said.startswith("王梅 moved this case to “waiting for the person”")
    assert moved_words([note], here, UTC, EN).startswith("This case is now")
    assert stage_words("working", EN) == "In progress"


def test_the_stages_offered_are_the_services() -> None:
    for stage, offered in NEXT.items():
        assert set(offered) == (set() if stage == "closed" else rules.MOVES[stage])


def test_the_style_of_these_pages_carries_tokens_alone() -> None:
    text = (ASSETS / "cases.css").read_text("utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgb\(|https?:", text)


def test_rooms_open_for_the_roles_of_their_routes_alone() -> None:
    routes = {
        "cases": "GET /v1/staff/cases",
        "case": "GET /v1/staff/cases/{case_id}",
        "feedback": "GET /v1/staff/feedback",
        "surveys": "GET /v1/staff/questionnaires",
        "survey": "GET /v1/staff/questionnaires/{survey_id}",
        "quality": "GET /v1/staff/quality",
        "sample": "GET /v1/staff/quality",
        "reports": "GET /v1/staff/reports",
    }
    roles = {room.name: room.roles for room in ROOMS}
    for name, route in routes.items():
        assert roles[name] == STAFF_ROUTES[route], name


def questionnaire(**more) -> Questionnaire:
    questions = numbered(
        [
            ("stars", " 满意吗 ", "How was it", "", ""),
            ("choice", "常用", "Use", "扫码\n\n 付款码 ", "Scan\nCode"),
            ("text", "还有", "Else", "x", "y"),
        ]
    )
    return Questionnaire("a", "KU-1", "冬", "Winter", questions, 10, 20, **more)


def test_surveys_are_numbered_counted_and_dated() -> None:
    survey = questionnaire()
    stars, choice, text = survey.questions
    assert (stars.id, stars.zh, choice.choices_zh, text.choices_en) == (
        "q1",
        "满意吗",
        ["扫码", "付款码"],
        [],
    )
    states = [survey_state(survey, now) for now in (9, 10, 20)]
    assert states == ["planned", "open", "closed"]
    assert survey_state(questionnaire(outcome_en="ok"), 10) == "told"
    result = QuestionnaireResult(survey, 3, {"q1": {"5": 2, "2": 1}, "q2": {"1": 3}}, {})
    assert bars(stars, result, "en")[0] == ("★★★★★", 2)
    assert bars(choice, result, "zh-CN") == [("扫码", 0), ("付款码", 3)]
    assert mean_of(stars, result) == 4.0
    assert mean_of(Question("x", "stars", "一", "one"), result) is None
    assert day_end("2026-11-23", UTC) - day_start("2026-11-23", UTC) == DAY
    with pytest.raises(ValueError, match="Invalid isoformat"):
        day_start("soon", UTC)


def report(**more) -> Report:
    spans = Measured(Quantiles(2, 60, 600), Quantiles(2, 90, None))
    values = {
        "since": 0,
        "until": 3 * DAY,
        "cycles": 4,
        "handed_over": 2,
        "contained": 2,
        "abandoned": 0,
        "resolved": 2,
        "reopened": 1,
        "contained_rate": 500,
        "abandoned_rate": None,
        "resolved_rate": 1000,
        "reopened_rate": 250,
        "first_response": spans,
        "resolution": spans,
        "handoff_reasons": {"asked": 1, "unsure": 3, "": 1, "new": 1},
        "sla": {"first_response": (1, 2)},
        "csat": [0, 0, 0, 1, 1],
        "quality": {"polite": 350},
        "days": [Day("1970-01-02", 4, 2, 3, 9, 2)],
    }
    return Report(**{**values, **more})


def test_a_report_is_readable_as_tables_and_as_csv() -> None:
    made = {table.name: table for table in tables(report(), EN, UTC)}
    assert ("Without a person", "2", "50.0%") in made["volume"].rows
    assert ("Left the queue", "0", "–") in made["volume"].rows
    assert made["times"].rows[0] == ("First response", "1 min", "10 min", "1 min", "–", "2")
    assert made["sla"].rows == (("First response", "1", "2", "50.0%"),)
    assert made["reasons"].rows[0] == ("The bot was not sure", "3")
    assert ("Other", "2") in made["reasons"].rows
    assert made["csat"].rows[0] == ("5 stars", "1")
    assert made["quality"].rows == (("Polite", "3.50"),)
    assert [row[0] for row in made["days"].rows] == ["1970-01-01", "1970-01-02", "1970-01-03"]
    assert made["days"].rows[1] == ("1970-01-02", "4", "2", "3", "4.5")
    raw = csv_of(report(), EN, UTC)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert "First response,1,2,50.0%" in raw.decode("utf-8-sig")
    assert len(every_day(report(days=[]), UTC)) == 3
    assert mean_stars([0, 0, 0, 1, 1]) == 4.5
    assert mean_stars([0] * 5) is None
    assert mean_score({}) is None
    assert mean_score(dict.fromkeys(CRITERIA, 3)) == 3.0
