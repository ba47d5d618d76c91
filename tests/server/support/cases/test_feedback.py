"""Feedback, complaints, community questions and the operator's surveys, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cases import Question
from app.server.support.cases.questionnaires import check_answers
from tests.server.staff import make_member
from tests.server.support.cases.conftest import Desk
from tests.server.world import code_of, now

SAID = {"kind": "suggestion", "title": "深色主题", "text": "晚上看着舒服", "language": "zh"}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "mood", "kind": "stars", "zh": "用得怎么样", "en": "How is it"},
    {
        "id": "most",
        "kind": "choice",
        "zh": "最常用",
        "en": "Used most",
        "choices_zh": ["扫码", "查账"],
        "choices_en": ["Scanning", "Activity"],
    },
    {"id": "more", "kind": "text", "zh": "还想要什么", "en": "Anything else"},
]


async def test_everything_said_gets_a_number_and_an_answer(desk: Desk) -> None:
    key = new_id()
    first, again = await asyncio.gather(
        desk.say("/v1/support/feedback", SAID, key), desk.say("/v1/support/feedback", SAID, key)
    )
    assert first.json()["number"] == again.json()["number"]
    assert first.json()["number"].startswith("KF-")
    waiting = (await desk.agent.get("/v1/staff/feedback")).json()["items"]
    assert [item["id"] for item in waiting].count(first.json()["id"]) == 1
    answered = await desk.agent.post(
        f"/v1/staff/feedback/{first.json()['id']}", {"state": "answered", "answer": "已经有了"}
    )
    assert answered.status_code == 200, answered.text
    (mine,) = (await desk.person.get("/v1/support/feedback")).json()["items"]
    assert (mine["state"], mine["answer"], mine["answered_by"]) == ("answered", "已经有了", "林婷")
    changed = await desk.say("/v1/support/feedback", SAID | {"text": "别的"}, key)
    assert code_of(changed) == "idempotency_body_differs"


async def test_a_complaint_is_a_case_too(one_desk: Desk) -> None:
    said = (await one_desk.say("/v1/support/feedback", SAID | {"kind": "complaint"})).json()
    (case,) = (await one_desk.person.get("/v1/support/cases")).json()["cases"]
    assert said["case_number"] == case["number"]
    assert said["number"].startswith("KB-")


async def test_a_question_is_shown_to_everybody_only_if_both_sides_want_that(
    one_desk: Desk,
) -> None:
    ask = SAID | {"kind": "question", "public": True}
    shown = (await one_desk.say("/v1/support/feedback", ask)).json()["id"]
    hidden = (await one_desk.say("/v1/support/feedback", ask | {"public": False})).json()["id"]
    for found in (shown, hidden):
        body = {"state": "answered", "answer": "在设置里", "publish": True}
        await one_desk.agent.post(f"/v1/staff/feedback/{found}", body)
    reader = await one_desk.shop.person()

    async def read() -> list[dict[str, Any]]:
        items = (await reader.get("/v1/support/community")).json()["items"]
        return [item for item in items if item["id"] in {shown, hidden}]

    (item,) = await read()
    assert item["id"] == shown
    assert item["mine"] is False
    helpful = f"/v1/support/community/{shown}/helpful"
    for _ in range(2):
        assert (await one_desk.ask(reader, helpful, None)).status_code == 204
    (item,) = await read()
    assert (item["helpful"], item["found_helpful"]) == (1, True)
    refused = await one_desk.ask(reader, f"/v1/support/community/{hidden}/helpful", None)
    assert code_of(refused) == "feedback_not_found"


async def test_a_survey_is_answered_once_and_its_outcome_is_told(desk: Desk) -> None:
    admin = await make_member(desk.shop, "admin", display_name="管理员")
    made = await desk.work(
        admin,
        "/v1/staff/questionnaires",
        {
            "title_zh": "年度问卷",
            "title_en": "Yearly survey",
            "questions": QUESTIONS,
            "opens_at": now() - 1000,
            "closes_at": now() + 3_600_000,
        },
    )
    assert made.status_code == 201, made.text
    survey_id = made.json()["id"]
    path = f"/v1/support/questionnaires/{survey_id}"
    answers = {"answers": {"mood": "5", "most": "0", "more": "快一点"}}
    sent = await asyncio.gather(*(desk.say(path, answers) for _ in range(2)))
    assert [one.status_code for one in sent] == [204, 204]
    assert code_of(await desk.say(path, {"answers": {"mood": "1", "most": "0"}})) == (
        "request_answered"
    )
    result = (await admin.get(f"/v1/staff/questionnaires/{survey_id}")).json()
    assert result["people"] == 1
    assert result["counts"] == {"mood": {"5": 1}, "most": {"0": 1}}
    assert result["texts"] == {"more": ["快一点"]}
    told = {"outcome_zh": "我们会更快", "outcome_en": "We will be faster"}
    assert (
        await admin.post(f"/v1/staff/questionnaires/{survey_id}/outcome", told)
    ).status_code == 204
    asked = (await desk.person.get("/v1/support/questionnaires")).json()["items"]
    (mine,) = (one for one in asked if one["id"] == survey_id)
    assert (mine["answered"], mine["outcome_zh"]) == (True, "我们会更快")


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"mood": "6", "most": "0"},
        {"mood": "5"},
        {"mood": "5", "most": "2"},
        {"mood": "5", "most": "0", "other": "x"},
    ],
)
def test_what_is_no_answer(answers: dict[str, str]) -> None:
    questions = [
        Question("mood", "stars", "心情", "Mood"),
        Question("most", "choice", "最", "Most", ["一", "二"], ["a", "b"]),
        Question("more", "text", "还有", "More"),
    ]
    check_answers(questions, {"mood": "1", "most": "1"})
    with pytest.raises(KBeanError, match="validation_failed"):
        check_answers(questions, answers)
