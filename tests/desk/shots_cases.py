"""What the desk's pictures of cases, feedback, surveys, quality and reports show."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from app.desk.figures import CRITERIA
from app.protocol.ids import new_id
from app.protocol.messages.cases import (
    CaseMove,
    CaseNote,
    FeedbackAnswer,
    NewQuestionnaire,
    QualityScore,
    Question,
    QuestionnaireOutcome,
    StaffOpenCase,
)
from app.protocol.messages.desk import CloseRequest, Reply
from tests.desk.caseload import DAY, Caseload, a_month
from tests.desk.seats import Seat
from tests.server.support.following import read_to_the_end

if TYPE_CHECKING:
    from tests.desk.shots import Stage


class Casework:
    """Cases under way, things people said, a survey, samples, a month of figures."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._town = stage.town
        self._desk = stage.staff.casework
        self.now = int(time.time() * 1000)
        self.number = self._cases()
        self._feedback()
        self.survey = self._surveys()
        a_month(self._town, self.now)
        self.sample = self._samples()

    def _run(self, work):
        return self._town.background.run(work)

    def _cases(self) -> str:
        stage, desk = self._stage, self._desk
        lin = Caseload(self._town, self._town.person("林夏"))
        double = lin.open(
            "便利店付款被扣了两次",
            "昨晚 8 点在 K豆便利店付了 64.09 元，账单里有两笔一样的。",
            category="payment",
        ).case
        me = stage.town.staff_ids["mei"]
        self._run(desk.move(double.id, CaseMove(expected="new", stage="working", assignee_id=me)))
        note = CaseNote("两笔订单号不同，门店收银机在 20:03 重发了一次。已请财务核对入账。", True)
        self._run(desk.annotate(double.id, new_id(), note))
        said = CaseNote("已查到两笔付款，正在和门店核对第二笔。预计今天下午给你答复。")
        self._run(desk.annotate(double.id, new_id(), said))
        lin.note(double.id, "好的，第二笔的时间是 20:03，麻烦了。")
        self._run(desk.move(double.id, CaseMove(expected="working", priority=3)))
        escalate = CaseMove(expected="working", escalate=True, text="门店可能影响多位用户")
        self._run(desk.move(double.id, escalate))
        child = StaffOpenCase(
            conversation_id=stage.main.conv,
            title="优惠券没有抵扣，补发一张",
            text="门店优惠券配置有误，需要补发。",
            category="merchant",
            parent=double.id,
        )
        self._run(desk.open(new_id(), child))
        ana = Caseload(self._town, stage.second)
        refund = ana.open(
            "Refund of last week's order", "Order KB20261116000871.", category="refund"
        )
        asked = CaseMove(
            expected="new", stage="waiting_person", assignee_id=me, text="Which shop was it?"
        )
        self._run(desk.move(refund.case.id, asked))
        chen = Caseload(self._town, self._town.person("陈立"))
        phone = chen.open("换手机后收不到验证码", "旧手机号已停用。", category="account").case
        other = CaseMove(
            expected="new", stage="waiting_internal", assignee_id=stage.town.staff_ids["lilei"]
        )
        self._run(desk.move(phone.id, other))
        wang = Caseload(self._town, self._town.person("王晓"))
        wang.open("手机丢了，担心账户安全", "今天早上在地铁上丢的。", category="security")
        done = wang.open("转账备注写错了", "想改成房租。", category="transfer").case
        self._run(desk.move(done.id, CaseMove(expected="new", stage="resolved", assignee_id=me)))
        return double.number

    def _feedback(self) -> None:
        sun = Caseload(self._town, self._town.person("孙悦"))
        james = Caseload(self._town, self._town.person("James Miller"))
        sun.tell("complaint", "收银员没有给小票", "问了两次都说打不出来，体验不好。")
        asked = sun.tell(
            "question", "K豆可以转给家人吗？", "我有 3200 豆快到期了，想给妈妈用。", public=True
        )
        james.tell(
            "suggestion",
            "A bigger payment code",
            "The code is hard to read for the scanner at my canteen. Could it fill the window?",
            language="en",
        )
        sun.tell("feedback", "界面很清楚", "深色主题很好看，字也大。谢谢！")
        answer = FeedbackAnswer(
            state="answered",
            answer="目前 K豆 只能本人使用；到期前 30 天会提醒你，可以先兑换成优惠券再送给家人。",
            publish=True,
        )
        self._run(self._desk.answer_feedback(asked.id, answer))
        sun.tell("question", "可以绑定两张银行卡吗？", "工资卡和常用卡想分开。", public=True)

    def _surveys(self) -> str:
        questions = [
            Question("overall", "stars", "整体满意吗？", "How satisfied are you overall?"),
            Question(
                "used",
                "choice",
                "最常用的功能是？",
                "What do you use most?",
                ["扫码付款", "付款码", "K豆", "账单"],
                ["Scan to pay", "Payment code", "K-Beans", "Activity"],
            ),
            Question("wish", "text", "还希望有什么？", "What else would you like?"),
        ]
        made = self._run(
            self._desk.make_survey(
                new_id(),
                NewQuestionnaire(
                    title_zh="冬季使用体验",
                    title_en="How the winter release feels",
                    questions=questions,
                    opens_at=self.now - DAY,
                    closes_at=self.now + 13 * DAY,
                ),
            )
        )
        old = NewQuestionnaire(
            title_zh="食堂窗口排队情况",
            title_en="Queues at the canteen counters",
            questions=questions[:1],
            opens_at=self.now - 40 * DAY,
            closes_at=self.now - 20 * DAY,
        )
        told = self._run(self._desk.make_survey(new_id(), old))
        outcome = QuestionnaireOutcome("午高峰增开两个窗口。", "Two more counters open at noon.")
        self._run(self._desk.conclude(told.id, outcome))
        people = [Caseload(self._town, person) for person in self._town.people[:9]]
        wishes = (
            "希望能给付款加标签",
            "Dark mode on the counter, please",
            "",
            "账单能导出就更好了",
        )
        for at, person in enumerate(people):
            stars, used = "555443542"[at], "000120113"[at]
            answers = {"overall": stars, "used": used, "wish": wishes[at % 4]}
            person.answer(made.id, answers)
        return made.id

    def _samples(self) -> str:
        stage, town = self._stage, self._town
        talks = (
            ("何静", "付款码一直刷不出来", "请把窗口亮度调高，或在帮助里选“付款码”排查。"),
            ("Tom Lee", "My top-up is missing", "It arrived a minute ago; you can see it now."),
            ("郭阳", "转账转错人了怎么办", "先联系对方退回；我帮你开一张工单跟进。"),
        )
        for name, question, answer in talks:
            person = town.waiting(name, question, "en" if question.isascii() else "zh")
            self._run(stage.colleague.claim(person.conv))
            self._run(stage.colleague.reply(person.conv, Reply(new_id(), answer)))
            person.say("Thank you" if question.isascii() else "好的，谢谢")
            closed = CloseRequest("resolved")
            self._run(stage.colleague.close_conversation(person.conv, closed))
        self._run(read_to_the_end(town.service))
        samples = self._run(self._desk.samples())
        score = QualityScore(
            dict(zip(CRITERIA, (4, 4, 3, 3, 4), strict=True)),
            "先核对再答复，很好；结束前可以再确认一次。",
        )
        self._run(self._desk.score(samples[0].id, score))
        return samples[-1].id


def _room(path: str, control: str) -> Callable[[Seat, Stage], None]:
    def show(seat: Seat, stage: Stage) -> None:
        seat.go(path)
        expect(seat.named(control).first).to_be_visible()

    return show


def _case(seat: Seat, stage: Stage) -> None:
    seat.go(f"/cases/{stage.casework.number}")
    expect(seat.named("case-clocks")).to_be_visible()


def _after(scene: Callable[[Seat, Stage], None], *controls: str) -> Callable[[Seat, Stage], None]:
    """A scene, and clicks in it that lead to a sheet."""

    def show(seat: Seat, stage: Stage) -> None:
        scene(seat, stage)
        for control in controls:
            seat.named(control).first.click()
        expect(seat.page.locator(".sheet")).to_be_visible()

    return show


def _note(seat: Seat, stage: Stage) -> None:
    _case(seat, stage)
    seat.named("internal").click()
    expect(seat.page.locator(".internal-box")).to_be_visible()
    seat.named("note-box").scroll_into_view_if_needed()


def _open_case(seat: Seat, stage: Stage) -> None:
    seat.go(f"/c/{stage.main.conv}")
    seat.named("open-case").click()
    expect(seat.page.locator(".sheet")).to_be_visible()


def _survey(seat: Seat, stage: Stage) -> None:
    seat.go(f"/surveys/{stage.casework.survey}")
    expect(seat.named("result").first).to_be_visible()


def _new_survey(seat: Seat, stage: Stage) -> None:
    _room("/surveys", "new-survey")(seat, stage)
    seat.named("new-survey").click()
    seat.named("choice").click()
    expect(seat.named("choices-zh")).to_be_visible()


def _sample(seat: Seat, stage: Stage) -> None:
    seat.go(f"/quality/{stage.casework.sample}")
    expect(seat.named("score-form")).to_be_visible()


def _reports(seat: Seat, stage: Stage) -> None:
    seat.go("/reports")
    expect(seat.page.locator('[data-name="chart-trend"] svg')).to_be_visible()


def _lower(seat: Seat, stage: Stage) -> None:
    _reports(seat, stage)
    seat.named("part-quality").scroll_into_view_if_needed()
    expect(seat.page.locator('[data-name="chart-reasons"] svg')).to_be_visible()


def _table(seat: Seat, stage: Stage) -> None:
    _reports(seat, stage)
    seat.named("table").click()
    expect(seat.named("table-volume")).to_be_visible()


SCENES: dict[str, Callable[[Seat, Stage], None]] = {
    "cases": _room("/cases", "case"),
    "case": _case,
    "case-note": _note,
    "case-move": _after(_case, "move-waiting_person"),
    "case-assign": _after(_case, "assign"),
    "case-open": _open_case,
    "feedback": _room("/feedback", "feedback"),
    "feedback-answer": _after(_room("/feedback", "feedback"), "answer"),
    "surveys": _room("/surveys", "survey"),
    "survey-new": _new_survey,
    "survey": _survey,
    "quality": _room("/quality", "sample"),
    "sample": _sample,
    "reports": _reports,
    "reports-lower": _lower,
    "reports-table": _table,
}
