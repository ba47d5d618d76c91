"""Movements: what they are called, months, pages that come as one scrolls, 100,000 rows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.desktop.components.movement_list import MovementList
from app.desktop.components.movement_model import Heading, MovementModel, Part, Want
from app.desktop.components.movement_words import beans_words, kind_name, words_of
from app.desktop.components.when import moment, month_words
from app.desktop.language import Language
from app.desktop.theme.icons import pixmap
from app.protocol.messages.payments import Movement, MovementKind
from app.wallet.marks import Noted
from app.wallet.vault.stores.marks import Mark

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
    ("kind", "money", "words", "told"),
    [
        ("top_up", (5000, "CNY"), ("Topped up", "充值"), "+¥50.00"),
        ("payment_received", (100, "CNY"), ("Received", "收入"), "+¥1.00"),
        ("refund", (500, "CNY"), ("Refunded", "退款"), "+¥5.00"),
        ("transfer_out", (-500, "CNY"), ("Sent", "转出"), "−¥5.00"),
        ("transfer_in", (500, "CNY"), ("Transfer received", "转入"), "+¥5.00"),
        ("points_earned", (12, "KBN"), ("Earned", "获得"), "+12 K-Beans"),
        ("points_spent", (-12, "KBN"), ("K-Beans used", "使用K豆"), "−12 K-Beans"),
        ("points_returned", (3, "KBN"), ("K-Beans returned", "K豆退回"), "+3 K-Beans"),
        ("points_taken_back", (-3, "KBN"), ("K-Beans taken back", "K豆收回"), "−3 K-Beans"),
        ("points_expired", (-3, "KBN"), ("K-Beans expired", "K豆过期"), "−3 K-Beans"),
        ("adjustment", (-100, "CNY"), ("Adjusted", "调整"), "−¥1.00"),
        ("adjustment", (-4, "KBN"), ("K-Beans adjusted", "K豆调整"), "−4 K-Beans"),
    ],
)
def test_each_kind_has_its_word_in_both_languages(language: Language, kind, money, words, told):
    amount, currency = money
    word, chinese = words
    one = movement(kind=kind, amount=amount, currency=currency, counterparty="")
    line = words_of(one)
    assert line.title == word
    assert line.amount == told
    assert line.detail == ""
    assert pixmap(line.icon).height() > 0
    language.choose("zh-CN")
    assert words_of(one).title == chinese


def test_every_kind_of_the_protocol_is_named():
    assert len({kind_name(kind) for kind in MovementKind.__args__}) == len(MovementKind.__args__)


def test_what_the_person_says_of_a_movement_stands_in_its_line(language: Language):
    noted = Noted("health", Mark("health", ("早餐", "Work"), "for mum"))
    words = words_of(movement(mcc="5814"), noted)
    assert words.detail == "Paid · #早餐 · #Work · for mum"
    assert words.icon == "first-aid"


def test_months_are_headed_but_the_first_which_stands_above(shown):
    rows = MovementList("List")
    shown(rows, 500, 400)
    items = [movement(number) for number in range(40)]
    rows.show_movements(items)
    months = {month_words(moment(item.occurred_at).date()) for item in items}
    held = [rows.rows.at(row) for row in range(rows.rows.rowCount())]
    headings = [row for row in held if isinstance(row, Heading)]
    assert len(headings) == len(months) - 1
    for row, one in enumerate(held):
        selectable = bool(rows.rows.flags(rows.rows.index(row, 0)) & Qt.ItemFlag.ItemIsSelectable)
        assert selectable is not isinstance(one, Heading)
    assert rows.heading.text() == month_words(moment(NOON).date())
    rows.scrollToBottom()
    assert rows.heading.text() == month_words(moment(items[-1].occurred_at).date())


def test_a_long_list_asks_only_for_what_is_looked_at(shown, qtbot):
    rows = MovementList("List")
    shown(rows, 500, 300)
    rows.show_movements([movement(number) for number in range(100)])
    parts = [Part("2026-09", 0, 0, 100), Part("2026-08", 0, 0, 950), Part("2026-07", 0, 0, 3)]
    rows.rows.set_parts(parts)
    assert rows.rows.rowCount() == 1053 + 2
    assert rows.rows.missing(*rows.in_view()) == []
    assert len(rows.rows.movements()) == 100
    with qtbot.waitSignal(rows.looked):
        rows.scrollToBottom()
    first, last = rows.in_view()
    wants = rows.rows.missing(first, last)
    assert wants == [Want(parts[1], 900), Want(parts[2], 0)]
    assert rows.rows.at(rows.rows.rowCount() - 1) is None
    rows.rows.fill(wants[1], [movement(2000 + n) for n in range(3)], {})
    rows.rows.fill(wants[0], [movement(1000 + n) for n in range(50)], {})
    assert rows.rows.missing(first, last) == []
    assert rows.rows.at(rows.rows.rowCount() - 1).movement.movement_id == "m2002"
    assert rows.rows.row_of("m2000") == rows.rows.rowCount() - 3
    assert [part.name for part in rows.rows.totals_missing(first, last)] == ["2026-08", "2026-07"]
    rows.rows.set_totals("2026-07", "−¥3.00")
    assert rows.rows.heading(rows.rows.rowCount() - 1).totals == "−¥3.00"
    assert rows.rows.missing(5000, 6000) == rows.rows.totals_missing(5000, 6000) == []


def test_blocks_looked_at_longest_ago_are_let_go(calm):
    model = MovementModel()
    (part,) = parts = [Part("2026-09", 0, 0, 10_000)]
    model.set_parts(parts)
    for block in range(100):
        model.fill(Want(part, block * 100), [movement(block * 100 + n) for n in range(100)], {})
    assert model.at(0) is None
    assert model.at(9999).movement.movement_id == "m9999"
    assert model.missing(0, 50) == [Want(part, 0)]


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
    model.replace([movement(points_earned=12)])
    told = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Corner Store" in told
    assert "−¥12.50" in told
    assert "+12 K-Beans" in told


def test_rows_on_their_way_are_grey_and_headings_tell_their_totals(shown):
    rows = MovementList("List")
    shown(rows, 500, 400)
    rows.rows.set_parts([Part("2026-09", 0, 0, 1), Part("2026-08", 0, 0, 1)])
    waiting = rows.grab().toImage()
    rows.rows.set_totals("2026-08", "−¥12.50")
    rows.rows.set_totals("2026-09", "−¥3.00")
    assert rows.grab().toImage() != waiting
    assert rows.heading.totals.text() == "−¥3.00"
    told = rows.rows.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told.endswith(", −¥12.50")
    assert rows.rows.index(0, 0).data() == ""


def test_home_and_end_go_to_the_newest_and_the_oldest(shown):
    rows = MovementList("List")
    shown(rows, 500, 300)
    rows.show_movements([movement(number) for number in range(30)])
    QTest.keyClick(rows, Qt.Key.Key_End)
    assert rows.currentIndex().row() == rows.rows.rowCount() - 1
    QTest.keyClick(rows, Qt.Key.Key_Home)
    assert rows.currentIndex().row() == 0
    assert rows.top_row() == 0
