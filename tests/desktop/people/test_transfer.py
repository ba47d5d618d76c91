"""Sending and receiving through the real window, two wallets on the real service."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.desktop import dialogs
from app.desktop.people.ends import TransferDoneFace, TransferEnd
from app.desktop.people.faces import TransferAmountFace, TransferConfirmFace
from app.desktop.people.news import RequestNews
from app.desktop.people.transfer_card import TransferCard
from app.desktop.people.who import PersonTile
from app.desktop.preferences import Preferences
from app.protocol.ids import new_id
from app.protocol.messages.transfers import AskMoney
from app.scanner import load_grey, scan_still
from tests.desktop.people.between import (
    LEFT,
    PATIENCE,
    RETURN,
    closed,
    face_of,
    named,
    on_loop,
    prove,
    sheet,
)


def test_send_by_keyboard_then_to_the_tile_by_mouse(here, rooms, ann, ben, qtbot):
    home = rooms.shell.pages["home"]
    qtbot.mouseClick(home.balance.transfer, LEFT)
    page = rooms.shell.pages["transfer"]
    who = page.views["send"].who
    assert rooms.shell.room == "transfer"
    assert not who.go.isEnabled()
    QTest.keyClicks(who.field.edit, "ben at example")
    QTest.keyPress(who.field.edit, RETURN)
    assert who.field.error.startswith("This is neither")
    for code, words in (
        (here.static_code, "This is a merchant's code. Use it under Pay."),
        ("881234567897593846", "This is a code to pay a cashier with."),
        ("https://qr.alipay.com/fkx0", "This code belongs to another payment system."),
    ):
        who.field.set_text(code)
        QTest.keyPress(who.field.edit, RETURN)
        assert who.field.error.startswith(words)
    who.field.set_text("")
    QTest.keyClicks(who.field.edit, "ben@example.org")
    assert who.field.below.plain_text() == "An e-mail address"
    QTest.keyPress(who.field.edit, RETURN)
    amount = face_of(sheet(rooms), TransferAmountFace, qtbot)
    QTest.keyClicks(amount.amount.edit, "999")
    QTest.keyPress(amount.amount.edit, RETURN)
    qtbot.waitUntil(lambda: "available" in amount.error.plain_text(), timeout=PATIENCE)
    amount.amount.edit.clear()
    QTest.keyClicks(amount.amount.edit, "12.5")
    QTest.keyClicks(amount.note.edit, "tea")
    QTest.keyPress(amount.note.edit, RETURN)
    confirm = face_of(sheet(rooms), TransferConfirmFace, qtbot)
    assert confirm.pay.accessibleName() == "Send ¥12.50"
    qtbot.mouseClick(confirm.check.open, LEFT)
    QTest.keyClicks(confirm.check.field.edit, "Nobody Else")
    QTest.keyPress(confirm.check.field.edit, RETURN)
    qtbot.waitUntil(
        lambda: (
            sheet(rooms)() is not confirm and sheet(rooms)().check.result.text().startswith("✗")
        ),
        timeout=PATIENCE,
    )
    confirm = sheet(rooms)()
    qtbot.waitUntil(confirm.isEnabled, timeout=PATIENCE)
    qtbot.mouseClick(confirm.pay, LEFT)
    prove(rooms, qtbot)
    done = face_of(sheet(rooms), TransferDoneFace, qtbot)
    assert done.transfer.note == "tea"
    qtbot.mouseClick(done.card.copy, LEFT)
    assert done.transfer.receipt.order_number in QGuiApplication.clipboard().text()
    QTest.keyPress(done.done, RETURN)
    closed(rooms, qtbot)
    assert who.field.text() == ""
    qtbot.waitUntil(lambda: page.findChild(PersonTile) is not None, timeout=PATIENCE)
    qtbot.mouseClick(page.findChild(PersonTile), LEFT)
    amount = face_of(sheet(rooms), TransferAmountFace, qtbot)
    QTest.keyClicks(amount.amount.edit, "1")
    qtbot.mouseClick(amount.go, LEFT)
    qtbot.mouseClick(face_of(sheet(rooms), TransferConfirmFace, qtbot).pay, LEFT)
    qtbot.mouseClick(face_of(sheet(rooms), TransferDoneFace, qtbot).done, LEFT)
    closed(rooms, qtbot)
    assert on_loop(here.balance(ben)) == 13_50
    # In Activity the line opens with what the service signed.
    on_loop(ann.refresh())
    activity = rooms.activity()
    qtbot.waitUntil(lambda: bool(activity.list.rows.movements()), timeout=PATIENCE)
    activity.open_movement(activity.list.rows.movements()[0])
    qtbot.waitUntil(lambda: activity.panel.findChild(TransferCard) is not None, timeout=PATIENCE)


def test_a_personal_code_is_paid_from_the_scan_page(here, rooms, ben, qtbot):
    code = on_loop(ben.people.personal_code(3_00, "ride"))
    page = rooms.shell.open_room("pay")
    page.code_read.emit(code.text)
    confirm = face_of(sheet(rooms), TransferConfirmFace, qtbot)
    assert confirm.note.text() == "ride"
    QTest.keyClick(rooms.shell.sheet, Qt.Key.Key_Escape)
    closed(rooms, qtbot)
    transfer = rooms.transfers.page()
    who = transfer.views["send"].who
    QGuiApplication.clipboard().setText("nobody@example.org")
    qtbot.mouseClick(who.paste, LEFT)
    end = face_of(sheet(rooms), TransferEnd, qtbot)
    assert end.title.plain_text() == "Nobody was found under this"
    qtbot.mouseClick(end.first, LEFT)
    closed(rooms, qtbot)
    assert rooms.shell.room == "transfer"


def test_my_code_with_an_amount_saved_and_who_finds_me(here, rooms, ann, tmp_path, qtbot):
    view = rooms.transfers.page().show_part("receive")
    qtbot.waitUntil(lambda: view._shown is not None, timeout=PATIENCE)
    plain = view._shown
    qtbot.mouseClick(view.copy_number, LEFT)
    assert QGuiApplication.clipboard().text() == plain.wallet_no
    QTest.keyClicks(view.amount.edit, "8.80")
    QTest.keyPress(view.amount.edit, RETURN)
    qtbot.waitUntil(lambda: view._shown.text != plain.text, timeout=PATIENCE)
    assert "¥8.80" in view.told.plain_text()
    qtbot.mouseClick(view.copy, LEFT)
    assert QGuiApplication.clipboard().text() == view._shown.text
    target = tmp_path / "code.png"
    dialogs.set_next_answer(target)
    qtbot.mouseClick(view.save, LEFT)
    assert [code.text for code in scan_still(load_grey(target))] == [view._shown.text]
    qtbot.mouseClick(view.without, LEFT)
    qtbot.waitUntil(lambda: view._shown.text == plain.text, timeout=PATIENCE)
    assert "asks" not in view.told.plain_text()
    was = view.by_email.isChecked()
    view.by_email.click()
    qtbot.waitUntil(lambda: ann.people.state.code.find_by_email is not was, timeout=PATIENCE)


@pytest.mark.usefixtures("elsewhere")
def test_a_request_is_asked_told_paid_and_another_declined(here, rooms, ann, ben, qtbot):
    told: list[str] = []

    class Notes:
        def tell(self, title: str, text: str) -> None:
            told.append(f"{title} {text}")

        def on_pressed(self, action) -> None:
            self.action = action

        def clear(self) -> None:
            """Nothing to take away."""

    RequestNews(ann, Preferences(here.folder), Notes(), lambda: None, rooms)
    who = on_loop(ben.people.lookup("email", "ann@example.org"))
    home = rooms.shell.pages["home"]
    on_loop(ben.people.ask_money(new_id(), AskMoney(4_00, "CNY", "noodles", who.payee_ref)))
    qtbot.waitUntil(home.requests.isVisible, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(told) == 1, timeout=PATIENCE)
    qtbot.mouseClick(named(home.requests, "HomeRequest_"), LEFT)
    confirm = face_of(sheet(rooms), TransferConfirmFace, qtbot)
    assert not confirm.other.isVisible()
    qtbot.mouseClick(confirm.pay, LEFT)
    prove(rooms, qtbot)
    qtbot.mouseClick(face_of(sheet(rooms), TransferDoneFace, qtbot).done, LEFT)
    rooms.shell.open_room("home")
    qtbot.waitUntil(lambda: not home.requests.isVisible(), timeout=PATIENCE)
    on_loop(ben.people.ask_money(new_id(), AskMoney(5_00, "CNY", "", who.payee_ref)))
    view = rooms.transfers.page().show_part("requests")
    qtbot.waitUntil(lambda: bool(ann.people.state.asked), timeout=PATIENCE)
    qtbot.waitUntil(view.asked.isVisible, timeout=PATIENCE)
    dialogs.set_next_answer("yes")
    qtbot.mouseClick(named(view.asked, "RequestDecline_"), LEFT)
    qtbot.waitUntil(lambda: not ann.people.state.asked, timeout=PATIENCE)
    assert on_loop(here.balance(ben)) == 4_00
