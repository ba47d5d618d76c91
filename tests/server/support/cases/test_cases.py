"""Cases through the running service; on both databases where they could decide otherwise."""

from __future__ import annotations

import asyncio

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


async def test_what_a_person_wrote_is_sealed(one_desk: Desk) -> None:
    case_id = (await one_desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    async with reading(one_desk.shop.service.engine) as connection:
        mine = cases.c.id == case_id
        title = await connection.scalar(sa.select(cases.c.title).where(mine))
        said = sa.select(case_events.c.body).where(case_events.c.case_id == case_id)
        body = await connection.scalar(said)
    assert title
    assert body
    assert "买菜".encode() not in title
    assert "两次".encode() not in body


async def test_both_sides_annotate_and_internal_lines_stay_inside(one_desk: Desk) -> None:
    case_id = (await one_desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    notes = f"/v1/staff/cases/{case_id}/notes"
    assert (await one_desk.work(one_desk.agent, notes, {"text": "在查"})).status_code == 200
    assert (
        await one_desk.work(one_desk.agent, notes, {"text": "内部", "internal": True})
    ).status_code == 200
    key = new_id()
    for _ in range(2):
        mine = await one_desk.say(f"/v1/support/cases/{case_id}/notes", {"text": "谢谢"}, key)
        assert mine.status_code == 200
    seen = [event.get("body", "") for event in mine.json()["events"]]
    assert seen == ["付了两次", "在查", "谢谢"]
    inside = (await one_desk.agent.get(f"/v1/staff/cases/{case_id}")).json()["events"]
    assert [event.get("body") for event in inside] == ["付了两次", "在查", "内部", "谢谢"]


async def test_nobody_elses_case_is_found(one_desk: Desk) -> None:
    case_id = (await one_desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    other = await one_desk.shop.person()
    assert code_of(await other.get(f"/v1/support/cases/{case_id}")) == "case_not_found"
    refused = await one_desk.ask(other, f"/v1/support/cases/{case_id}/say", {"word": "solved"})
    assert code_of(refused) == "case_not_found"
    assert code_of(await one_desk.person.get("/v1/support/cases/nonsense")) == "case_not_found"


async def test_a_stranger_payment_opens_nothing(one_desk: Desk) -> None:
    refused = await one_desk.say("/v1/support/cases", OPEN | {"payment_id": new_id()})
    assert code_of(refused) == "payment_not_found"
    assert (await one_desk.person.get("/v1/support/cases")).json()["cases"] == []


async def test_resolved_waits_for_the_persons_word_and_reopens_a_level_up_the_second_time(
    one_desk: Desk,
) -> None:
    case_id = (await one_desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    move, say = f"/v1/staff/cases/{case_id}/move", f"/v1/support/cases/{case_id}/say"
    for cycle in (1, 2, 3):
        stage = "new" if cycle == 1 else "working"
        moved = await one_desk.work(
            one_desk.supervisor, move, {"expected": stage, "stage": "resolved"}
        )
        assert moved.status_code == 200, moved.text
        assert moved.json()["case"]["closes_at"] > now()
        back = (await one_desk.say(say, {"word": "not_solved", "text": "没好"})).json()["case"]
        assert (back["stage"], back["cycle"]) == ("working", cycle + 1)
        assert back["level"] == (2 if cycle == 2 else 1 if cycle == 1 else 3)
    done = await one_desk.say(say, {"word": "solved"})
    assert done.json()["case"]["stage"] == "closed"
    assert (await one_desk.say(say, {"word": "solved"})).status_code == 200


async def test_a_persons_word_counts_once_however_often_it_is_sent(one_desk: Desk) -> None:
    case_id = (await one_desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    say, move = f"/v1/support/cases/{case_id}/say", f"/v1/staff/cases/{case_id}/move"
    up, again, done = new_id(), new_id(), new_id()
    for _ in range(3):
        raised = await one_desk.say(say, {"word": "escalate", "text": "请主管看"}, up)
        assert raised.status_code == 200
        assert raised.json()["case"]["level"] == 2
    await one_desk.work(one_desk.supervisor, move, {"expected": "new", "stage": "resolved"})
    for _ in range(3):
        back = await one_desk.say(say, {"word": "not_solved"}, again)
        assert (back.json()["case"]["stage"], back.json()["case"]["cycle"]) == ("working", 2)
    for _ in range(3):
        closed = await one_desk.say(say, {"word": "solved"}, done)
        assert closed.json()["case"]["stage"] == "closed"
    kinds = [event["kind"] for event in closed.json()["events"]]
    assert (kinds.count("escalated"), kinds.count("reopened"), kinds.count("closed")) == (1, 1, 1)
    # What comes late finds the word said, not a closed case.
    assert (await one_desk.say(say, {"word": "not_solved"}, again)).json()["case"][
        "stage"
    ] == "closed"


async def test_two_of_the_staff_move_a_case_and_one_is_told(desk: Desk) -> None:
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    body = {"expected": "new", "stage": "working", "assignee_id": desk.agent.id}
    answers = await asyncio.gather(
        *(desk.work(desk.supervisor, f"/v1/staff/cases/{case_id}/move", body) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {code_of(answer) for answer in answers if answer.status_code == 409} == {"case_stage"}


async def test_agents_work_on_theirs_and_on_what_nobody_has(one_desk: Desk) -> None:
    case_id = (await one_desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    other = await make_member(one_desk.shop, "agent", display_name="王芳")
    take = {"expected": "new", "stage": "working", "assignee_id": one_desk.agent.id}
    assert (
        await one_desk.work(one_desk.agent, f"/v1/staff/cases/{case_id}/move", take)
    ).status_code == 200
    assert code_of(await other.get(f"/v1/staff/cases/{case_id}")) == "case_not_found"
    assert (await one_desk.supervisor.get(f"/v1/staff/cases/{case_id}")).status_code == 200
    auditor = await make_member(one_desk.shop, "auditor")
    found = await auditor.get(f"/v1/staff/cases/{case_id}")
    assert found.status_code == 200
    # People quote numbers; who may see a case finds it by its number too, nobody else does.
    number = found.json()["case"]["number"]
    assert (await auditor.get(f"/v1/staff/cases/{number}")).json() == found.json()
    assert code_of(await other.get(f"/v1/staff/cases/{number}")) == "case_not_found"
    refused = await one_desk.work(auditor, f"/v1/staff/cases/{case_id}/notes", {"text": "x"})
    assert code_of(refused) == "forbidden"


async def test_the_conversation_shows_its_case(one_desk: Desk) -> None:
    conv = await one_desk.conversation()
    await one_desk.give(conv, "agent", "claimed")
    key = new_id()
    body = {"conversation_id": conv, "title": "重复扣款", "category": "payment", "priority": 3}
    opened = await one_desk.work(one_desk.agent, "/v1/staff/cases", body, key)
    assert opened.status_code == 201, opened.text
    assert (await one_desk.work(one_desk.agent, "/v1/staff/cases", body, key)).status_code == 201
    case = opened.json()["case"]
    move = f"/v1/staff/cases/{case['id']}/move"
    await one_desk.work(one_desk.agent, move, {"expected": "new", "stage": "waiting_person"})
    shown = [m.card for m in await one_desk.cards(conv) if isinstance(m.card, CaseCard)]
    assert [(card.number, card.stage) for card in shown] == [
        (case["number"], "new"),
        (case["number"], "waiting_person"),
    ]
    other = await make_member(one_desk.shop, "agent")
    assert code_of(await one_desk.work(other, "/v1/staff/cases", body)) == "not_owner"
    await one_desk.say(f"/v1/support/cases/{case['id']}/notes", {"text": "单号在这"})
    mine = (await one_desk.person.get(f"/v1/support/cases/{case['id']}")).json()["case"]
    assert mine["stage"] == "working"


async def test_cases_close_by_themselves_and_late_ones_warn_breach_and_go_up_once(
    lone_desk: Desk,
) -> None:
    desk = lone_desk
    case_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    move = f"/v1/staff/cases/{case_id}/move"
    await desk.work(desk.supervisor, move, {"expected": "new", "stage": "resolved"})
    later = rules.CLOSES_AFTER_DAYS * 86_400 + 60
    with time_machine.travel(now() / 1000 + later, tick=True):
        await desk.shop.service.cases.sweep.run()
    async with reading(desk.shop.service.engine) as connection:
        row = (await connection.execute(sa.select(cases))).one()
    assert (row.stage, row.closes_at) == ("closed", None)
    late_id = (await desk.say("/v1/support/cases", OPEN)).json()["case"]["id"]
    with time_machine.travel(now() / 1000 + 60 * 86_400, tick=True):
        for _ in range(6):
            await asyncio.gather(*(desk.shop.service.cases.sweep.run() for _ in range(2)))
    async with reading(desk.shop.service.engine) as connection:
        late = (await connection.execute(sa.select(cases).where(cases.c.id == late_id))).one()
        events = sa.select(case_events.c.kind).where(case_events.c.case_id == late_id)
        kinds = list(await connection.scalars(events))
    assert (late.level, late.team) == (2, "senior")
    assert sorted(kinds) == ["due", "due", "escalated", "opened"]


NO_CASES = [
    {"title": ""},
    {"title": "x" * 121},
    {"title": "a\nb"},
    {"text": ""},
    {"category": "gossip"},
    {"payment_id": "7"},
    {"colour": "green"},
]


async def test_what_is_no_case(one_desk: Desk) -> None:
    for body in NO_CASES:
        refused = await one_desk.say("/v1/support/cases", OPEN | body)
        assert code_of(refused) == "validation_failed", body
