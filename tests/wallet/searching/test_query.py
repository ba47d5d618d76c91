"""What people type, read: dates, amounts, labels, words, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.wallet.searching.amounts import read_amount
from app.wallet.searching.dates import read_date
from app.wallet.searching.query import read_query
from app.wallet.vault.stores.activity_rows import ActivityFilter
from app.wallet.vault.stores.search_text import Term

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("today", "2026-11-23", "2026-11-23"),
        ("今天", "2026-11-23", "2026-11-23"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("昨天", "2026-11-22", "2026-11-22"),
        ("前天", "2026-11-21", "2026-11-21"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("上周", "2026-11-16", "2026-11-22"),
        ("上个星期", "2026-11-16", "2026-11-22"),
        ("this week", "2026-11-23", "2026-11-29"),
        ("本月", "2026-11-01", "2026-11-30"),
        ("上个月", "2026-10-01", "2026-10-31"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("上上个月", "2026-09-01", "2026-09-30"),
        ("去年", "2025-01-01", "2025-12-31"),
        ("2026年", "2026-01-01", "2026-12-31"),
        ("11月", "2026-11-01", "2026-11-30"),
        ("12月", "2025-12-01", "2025-12-31"),
        ("十二月", "2025-12-01", "2025-12-31"),
        ("11月5日", "2026-11-05", "2026-11-05"),
        ("十一月二十四号", "2025-11-24", "2025-11-24"),
        ("去年11月5号", "2025-11-05", "2025-11-05"),
        ("2024年2月29日", "2024-02-29", "2024-02-29"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2026-11-05", "2026-11-05", "2026-11-05"),
        ("2026/1/2", "2026-01-02", "2026-01-02"),
        ("11-05", "2026-11-05", "2026-11-05"),
        ("november", "2026-11-01", "2026-11-30"),
        ("dec", "2025-12-01", "2025-12-31"),
        ("nov 2025", "2025-11-01", "2025-11-30"),
        ("5 nov", "2026-11-05", "2026-11-05"),
        ("Nov 24", "2025-11-24", "2025-11-24"),
        ("monday", "2026-11-23", "2026-11-23"),
        ("last friday", "2026-11-20", "2026-11-20"),
        ("周三", "2026-11-18", "2026-11-18"),
        ("上周三", "2026-11-18", "2026-11-18"),
        ("最近7天", "2026-11-17", "2026-11-23"),
        ("近三个月", "2026-08-26", "2026-11-23"),
        ("过去一年", "2025-11-24", "2026-11-23"),
        ("近半年", "2026-05-26", "2026-11-23"),
        ("last 30 days", "2026-10-25", "2026-11-23"),
        ("past 2 weeks", "2026-11-10", "2026-11-23"),
        ("11月1日到11月5日", "2026-11-01", "2026-11-05"),
        ("2026-11-01..2026-11-05", "2026-11-01", "2026-11-05"),
        ("1 nov to 5 nov", "2026-11-01", "2026-11-05"),
        ("since october", "2026-10-01", None),
        ("10月以来", "2026-10-01", None),
        ("before november", None, "2026-10-31"),
        ("11月以前", None, "2026-10-31"),
    ],
)
def test_dates_are_read_as_people_say_them(typed, first, last):
    (piece,) = read_query(typed, TODAY).pieces
    assert piece.kind == "date"
    assert piece.span is not None
    told = tuple(None if day is None else day.isoformat() for day in piece.span)
    assert told == (first, last)


@pytest.mark.parametrize(
    ("typed", "least", "most"),
    [
        (">100", 10_001, None),
        ("＞１００", 10_001, None),
        (">=100", 10_000, None),
        ("≥12.5", 1250, None),
        ("<50", None, 4999),
        ("≤50", None, 5000),
        ("20-50", 2000, 5000),
        ("20~50", 2000, 5000),
        ("20到50元", 2000, 5000),
        ("between 20 and 50", 2000, 5000),
        ("¥20 - ¥50", 2000, 5000),
        ("100元以上", 10_000, None),
        ("大于1,234.50", 123_451, None),
        ("over 1,234.5", 123_451, None),
        ("at least 10", 1000, None),
        ("under 30", None, 2999),
        ("不超过30块", None, 3000),
        ("¥12", 1200, 1299),
        ("¥12.5", 1250, 1259),
        ("12.50元", 1250, 1250),
        ("=12.5", 1250, 1250),
    ],
)
def test_amounts_are_read_as_people_say_them(typed, least, most):
    (piece,) = read_query(typed, TODAY).pieces
    assert piece.kind == "amount"
    assert piece.bounds == (least, most, None)


def test_k_beans_are_counted_whole():
    (piece,) = read_query(">20豆", TODAY).pieces
    assert piece.bounds == (2100, None, "points")
    assert read_query("20豆", TODAY).narrow(ActivityFilter(unit="money")).unit == "points"


@pytest.mark.parametrize(
    "typed",
    ["12.5", "2026", "20 50", "202611230000000042", "1/2", "2026-13", "13月", "50-20", "100 200",
     "Mayflower", "三月咖啡", "7天酒店", ">", "-", "11月31日", "2026-02-30", "last", "over", "¥"],
)  # fmt: skip
def test_what_is_no_condition_stays_a_word(typed):
    query = read_query(typed, TODAY)
    assert query.pieces == ()
    assert " ".join(term.text for term in query.words) == typed


def test_words_conditions_and_labels_stand_side_by_side():
    query = read_query('咖啡 >20 上个月 #早餐 "昨天"', TODAY)
    assert [(piece.kind, piece.typed) for piece in query.pieces] == [
        ("amount", ">20"),
        ("date", "上个月"),
        ("label", "#早餐"),
    ]
    assert query.words == (Term("咖啡"), Term("昨天"))
    wanted = query.narrow(ActivityFilter(unit="money", labels=("work",)), UTC)
    assert wanted == ActivityFilter(
        unit="money",
        since=round(datetime(2026, 10, 1, tzinfo=UTC).timestamp() * 1000),
        until=round(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000),
        labels=("work", "早餐"),
        terms=(Term("咖啡"), Term("昨天")),
        least=2001,
    )


def test_conditions_of_box_and_chips_must_both_hold():
    october = ActivityFilter(since=100, until=200, least=500, most=9000)
    wanted = read_query("20-50", TODAY).narrow(october)
    assert (wanted.least, wanted.most) == (2000, 5000)
    wanted = read_query("today", TODAY).narrow(october, UTC)
    assert wanted.since == round(datetime(2026, 11, 23, tzinfo=UTC).timestamp() * 1000)
    assert wanted.until == 200


def test_a_word_that_names_a_kind_or_group_finds_either():
    assert read_query("退款", TODAY).words == (Term("退款", ("kindrefund",)),)
    assert read_query("Transfers", TODAY).words == (
        Term("Transfers", ("kindtransfer_out", "kindtransfer_in")),
    )
    assert read_query("餐饮", TODAY).words == (Term("餐饮", ("catdining",)),)
    assert read_query("充值", TODAY).words[0].marks == ("kindtop_up", "cattopup")


def test_a_day_may_be_said_without_a_space_before_what_is_looked_for():
    query = read_query("昨天的咖啡", TODAY)
    assert [piece.typed for piece in query.pieces] == ["昨天"]
    assert query.words == (Term("咖啡"),)


@settings(max_examples=300)
@given(st.text(max_size=80))
def test_anything_can_be_typed(text):
    read_query(text, TODAY)
    folded = " ".join(text.casefold().split())
    span, bounds = read_date(folded, TODAY), read_amount(folded)
    if span is not None and span.first is not None and span.last is not None:
        assert span.first <= span.last
    if bounds is not None and bounds.least is not None and bounds.most is not None:
        assert bounds.least <= bounds.most


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.dates(date(2000, 1, 1), date(2080, 1, 1)))
def test_every_day_can_be_named_in_both_languages(day, today):
    english = f"{day.day} {day.strftime('%B').lower()} {day.year}"
    for typed in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", english):
        assert read_date(typed, today) == (day, day)


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(1, 12))
def test_a_month_without_a_year_is_never_in_the_future(today, month):
    span = read_date(f"{month}月", today)
    assert span is not None
    assert span.first is not None
    assert span.first <= today
    assert (today - span.first).days < 366
