"""Cases, feedback and surveys of a real wallet on a real service: seen, said once, never lost."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import pytest

from app.protocol.ids import new_id
from app.wallet.session import WalletSession
from app.wallet.support.case_views import CasePage
from tests.end_to_end.chatting import LONG, chatting, eventually, live, opened_again
from tests.end_to_end.staffing import staffed
from tests.end_to_end.world import Heard, World, until, world

DAY = 86_400_000


async def case_is(
    session: WalletSession, case_id: str, want: Callable[[CasePage], bool]
) -> CasePage:
    """Wait until the wallet has a case like this, without asking anything itself."""
    found: list[CasePage] = []

    async def fits() -> bool:
        shelf = await session.cases.cases()
        if not any(view.case.id == case_id for view in shelf.cases):
            return False
        found[:] = [await session.cases.case(case_id)]
        return want(found[0])

    await eventually(fits)
    return found[0]


async def settled(session: WalletSession) -> None:
    """All that was done is out."""
    await until(lambda: session.cases.state.waiting == 0, LONG)


def posts(here: World, what: str) -> list[Heard]:
    """Requests of this kind that came along the road."""
    return [heard for heard in here.road.heard if heard.line.startswith(f"POST {what}")]


def once(here: World, what: str, fate: Any) -> None:
    """This becomes of the first request of a kind; the others pass."""
    met: list[str] = []

    def rule(heard: Heard) -> Any:
        if heard.line.startswith(f"POST {what}") and not met:
            met.append(heard.line)
            return fate
        return "pass"

    here.road.rule = rule


async def test_a_case_from_its_opening_to_the_persons_word(tmp_path):
    async with world(tmp_path) as here, staffed(here) as staff:
        ann = await chatting(here)
        case_id = await ann.cases.open_case("付了两次", "买菜的钱付了两次", category="payment")
        opened = await case_is(ann, case_id, lambda page: bool(page.events))
        assert opened.case.number.startswith("KS-")
        assert (await ann.cases.cases()).pending == ()
        assert ann.cases.state.unread_cases == 0

        await staff.move(case_id, "new", "working")
        await staff.note(case_id, "只给同事看", internal=True)
        await staff.note(case_id, "在查了")
        seen = await case_is(ann, case_id, lambda page: len(page.events) == 3)
        assert [(line.kind, line.actor, line.body) for line in seen.events] == [
            ("opened", "person", "买菜的钱付了两次"),
            ("stage", "agent", ""),
            ("note", "agent", "在查了"),
        ]
        assert seen.case.stage == "working"
        assert ann.cases.state.unread_cases == 1
        await ann.cases.saw_case(case_id)
        assert ann.cases.state.unread_cases == 0
        await ann.cases.note(case_id, "谢谢")

        async def heard() -> bool:
            events = (await staff.get(f"/v1/staff/cases/{case_id}"))["events"]
            return [line.get("body") for line in events][-1] == "谢谢"

        await eventually(heard)
        await staff.move(case_id, "working", "resolved", "退回去了")
        await case_is(ann, case_id, lambda page: page.case.closes_at is not None)
        await ann.cases.not_solved(case_id, "没收到")
        again = await case_is(ann, case_id, lambda page: page.case.cycle == 2)
        assert again.case.stage == "working"
        await ann.cases.ask_supervisor(case_id, "请主管看")
        await case_is(ann, case_id, lambda page: page.case.level == 2)
        await staff.move(case_id, "working", "resolved")
        await ann.cases.solved(case_id)
        # The case's head may come before its last line, which is the person's.
        await case_is(
            ann,
            case_id,
            lambda page: page.case.stage == "closed" and page.events[-1].actor == "person",
        )
        await settled(ann)
        # What comes too late is refused in words and waits for the person.
        await ann.cases.note(case_id, "还有一句")
        await until(lambda: ann.cases.state.refused == 1, LONG)
        (late,) = (await ann.cases.case(case_id)).pending
        assert late.failure.code == "case_stage"
        await ann.cases.discard(late.key)
        assert ann.cases.state.refused == 0


@pytest.mark.parametrize("fate", ["lose_answer", "garble", "lose_request"])
async def test_a_lost_answer_opens_no_second_case_and_says_nothing_twice(tmp_path, fate):
    async with world(tmp_path) as here:
        ann = await chatting(here)
        once(here, "/v1/support/cases ", fate)
        case_id = await ann.cases.open_case("付了两次", "买菜的钱", category="payment")
        await settled(ann)
        once(here, f"/v1/support/cases/{case_id}/notes", fate)
        await ann.cases.note(case_id, "单号在这")
        await settled(ann)
        once(here, f"/v1/support/cases/{case_id}/say", fate)
        await ann.cases.ask_supervisor(case_id)
        await settled(ann)
        once(here, "/v1/support/feedback", fate)
        await ann.cases.give("complaint", "态度", "不好", language="zh")
        await settled(ann)
        await ann.cases.refresh_cases()
        await ann.cases.refresh_feedback()
        shelf = await ann.cases.cases()
        assert len(shelf.cases) == 2
        page = await ann.cases.case(case_id)
        assert [line.kind for line in page.events] == ["opened", "note", "escalated"]
        assert page.case.level == 2
        (complaint,) = (await ann.cases.feedback()).items
        assert complaint.feedback.number.startswith("KB-")
        numbers = {view.case.number for view in shelf.cases}
        assert complaint.feedback.case_number in numbers
        assert len(posts(here, "/v1/support/cases ")) == 2


async def test_what_was_done_offline_is_told_once_and_in_order(tmp_path):
    async with world(tmp_path) as here:
        ann = await chatting(here)
        port = here.road.port
        await here.road.shut()
        await until(lambda: ann.support.state.link != "live", LONG)
        case_id = await ann.cases.open_case("付了两次", "买菜的钱", category="payment")
        for words in ("一", "二", "三"):
            await ann.cases.note(case_id, words)
        await ann.cases.give("suggestion", "大字", "字大一点", language="zh")
        assert ann.cases.state.waiting == 5
        (pending,) = (await ann.cases.cases()).pending
        assert pending.request.title == "付了两次"
        await ann.close()
        again = await opened_again(here)
        assert again.cases.state.waiting == 5
        await here.road.open(port)
        await settled(again)
        page = await again.cases.case(case_id)
        assert [line.body for line in page.events] == ["买菜的钱", "一", "二", "三"]
        assert len((await again.cases.feedback()).items) == 1
        # And everything can be read without a line.
        await here.road.shut()
        await again.lock()
        third = await opened_again(here)
        assert (await third.cases.case(case_id)).events == page.events


@pytest.mark.parametrize("fate", ["stall", "swallow"])
async def test_kill_in_the_middle_of_opening_a_case(tmp_path, fate):
    """``kill -9`` of the wallet before or after the service has it: there is one case."""
    async with world(tmp_path) as here:
        ann = await chatting(here)
        await ann.close()
        once(here, "/v1/support/cases ", fate)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.end_to_end.case_victim", str(here.folder / "ann")
        )
        try:
            await until(lambda: len(posts(here, "/v1/support/cases ")) == 1, seconds=60)
            if fate == "swallow":
                await until(lambda: here.road.swallowed == 1, LONG)
        finally:
            process.kill()
            await process.wait()
        here.road.rule = lambda heard: "pass"
        again = await opened_again(here)
        await live(again)
        await settled(again)
        await again.cases.refresh_cases()
        (only,) = (await again.cases.cases()).cases
        assert only.case.id == posts(here, "/v1/support/cases ")[0].headers["idempotency-key"]


async def test_feedback_is_answered_published_and_found_helpful(tmp_path):
    async with world(tmp_path) as here, staffed(here) as staff:
        ann = await chatting(here)
        bob = await chatting(here, "bob", contact="bob")
        key = await ann.cases.give(
            "question", "K豆会过期吗", "什么时候", language="zh", public=True
        )
        await settled(ann)
        await staff.post(
            f"/v1/staff/feedback/{key}",
            {"state": "answered", "answer": "十二个月后的月底", "publish": True},
        )
        await until(lambda: ann.cases.state.unread_feedback == 1, LONG)
        (mine,) = (await ann.cases.feedback()).items
        assert (mine.feedback.answer, mine.unread) == ("十二个月后的月底", True)
        await ann.cases.saw_feedback(key)
        assert ann.cases.state.unread_feedback == 0

        await bob.cases.refresh_feedback()
        assert await bob.cases.community("余额") == ()
        (found,) = await bob.cases.community("月底 过期")
        assert (found.mine, found.helpful) == (False, 0)
        await bob.cases.found_helpful(found.id)
        await settled(bob)
        await bob.cases.refresh_feedback()
        (found,) = await bob.cases.community()
        assert (found.helpful, found.found_helpful) == (1, True)


async def test_a_survey_is_answered_once_and_its_outcome_is_read(tmp_path):
    async with world(tmp_path) as here, staffed(here) as staff:
        ann = await chatting(here)
        now = ann.clock.time_ms()
        question = {"id": "overall", "kind": "stars", "zh": "怎么样", "en": "How is it"}
        made = await staff.post(
            "/v1/staff/questionnaires",
            {
                "title_zh": "年度调查",
                "title_en": "Yearly survey",
                "questions": [question],
                "opens_at": now - DAY,
                "closes_at": now + DAY,
            },
        )
        await ann.cases.refresh_feedback()
        assert ann.cases.state.open_surveys == 1
        once(here, "/v1/support/questionnaires", "lose_answer")
        await ann.cases.answer_survey(made["id"], {"overall": "4"})
        assert ann.cases.state.open_surveys == 0
        await settled(ann)
        (survey,) = await ann.cases.surveys()
        assert survey.answered
        await staff.post(
            f"/v1/staff/questionnaires/{made['id']}/outcome",
            {"outcome_zh": "字体会变大", "outcome_en": "Letters will grow"},
        )
        await ann.cases.refresh_feedback()
        (survey,) = await ann.cases.surveys()
        assert survey.outcome_en == "Letters will grow"
        assert (await staff.get(f"/v1/staff/questionnaires/{made['id']}"))["people"] == 1


async def test_a_strangers_payment_is_refused_in_words_and_can_be_thrown_away(tmp_path):
    async with world(tmp_path) as here:
        ann = await chatting(here)
        case_id = await ann.cases.open_case("付了两次", "买菜的钱", payment_id=new_id())
        await ann.cases.note(case_id, "单号在这")
        await until(lambda: ann.cases.state.refused == 2, LONG)
        (pending,) = (await ann.cases.cases()).pending
        assert pending.failure.code == "payment_not_found"
        await ann.cases.retry(pending.key)
        await until(lambda: ann.cases.state.refused == 2, LONG)
        await ann.cases.discard(pending.key)
        assert (ann.cases.state.refused, ann.cases.state.waiting) == (0, 0)
