"""What staff do with conversations: answer, note, consult, hand over, close; who sees what."""

from __future__ import annotations

import msgspec
import pytest
import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.desk import (
    CannedReply,
    CannedReplyRequest,
    CloseRequest,
    ConsultRequest,
    HandOver,
    MacroRequest,
    MacroStep,
    Reply,
)
from app.protocol.messages.stream import Ack, Changed, Msg
from app.protocol.messages.support import MessagePage
from app.server.db.engine import reading, writing
from app.server.http import roles
from app.server.identity.staff_tables import staff_sessions
from app.server.support.people.ready import check_steps, filled
from tests.server.identity.test_staff import staff_route_keys
from tests.server.staff import Member
from tests.server.support.people.conftest import Desk
from tests.server.support.world import open_conversation
from tests.server.world import code_of, now

SECRET_WORDS = "我的付款去了错误的商户"


async def told(desk: Desk, conv: str) -> list[str]:
    """The words of a stream, in order."""
    found = (await desk.world.service.talk.page(conv)).messages
    return [message.body for message in found if message.body]


# --- answering


async def test_only_the_owner_answers_and_the_same_answer_counts_once(one_desk: Desk):
    person = await one_desk.world.person()
    member = await one_desk.agent()
    lead = await one_desk.agent("supervisor", online=False)
    conv = await one_desk.asked(person)
    cmid = new_id()
    async with one_desk.line(person) as line:
        first = await one_desk.reply(member, conv.id, "您好", cmid)
        assert first.status_code == 201, first.text
        shown = await line.expect(Msg, lambda frame: frame.message.sender.kind == "agent")
        assert shown.message.body == "您好"
        assert shown.message.sender.name == "林婷"
    again = await one_desk.reply(member, conv.id, "您好", cmid)
    assert again.json() == first.json()
    assert code_of(await one_desk.reply(member, conv.id, "别的", cmid)) == "message_differs"
    assert code_of(await one_desk.reply(member, conv.id, "  ")) == "message_empty"
    assert code_of(await one_desk.reply(lead, conv.id, "我也来")) == "not_owner"
    assert await told(one_desk, conv.id) == ["您好"]


async def test_the_stream_carries_answers_under_the_same_rules(one_desk: Desk):
    person = await one_desk.world.person()
    member, other = await one_desk.agent(), await one_desk.agent()
    conv = await one_desk.asked(person)
    owner, bystander = (
        (member, other)
        if await one_desk.owner(conv.id) == ("agent", member.id)
        else (other, member)
    )
    async with one_desk.line(owner) as line, one_desk.line(bystander) as deaf:
        ack = await line.say(conv.id, "您好")
        assert (await line.message(conv.id, ack.seq)).body == "您好"
        assert await deaf.refused(conv.id, "您好") == "conversation_not_found"


async def test_who_answers_by_the_stream_alone_is_not_idle(one_desk: Desk):
    member = await one_desk.agent()
    conv = await one_desk.asked()
    assert await one_desk.owner(conv.id) == ("agent", member.id)
    engine = one_desk.world.service.engine
    before = now() - 1_700_000
    async with one_desk.line(member) as line:
        one_desk.room.access._noted.clear()
        async with writing(engine) as connection:
            mine = staff_sessions.c.staff_id == member.id
            await connection.execute(sa.update(staff_sessions).where(mine).values(seen_at=before))
        await line.say(conv.id, "您好")
        await one_desk.settled()
    async with reading(engine) as connection:
        seen = await connection.scalar(sa.select(staff_sessions.c.seen_at).where(mine))
    assert seen is not None
    assert seen > before


async def test_the_board_shows_mine_the_queue_and_the_team(desk: Desk):
    person = await desk.world.person()
    member = await desk.agent(capacity=1)
    lead = await desk.agent("supervisor", online=False)
    conv = await desk.asked(person)
    async with desk.line(person) as line:
        ack = await line.say(conv.id, SECRET_WORDS)
    waiting = await desk.asked()
    board = await desk.board(member)
    assert [entry.conversation.id for entry in board.mine] == [conv.id]
    assert [entry.conversation.id for entry in board.queue] == [waiting.id]
    assert board.team == []
    mine = board.mine[0]
    assert mine.person_name == "李伟"
    assert mine.unanswered_since == ack.ts
    assert mine.conversation.subject == SECRET_WORDS
    assert mine.reason == "asked"
    assert (board.queue[0].position, board.queue[0].waiting_since is None) == (1, False)
    theirs = await desk.board(lead)
    assert [entry.conversation.id for entry in theirs.team] == [conv.id]
    assert theirs.team[0].agent_id == member.id
    assert (await desk.board(lead, language="en")).queue == []
    assert len((await desk.board(lead, language="zh")).queue) == 1
    assert (await desk.board(lead, skill="cards")).team == []
    await desk.reply(member, conv.id, "马上看")
    assert (await desk.board(member)).mine[0].unanswered_since is None


# --- notes and colleagues


async def test_notes_are_a_stream_of_their_own_that_no_person_reaches(desk: Desk):
    person = await desk.world.person()
    member = await desk.agent()
    lead = await desk.agent("senior", online=False)
    conv = await desk.asked(person)
    async with desk.line(person) as line:
        note = Reply(new_id(), "这位用户很着急，卡号 4111 1111 1111 1111")
        answer = await member.post(f"/v1/staff/conversations/{conv.id}/notes", note)
        ack = msgspec.json.decode(answer.content, type=Ack)
        assert ack.conv != conv.id
        again = await member.post(f"/v1/staff/conversations/{conv.id}/notes", note)
        assert again.json() == answer.json()
        # Not live, not by page, not by asking for it.
        await desk.reply(member, conv.id, "您好")
        await line.expect(Msg, lambda frame: frame.message.body == "您好")
        assert not any(
            isinstance(frame, Msg) and frame.message.conv == ack.conv for frame in line.frames
        )
        assert await line.refused(ack.conv, "我看得到吗") == "conversation_not_found"
    page = await person.get(f"/v1/support/conversations/{ack.conv}/messages")
    assert code_of(page) == "conversation_not_found"
    listed = (await person.get("/v1/support/conversations")).json()["conversations"]
    assert [one["id"] for one in listed] == [conv.id]
    seen = await desk.opened(lead, conv.id)
    assert seen.entry.notes_conv == ack.conv
    (kept,) = [message for message in seen.notes if message.kind == "text"]
    assert kept.sender.name == "林婷"
    assert "4111 1111" not in kept.body
    pages = await lead.get(f"/v1/staff/conversations/{ack.conv}/messages")
    assert msgspec.json.decode(pages.content, type=MessagePage).messages[0].body == kept.body
    # Notes are reached through their conversation alone.
    assert (
        code_of(await lead.get(f"/v1/staff/conversations/{ack.conv}")) == "conversation_not_found"
    )
    assert code_of(await desk.do(lead, ack.conv, "claim")) == "conversation_not_found"


async def test_a_colleague_who_is_asked_reads_and_notes_and_does_not_answer(desk: Desk):
    person = await desk.world.person()
    member = await desk.agent()
    conv = await desk.asked(person)
    colleague = await desk.agent("agent", name="chen.tech", online=False)
    assert code_of(await colleague.get(f"/v1/staff/conversations/{conv.id}")) == (
        "conversation_not_found"
    )
    async with desk.line(colleague) as line:
        asked = ConsultRequest(colleague.id, "退款接口为什么超时？")
        assert (await desk.do(member, conv.id, "consult", asked)).status_code == 204
        await line.expect(Changed, lambda frame: "mine" in frame.topics)
    seen = await desk.opened(colleague, conv.id)
    assert [note.body for note in seen.notes] == ["@chen.tech 退款接口为什么超时？"]
    note = Reply(new_id(), "上游在维护")
    path = f"/v1/staff/conversations/{conv.id}/notes"
    assert (await colleague.post(path, note)).status_code == 201
    assert code_of(await desk.reply(colleague, conv.id, "您好")) == "not_owner"
    assert code_of(await desk.do(colleague, conv.id, "close", CloseRequest("resolved"))) == (
        "not_owner"
    )
    assert [e.conversation.id for e in (await desk.board(colleague)).team] == [conv.id]
    # It ends with the conversation.
    await desk.do(member, conv.id, "close", CloseRequest("resolved"))
    assert code_of(await colleague.get(f"/v1/staff/conversations/{conv.id}")) == (
        "conversation_not_found"
    )


async def test_an_auditor_reads_and_is_written_down_and_writes_nothing(one_desk: Desk):
    conv = await one_desk.asked()
    auditor = await one_desk.agent("auditor", online=False)
    assert (await one_desk.opened(auditor, conv.id)).entry.conversation.id == conv.id
    note = Reply(new_id(), "看过")
    path = f"/v1/staff/conversations/{conv.id}/notes"
    assert code_of(await auditor.post(path, note)) == "forbidden"
    assert code_of(await one_desk.do(auditor, conv.id, "claim")) == "forbidden"
    audit = (await auditor.get("/v1/staff/audit", subject=conv.id)).json()["entries"]
    assert [(entry["actor"], entry["action"]) for entry in audit] == [
        (auditor.name, "conversation_read")
    ]


# --- handing over and closing


async def test_a_hand_over_to_a_colleague_moves_everything(one_desk: Desk):
    person = await one_desk.world.person()
    member = await one_desk.agent()
    conv = await one_desk.asked(person)
    colleague = await one_desk.agent(display_name="王芳")
    request = HandOver(to="agent", agent_id=colleague.id, note="他要改手机号")
    handed = await one_desk.do(member, conv.id, "hand-over", request)
    assert handed.json()["agent_name"] == "王芳"
    assert await one_desk.owner(conv.id) == ("agent", colleague.id)
    assert code_of(await one_desk.reply(member, conv.id, "还有事吗")) == "conversation_not_found"
    assert [note.body for note in (await one_desk.opened(colleague, conv.id)).notes] == [
        "他要改手机号"
    ]
    away = await one_desk.agent(online=False)
    refused = await one_desk.do(
        colleague, conv.id, "hand-over", HandOver(to="agent", agent_id=away.id)
    )
    assert code_of(refused) == "agent_away"
    nobody = HandOver(to="agent", agent_id=new_id())
    assert code_of(await one_desk.do(colleague, conv.id, "hand-over", nobody)) == "agent_away"
    unnamed = await one_desk.do(colleague, conv.id, "hand-over", HandOver(to="agent"))
    assert code_of(unnamed) == "validation_failed"
    # Nothing of what was refused was kept.
    assert await one_desk.owner(conv.id) == ("agent", colleague.id)


async def test_a_lead_takes_a_conversation_off_an_agent(one_desk: Desk):
    member = await one_desk.agent()
    conv = await one_desk.asked()
    assert await one_desk.owner(conv.id) == ("agent", member.id)
    await one_desk.presence(member, "away")
    lead = await one_desk.agent("supervisor", online=False)
    handed = await one_desk.do(lead, conv.id, "hand-over", HandOver(to="queue"))
    assert handed.json()["owner"] == "queue"
    closed = await one_desk.do(lead, conv.id, "close", CloseRequest("spam"))
    assert closed.json()["owner"] == "nobody"
    again = await one_desk.do(lead, conv.id, "close", CloseRequest("spam"))
    assert code_of(again) == "conversation_closed"


async def test_a_close_has_an_outcome_and_a_note_and_may_be_repeated(one_desk: Desk):
    member = await one_desk.agent()
    conv = await one_desk.asked()
    request = CloseRequest("resolved", "已退款")
    closed = await one_desk.do(member, conv.id, "close", request)
    assert closed.json()["owner"] == "nobody"
    assert (await one_desk.do(member, conv.id, "close", request)).json() == closed.json()
    # The owner may still look at what they did.
    seen = await one_desk.opened(member, conv.id)
    assert [note.body for note in seen.notes] == ["已退款"]
    auditor = await one_desk.agent("auditor", online=False)
    audit = (await auditor.get("/v1/staff/audit", subject=conv.id)).json()["entries"]
    assert [(entry["action"], entry["detail"]) for entry in audit] == [
        ("close", {"outcome": "resolved"})
    ]


# --- ready sentences, macros


async def test_ready_sentences_are_the_teams_or_ones_own(one_desk: Desk):
    member, lead = await one_desk.agent(online=False), await one_desk.agent("senior", online=False)
    hello = CannedReplyRequest(
        shortcut="hello", title="问候", language="zh", body="{person}您好，我是{agent}"
    )
    team = msgspec.structs.replace(hello, shortcut="bye", team=True)
    own = await member.post("/v1/staff/canned-replies", hello)
    assert own.status_code == 201, own.text
    mine = msgspec.json.decode(own.content, type=CannedReply)
    assert mine.team is False
    assert code_of(await member.post("/v1/staff/canned-replies", team)) == "forbidden"
    theirs = (await lead.post("/v1/staff/canned-replies", team)).json()["id"]
    listed = (await member.get("/v1/staff/canned-replies")).json()["replies"]
    assert [one["shortcut"] for one in listed] == ["bye", "hello"]
    listed = (await lead.get("/v1/staff/canned-replies")).json()["replies"]
    assert [one["shortcut"] for one in listed] == ["bye"]
    path = f"/v1/staff/canned-replies/{mine.id}"
    changed = await member.put(path, msgspec.structs.replace(hello, title="你好"))
    assert changed.json()["title"] == "你好"
    assert code_of(await lead.put(path, hello)) == "not_found"
    assert code_of(await member.delete(f"/v1/staff/canned-replies/{theirs}")) == "forbidden"
    assert code_of(await member.put(path, team)) == "forbidden"
    assert (await member.delete(path)).status_code == 204
    assert code_of(await member.delete(path)) == "not_found"
    assert (await lead.delete(f"/v1/staff/canned-replies/{theirs}")).status_code == 204


def test_only_the_known_places_are_filled():
    text = "{person}，{agent}在处理 {number} {other} {0}"
    shown = filled(text, person="李伟", agent="林婷", number="KC-1")
    assert shown == "李伟，林婷在处理 KC-1 {other} {0}"


async def test_a_macro_is_one_action(one_desk: Desk, monkeypatch: pytest.MonkeyPatch):
    person = await one_desk.world.person()
    member = await one_desk.agent()
    lead = await one_desk.agent("senior", online=False)
    conv = await one_desk.asked(person)
    steps = [
        MacroStep("reply", "{person}您好，{number} 已转给专员"),
        MacroStep("note", "需要查渠道"),
        MacroStep("skill", "cards"),
        MacroStep("priority", "2"),
        MacroStep("hand_over", "queue"),
    ]
    request = MacroRequest("转银行卡组", steps)
    assert code_of(await member.post("/v1/staff/macros", request)) == "forbidden"
    macro = (await lead.post("/v1/staff/macros", request)).json()
    assert (await member.get("/v1/staff/macros")).json()["macros"] == [macro]
    path = f"macros/{macro['id']}"
    assert code_of(await one_desk.do(lead, conv.id, path)) == "not_owner"
    done = await one_desk.do(member, conv.id, path)
    assert done.status_code == 200, done.text
    assert (done.json()["owner"], done.json()["skill"]) == ("queue", "cards")
    assert await told(one_desk, conv.id) == [f"李伟您好，{conv.number} 已转给专员"]
    entry = (await one_desk.opened(lead, conv.id)).entry
    assert (entry.priority, entry.reason) == (2, "handed_over")
    # All or nothing: a step that fails takes the others back.
    changed = MacroRequest("出错", [MacroStep("reply", "不会说出来"), MacroStep("verify", "1")])
    await lead.put(f"/v1/staff/macros/{macro['id']}", changed)
    monkeypatch.setattr(one_desk.room.work, "verify", None)
    claimed = await one_desk.do(lead, conv.id, "claim")
    assert claimed.status_code == 200, claimed.text
    assert code_of(await one_desk.do(lead, conv.id, path)) == "forbidden"
    assert "不会说出来" not in await told(one_desk, conv.id)
    assert (await lead.delete(f"/v1/staff/macros/{macro['id']}")).status_code == 204
    assert code_of(await one_desk.do(lead, conv.id, path)) == "not_found"


async def test_a_macro_may_close(one_desk: Desk):
    member = await one_desk.agent("senior")
    conv = await one_desk.asked()
    request = MacroRequest("结束", [MacroStep("reply", "再见"), MacroStep("close", "resolved")])
    macro = (await member.post("/v1/staff/macros", request)).json()
    done = await one_desk.do(member, conv.id, f"macros/{macro['id']}")
    assert done.json()["owner"] == "nobody"


def test_steps_that_cannot_be_run_are_refused():
    wrong = [
        [MacroStep("reply", " ")],
        [MacroStep("priority", "9")],
        [MacroStep("close", "resolved"), MacroStep("note", "太晚")],
        [MacroStep("hand_over", "moon")],
        [MacroStep("verify", "3")],
    ]
    for steps in wrong:
        with pytest.raises(KBeanError, match="validation_failed"):
            check_steps(steps)


# --- who sees what


async def test_nobody_reads_what_is_not_theirs_by_any_route(one_desk: Desk):
    """Every route of the staff, every role, a real conversation and person behind the ids."""
    person = await one_desk.world.person()
    conv = await open_conversation(person)
    async with one_desk.line(person) as line:
        await line.say(conv.id, SECRET_WORDS)
    await one_desk.human(person, conv.id)
    await one_desk.settled()
    service = one_desk.world.service
    # The queue's list shows the question's first words; the rest belongs to those who may read.
    async with one_desk.line(person) as line:
        await line.say(conv.id, "另外我的地址是紫藤路九号")
    readers = {"senior", "supervisor", "auditor"}
    for role in roles.ROLES:
        member = await one_desk.agent(role, online=False)
        for key in sorted(staff_route_keys(one_desk.world)):
            method, _, path = key.partition(" ")
            if method != "GET":
                continue
            answer = await asked_with(member, path, conv.id)
            text = answer.text
            where = (role, key, answer.status_code)
            assert person.contact.value not in text, where
            if role not in readers:
                assert "紫藤路九号" not in text, where
    assert (await service.talk.find(conv.id)).owner == "queue"


async def asked_with(member: Member, path: str, conv: str):
    named = "/".join(conv if piece.startswith("{") else piece for piece in path.split("/"))
    query = {"scope": "balance"} if path.endswith("/account") else {}
    if path.endswith("/reports"):
        query = {"since": "0", "until": "4102444800000"}
    return await member.get(named, **query)
