"""Scenes of help: the panel beside pages, every card before and after, the Security room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter

from app.desktop.sample_support import BOT, HOUR, PERSON, SYSTEM, SampleChat
from app.protocol.ids import new_id
from app.protocol.messages.cards import (
    AccessCard,
    ActionCard,
    AnswerCard,
    CallbackCard,
    CaseCard,
    Choice,
    ContextCard,
    FileCard,
    MaskEvent,
    PaymentCard,
    ProposalCard,
    SuggestCard,
    SurveyCard,
    VerificationCard,
)
from app.protocol.messages.stream import Place
from app.protocol.messages.support import Grant, Sender
from app.wallet.failures import Failure

if TYPE_CHECKING:
    from app.desktop.shots_stage import Stage
    from app.desktop.support_panel.panel import SupportPanel

SHA = "a" * 64


def _chat(stage: Stage) -> SampleChat:
    return stage.full.chat


def chinese(stage: Stage) -> bool:
    """Whether the scene is in Chinese."""
    return stage.language.choice == "zh-CN"


def _agent(stage: Stage) -> Sender:
    return Sender("agent", "s1", "李娜" if chinese(stage) else "Li Na")


def open_help(stage: Stage, room: str = "home") -> SupportPanel:
    """Home, or another room, with help beside it."""
    from app.desktop.support_panel.panel import SupportPanel

    rooms = stage.rooms()
    rooms.shell.open_room(room)
    panel = rooms.shell.open_panel()
    assert isinstance(panel, SupportPanel)
    stage.settle()
    return panel


def begin(stage: Stage) -> SampleChat:
    """A conversation with nothing in it."""
    chat = _chat(stage)
    chat.begin("zh" if chinese(stage) else "en")
    return chat


def answered(stage: Stage) -> SampleChat:
    """A question, "did you mean", and an answer."""
    chat, zh = begin(stage), chinese(stage)
    chat.add(
        PERSON,
        "为什么付款失败了，钱却少了？" if zh else "Why did my payment fail but the money is gone?",
        back=9,
        state="read",
    )
    choices = (
        [
            Choice("pay_debit", "支付失败但已扣款"),
            Choice("pay_fail", "支付失败怎么办"),
            Choice("refund_time", "退款多久到账"),
        ]
        if zh
        else [
            Choice("pay_debit", "Payment failed but I was charged"),
            Choice("pay_fail", "Payment failed, what should I do"),
            Choice("refund_time", "How long does a refund take"),
        ]
    )
    chat.add(BOT, "", SuggestCard(choices), kind="card", back=9)
    chat.add(PERSON, choices[0].title, back=8, state="read")
    text = (
        "付款没有成功，钱就没有付出去。余额少了，多半是**一笔正在确认的付款**：\n\n"
        "1. 打开**账单**，看这笔是不是写着“等待结果”。\n"
        "2. 钱包会自己去问结果，通常一分钟内就有答复。\n"
        "3. 如果没有付成，钱会自动退回，不用申请。\n\n"
        "不要再付第二次。也可以看看[退款多久到账](topic:refund_time)。"
        if zh
        else "If the payment failed, no money was paid. A lower balance is mostly **a payment "
        "still being confirmed**:\n\n"
        "1. Open **Activity** and see whether it waits for an answer.\n"
        "2. The wallet keeps asking; an answer mostly comes within a minute.\n"
        "3. If it was not paid, the money comes back by itself.\n\n"
        "Don't pay a second time yet. See also [how long a refund takes](topic:refund_time)."
    )
    card = AnswerCard("pay_debit", choices[0].title, 3, ["find_payment", "human"])
    chat.add(BOT, text, card, back=8)
    return chat


def _answer(stage: Stage) -> None:
    answered(stage)
    open_help(stage)


def _welcome(stage: Stage) -> None:
    open_help(stage, "beans")


def _payment(stage: Stage, chat: SampleChat) -> PaymentCard:
    name = "K豆便利店"
    return PaymentCard(
        new_id(), "KB20261123000412", name, 2372, "CNY", chat.now - HOUR, "succeeded", 23
    )


def _queue(stage: Stage) -> None:
    chat, zh = begin(stage), chinese(stage)
    title = "K豆便利店 · ¥23.72"
    chat.add(
        PERSON,
        "这笔钱付了两次吗？" if zh else "Was this paid twice?",
        ContextCard("payment", new_id(), title),
        back=6,
        state="read",
    )
    chat.add(BOT, "", _payment(stage, chat), kind="card", back=6)
    chat.add(PERSON, "请转人工" if zh else "I want to talk to a person", back=4)
    chat.hand_to("queue", reason="asked")
    conv = chat.state.conversation
    assert conv is not None
    chat.show(place=Place(conv.id, "queue", 2, 170))
    open_help(stage)


def served(stage: Stage) -> SampleChat:
    """An agent talks with the person."""
    chat, zh = begin(stage), chinese(stage)
    agent = _agent(stage)
    chat.add(
        PERSON,
        "手机丢了，担心有人用我的钱包" if zh else "I lost my phone and worry about my wallet",
        back=12,
        state="read",
    )
    chat.hand_to("agent", agent.name)
    chat.add(
        agent,
        "您好，我是李娜。我看到您说手机丢了，我们一步步来。"
        if zh
        else "Hello, I am Li Na. You lost your phone; let us go step by step.",
        back=7,
    )
    return chat


def _consent(stage: Stage) -> None:
    chat, zh = served(stage), chinese(stage)
    agent = _agent(stage)
    chat.add(
        agent,
        "",
        VerificationCard(new_id(), 2, ["device", "passphrase"], chat.now + 280_000),
        kind="verification",
        back=6,
        request_state="passed",
        request_until=chat.now + 20 * 60_000,
    )
    reason = "查看丢失手机后的付款" if zh else "To see payments since the phone was lost"
    chat.add(
        agent,
        "",
        AccessCard(
            new_id(), "s1", agent.name, ["movements", "devices"], reason, 15, chat.now + 280_000
        ),
        kind="access_request",
        back=1,
    )
    chat.show(typing=(agent.name,))
    open_help(stage)


def grant(chat: SampleChat, name: str, minutes: float = 12.1) -> Grant:
    """Live consent."""
    until = chat.now + round(minutes * 60_000)
    return Grant(new_id(), "", "s1", name, ["movements", "devices"], "", "active", chat.now, until)


def _granted(stage: Stage) -> None:
    chat, zh = served(stage), chinese(stage)
    agent = _agent(stage)
    until = chat.now + 12 * 60_000
    reason = "查看丢失手机后的付款" if zh else "To see payments since the phone was lost"
    chat.add(
        agent,
        "",
        AccessCard(
            new_id(), "s1", agent.name, ["movements", "devices"], reason, 15, chat.now + 280_000
        ),
        kind="access_request",
        back=4,
        request_state="granted",
        request_until=until,
    )
    chat.add(
        agent,
        "",
        ProposalCard(
            new_id(),
            "sign_out_device",
            "Pixel 9 · 11-02" if zh else "Pixel 9 · 2 Nov",
            "退出登录" if zh else "signed out",
            "手机已丢失" if zh else "The phone is lost",
            True,
            chat.now + 240_000,
        ),
        kind="offer",
        back=3,
    )
    chat.show("grants", grants=(grant(chat, agent.name),))
    open_help(stage, "activity")


def _granted_closed(stage: Stage) -> None:
    chat = served(stage)
    chat.show("grants", grants=(grant(chat, _agent(stage).name),), unread=3)
    stage.rooms()


def _asked_shut(stage: Stage) -> None:
    chat = served(stage)
    agent = _agent(stage)
    ask = VerificationCard(new_id(), 2, ["device", "passphrase"], chat.now + 280_000)
    line = chat.add(agent, "", ask, kind="verification", back=1)
    chat.show(asks=(line,), unread=1)
    stage.rooms()


def _ended(stage: Stage) -> None:
    chat, zh = served(stage), chinese(stage)
    start = chat.now - chat.now % HOUR + 20 * HOUR
    agent = _agent(stage)
    chat.add(
        agent,
        "",
        CaseCard(
            new_id(),
            "KS-20261123-0031",
            "核对丢失手机后的付款" if zh else "Check payments since the phone was lost",
            "working",
        ),
        kind="card",
        back=5,
    )
    chat.add(
        agent,
        "",
        CallbackCard(new_id(), start, start + HOUR // 2, "booked"),
        kind="card",
        back=4,
    )
    chat.hand_to("nobody", reason="closed")
    chat.add(SYSTEM, "", SurveyCard(new_id(), 1, "", agent.name), kind="survey", back=1)
    open_help(stage)


def _freeze_asked(stage: Stage) -> None:
    chat, zh = begin(stage), chinese(stage)
    chat.add(
        PERSON,
        "我的卡号是 ****，帮我冻结账户" if zh else "My card is ****, please freeze my account",
        back=2,
        state="read",
    )
    chat.add(SYSTEM, "", MaskEvent(1, ["card"]), kind="event", back=2)
    chat.add(BOT, "", ActionCard(new_id(), "freeze", {}, chat.now + 250_000), kind="card", back=2)
    chat.add(
        PERSON,
        "在地铁上，信号不好" if zh else "I am on the train, the line is bad",
        back=0,
        state="waiting",
    )
    failure = Failure("yours", "attachment_refused")
    chat.add(
        PERSON,
        "",
        FileCard(SHA, "shot.exe", "application/octet-stream", 90_000),
        kind="file",
        back=0,
        state="refused",
        failure=failure,
    )
    chat.show(link="away", waiting_out=1)
    open_help(stage)


def picture() -> bytes:
    """A picture as somebody would paste it."""
    image = QImage(360, 220, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.fillRect(24, 24, 312, 40, QColor("darkseagreen"))
    painter.fillRect(24, 84, 220, 20, QColor("lightgrey"))
    painter.fillRect(24, 120, 260, 20, QColor("lightgrey"))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub lacks the format as text
    return bytes(buffer.data().data())


def _attach(stage: Stage) -> None:
    chat, zh = served(stage), chinese(stage)
    data = picture()
    chat.files[SHA] = data
    chat.add(
        PERSON,
        "就是这一笔" if zh else "It is this one",
        FileCard(SHA, "picture.png", "image/png", len(data), 360, 220),
        kind="file",
        back=5,
        state="read",
    )
    panel = open_help(stage)
    panel.composer.take_file(data, "picture.png")
    title = "晨光书店 · ¥52.00" if zh else "Green Street Coffee · ¥52.00"
    panel.composer.ask_about(ContextCard("payment", new_id(), title))
    panel.composer.field.setPlainText("这里也有一张" if zh else "Here is another one")


def _prove(stage: Stage) -> None:
    _consent(stage)
    from app.desktop.support_panel.cards_consent import AccessView

    stage.settle()
    card = stage.window.findChild(AccessView)
    assert card is not None
    card.yes.click()


SUPPORT_SCENES: dict[str, Callable[[Stage], None]] = {
    "help-welcome": _welcome,
    "help-answer": _answer,
    "help-queue": _queue,
    "help-consent": _consent,
    "help-consent-prove": _prove,
    "help-granted": _granted,
    "help-granted-shut": _granted_closed,
    "help-asked-shut": _asked_shut,
    "help-ended": _ended,
    "help-freeze": _freeze_asked,
    "help-attach": _attach,
}
"""Name → what to put on the stage."""
