"""The rooms on a real vault: home, activity, K-Beans, settings, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.desktop.components.movement_model import Heading
from app.desktop.components.receipt_card import ReceiptCard
from app.desktop.operations import operations
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.sample import MERCHANTS
from app.desktop.shots_stage import scan_page
from app.protocol.ids import new_id
from app.wallet.failures import Failure
from app.wallet.session import Network, Notice

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def rooms(session, tmp_path, shown) -> Rooms:
    made = Rooms(session, Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    return made


def settled(qtbot) -> None:
    qtbot.waitUntil(lambda: not operations().running)


def test_home_shows_what_the_vault_holds(rooms, session, qtbot):
    home = rooms.shell.pages["home"]
    settled(qtbot)
    account = session.snapshot.money()
    assert home.balance.amount.text().replace(",", "") == f"¥{account.available / 100:.2f}"
    assert home.beans.count.text().replace(",", "") == str(session.snapshot.points.balance)
    assert "expire" in home.beans.next.plain_text()
    assert len(home.recent.rows.movements()) == 4
    assert home.greeting.text().endswith("林夏")
    assert "Spent in" in home.month.chart.accessibleName()
    assert home.balance.topping.plain_text().startswith("绿街生活")


def test_the_balance_can_be_covered_and_stays_so(rooms, session, tmp_path, qtbot):
    home = rooms.shell.pages["home"]
    qtbot.mouseClick(home.balance.eye, LEFT)
    assert "•" in home.balance.amount.text()
    assert home.balance.amount.accessibleName() == "The balance is hidden"
    assert Preferences(tmp_path).balance_hidden
    qtbot.mouseClick(home.balance.eye, LEFT)
    assert "¥" in home.balance.amount.text()


def test_the_ways_out_of_home(rooms, qtbot):
    home = rooms.shell.pages["home"]
    settled(qtbot)
    for button, room in (
        (home.balance.scan, "pay"),
        (home.balance.search, "activity"),
        (home.beans.more, "beans"),
        (home.all, "activity"),
    ):
        rooms.shell.open_room("home")
        qtbot.mouseClick(button, LEFT)
        assert rooms.shell.room == room
    rooms.shell.open_room("home")
    movement = next(row for row in home.recent.rows.movements() if row.payment_id)
    home.recent.opened.emit(movement)
    settled(qtbot)
    card = rooms.activity().panel.findChild(ReceiptCard)
    assert card.receipt.order_number == movement.order_number


def test_what_needs_you_stands_above_everything(rooms, session, qtbot):
    home = rooms.shell.pages["home"]
    settled(qtbot)
    payment = next(row.payment_id for row in home.recent.rows.movements() if row.payment_id)
    notices = (
        Notice(new_id(), "payment_succeeded", 0, "K豆便利店", 2372, "CNY", new_id(), payment),
        Notice(
            new_id(),
            "payment_refused",
            0,
            "Corner",
            100,
            "CNY",
            new_id(),
            failure=Failure("yours", "order_expired", "not_moved"),
        ),
    )
    session.tell("notices", notices=notices, open_payments=2)
    qtbot.waitUntil(home.notices.isVisible)
    told = [w.accessibleName() for w in home.notices.children() if isinstance(w, QWidget)]
    shown = [words for words in told if words]
    assert shown[0].startswith("2 payments without an answer yet")
    assert "had gone through" in shown[1]
    assert "This order has expired. No money has moved, and none will." in shown[2]
    banner = home.notices.findChild(QWidget, f"Notice_{notices[0].notice_id}")
    qtbot.mouseClick(banner.action, LEFT)
    assert rooms.shell.room == "activity"
    settled(qtbot)
    assert rooms.activity().panel.findChild(ReceiptCard).receipt.payment_id == payment


@pytest.mark.parametrize(
    ("network", "word"),
    [
        (Network.OFFLINE, "Offline"),
        (Network.UNTRUSTED, "Not secure"),
        (Network.TROUBLED, "Service disturbed"),
        (Network.ONLINE, "Online"),
    ],
)
def test_the_network_is_said_in_a_word(rooms, session, qtbot, network, word):
    session.tell("network", network=network)
    state = rooms.shell.network
    qtbot.waitUntil(lambda: state.accessibleName().startswith(word))
    assert state.toolTip()


def test_activity_finds_by_words_and_by_filter(rooms, session, qtbot):
    page = rooms.activity()
    settled(qtbot)
    everything = page.list.rows.movements()
    assert len(everything) == 100
    assert all(row.currency == "CNY" for row in everything)
    QTest.keyClicks(page.search.edit, "Coffee")
    qtbot.waitUntil(
        lambda: {row.counterparty for row in page.list.rows.movements()} == {MERCHANTS[1][0]}
    )
    qtbot.mouseClick(page.wipe, LEFT)
    qtbot.waitUntil(lambda: len(page.list.rows.movements()) == 100)
    qtbot.mouseClick(page.filter.findChild(QWidget, "ActivityFilter_in"), LEFT)
    came = {"top_up", "transfer_in", "refund"}
    qtbot.waitUntil(lambda: {row.kind for row in page.list.rows.movements()} == came)
    qtbot.mouseClick(page.filter.findChild(QWidget, "ActivityFilter_beans"), LEFT)
    qtbot.waitUntil(lambda: {row.currency for row in page.list.rows.movements()} == {"KBN"})


def test_activity_teaches_where_nothing_is_found(rooms, qtbot):
    page = rooms.activity()
    settled(qtbot)
    page.search.set_text("there is no such shop")
    page.search.submitted.emit()
    qtbot.waitUntil(page.nothing.isVisible)
    assert page.overview.isVisible()
    qtbot.mouseClick(page.forget, LEFT)
    qtbot.waitUntil(page.list.isVisible)


def test_the_whole_length_is_known_and_rows_come_as_they_are_looked_at(rooms, qtbot):
    page = rooms.activity()
    qtbot.waitUntil(lambda: page.list.rows.whole() > 100, timeout=20_000)
    last = page.list.rows.rowCount() - 1
    assert page.list.rows.at(last) is None
    page.list.scrollToBottom()
    qtbot.waitUntil(lambda: page.list.rows.at(last) is not None, timeout=20_000)
    seen = set()
    for row in range(0, last + 1, 5):
        page.list.scrollTo(page.list.rows.index(row, 0))
        qtbot.waitUntil(lambda row=row: page.list.rows.at(row) is not None, timeout=20_000)
        held = page.list.rows.at(row)
        if not isinstance(held, Heading):
            seen.add(held.movement.movement_id)
    assert len(seen) > last // 5 - 12


def test_a_receipt_opens_beside_the_list_verified_offline(rooms, qtbot):
    page = rooms.activity()
    settled(qtbot)
    row = next(r for r, m in enumerate(page.list.rows.movements()) if m.payment_id)
    qtbot.mouseClick(
        page.list.viewport(),
        LEFT,
        pos=page.list.visualRect(page.list.rows.index(row, 0)).center(),
    )
    qtbot.waitUntil(lambda: page.panel.findChild(ReceiptCard) is not None)
    card = page.panel.findChild(ReceiptCard)
    assert card.receipt.verified
    assert card._verified.text().startswith("Signed by")
    qtbot.mouseClick(card.copy, LEFT)
    assert card.receipt.signature in QGuiApplication.clipboard().text()
    assert rooms.shell.toast.isVisible()
    qtbot.mouseClick(page.panel._close, LEFT)
    assert page.overview.isVisible()


def test_a_top_up_has_its_own_lines(rooms, qtbot):
    page = rooms.activity()
    settled(qtbot)
    page.filter.choose("in")
    page.reload()
    settled(qtbot)
    rows = page.list.rows.movements()
    page.open_movement(next(row for row in rows if row.kind == "top_up"))
    amount = page.panel.findChild(QWidget, "MovementAmount")
    assert amount.accessibleName().startswith("+¥")
    assert page.panel.findChild(ReceiptCard) is None


def test_beans_show_balance_timeline_and_history(rooms, session, qtbot):
    page = rooms.shell.open_room("beans")
    settled(qtbot)
    points = session.snapshot.points
    assert page.balance.count.text().replace(",", "") == str(points.balance)
    months = page.timeline.by_month()
    assert len(months) == 12
    assert sum(count for _, count in months) <= points.balance
    assert page.timeline.accessibleName().startswith("What expires when, ")
    first = len(page.list.rows.movements())
    qtbot.mouseClick(page.more, LEFT)
    qtbot.waitUntil(lambda: len(page.list.rows.movements()) > first)


def test_settings_tell_a_demonstration_from_a_licensed_service(rooms, session, qtbot):
    page = rooms.shell.open_room("settings")
    assert page.demo.isVisible()
    assert ("Licence", "None") in page._facts()
    service = session.snapshot.service
    licensed = type(service)(
        **{
            **{name: getattr(service, name) for name in service.__struct_fields__},
            "mode": "production",
            "licence": "Z2006144000012",
        }
    )
    session.tell("service", service=licensed)
    qtbot.waitUntil(lambda: not page.demo.isVisible())
    assert ("Licence", "Z2006144000012") in page._facts()


def test_the_auto_lock_is_chosen_and_remembered(rooms, qtbot):
    page = rooms.shell.open_room("settings")
    heard: list[int] = []
    rooms.auto_lock_chosen.connect(heard.append)
    qtbot.mouseClick(page.auto_lock.findChild(QWidget, "SettingsAutoLock_15"), LEFT)
    assert heard == [15]


def test_signing_in_again_asks_for_the_passphrase(rooms, session, qtbot):
    session.tell("session", session_ended=True)
    home = rooms.shell.pages["home"]
    qtbot.waitUntil(lambda: home.notices.findChild(QWidget, "NoticeSession") is not None)
    qtbot.mouseClick(home.notices.findChild(QWidget, "NoticeSession").action, LEFT)
    assert rooms.shell.sheet.is_open
    QTest.keyClick(rooms.shell.sheet, Qt.Key.Key_Escape)
    assert not rooms.shell.sheet.is_open
