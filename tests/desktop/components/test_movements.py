"""Movements: what they are called, months, pages that come as one scrolls, 100,000 rows."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest

from app.desktop.components.movement_list import MovementList, MovementModel
from app.desktop.components.movement_words import beans_words, words_of
from app.desktop.components.when import moment, month_words
from app.desktop.language import Language
from app.protocol.messages.payments import Movement

DAY = 86_400_000
NOON = 1_790_000_000_000


def movement(number: int = 0, **more) -> Movement:
    known = {
        "movement_id": f"m{number}",
        "cursor_key": 10**6 - number,
        "account_id": "a",
        "kind": "payment",
        "amount": -1250,
        "currency": "CNY",
        "balance_after": 0,
        "counterparty": "Corner Store",
        "occurred_at": NOON - number * DAY,
    }
    return Movement(**{**known, **more})


def test_a_payment_is_told_with_sign_and_word(language: Language):
    words = words_of(movement(store_name="North", points_earned=12, mcc="5814"))
    assert words.title == "Corner Store"
    assert words.detail == "Paid · North"
    assert words.amount == "−¥12.50"
    assert words.beans == "+12 K-Beans"
    assert words.icon == "coffee"
    language.choose("zh-CN")
    assert words_of(movement()).detail == "付款"
    assert beans_words(-3, signed=True) == "−3 K豆"


@pytest.mark.parametrize(
    ("kind", "money", "word", "told"),
    [
        ("top_up", (5000, "CNY"), "Topped up", "+¥50.00"),
        ("payment_received", (100, "CNY"), "Received", "+¥1.00"),
        ("points_earned", (12, "KBN"), "Earned", "+12 K-Beans"),
        ("adjustment", (-100, "CNY"), "Adjusted", "−¥1.00"),
        ("adjustment", (-4, "KBN"), "K-Beans adjusted", "−4 K-Beans"),
    ],
)
def test_each_kind_has_its_word(language: Language, kind, money, word, told):
    amount, currency = money
    words = words_of(movement(kind=kind, amount=amount, currency=currency, counterparty=""))
    assert words.title == word
    assert words.amount == told
    assert words.detail == ""


def test_months_are_headed_but_the_first_which_stands_above(shown):
    rows = MovementList("List")
    shown(rows, 500, 400)
    items = [movement(number) for number in range(40)]
    rows.show_movements(items)
    months = {month_words(moment(item.occurred_at).date()) for item in items}
    headings = [
        rows.rows.index(row, 0).data()
        for row in range(rows.rows.rowCount())
        if not rows.rows.index(row, 0).flags() & Qt.ItemFlag.ItemIsSelectable
    ]
    assert len(headings) == len(months) - 1
    assert rows.heading.text() == month_words(moment(NOON).date())
    rows.scrollToBottom()
    assert rows.heading.text() == month_words(moment(items[-1].occurred_at).date())


def test_older_pages_are_asked_for_once_and_join_their_month(shown, qtbot):
    rows = MovementList("List")
    shown(rows, 500, 300)
    asked: list[int] = []
    rows.rows.wanted.connect(lambda: asked.append(1))
    rows.show_movements([movement(number) for number in range(10)], more=True)
    rows.scrollToBottom()
    qtbot.waitUntil(lambda: asked == [1])
    assert not rows.rows.canFetchMore(QModelIndex())
    before = rows.rows.rowCount()
    rows.rows.append([movement(10)], more=False)
    assert rows.rows.rowCount() in (before + 1, before + 2)
    assert asked == [1]


def test_keys_open_a_movement(shown, qtbot):
    rows = MovementList("List")
    shown(rows, 500, 300)
    rows.show_movements([movement(1), movement(2)])
    rows.setCurrentIndex(rows.rows.index(0, 0))
    QTest.keyClick(rows, Qt.Key.Key_Down)
    with qtbot.waitSignal(rows.opened) as caught:
        QTest.keyClick(rows, Qt.Key.Key_Return)
    assert caught.args[0].movement_id == "m2"


def test_a_screen_reader_hears_the_whole_row(language: Language):
    model = MovementModel()
    model.replace([movement(points_earned=12)], more=False)
    told = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Corner Store" in told
    assert "−¥12.50" in told
    assert "+12 K-Beans" in told


def test_a_hundred_thousand_rows_stay_fluid(shown, calm):
    rows = MovementList("List")
    shown(rows, 600, 700)
    rows.show_movements([movement(number % 3000) for number in range(100_000)])
    bar = rows.verticalScrollBar()
    rows.grab()
    times = []
    for step in range(20):
        begun = time.perf_counter()
        bar.setValue(bar.maximum() * step // 20)
        rows.grab()
        times.append(time.perf_counter() - begun)
    # A quarter of a second would be a freeze; the median is a few milliseconds.
    assert sorted(times)[10] < 0.1
