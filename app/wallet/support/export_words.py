"""The words of an exported transcript: they stand here because the file leaves the wallet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from app.protocol.messages.cards import (
    AnswerCard,
    CallbackCard,
    Card,
    CaseCard,
    ContextCard,
    FileCard,
    MaskEvent,
    OwnerEvent,
    PaymentCard,
    RequestEvent,
    SuggestCard,
)
from app.protocol.messages.support import Language
from app.protocol.money import format_minor
from app.protocol.spacing import filled

WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "客服对话记录",
        "made": "导出于 {at}",
        "conversation": "对话 {number}",
        "draft": "尚未发出的对话",
        "person": "我",
        "bot": "机器人",
        "agent": "客服",
        "system": "系统",
        "waiting": "尚未发出",
        "refused": "未被接收",
        "owner_bot": "由机器人接待",
        "owner_queue": "排队等待人工客服",
        "owner_agent": "由客服 {name} 接待",
        "owner_nobody": "对话已结束",
        "about": "关于：{what}",
        "file": "附件：{name}（{size} 字节）",
        "payment": "付款 {number}：{payee} {amount} {currency}",
        "case": "工单 {number}：{title}",
        "callback": "回电：{start}",
        "source": "来源：{title}",
        "choices": "你是想问：{choices}",
        "masked": "已隐去敏感内容",
        "request": "{what}：{state}",
        "card": "卡片：{what}",
    },
    "en": {
        "title": "Support transcript",
        "made": "Exported {at}",
        "conversation": "Conversation {number}",
        "draft": "Conversation not sent yet",
        "person": "Me",
        "bot": "Bot",
        "agent": "Agent",
        "system": "System",
        "waiting": "not sent yet",
        "refused": "not accepted",
        "owner_bot": "The bot answers",
        "owner_queue": "Waiting for a person",
        "owner_agent": "{name} answers",
        "owner_nobody": "Conversation closed",
        "about": "About: {what}",
        "file": "Attachment: {name} ({size} bytes)",
        "payment": "Payment {number}: {payee} {amount} {currency}",
        "case": "Case {number}: {title}",
        "callback": "Call-back: {start}",
        "source": "Source: {title}",
        "choices": "Did you mean: {choices}",
        "masked": "Something secret was hidden",
        "request": "{what}: {state}",
        "card": "Card: {what}",
    },
}

_STATES: dict[str, str] = {
    "confirmed": "已确认",
    "declined": "已拒绝",
    "passed": "已通过",
    "failed": "未通过",
    "granted": "已允许",
    "revoked": "已撤销",
    "expired": "已过期",
    "ended": "已结束",
    "answered": "已回答",
    "done": "已完成",
    "cancelled": "已取消",
}
_WHAT: dict[str, str] = {
    "action": "操作",
    "verification": "身份验证",
    "access": "查看授权",
    "proposal": "变更",
    "survey": "评价",
    "callback": "回电",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(at: int, language: Language, zone: tzinfo | None = None) -> str:
    """A moment as people of the language write it."""
    moment = datetime.fromtimestamp(at / 1000, tz=zone).astimezone(zone)
    clock = f"{moment:%H:%M}"
    if language == "zh":
        return f"{moment.year}年{moment.month}月{moment.day}日 {clock}"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}, {clock}"


def told(card: Card | None, language: Language, zone: tzinfo | None = None) -> str:
    """What a card says, in one line; empty without a card."""
    if card is None:
        return ""
    write = _LINES.get(type(card))
    if write is not None:
        name, values = write(card)
        return filled(WORDS[language][name], **values)
    if isinstance(card, RequestEvent):
        return WORDS[language]["request"].format(
            what=_named(card.what, language, _WHAT), state=_named(card.state, language, _STATES)
        )
    if isinstance(card, CallbackCard):
        return WORDS[language]["callback"].format(start=when(card.start, language, zone))
    name = type(card).__name__.removesuffix("Card").lower()
    return WORDS[language]["card"].format(what=_named(name, language, _WHAT))


def _named(code: str, language: Language, chinese: dict[str, str]) -> str:
    return chinese.get(code, code) if language == "zh" else code


def _payment(card: PaymentCard) -> tuple[str, dict[str, object]]:
    return "payment", {
        "number": card.order_number,
        "payee": card.payee_name,
        "amount": format_minor(card.amount, card.currency),
        "currency": card.currency,
    }


_LINES: dict[type, Callable[..., tuple[str, dict[str, object]]]] = {
    ContextCard: lambda card: ("about", {"what": card.title or f"{card.what} {card.ref}"}),
    FileCard: lambda card: ("file", {"name": card.name, "size": card.size}),
    PaymentCard: _payment,
    AnswerCard: lambda card: ("source", {"title": card.title}),
    SuggestCard: lambda card: ("choices", {"choices": " / ".join(c.title for c in card.choices)}),
    CaseCard: lambda card: ("case", {"number": card.number, "title": card.title}),
    OwnerEvent: lambda card: (f"owner_{card.owner}", {"name": card.agent_name}),
    MaskEvent: lambda card: ("masked", {}),
}
