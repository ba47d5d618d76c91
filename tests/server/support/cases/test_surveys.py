"""Clocks, surveys, quality and reports of real conversations, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

from app.protocol.messages.cards import RequestEvent, SurveyCard
from tests.server.support.cases.conftest import Desk
from tests.server.world import code_of, now

DAY = 86_400_000


async def helped(desk: Desk) -> tuple[str, SurveyCard]:
    """A conversation that an agent helped in and closed, and its survey."""
    conv = await desk.conversation()
    await desk.write(conv, "person", "钱没到账")
    await desk.give(conv, "queue", "asked")
    await desk.give(conv, "agent", "claimed")
    await desk.write(conv, "agent")
    await desk.give(conv, "nobody", "closed")
    await desk.follow()
    (survey,) = [m.card for m in await desk.cards(conv) if isinstance(m.card, SurveyCard)]
    return conv, survey


async def test_the_survey_comes_once_a_cycle_and_names_the_resolver(desk: Desk) -> None:
    conv, survey = await helped(desk)
    assert (survey.cycle, survey.resolver) == (1, "林婷")
    await asyncio.gather(*(desk.follow() for _ in range(3)))
    assert sum(isinstance(m.card, SurveyCard) for m in await desk.cards(conv)) == 1
    await desk.give(conv, "agent", "reopened")
    await desk.write(conv, "agent")
    await desk.give(conv, "nobody", "closed")
    await desk.follow()
    cycles = [m.card.cycle for m in await desk.cards(conv) if isinstance(m.card, SurveyCard)]
    assert cycles == [1, 2]


async def test_who_leaves_the_queue_is_not_surveyed(one_desk: Desk) -> None:
    conv = await one_desk.conversation()
    await one_desk.give(conv, "queue", "asked")
    await one_desk.give(conv, "nobody", "left")
    await one_desk.follow()
    assert not [m for m in await one_desk.cards(conv) if isinstance(m.card, SurveyCard)]


async def test_a_rating_counts_once(desk: Desk) -> None:
    conv, survey = await helped(desk)
    path = f"/v1/support/surveys/{survey.survey_id}"
    answers = await asyncio.gather(*(desk.say(path, {"stars": 5}) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert code_of(await desk.say(path, {"stars": 1})) == "request_answered"
    events = [m.card for m in await desk.cards(conv) if isinstance(m.card, RequestEvent)]
    assert [event.state for event in events] == ["answered"]
    other = await desk.shop.person()
    assert code_of(await desk.ask(other, path, {"stars": 5})) == "request_not_found"
    for stars in (0, 6):
        assert code_of(await desk.say(path, {"stars": stars})) == "validation_failed"


async def samples(desk: Desk, conv: str) -> list[dict[str, Any]]:
    """What waits to be scored of a conversation."""
    found = (await desk.supervisor.get("/v1/staff/quality")).json()["samples"]
    return [sample for sample in found if sample["conversation_id"] == conv]


async def test_dissatisfied_means_reopened_one_level_up(one_desk: Desk) -> None:
    conv, survey = await helped(one_desk)
    await one_desk.say(f"/v1/support/surveys/{survey.survey_id}", {"stars": 1, "comment": "没解决"})
    (case,) = (await one_desk.person.get("/v1/support/cases")).json()["cases"]
    assert (case["level"], case["team"], case["stage"]) == (2, "senior", "new")
    (sample,) = await samples(one_desk, conv)
    assert sample["agent_name"] == "林婷"
    scored = await one_desk.supervisor.post(
        f"/v1/staff/quality/{sample['id']}", {"scores": {"polite": 4, "correct": 2}}
    )
    assert scored.status_code == 204
    assert await samples(one_desk, conv) == []
    assert code_of(await one_desk.agent.get("/v1/staff/quality")) == "forbidden"


async def test_the_report_counts_what_happened(lone_desk: Desk) -> None:
    _, survey = await helped(lone_desk)
    await lone_desk.say(f"/v1/support/surveys/{survey.survey_id}", {"stars": 4})
    left = await lone_desk.conversation()
    await lone_desk.give(left, "queue", "unsure")
    await lone_desk.give(left, "nobody", "left")
    await lone_desk.follow()
    span = {"since": now() - DAY, "until": now() + DAY}
    report = (await lone_desk.supervisor.get("/v1/staff/reports", **span)).json()
    counted = {name: report[name] for name in ("cycles", "handed_over", "abandoned", "resolved")}
    assert counted == {"cycles": 2, "handed_over": 2, "abandoned": 1, "resolved": 1}
    assert report["handoff_reasons"] == {"asked": 1, "unsure": 1}
    assert report["csat"] == [0, 0, 0, 1, 0]
    assert report["first_response"]["wall"]["count"] == 1
    assert report["sla"]["first_response"] == [1, 1]
    wrong = await lone_desk.supervisor.get("/v1/staff/reports", since=5, until=5)
    assert code_of(wrong) == "validation_failed"
