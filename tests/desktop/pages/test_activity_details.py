"""What a person adds to a movement, what came back of it, and what they take along."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.desktop import dialogs
from app.desktop.components.receipt_card import ReceiptCard
from app.desktop.components.refunds_box import RefundsBox
from app.desktop.components.statement_face import StatementFace
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.shots_stage import scan_page
from app.wallet.vault.stores.activity_rows import ActivityFilter
from tests.desktop.steps import PATIENCE, do, pick, search, stand_still

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def rooms(session, tmp_path, shown) -> Rooms:
    made = Rooms(session, Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    return made


@pytest.fixture
def page(rooms, qtbot):
    made = rooms.activity()
    stand_still(made, qtbot)
    return made


def test_labels_note_and_group_are_kept_and_found(page, session, qtbot):
    movement = next(one for one in page.list.rows.movements() if one.kind == "transfer_out")
    page.open_movement(movement)
    stand_still(page, qtbot)
    editor = page.panel.marks
    QTest.keyClicks(editor.add.edit, "Flat share")
    QTest.keyClick(editor.add.edit, Qt.Key.Key_Return)
    QTest.keyClicks(editor.note.edit, "for the trip")
    QTest.keyClick(editor.note.edit, Qt.Key.Key_Return)
    pick(editor.category, "travel")
    stand_still(page, qtbot)
    known = do(session.marks.of(movement))
    assert known.mark.labels == ("Flat share",)
    assert known.mark.note == "for the trip"
    assert known.category == "travel"
    row = page.list.rows.at(page.list.rows.row_of(movement.movement_id))
    assert "#Flat share · for the trip" in row.words.detail
    assert [one.movement_id for one in search(page, qtbot, '"flat share"')] == [
        movement.movement_id
    ]
    assert ("Flat share", 1) in do(session.marks.labels())
    chip = editor.findChild(QWidget, "MarkLabel0")
    assert chip.accessibleName() == "Take the label Flat share away"
    qtbot.mouseClick(chip, LEFT)
    stand_still(page, qtbot)
    assert do(session.marks.of(movement)).mark.labels == ()


def test_everything_of_a_merchant_is_filed_at_once(page, session, qtbot):
    movement = next(one for one in page.list.rows.movements() if one.counterparty == "城市公交")
    page.open_movement(movement)
    stand_still(page, qtbot)
    editor = page.panel.marks
    assert not editor.always.isVisible()
    pick(editor.category, "travel")
    stand_still(page, qtbot)
    assert editor.always.text() == "File everything of 城市公交 there"
    QTest.keyClick(editor.always, Qt.Key.Key_Return)
    stand_still(page, qtbot)
    filed = do(session.find(ActivityFilter(category="travel"), limit=500)).items
    assert {one.counterparty for one in filed} == {"城市公交"}
    assert len(filed) > 1
    assert not editor.always.isVisible()


def test_a_payment_shows_what_came_back_and_what_is_left(page, session, qtbot):
    refund = do(session.find(ActivityFilter(kind="refund"), limit=1)).items[0]
    page.open_movement(refund)
    qtbot.mouseClick(page.panel.findChild(QWidget, "MovementPayment"), LEFT)
    stand_still(page, qtbot)
    card = page.panel.findChild(ReceiptCard)
    assert card.receipt.payment_id == refund.payment_id
    box = page.panel.findChild(RefundsBox)
    assert box.title.text() == f"¥{refund.amount / 100:.2f} came back"
    left = card.receipt.amount - refund.amount
    assert box.rest.plain_text() == f"¥{left / 100:.2f} of it can still be refunded."
    assert page.panel.marks.movement.kind == "payment"


def test_the_table_holds_what_is_shown(page, rooms, qtbot, tmp_path):
    found = search(page, qtbot, "coffee")
    path = tmp_path / "table.csv"
    dialogs.set_next_answer(path)
    QTest.keyClick(page.export.button, Qt.Key.Key_Return)
    page.export.table.trigger()
    page.export.menu_.hide()
    qtbot.waitUntil(path.exists, timeout=PATIENCE)
    stand_still(page, qtbot)
    text = path.read_bytes().decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(text, newline=""))
    assert head[:3] == ["Date", "Time", "Kind"]
    assert len(lines) == page.list.rows.whole() >= len(found)
    assert {line[3] for line in lines} == {"Green Street Coffee"}
    assert rooms.shell.toast.isVisible()


def test_a_table_that_cannot_be_written_is_said(page, qtbot, tmp_path):
    dialogs.set_next_answer(tmp_path / "no such folder" / "table.csv")
    dialogs.set_next_answer("ok")
    page.export.save_table()
    stand_still(page, qtbot)
    dialogs.set_next_answer(None)
    page.export.save_table()
    assert page.export.button.isEnabled()


def test_a_statement_asks_for_days_that_can_be(page, rooms, qtbot):
    page.export.statement.trigger()
    face = rooms.shell.sheet.findChild(StatementFace)
    qtbot.waitUntil(face.isVisible, timeout=PATIENCE)
    month = QDate.currentDate().addMonths(-1)
    assert face.first.text() == QDate(month.year(), month.month(), 1).toString("yyyy-MM-dd")
    for first, last, error in (
        ("", "2026-01-05", "Write a day, such as 2026-11-05."),
        ("2026-01-05", "tomorrow?", "Write a day, such as 2026-11-05."),
        ("2026-01-05", "2026-01-04", "The last day stands before the first."),
        ("2024-01-05", "2026-01-04", "A statement is for a year at most."),
        ("2026-01-05", "2099-01-04", "This day is still to come."),
    ):
        face.first.set_text(first)
        face.last.set_text(last)
        QTest.keyClick(face.save, Qt.Key.Key_Return)
        assert error in (face.first.error, face.last.error)
        for field in (face.first, face.last):
            field.show_error("")
    QTest.keyClick(face.times.findChild(QWidget, "StatementTime_year"), Qt.Key.Key_Return)
    assert face.first.text().endswith("-01-01")
    QTest.keyClick(face.leave, Qt.Key.Key_Return)
    assert not rooms.shell.sheet.is_open


def test_a_statement_that_cannot_be_fetched_is_said_in_its_place(page, rooms, qtbot, tmp_path):
    page.export.statement.trigger()
    face = rooms.shell.sheet.findChild(StatementFace)
    path = tmp_path / "statement.pdf"
    dialogs.set_next_answer(path)
    QTest.keyClick(face.save, Qt.Key.Key_Return)
    qtbot.waitUntil(face.failure.isVisible, timeout=PATIENCE)
    assert face.failure.title.text()
    assert face.save.isEnabled()
    assert not path.exists()
