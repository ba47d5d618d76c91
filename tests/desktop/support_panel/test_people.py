"""Who answers and until when, the queue, hours, call-backs, closing, earlier conversations."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.desktop import dialogs
from app.desktop.sample_support import HOUR, PERSON
from app.desktop.support_panel.older import Entry
from app.desktop.support_panel.rows import MessageRow
from app.desktop.support_panel.words import (
    action_words,
    at_words,
    change_words,
    found_words,
    hours_words,
    outcome_words,
    place_words,
    scope_words,
    wait_phrase,
)
from app.protocol.errors import KBeanError
from app.protocol.messages.stream import Place
from app.protocol.messages.support import OpenSpan, Sender, Slot, SupportInfo
from app.wallet.failures import Failure
from tests.desktop.support_panel.conftest import names

AGENT = Sender("agent", "s1", "Li Na")
LEFT = Qt.MouseButton.LeftButton


def shut(chat) -> None:
    """The service hours are over; they begin again in nine hours."""
    opens = chat.now + 9 * HOUR
    info = msgspec.structs.replace(
        chat.info, open_now=False, spans=[OpenSpan(opens, opens + HOUR)], agents_online=0
    )
    chat.show(info=info)


def test_the_head_says_who_answers(opened, chat, qtbot):
    panel = opened()
    header = panel.header
    assert header.name.text() == "Help"
    assert header.status.text().startswith("The assistant answers at once\nPeople answer until ")
    assert panel.person.words.text() == "Wait: about 3 min"
    chat.begin("en")
    chat.hand_to("queue", reason="asked")
    conv = chat.state.conversation.id
    chat.show(place=Place(conv, "queue", 2, 170))
    qtbot.waitUntil(lambda: header.status.text() == "Number 2 in the queue\nWait: about 3 min")
    chat.show(place=Place(conv, "queue", 1, 20))
    qtbot.waitUntil(lambda: header.status.text().startswith("You are next\nWait: less than"))
    chat.show(place=Place(conv, "queue", 1, None, open_now=False))
    qtbot.waitUntil(lambda: header.status.text().startswith("Nobody is here now."))
    chat.hand_to("agent", "Li Na")
    chat.show(place=None)
    qtbot.waitUntil(lambda: header.name.text() == "Li Na")
    assert header.mark.isVisible()
    assert not panel.person.isVisible()
    assert header.accessibleName().startswith("Li Na Answers you now")


def test_the_line_is_said_in_words(opened, chat, qtbot):
    header = opened().header
    assert not header.link.isVisible()
    for link, out, words in (
        ("connecting", 0, "Connecting…"),
        ("away", 0, "No connection. What you write"),
        ("away", 2, "No connection. 2 messages wait here"),
        ("off", 0, "Not connected to the service."),
    ):
        chat.show(link=link, waiting_out=out)
        qtbot.waitUntil(lambda words=words: header.link.plain_text().startswith(words))
        assert header.link.isVisible()


def test_a_person_is_one_press_away_and_so_is_the_way_back(opened, chat, settled, qtbot):
    panel = opened()
    qtbot.mouseClick(panel.person.human, LEFT)
    qtbot.waitUntil(panel.person.bot.isVisible, timeout=20_000)
    assert not panel.person.human.isVisible()
    qtbot.mouseClick(panel.person.bot, LEFT)
    qtbot.waitUntil(panel.person.human.isVisible, timeout=20_000)
    assert names(chat) == ["ask_human", "back_to_bot"]


def test_out_of_hours_one_leaves_a_message_with_a_promised_time(opened, chat, settled, qtbot):
    panel = opened()
    shut(chat)
    qtbot.waitUntil(lambda: panel.person.words.text().startswith("People answer again"))
    qtbot.mouseClick(panel.person.human, LEFT)
    assert panel.away.isVisible()
    assert at_words(chat.now + 10 * HOUR) in panel.away.text.plain_text()
    assert panel.away.hotline.text() == "Hotline: 400-820-0000"
    qtbot.mouseClick(panel.away.leave_message, LEFT)
    settled()
    assert panel.talk.isVisible()
    assert names(chat) == ["ask_human"]


def test_a_call_is_booked(opened, chat, settled, qtbot):
    chat.begin("en")
    panel = opened()
    shut(chat)
    panel.ask_human()
    qtbot.mouseClick(panel.away.call, LEFT)
    settled()
    form = panel.callback
    qtbot.mouseClick(form.go, LEFT)
    assert form.error.plain_text() == "Choose a time."
    slot = form.findChild(QWidget, "CallbackSlot_1")
    assert " at " in slot.accessibleName()
    QTest.keyClick(slot, Qt.Key.Key_Space)
    qtbot.mouseClick(form.go, LEFT)
    assert form.phone.error == "Enter the number to call."
    QTest.keyClicks(form.phone.edit, "13800001111")
    chat.failure = KBeanError("slot_taken")
    QTest.keyClick(form.phone.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(form.error.isVisible, timeout=20_000)
    QTest.keyClicks(form.topic.edit, "refund")
    QTest.keyClick(form.topic.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(panel.talk.isVisible, timeout=20_000)
    start = chat.free[1].start
    assert ("request_callback", (start, "13800001111", "refund")) in chat.asked


def test_no_free_time_is_said(opened, chat, settled):
    chat.free = ()
    panel = opened()
    panel.show_callback()
    settled()
    assert panel.callback.none.isVisible()
    chat.failure = KBeanError("service_unreachable")
    panel.show_callback()
    settled()
    assert panel.callback.error.isVisible()
    QTest.keyClick(panel.callback, Qt.Key.Key_Escape)
    assert panel.talk.isVisible()


def test_a_conversation_is_ended_and_gone_on_with(opened, chat, settled, qtbot):
    chat.begin("en")
    chat.add(AGENT, "hello")
    panel = opened()
    assert panel.header.entries["close"].isVisible()
    dialogs.set_next_answer("stay")
    panel.header.entries["close"].trigger()
    dialogs.set_next_answer("close")
    panel.header.entries["close"].trigger()
    qtbot.waitUntil(panel.closed_bar.isVisible, timeout=20_000)
    assert not panel.composer.isVisible()
    assert panel.header.entries["new"].isVisible()
    qtbot.mouseClick(panel.closed_bar.again, LEFT)
    assert panel.composer.isVisible()
    QTest.keyClicks(panel.composer.field, "one more thing")
    QTest.keyClick(panel.composer.field, Qt.Key.Key_Return)
    settled()
    line = next(b for b in panel.transcript.bubbles if b.body == "one more thing")
    closed = Failure("yours", "conversation_closed")
    chat.mend(line.key, state="refused", failure=closed)
    qtbot.waitUntil(lambda: ("retry", (line.key,)) in chat.asked, timeout=20_000)


def test_a_new_conversation_begins_beside_the_closed_one(opened, chat, settled, qtbot):
    old = chat.begin("en")
    chat.add(PERSON, "an old question", state="read")
    chat.hand_to("nobody", reason="closed")
    panel = opened()
    qtbot.mouseClick(panel.closed_bar.new, LEFT)
    qtbot.waitUntil(panel.welcome.isVisible, timeout=20_000)
    panel.header.entries["older"].trigger()
    settled()
    first, second = panel.older.findChildren(Entry)
    assert "open" in first.accessibleName()
    assert second.accessibleName().startswith("an old question")
    QTest.keyClick(second, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.transcript.conv == old)
    qtbot.waitUntil(panel.reading_bar.isVisible)
    assert not panel.composer.isVisible()
    qtbot.mouseClick(panel.reading_bar.button, LEFT)
    qtbot.waitUntil(panel.composer.isVisible)


def test_asking_a_person_from_a_closed_conversation_begins_another(opened, chat, settled, qtbot):
    chat.begin("en")
    chat.add(AGENT, "bye")
    chat.hand_to("nobody", reason="closed")
    panel = opened()
    qtbot.mouseClick(panel.person.human, LEFT)
    settled()
    assert names(chat) == ["new", "ask_human"]


def test_search_finds_a_line_and_shows_it_where_it_was_said(opened, chat, settled, qtbot):
    chat.begin("en")
    for number in range(300):
        chat.add(AGENT, f"line {number}", back=300 - number)
    found = chat.add(AGENT, "the violet umbrella", back=0)
    for number in range(300):
        chat.add(AGENT, f"later {number}")
    panel = opened()
    panel.header.entries["search"].trigger()
    settled()
    assert panel.older.search.edit.hasFocus()
    QTest.keyClicks(panel.older.search.edit, "umbrella")
    qtbot.waitUntil(lambda: panel.older.findChild(QWidget, "Hit_0") is not None, timeout=20_000)
    qtbot.mouseClick(panel.older.findChild(QWidget, "Hit_0"), LEFT)
    qtbot.waitUntil(lambda: found.key in panel.transcript.column.rows, timeout=20_000)
    row = panel.transcript.column.rows[found.key]
    qtbot.waitUntil(row.hasFocus)
    panel.header.entries["search"].trigger()
    settled()
    panel.older.search.set_text("nothing like it")
    panel.older.search.submitted.emit()
    qtbot.waitUntil(panel.older.empty.isVisible)


def test_everything_is_saved_in_one_of_three_forms(opened, settled, tmp_path, rooms):
    panel = opened()
    for fmt in ("html", "txt", "json"):
        dialogs.set_next_answer(fmt)
        dialogs.set_next_answer(tmp_path / f"help.{fmt}")
        panel.header.entries["export"].trigger()
        settled()
        assert (tmp_path / f"help.{fmt}").read_text() == fmt
        assert rooms.shell.toast.accessibleName() == f"Saved as help.{fmt}."


def test_saving_can_be_left_or_fail(opened, chat, settled, tmp_path):
    panel = opened()
    dialogs.set_next_answer(None)
    panel.export()
    dialogs.set_next_answer("html")
    dialogs.set_next_answer(None)
    panel.export()
    assert names(chat) == []
    chat.failure = PermissionError("no")
    dialogs.set_next_answer("txt")
    dialogs.set_next_answer(tmp_path / "help.txt")
    panel.export()
    settled()
    assert panel.failure.isVisible()


def test_hours_are_said_by_the_clock(calm):
    now = 1_795_400_000_000
    info = SupportInfo(True, [OpenSpan(now - HOUR, now + 30 * HOUR)], "Asia/Shanghai", 0, 1, now)
    assert hours_words(info, now) == "People answer around the clock"
    closed = msgspec.structs.replace(info, open_now=False, spans=[])
    assert hours_words(closed, now) == "No people are here now"
    assert hours_words(None, now) == ""
    assert wait_phrase(None) == ""
    assert wait_phrase(59) == "less than a minute"
    assert wait_phrase(61) == "about 2 min"
    assert wait_phrase(7200) == "about 2 h"
    assert place_words(None) == "In the queue"
    assert Slot(now, now + 1).start == now


def test_codes_nobody_has_words_for_yet_are_still_told(calm):
    assert action_words("paint_it_green")[2] == "Agree"
    assert change_words("colour") == "Change something"
    assert scope_words("colour") == ("colour", "")
    assert found_words(["colour"]) == "Something secret was hidden here."
    assert outcome_words("access", "granted") == "Allowed"
    assert outcome_words("verification", "passed") == "Confirmed that it is you"


def test_who_answers_is_read_from_the_row(opened, chat):
    chat.begin("en")
    chat.add(Sender("agent", "s1", ""), "hello")
    panel = opened()
    assert panel.findChild(MessageRow).name.text() == "A person of the service"
