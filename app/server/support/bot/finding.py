"""Which payment a person means: amount, day and payee words in what they said. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.protocol.messages.cards import PaymentCard
from app.server.support.bot.words import terms, tidy

SHOWN = 3

_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?(?![\d.]*(?:元|块|yuan))")
_AMOUNT = re.compile(
    r"(?:[¥￥$]|rmb ?|cny ?)(\d[\d,]*(?:\.\d{1,2})?)"
    r"|(\d[\d,]*(?:\.\d{1,2})?) ?(?:元|块钱?|圆|rmb|cny|yuan|kuai)"
    r"|(?<![\d.:])(\d[\d,]*\.\d{1,2})(?![\d.])"
)
_DAYS_AGO = (
    (re.compile(r"前天|day before yesterday"), 2),
    (re.compile(r"昨[天晚日]|yesterday|last night"), 1),
    (re.compile(r"今[天早晚日]|刚才|刚刚|\btoday\b|\bjust now\b|\bthis (morning|evening)\b"), 0),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said about a payment; None where nothing was.

    Attributes:
        amount: In major units, as people say it.
        day: In the service's time zone.
        text: All of it, for the payee's name.
    """

    amount: Decimal | None
    day: date | None
    text: str


def wanted(text: str, now: int, zone: ZoneInfo) -> Wanted:
    """Read what a person said about a payment; ``now`` in Unix milliseconds."""
    told = tidy(text)
    today = day_of(now, zone)
    day, rest = _day(told, today)
    amount = _AMOUNT.search(rest)
    figure = next(filter(None, amount.groups()), None) if amount else None
    return Wanted(Decimal(figure.replace(",", "")) if figure else None, day, told)


def day_of(moment: int, zone: ZoneInfo) -> date:
    """The day a moment falls on."""
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(zone).date()


def _day(told: str, today: date) -> tuple[date | None, str]:
    """The day that was named, and the text without its figures."""
    for pattern, ago in _DAYS_AGO:
        if pattern.search(told):
            return today - timedelta(days=ago), told
    match = _DATE.search(told)
    if match is None:
        return None, told
    year, month, day = match.groups()
    try:
        found = date(int(year or today.year), int(month), int(day))
    except ValueError:
        return None, told
    if year is None and found > today:
        found = found.replace(year=today.year - 1)
    return found, told[: match.start()] + " " + told[match.end() :]


def search(
    what: Wanted, payments: Sequence[PaymentCard], exponents: dict[str, int], zone: ZoneInfo
) -> list[PaymentCard]:
    """The payments that fit all that was said; the newest ones where nothing was.

    Args:
        what: What was said.
        payments: The person's own, newest first.
        exponents: Decimal places of each currency.
        zone: Whose days are meant.
    """
    found = list(payments)
    if what.amount is not None:
        found = [
            payment
            for payment in found
            if Decimal(payment.amount).scaleb(-exponents.get(payment.currency, 2)) == what.amount
        ]
    if what.day is not None:
        found = [payment for payment in found if day_of(payment.created_at, zone) == what.day]
    said = set(terms(what.text))
    named = [payment for payment in found if _names(payment.payee_name, said)]
    return (named or found)[:SHOWN]


def _names(payee: str, said: set[str]) -> bool:
    """Whether a payee's name was said: two of its characters together, or one of its words."""
    parts = {part for part in terms(tidy(payee)) if len(part) >= 2}
    return bool(parts & said)
