"""Words about what a person was looking at: a payment, an error; and about moments. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.protocol.errors import CODES
from app.protocol.messages.cards import ContextCard, PaymentCard
from app.protocol.messages.support import Language
from app.protocol.money import format_minor
from app.server.support.bot.replies import Replies

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(language: Language, at: int, now: int, zone: ZoneInfo) -> str:
    """A moment as one says it: ``今天 09:00``, ``tomorrow 09:00``, ``25 Nov 09:00``."""
    then, today = _local(at, zone), _local(now, zone).date()
    clock = f"{then:%H:%M}"
    if then.date() == today:
        return f"今天 {clock}" if language == "zh" else f"{clock} today"
    if then.date() == today + timedelta(days=1):
        return f"明天 {clock}" if language == "zh" else f"{clock} tomorrow"
    return f"{_day(language, then)} {clock}"


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)


def _day(language: Language, then: datetime) -> str:
    if language == "zh":
        return f"{then.month}月{then.day}日"
    return f"{then.day} {_MONTHS[then.month - 1]}"


def payment_words(
    replies: Replies, language: Language, payment: PaymentCard | None, zone: ZoneInfo
) -> str:
    """What became of a payment, whether money moved, what to do."""
    if payment is None:
        return replies.say(language, "payment_unknown")
    then = _local(payment.created_at, zone)
    words = [
        replies.say(
            language,
            "payment_posted",
            time=f"{_day(language, then)} {then:%H:%M}",
            payee=payment.payee_name,
            amount=f"{format_minor(payment.amount, payment.currency)} {payment.currency}",
            order=payment.order_number,
        )
    ]
    if payment.beans:
        words.append(replies.say(language, "payment_beans", beans=payment.beans))
    words.append(replies.say(language, "payment_then"))
    return "\n\n".join(words)


def error_words(replies: Replies, language: Language, card: ContextCard) -> tuple[str, str]:
    """What happened, whether money moved, what to quote; and the entry that tells more.

    An unknown code is told by its title, and about money nothing is promised.
    """
    known, kind = replies.error(language, card.ref), CODES.get(card.ref)
    title = replies.say(language, "error_title", title=card.title or card.ref, code=card.ref)
    what = known.words if known else title
    words = [
        replies.say(language, "error_what", what=what),
        replies.say(language, f"error_{kind.money if kind else 'unknown'}"),
    ]
    if card.trace_id:
        words.append(replies.say(language, "error_trace", trace=card.trace_id))
    if known and known.topic:
        words.append(replies.say(language, "error_more"))
    return "\n\n".join(words), known.topic if known else ""
