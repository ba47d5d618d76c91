"""Scenes of cases, feedback, community questions and surveys in the Help panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.desktop.components.when import now_ms
from app.desktop.operations import operations
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.cases import (
    Case,
    CaseDetail,
    CaseEvent,
    Feedback,
    Question,
    Questionnaire,
)

if TYPE_CHECKING:
    from app.desktop.shots_stage import Stage
    from app.desktop.support_panel.panel import SupportPanel

HOUR = 3_600_000
DAY = 24 * HOUR


def _zh(stage: Stage) -> bool:
    return stage.language.choice == "zh-CN"


def _do(work: Any) -> Any:
    return operations().background.submit(work).result()


def _panel(stage: Stage, room: str = "activity") -> SupportPanel:
    from app.desktop.support_panel.panel import SupportPanel

    rooms = stage.rooms()
    rooms.shell.open_room(room)
    panel = rooms.shell.open_panel()
    assert isinstance(panel, SupportPanel)
    stage.settle()
    return panel


def sample_cases(zh: bool, now: int) -> list[CaseDetail]:
    """Four cases: one that waits for the person, one in work, one solved, one closed."""
    agent = "李娜" if zh else "Li Na"
    waits = Case(
        new_id(),
        "KS-20261123-0004",
        "咖啡店同一单付了两次" if zh else "Paid twice for one order at the coffee shop",
        "payment",
        2,
        "waiting_person",
        1,
        1,
        now - 26 * HOUR,
        now - 2 * HOUR,
        conversation_id=new_id(),
        payment_id=new_id(),
        assignee_name=agent,
    )
    lines = [
        CaseEvent(
            1,
            now - 26 * HOUR,
            "opened",
            "person",
            "",
            "周三早上买拿铁，付了两次 16 元，小票只有一张。希望退回一笔。"
            if zh
            else "On Wednesday I paid ¥16 twice for one latte; there is one slip only. Please "
            "pay one back.",
        ),
        CaseEvent(2, now - 22 * HOUR, "assigned", "agent", agent, agent),
        CaseEvent(3, now - 22 * HOUR, "stage", "agent", agent, "", "working"),
        CaseEvent(
            4,
            now - 3 * HOUR,
            "note",
            "agent",
            agent,
            "商户查到了两笔。请把小票拍一张贴在对话里，我们就请他们退回第二笔。"
            if zh
            else "The shop found both payments. Put a picture of the slip into the "
            "conversation, and we ask them to pay the second one back.",
        ),
        CaseEvent(5, now - 2 * HOUR, "stage", "agent", agent, "", "waiting_person"),
    ]
    work = Case(
        new_id(),
        "KS-20261120-0011",
        "换手机以后收不到验证码" if zh else "No codes since I changed my phone",
        "account",
        1,
        "working",
        2,
        2,
        now - 3 * DAY,
        now - 20 * HOUR,
    )
    solved = Case(
        new_id(),
        "KS-20261118-0002",
        "退款没到账" if zh else "A refund has not arrived",
        "refund",
        1,
        "resolved",
        1,
        1,
        now - 5 * DAY,
        now - 30 * HOUR,
        assignee_name=agent,
        closes_at=now + 5 * DAY,
    )
    closed = Case(
        new_id(),
        "KS-20261101-0009",
        "收银员多按了一个零" if zh else "The cashier typed one zero too many",
        "merchant",
        1,
        "closed",
        1,
        1,
        now - 22 * DAY,
        now - 15 * DAY,
        closed_at=now - 15 * DAY,
    )

    def told(case: Case, *more: CaseEvent) -> CaseDetail:
        first = CaseEvent(1, case.opened_at, "opened", "person", "", case.title)
        return CaseDetail(case, [first, *more])

    solution = CaseEvent(
        2,
        solved.updated_at,
        "stage",
        "agent",
        agent,
        "退款 ¥52.00 已经回到余额，账单里可以看到。"
        if zh
        else "The refund of ¥52.00 is back in your balance; Activity shows it.",
        "resolved",
    )
    again = CaseEvent(2, work.updated_at, "escalated", "system", "", "reopened")
    return [CaseDetail(waits, lines), told(work, again), told(solved, solution), told(closed)]


def sample_feedback(zh: bool, now: int) -> tuple[list[Feedback], list[Feedback]]:
    """What the person said, and what was answered for everybody."""
    language: Any = "zh" if zh else "en"
    who = "周明" if zh else "Zhou Ming"

    def one(number: str, kind: Any, title: str, text: str, age: int, **more: Any) -> Feedback:
        at = now - age * DAY
        state: Any = "answered" if more.get("answer") else "open"
        if state == "answered":
            more |= {"answered_by": who, "answered_at": at + 20 * HOUR}
        return Feedback(new_id(), number, kind, title, text, state, at, language, **more)

    mine = [
        one(
            "KB-20261122-0002",
            "complaint",
            "排队等了四十分钟" if zh else "Forty minutes in the queue",
            "周五晚上等了四十分钟才有人。" if zh else "On Friday night it took forty minutes.",
            1,
            case_number="KS-20261118-0002",
        ),
        one(
            "KF-20261119-0007",
            "suggestion",
            "付款码能不能再大一点" if zh else "A larger payment code, please",
            "超市的扫码枪老，码大一点好扫。"
            if zh
            else "The scanner at my shop is old; a larger code would help.",
            4,
            answer="下个版本可以在“付款”里点一下放大。谢谢提醒。"
            if zh
            else "In the next version a click enlarges it. Thank you for telling.",
        ),
    ]
    community = [
        one(
            "KQ-20261110-0003",
            "question",
            "K豆什么时候过期？" if zh else "When do K-Beans expire?",
            "每次得到的K豆能用多久？" if zh else "How long can I use the beans of a purchase?",
            13,
            public=True,
            mine=False,
            helpful=37,
            answer="得到之后满十二个月的那个月底。快过期前 30 天、7 天和 1 天会提醒。"
            if zh
            else "At the end of the month twelve months after you got them. You are warned 30, "
            "7 and 1 days before.",
        ),
        one(
            "KQ-20261105-0001",
            "question",
            "没有网络能付款吗？" if zh else "Can I pay without a network?",
            "地下超市没有信号。" if zh else "There is no signal in the shop downstairs.",
            18,
            public=True,
            mine=False,
            helpful=12,
            answer="付款码离线也能出示一分钟左右，商户那边要有网络。"
            if zh
            else "The code can be shown offline for about a minute; the shop needs a line.",
        ),
    ]
    return mine, community


def sample_surveys(now: int) -> list[Questionnaire]:
    """One that asks, one with its outcome."""
    return [
        Questionnaire(
            new_id(),
            "KU-20261120-0001",
            "今年的K豆钱包怎么样",
            "How was K-Bean Wallet this year",
            [
                Question(
                    "overall", "stars", "总的来说，您满意吗？", "All in all, are you content?"
                ),
                Question(
                    "next",
                    "choice",
                    "接下来最想要什么？",
                    "What would you like next?",
                    ["更快的退款", "更多可以用K豆的店", "给家人用的零钱包"],
                    ["Faster refunds", "More shops that take K-Beans", "A wallet for the family"],
                ),
                Question(
                    "words", "text", "还有什么想说的？", "Anything else you would like to say?"
                ),
            ],
            now - 3 * DAY,
            now + 7 * DAY,
        ),
        Questionnaire(
            new_id(),
            "KU-20260601-0001",
            "收据上还缺什么",
            "What is missing on receipts",
            [Question("overall", "stars", "收据清楚吗？", "Are receipts clear?")],
            now - 170 * DAY,
            now - 150 * DAY,
            answered=True,
            outcome_zh="很多人想在收据上看到门店电话。九月起都有了。",
            outcome_en="Many wanted the shop's telephone number on the receipt. It is there "
            "since September.",
        ),
    ]


def _with_cases(stage: Stage) -> list[CaseDetail]:
    details = sample_cases(_zh(stage), now_ms())
    _do(stage.full.shelf.show_cases(*details, seen=True))
    _do(stage.full.shelf.show_cases(details[0]))
    return details


def _news(stage: Stage) -> None:
    """What changed since the person looked."""
    import msgspec

    details = sample_cases(_zh(stage), now_ms())
    old = msgspec.structs.replace(details[0], events=details[0].events[:3])
    _do(stage.full.shelf.show_cases(old, *details[1:], seen=True))
    _do(stage.full.shelf.show_cases(details[0]))


def _cases(stage: Stage) -> None:
    _news(stage)
    _panel(stage).tabs.bar.step(1)


def _cases_none(stage: Stage) -> None:
    _panel(stage).tabs.bar.step(1)


def _cases_away(stage: Stage) -> None:
    _with_cases(stage)
    shelf = stage.full.shelf
    shelf.failure = KBeanError("service_unreachable", money="none")
    title = "多扣了一笔公交费" if _zh(stage) else "Charged twice on the bus"
    _do(shelf.open_case(title, title, category="payment"))
    _panel(stage).tabs.bar.step(1)


def _case(which: int) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        details = _with_cases(stage)
        panel = _panel(stage)
        if which == 0:
            zh = _zh(stage)
            words = "小票已经贴在对话里了。" if zh else "The slip is in the conversation now."
            _do(stage.full.shelf.note(details[0].case.id, words))
        panel.show_case(details[which].case.id)

    return scene


def _case_form(stage: Stage) -> None:
    zh = _zh(stage)
    title = "晨光书店 · ¥52.00" if zh else "Green Street Coffee · ¥52.00"
    panel = _panel(stage)
    panel.open_case(ContextCard("payment", new_id(), title))
    panel.book.form.line.set_text("书没有货，钱已经付了" if zh else "Paid, but nothing was left")
    panel.book.form.text.set_text(
        "上午付的款，店里说没有货了，没有退。请退回来。"
        if zh
        else "I paid in the morning, the shop had none left and did not pay back. Please do."
    )


def _with_feedback(stage: Stage) -> tuple[list[Feedback], list[Feedback], list[Questionnaire]]:
    now = now_ms()
    mine, community = sample_feedback(_zh(stage), now)
    surveys = sample_surveys(now)
    _do(stage.full.shelf.show_feedback(mine, community, surveys))
    return mine, community, surveys


def _feedback(stage: Stage) -> None:
    _with_feedback(stage)
    _panel(stage).tabs.bar.step(-1)


def _feedback_none(stage: Stage) -> None:
    _panel(stage).tabs.bar.step(-1)


def _feedback_item(stage: Stage) -> None:
    _, community, _ = _with_feedback(stage)
    panel = _panel(stage)
    panel.tabs.bar.step(-1)
    panel.book.show_item(community[0])


def _feedback_form(stage: Stage) -> None:
    panel = _panel(stage)
    panel.tabs.bar.step(-1)
    panel.book.give_feedback("question")


def _survey(which: int) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        _, _, surveys = _with_feedback(stage)
        panel = _panel(stage)
        panel.tabs.bar.step(-1)
        panel.book.show_survey(surveys[which])
        if which == 0:
            first, second, _ = panel.book.survey.questions
            assert first.stars is not None
            assert second.choices is not None
            first.stars.buttons[3].click()
            second.choices.choose("1")

    return scene


CASE_SCENES: dict[str, Callable[[Stage], None]] = {
    "cases": _cases,
    "cases-none": _cases_none,
    "cases-away": _cases_away,
    "cases-waits": _case(0),
    "cases-solved": _case(2),
    "cases-closed": _case(3),
    "cases-form": _case_form,
    "feedback": _feedback,
    "feedback-none": _feedback_none,
    "feedback-question": _feedback_item,
    "feedback-form": _feedback_form,
    "feedback-survey": _survey(0),
    "feedback-outcome": _survey(1),
}
"""Name → what to put on the stage."""
