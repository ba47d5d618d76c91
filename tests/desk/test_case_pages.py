"""Cases, feedback, surveys, quality and reports in a real browser (design/1 S7–S10)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect

from app.protocol.messages.cases import CaseMove
from app.protocol.messages.desk import StaffSignIn
from app.sdk.address import ServiceAddress
from app.sdk.staff import StaffClient
from app.sdk.transport import Transport
from tests.desk.caseload import Caseload, handed_over
from tests.desk.seats import seated
from tests.desk.town import PASSPHRASE, Town, wait_for


@contextmanager
def colleague(town: Town, name: str) -> Iterator[StaffClient]:
    """Somebody else of the staff, by the same routes as the desk."""
    client = StaffClient(Transport(ServiceAddress.parse(town.url)))
    town.background.run(client.sign_in(StaffSignIn(name, PASSPHRASE, town.code(name))))
    try:
        yield client
    finally:
        town.background.run(client.close())


def test_a_case_is_worked_on_from_the_list_to_solved(town: Town, browser: Browser) -> None:
    person = Caseload(town, town.person("林夏"))
    with seated(town, browser, "mei") as mei, colleague(town, "han") as han:
        mei.named("room-cases").click()
        expect(mei.page.locator(".page-title")).to_have_text("工单")
        # It shows up by itself, with its urgency and its clock in words.
        opened = person.open("付款被扣了两次", "便利店，两笔一样的", category="payment")
        row = mei.page.locator(f'[data-case="{opened.case.number}"]')
        expect(row).to_contain_text("新建")
        expect(row).to_contain_text("还剩")
        expect(row).to_contain_text("高")
        row.click()
        stand = mei.page.locator('[data-name="case-chips"]')
        expect(mei.page.locator("h1")).to_have_text("付款被扣了两次")
        mei.named("take-case").click()
        expect(mei.named("case-facts")).to_contain_text("王梅")
        mei.named("move-working").click()
        expect(stand).to_contain_text("处理中")
        # A note for colleagues, then one for both.
        timeline = mei.named("timeline")
        mei.named("internal").click()
        mei.fill("case-note", "门店重发了一次")
        mei.named("add-note").click()
        expect(timeline.locator(".internal", has_text="门店重发了一次")).to_have_count(1)
        mei.named("both").click()
        mei.fill("case-note", "已查到两笔付款")
        mei.named("add-note").click()
        expect(timeline.locator(".agent", has_text="已查到两笔付款")).to_have_count(1)
        told = person.case(opened.case.id)
        assert [event.body for event in told.events if event.kind == "note"] == ["已查到两笔付款"]
        assert told.case.assignee_name == "王梅"
        # A colleague is faster: the page says who, and what is true now.
        mei.named("move-waiting_internal").click()
        expect(mei.named("do-move")).to_be_visible()
        asked = CaseMove(expected="working", stage="waiting_person", text="哪一家门店？")
        town.background.run(han.casework.move(opened.case.id, asked))
        expect(stand).to_contain_text("等待用户")
        mei.named("do-move").click()
        expect(mei.named("overtaken")).to_contain_text("韩梅梅已把工单改为“等待用户”")
        expect(mei.named("case-clocks")).to_contain_text("暂停计时")
        # The person answers; the case goes on by itself, and is solved.
        person.note(opened.case.id, "学校东门那家")
        expect(timeline.locator(".person", has_text="学校东门那家")).to_have_count(1)
        expect(stand).to_contain_text("处理中")
        mei.named("move-resolved").click()
        mei.fill("move-words", "第二笔已退回")
        mei.named("do-move").click()
        expect(stand).to_contain_text("已解决")
    done = person.case(opened.case.id)
    assert done.case.stage == "resolved"
    assert "第二笔已退回" in [event.body for event in done.events]
    assert "门店重发了一次" not in [event.body for event in done.events]


def test_a_conversation_gets_a_case_a_score_and_counts_in_the_report(
    town: Town, browser: Browser
) -> None:
    person = town.waiting("周琳", "优惠券没有抵扣")
    with seated(town, browser, "han") as han:
        han.entry(person.conv).locator('[data-name="claim"]').click()
        han.named("open-case").click()
        han.fill("case-text", "需要补发一张")
        han.named("do-open-case").click()
        expect(han.page.locator("h1")).to_have_text("优惠券没有抵扣")
        # One level up with a reason, a sub-case below it, and back to where it came from.
        han.named("escalate").click()
        han.fill("why", "多位用户遇到")
        han.named("do-escalate").click()
        expect(han.page.locator('[data-name="case-chips"]')).to_contain_text("第 2 级")
        parent = han.page.url.rsplit("/", 1)[1]
        han.named("open-child").click()
        han.fill("case-title", "核对门店配置")
        han.named("do-open-case").click()
        expect(han.named("case-family")).to_contain_text(parent)
        han.named("to-conversation").click()
        expect(han.named("cases-card")).to_contain_text(parent)
        han.reply("已补发")
        wait_for(lambda: "已补发" in person.bodies(), "the answer")
        han.close_talk()
        # Not satisfied: drawn for scoring at once.
        Caseload(town, person).rate(1)
        han.named("room-quality").click()
        han.named("sample").first.click()
        expect(han.transcript()).to_contain_text("已补发")
        expect(han.named("save-score")).to_be_disabled()
        for criterion, mark in (("understood", "4"), ("correct", "3")):
            han.page.locator(f'[data-name="criterion-{criterion}"] [data-name="{mark}"]').click()
        han.fill("score-comment", "先确认再补发")
        han.named("save-score").click()
        expect(han.page.locator(".page-title")).to_have_text("质检")
        han.named("scored").click()
        expect(han.named("sample")).to_contain_text("3.5 / 4 分")
        # The report knows; as charts, as tables, as a file.
        han.named("room-reports").click()
        expect(han.page.locator('[data-name="chart-trend"] svg')).to_be_visible()
        expect(han.named("part-csat")).to_contain_text("1.0 / 5，1 人评价")
        expect(han.named("part-quality")).to_contain_text("3.00")
        expect(han.named("tile-cycles")).to_contain_text(f"{handed_over(town)} 次转人工")
        han.named("table").click()
        expect(han.named("table-reasons")).to_contain_text("请求人工")
        expect(han.named("table-quality")).to_contain_text("4.00")
        with han.page.expect_download() as waiting:
            han.named("csv").click()
        raw = waiting.value.path().read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert "听懂问题,4.00" in raw.decode("utf-8-sig")


def test_feedback_is_answered_and_a_survey_told(town: Town, browser: Browser) -> None:
    person = Caseload(town, town.person("孙悦"))
    asked = person.tell("question", "K豆可以转给家人吗？", "快到期了", public=True)
    wish = person.tell("suggestion", "付款码再大一点", "扫不出来")
    with seated(town, browser, "han") as han:
        han.named("room-feedback").click()
        row = han.page.locator(f'[data-number="{asked.number}"]')
        row.locator('[data-name="answer"]').click()
        expect(han.named("publish")).to_be_visible()
        han.fill("answer-words", "只能本人使用")
        han.named("send-answer").click()
        expect(row).to_have_count(0)
        other = han.page.locator(f'[data-number="{wish.number}"]')
        other.locator('[data-name="answer"]').click()
        expect(han.named("publish")).to_have_count(0)
        han.page.locator(".sheet").locator('[data-name="declined"]').click()
        han.fill("answer-words", "窗口可以放大")
        han.named("send-answer").click()
        expect(other).to_have_count(0)
        han.page.locator(".page-inner").locator('[data-name="declined"]').click()
        expect(other).to_contain_text("窗口可以放大")
        told = {item.number: item for item in person.told()}
        assert (told[asked.number].answer, told[asked.number].state) == ("只能本人使用", "answered")
        assert told[wish.number].state == "declined"
        assert asked.number in {item.number for item in person.community()}
        # A survey with a choice in both languages, answered by somebody, and what came of it.
        han.named("room-surveys").click()
        han.named("new-survey").click()
        typed = {"survey-zh": "冬季体验", "survey-en": "Winter"}
        typed |= {"question-zh": "最常用的是", "question-en": "You use most"}
        for name, words in typed.items():
            han.fill(name, words)
        han.named("choice").click()
        han.fill("choices-zh", "扫码\n付款码")
        han.fill("choices-en", "Scanning\nCode")
        han.named("save-survey").click()
        expect(han.named("survey")).to_contain_text("冬季体验")
        survey = wait_for(person.surveys, "the survey in the wallet")[0]
        person.answer(survey.id, {survey.questions[0].id: "1"})
        han.named("survey").click()
        expect(han.named("people")).to_contain_text("1 人作答")
        expect(han.named("result")).to_contain_text("1 人 · 100%")
        han.named("tell").click()
        han.fill("outcome-zh", "付款码改大了")
        han.fill("outcome-en", "The code is larger")
        han.named("do-tell").click()
        expect(han.named("outcome")).to_contain_text("付款码改大了")
        assert person.surveys()[0].outcome_en == "The code is larger"


def test_everybody_sees_the_rooms_of_their_roles(town: Town, browser: Browser) -> None:
    person = Caseload(town, town.person("何静"))
    number = person.open("收不到验证码", "换了手机").case.number
    now = int(time.time() * 1000)
    with seated(town, browser, "lilei") as agent:
        for room, count in (("cases", 1), ("feedback", 1), ("quality", 0), ("reports", 0)):
            expect(agent.named(f"room-{room}")).to_have_count(count)
        for room in ("/quality", "/reports"):
            agent.go(room)
            expect(agent.page.locator(".page-title")).to_have_text("你好，李雷")
        answer = agent.page.request.get(
            f"{town.desk_url}/reports.csv?since={now - 1000}&until={now}"
        )
        assert answer.status == 403
        agent.go("/surveys")
        expect(agent.page.locator(".page-title")).to_have_text("问卷")
        expect(agent.named("new-survey")).to_have_count(0)
    with seated(town, browser, "noor", locale="en-GB") as auditor:
        auditor.go(f"/cases/{number}")
        expect(auditor.named("timeline")).to_contain_text("换了手机")
        for control in ("next-steps", "note-box", "assign", "take-case"):
            expect(auditor.named(control)).to_have_count(0)
        auditor.go("/feedback")
        expect(auditor.page.locator(".page-title")).to_have_text("Feedback")
        expect(auditor.named("answer")).to_have_count(0)
