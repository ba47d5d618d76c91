"""Cases through the running service, on both databases."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
import time_machine

from app.protocol.ids import new_id
from app.protocol.messages.cards import CaseCard
from app.server.db.engine import reading
from app.server.support.cases import rules
from app.server.support.cases.tables import case_events, cases
from tests.server.staff import make_member
from tests.server.support.cases.conftest import Desk
from tests.server.world import code_of, now

OPEN = {"title": "买菜多扣了钱", "text": "付了两次", "category": "payment"}


async def test_a_case_is_opened_once_however_often_it_is_sent(desk: Desk) -> None:
    key = new_id()
    first, second = await asyncio.gather(
        desk.say("/v1/support/cases", OPEN, key), desk.say("/v1/support/cases", OPEN, key)
    )
    again = await desk.say("/v1/support/cases", OPEN, key)
    assert [first.status_code, second.status_code, again.status_code] == [201, 201, 201]
    assert first.json()["case"]["number"] == again.json()["case"]["number"]
    assert first.json()["case"]["number"].startswith("KS-")
    assert len((await desk.person.get("/v1/support/cases")).json()["cases"]) == 1
    other = await desk.say("/v1/support/cases", OPEN | {"title": "另一件事"}, key)
    assert code_of(other) == "idempotency_body_differs"


async def test_what_a_person_wrote_is_sealed(desk: Desk) -> None:
    await desk.say("/v1/support/cases", OPEN)
    async with reading(desk.shop.service.engine) as connection:
        title = await connection.scalar(sa.select(cases.c.title))
        body = await connection.scalar(sa.select(case_events.c.body))
    assert title
    assert body
    assert "买菜".encode() not in title
    assert "两次".encode() not in body


async def test_both_sides_annotate_and_internal_lines_stay_inside(desk: Desk) -> None:
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    notes = f"/v1/staff/cases/{case_id}/notes"
    assert (await desk.work(desk.agent, notes, {"text": "在查"})).status_code == 200
    assert (
        await desk.work(desk.agent, notes, {"text": "内部", "internal": True})
    ).status_code == 200
    key = new_id()
    for _ in range(2):
        mine = await desk.say(f"/v1/support/cases/{case_id}/notes", {"text": "谢谢"}, key)
        assert mine.status_code == 200
    seen = [event.get("body", "") for event in mine.json()["events"]]
    assert seen == ["付了两次", "在查", "谢谢"]
    inside = (await desk.agent.get(f"/v1/staff/cases/{case_id}")).json()["events"]
    assert [event.get("body") for event in inside] == ["付了两次", "在查", "内部", "谢谢"]


async def test_nobody_elses_case_is_found(desk: Desk) -> None:
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    other = await desk.shop.person()
    assert code_of(await other.get(f"/v1/support/cases/{case_id}")) == "case_not_found"
    refused = await desk.ask(other, f"/v1/support/cases/{case_id}/say", {"word": "solved"})
    assert code_of(refused) == "case_not_found"
    assert code_of(await desk.person.get("/v1/support/cases/nonsense")) == "case_not_found"


async def test_a_stranger_payment_opens_nothing(desk: Desk) -> None:
    refused = await desk.say("/v1/support/cases", OPEN | {"payment_id": new_id()})
    assert code_of(refused) == "payment_not_found"
    assert (await desk.person.get("/v1/support/cases")).json()["cases"] == []


async def test_resolved_waits_for_the_persons_word_and_reopens_a_level_up_the_second_time(
    desk: Desk,
) -> None:
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    move, say = f"/v1/staff/cases/{case_id}/move", f"/v1/support/cases/{case_id}/say"
    for cycle in (1, 2, 3):
        stage = "new" if cycle == 1 else "working"
        moved = await desk.work(desk.supervisor, move, {"expected": stage, "stage": "resolved"})
        assert moved.status_code == 200, moved.text
        assert moved.json()["case"]["closes_at"] > now()
        back = (await desk.say(say, {"word": "not_solved", "text": "没好"})).json()["case"]
        assert (back["stage"], back["cycle"]) == ("working", cycle + 1)
        assert back["level"] == (2 if cycle == 2 else 1 if cycle == 1 else 3)
    done = await desk.say(say, {"word": "solved"})
    assert done.json()["case"]["stage"] == "closed"
    assert (await desk.say(say, {"word": "solved"})).status_code == 200


async def test_a_persons_word_counts_once_however_often_it_is_sent(desk: Desk) -> None:
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    say, move = f"/v1/support/cases/{case_id}/say", f"/v1/staff/cases/{case_id}/move"
    up, again, done = new_id(), new_id(), new_id()
    for _ in range(3):
        raised = await desk.say(say, {"word": "escalate", "text": "请主管看"}, up)
        assert raised.status_code == 200
        assert raised.json()["case"]["level"] == 2
    await desk.work(desk.supervisor, move, {"expected": "new", "stage": "resolved"})
    for _ in range(3):
        back = await desk.say(say, {"word": "not_solved"}, again)
        assert (back.json()["case"]["stage"], back.json()["case"]["cycle"]) == ("working", 2)
    for _ in range(3):
        closed = await desk.say(say, {"word": "solved"}, done)
        assert closed.json()["case"]["stage"] == "closed"
    kinds = [event["kind"] for event in closed.json()["events"]]
    assert (kinds.count("escalated"), kinds.count("reopened"), kinds.count("closed")) == (1, 1, 1)
    # What comes late finds the word said, not a closed case.
    assert (await desk.say(say, {"word": "not_solved"}, again)).json()["case"]["stage"] == "closed"


async def test_two_of_the_staff_move_a_case_and_one_is_told(desk: Desk) -> None:
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    body = {"expected": "new", "stage": "working", "assignee_id": desk.agent.id}
    answers = await asyncio.gather(
        *(desk.work(desk.supervisor, f"/v1/staff/cases/{case_id}/move", body) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {code_of(answer) for answer in answers if answer.status_code == 409} == {"case_stage"}


async def test_agents_work_on_theirs_and_on_what_nobody_has(desk: Desk) -> None:
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    other = await make_member(desk.shop, "agent", display_name="王芳")
    take = {"expected": "new", "stage": "working", "assignee_id": desk.agent.id}
    assert (await desk.work(desk.agent, f"/v1/staff/cases/{case_id}/move", take)).status_code == 200
    assert code_of(await other.get(f"/v1/staff/cases/{case_id}")) == "case_not_found"
    assert (await desk.supervisor.get(f"/v1/staff/cases/{case_id}")).status_code == 200
    auditor = await make_member(desk.shop, "auditor")
    found = await auditor.get(f"/v1/staff/cases/{case_id}")
    assert found.status_code == 200
    # People quote numbers; who may see a case finds it by its number too, nobody else does.
    number = found.json()["case"]["number"]
    assert (await auditor.get(f"/v1/staff/cases/{number}")).json() == found.json()
    assert code_of(await other.get(f"/v1/staff/cases/{number}")) == "case_not_found"
    refused = await desk.work(auditor, f"/v1/staff/cases/{case_id}/notes", {"text": "x"})
    assert code_of(refused) == "forbidden"


async def test_the_conversation_shows_its_case(desk: Desk) -> None:
    conv = await desk.conversation()
    await desk.give(conv, "agent", "claimed")
    key = new_id()
    body = {"conversation_id": conv, "title": "重复扣款", "category": "payment", "priority": 3}
    opened = await desk.work(desk.agent, "/v1/staff/cases", body, key)
    assert opened.status_code == 201, opened.text
    assert (await desk.work(desk.agent, "/v1/staff/cases", body, key)).status_code == 201
    case = opened.json()["case"]
    move = f"/v1/staff/cases/{case['id']}/move"
    await desk.work(desk.agent, move, {"expected": "new", "stage": "waiting_person"})
    shown = [m.card for m in await desk.cards(conv) if isinstance(m.card, CaseCard)]
    assert [(card.number, card.stage) for card in shown] == [
        (case["number"], "new"),
        (case["number"], "waiting_person"),
    ]
    other = await make_member(desk.shop, "agent")
    assert code_of(await desk.work(other, "/v1/staff/cases", body)) == "not_owner"
    await desk.say(f"/v1/support/cases/{case['id']}/notes", {"text": "单号在这"})
    mine = (await desk.person.get(f"/v1/support/cases/{case['id']}")).json()["case"]
    assert mine["stage"] == "working"


async def test_a_case_nobody_objects_to_closes_by_itself(desk: Desk) -> None:
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    move = f"/v1/staff/cases/{case_id}/move"
    await desk.work(desk.supervisor, move, {"expected": "new", "stage": "resolved"})
    later = rules.CLOSES_AFTER_DAYS * 86_400 + 60
    with time_machine.travel(now() / 1000 + later, tick=True):
        await desk.shop.service.cases.sweep.run()
    async with reading(desk.shop.service.engine) as connection:
        row = (await connection.execute(sa.select(cases))).one()
    assert (row.stage, row.closes_at) == ("closed", None)


async def test_a_late_case_warns_breaches_and_goes_up_once(desk: Desk) -> None:
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    with time_machine.travel(now() / 1000 + 60 * 86_400, tick=True):
        for _ in range(6):
            await asyncio.gather(*(desk.shop.service.cases.sweep.run() for _ in range(2)))
    async with reading(desk.shop.service.engine) as connection:
        row = (await connection.execute(sa.select(cases))).one()
        kinds = list(
            await connection.scalars(
                sa.select(case_events.c.kind).where(case_events.c.case_id == case_id)
            )
        )
    assert (row.level, row.team) == (2, "senior")
    assert sorted(kinds) == ["due", "due", "escalated", "opened"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"title": ""}, "validation_failed"),
        ({"title": "x" * 121}, "validation_failed"),
        ({"title": "a\nb"}, "validation_failed"),
        ({"text": ""}, "validation_failed"),
        ({"category": "gossip"}, "validation_failed"),
        ({"payment_id": "7"}, "validation_failed"),
        ({"colour": "green"}, "validation_failed"),
    ],
)
async def test_what_is_no_case(desk: Desk, body: dict[str, str], code: str) -> None:
    assert code_of(await desk.say("/v1/support/cases", OPEN | body)) == code
