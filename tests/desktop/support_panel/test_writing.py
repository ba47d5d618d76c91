"""Where one writes: keys, input methods, room, pictures, drafts, what waits and what is refused."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.desktop import dialogs
from app.desktop.sample_support import PERSON
from app.desktop.shots_support import picture
from app.desktop.support_panel.rows import MessageRow
from app.protocol.errors import KBeanError
from app.protocol.messages.cards import ContextCard
from app.protocol.messages.support import ATTACHMENT_MAX, BODY_MAX
from app.wallet.failures import Failure
from tests.desktop.support_panel.conftest import names

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


def words(chat) -> list[str]:
    return [a[0] for name, a in chat.asked if name == "send"]


def test_enter_sends_and_shift_enter_begins_a_line(opened, chat, settled, qtbot):
    panel = opened()
    field = panel.composer.field
    assert field.hasFocus()
    assert not panel.composer.send.isEnabled()
    low = field.height()
    QTest.keyClicks(field, "first")
    QTest.keyClick(field, Qt.Key.Key_Return, SHIFT)
    QTest.keyClicks(field, "second")
    assert field.height() > low
    QTest.keyClick(field, Qt.Key.Key_Return)
    settled()
    assert words(chat) == ["first\nsecond"]
    assert field.toPlainText() == ""
    assert field.hasFocus()
    qtbot.waitUntil(lambda: panel.transcript.findChild(MessageRow) is not None)
    row = panel.transcript.findChild(MessageRow)
    assert row.copy_text() == "first\nsecond"
    assert "You, " in row.accessibleName()


def test_enter_while_an_input_method_composes_sends_nothing(opened, chat, settled):
    panel = opened()
    field = panel.composer.field
    QApplication.sendEvent(field, QInputMethodEvent("ni hao", []))
    QTest.keyClick(field, Qt.Key.Key_Return)
    settled()
    assert words(chat) == []
    chosen = QInputMethodEvent("", [])
    chosen.setCommitString("你好")
    QApplication.sendEvent(field, chosen)
    QTest.keyClick(field, Qt.Key.Key_Return)
    settled()
    assert words(chat) == ["你好"]


def test_the_room_left_is_said_before_the_end(opened, chat):
    panel = opened()
    composer = panel.composer
    composer.field.setPlainText("x" * 3599)
    assert not composer.room.isVisible()
    composer.field.setPlainText("x" * 3990)
    assert composer.room.text() == "10 characters left"
    assert composer.send.isEnabled()
    composer.field.setPlainText("x" * (BODY_MAX + 1))
    assert composer.room.text() == "1 character too many for one message"
    QTest.keyClick(composer.field, Qt.Key.Key_Return)
    assert words(chat) == []
    assert len(composer.field.toPlainText()) == BODY_MAX + 1


def test_a_refused_line_keeps_what_was_typed(opened, chat, settled):
    panel = opened()
    chat.begin()
    chat.failure = KBeanError("message_empty")
    panel.composer.field.setPlainText("not lost")
    panel.composer.submit()
    settled()
    if not panel.composer.error.isVisible():  # typing heard of the failure first
        chat.failure = KBeanError("message_empty")
        panel.composer.submit()
        settled()
    assert panel.composer.error.isVisible()
    assert panel.composer.field.toPlainText() == "not lost"


def test_a_picture_in_the_clipboard_is_pasted_with_a_caption(opened, chat, settled, qtbot):
    panel = opened()
    composer = panel.composer
    QGuiApplication.clipboard().setImage(QImage.fromData(picture()))
    composer.field.paste()
    assert composer.attachment.isVisible()
    assert composer.attachment.accessibleName().startswith("picture.png")
    assert composer.send.isEnabled()
    composer.field.setPlainText("this one")
    QTest.keyClick(composer.field, Qt.Key.Key_Return)
    settled()
    given = next(given for name, given in chat.asked if name == "send_file")
    assert QImage.fromData(given[0]).width() == 360
    assert given[1:] == ("picture.png", "this one")
    assert not composer.attachment.isVisible()


def test_text_from_the_clipboard_comes_without_its_look(opened):
    panel = opened()
    data = QMimeData()
    data.setHtml("<b>bold</b>")
    data.setText("bold")
    panel.composer.field.insertFromMimeData(data)
    assert panel.composer.field.toPlainText() == "bold"


def test_a_file_is_dropped_anywhere_on_the_panel(opened, tmp_path):
    panel = opened()
    file = tmp_path / "bill.pdf"
    file.write_bytes(b"%PDF-1.7")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy = Qt.DropAction.CopyAction
    drop = QDropEvent(QPointF(100, 200), copy, data, LEFT, Qt.KeyboardModifier.NoModifier)
    panel.dropEvent(drop)
    assert panel.composer.attachment.accessibleName() == "bill.pdf 1 KB"
    QTest.mouseClick(panel.composer.attachment.remove, LEFT)
    assert not panel.composer.attachment.isVisible()
    assert not panel.composer.send.isEnabled()


def test_a_file_is_chosen_and_one_too_large_is_said(opened, tmp_path, qtbot):
    panel = opened()
    large = tmp_path / "film.pdf"
    with large.open("wb") as file:
        file.truncate(ATTACHMENT_MAX + 1)
    dialogs.set_next_answer(large)
    qtbot.mouseClick(panel.composer.attach, LEFT)
    assert "more than the 8.0 MB" in panel.composer.attachment.detail.text()
    assert not panel.composer.send.isEnabled()


def test_a_draft_comes_back_and_sending_forgets_it(opened, chat, settled, qtbot, rooms):
    conv = chat.begin("en")
    chat.drafts[conv] = "half a thou"
    panel = opened()
    assert panel.composer.field.toPlainText() == "half a thou"
    QTest.keyClicks(panel.composer.field, "ght")
    qtbot.waitUntil(lambda: chat.drafts[conv] == "half a thought", timeout=20_000)
    QTest.keyClick(panel.composer.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chat.drafts[conv] == "", timeout=20_000)


def test_what_is_asked_about_stands_above_the_field_until_it_is_taken_off(
    opened, rooms, chat, settled, qtbot
):
    opened()
    context = ContextCard("payment", "p1", "Corner · ¥5.00")
    rooms.ask_about(context)
    panel = rooms.shell.dock.panel
    chip = panel.composer.context
    assert chip.isVisible()
    assert chip.accessibleName() == "About this payment: Corner · ¥5.00"
    assert panel.composer.field.placeholderText() == "What about this payment?"
    QTest.keyClicks(panel.composer.field, "why")
    QTest.keyClick(panel.composer.field, Qt.Key.Key_Return)
    settled()
    assert next(given for name, given in chat.asked if name == "send") == ("why", context)
    assert not chip.isVisible()
    rooms.ask_about(context)
    qtbot.mouseClick(chip.remove, LEFT)
    assert panel.composer.field.placeholderText() == "Write here"


def test_what_waits_says_so_and_what_is_refused_asks(opened, chat, settled, qtbot):
    chat.begin("en")
    chat.add(PERSON, "still here", state="waiting")
    bad = chat.add(PERSON, "bad", state="refused", failure=Failure("yours", "conversation_closed"))
    chat.show(link="away", waiting_out=1)
    panel = opened()
    rows = {row.bubble.body: row for row in panel.findChildren(MessageRow)}
    assert rows["still here"].meta.text().endswith("waits to be sent")
    assert "1 message waits here" in panel.header.link.plain_text()
    trouble = rows["bad"].trouble
    assert trouble.retry.text() == "Open again and send"
    qtbot.mouseClick(trouble.retry, LEFT)
    settled()
    assert ("retry", (bad.key,)) in chat.asked
    qtbot.waitUntil(lambda: rows["bad"].trouble is None)
    assert rows["bad"].meta.text().endswith("sent")


def test_what_is_refused_can_be_thrown_away(opened, chat, settled, qtbot):
    chat.begin("en")
    chat.add(PERSON, "bad", state="refused", failure=Failure("yours", "attachment_refused"))
    panel = opened()
    row = panel.findChild(MessageRow)
    assert "can't be sent" in row.accessibleName()
    qtbot.mouseClick(row.trouble.discard, LEFT)
    qtbot.waitUntil(panel.welcome.isVisible, timeout=20_000)


def test_the_first_questions_are_one_press_away(opened, chat, settled, qtbot):
    panel = opened()
    assert panel.welcome.isVisible()
    names = {button.accessibleName() for button in panel.welcome.questions}
    assert (len(names), len(panel.welcome.questions)) == (3, 3)
    button = panel.welcome.questions[2]
    qtbot.mouseClick(button, LEFT)
    settled()
    assert words(chat) == [button.accessibleName()]
    qtbot.waitUntil(panel.transcript.isVisible)


def test_an_empty_panel_freezes_through_the_assistant(opened, chat, settled, qtbot):
    panel = opened()
    qtbot.mouseClick(panel.findChild(QWidget, "WelcomeFreeze"), LEFT)
    settled()
    assert names(chat) == ["act"]
