"""Which payment is meant: amounts, days and names as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.messages.cards import PaymentCard
from app.server.support.bot import contexts
from app.server.support.bot.finding import search, wanted

ZONE = ZoneInfo("Asia/Shanghai")
NOW = int(datetime(2026, 11, 23, 4, 0, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "amount", "day"),
    [
        ("昨天那笔23.5元的付款", "23.5", date(2026, 11, 22)),
        ("¥1,200 的", "1200", None),
        ("前天在咖啡店花了30块", "30", date(2026, 11, 21)),
        ("11月3日的付款", None, date(2026, 11, 3)),
        ("12月3日的付款", None, date(2025, 12, 3)),
        ("2026-10-01 那笔", None, date(2026, 10, 1)),
        ("my payment of yesterday over 12.80", "12.80", date(2026, 11, 22)),
        ("today's coffee", None, date(2026, 11, 23)),
        ("13月45日", None, None),
        ("查这笔付款", None, None),
    ],
)
def test_what_was_said(text: str, amount: str | None, day: date | None):
    found = wanted(text, NOW, ZONE)
    assert found.amount == (Decimal(amount) if amount else None)
    assert found.day == day


@given(st.text(max_size=120))
def test_anything_may_be_said(text: str):
    wanted(text, NOW, ZONE)


def card(number: int, payee: str, amount: int, days_ago: int) -> PaymentCard:
    at = NOW - days_ago * DAY
    return PaymentCard(str(number), str(number), payee, amount, "CNY", at, "succeeded")


PAID = [
    card(1, "蓝瓶咖啡", 3_000, 0),
    card(2, "永辉超市", 2_350, 1),
    card(3, "Blue Bottle", 2_350, 1),
    card(4, "永辉超市", 9_900, 30),
    card(5, "老张面馆", 1_200, 31),
]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("查一下付款", ["1", "2", "3"]),
        ("昨天23.5元", ["2", "3"]),
        ("昨天在永辉的23.50元", ["2"]),
        ("超市", ["2", "4"]),
        ("my payment at bottle", ["3"]),
        ("999.99元", []),
        ("今天", ["1"]),
    ],
)
def test_what_is_found(text: str, numbers: list[str]):
    found = search(wanted(text, NOW, ZONE), PAID, {"CNY": 2}, ZONE)
    assert [payment.payment_id for payment in found] == numbers


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [(1, "今天 13:00", "13:00 today"), (24, "明天 12:00", "12:00 tomorrow")],
)
def test_moments_as_one_says_them(hours: int, zh: str, en: str):
    at = NOW + hours * 3_600_000
    assert contexts.moment("zh", at, NOW, ZONE) == zh
    assert contexts.moment("en", at, NOW, ZONE) == en


def test_a_moment_further_away_has_its_day():
    assert contexts.moment("zh", NOW + 3 * DAY, NOW, ZONE) == "11月26日 12:00"
    assert contexts.moment("en", NOW + 3 * DAY, NOW, ZONE) == "26 Nov 12:00"
