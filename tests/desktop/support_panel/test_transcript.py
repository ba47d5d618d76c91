"""The transcript: thousands of lines, a place that stays, the newest one press away, keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.desktop.sample_support import BOT, PERSON, SampleChat
from app.desktop.support_panel.bubble import DayRow, Row
from app.desktop.support_panel.transcript import PAGE, WINDOW
from app.protocol.messages.cards import OwnerEvent
from app.protocol.messages.support import Sender

AGENT = Sender("agent", "s1", "Li Na")
MANY = 3 * WINDOW
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def long(chat: SampleChat) -> SampleChat:
    """A conversation much longer than the window of lines that exist."""
    chat.begin("en")
    for number in range(MANY):
        who = PERSON if number % 3 else AGENT
        more = {"state": "read"} if who is PERSON else {}
        chat.add(who, f"line {number}", back=(MANY - number) * 2, **more)
    chat.asked.clear()
    return chat


def top_row(transcript) -> Row:
    """The first row that is seen wholly."""
    viewport = transcript.viewport()
    return next(
        row
        for row in transcript.column.in_order()
        if row.mapTo(viewport, row.rect().topLeft()).y() >= 0
    )


def height_of(transcript, row: Row) -> int:
    return row.mapTo(transcript.viewport(), row.rect().topLeft()).y()


def up(transcript, settled, qtbot) -> None:
    """Scroll to the top and wait for what is older."""
    first = transcript.bubbles[0].seq
    transcript.verticalScrollBar().setValue(0)
    qtbot.waitUntil(lambda: transcript.bubbles[0].seq < first, timeout=20_000)
    settled()


def test_a_line_that_is_older_than_the_last_stands_under_its_day(opened, chat, settled, qtbot):
    """Two clocks around midnight: no day comes twice, and every line stays in its place."""
    chat.begin("en")
    for text, back in (("one", 2), ("two", 2 + 24 * 60), ("three", 2)):
        chat.add(AGENT, text, back=back)
    column = opened().transcript.column
    qtbot.waitUntil(lambda: len(column.in_order()) == 4, timeout=20_000)
    settled()
    day, *lines = column.in_order()
    assert isinstance(day, DayRow)
    assert [column.rows[bubble.key] for bubble in opened().transcript.bubbles] == lines


def test_only_a_window_of_a_long_conversation_exists(opened, long, settled, qtbot):
    transcript = opened().transcript
    bar = transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    assert len(transcript.bubbles) == PAGE
    while transcript.bubbles[0].seq > MANY - 3 * WINDOW // 2:
        row = transcript.column.in_order()[1]
        up(transcript, settled, qtbot)
        assert abs(height_of(transcript, row)) < 200, "the line that was seen has moved away"
        assert len(transcript.bubbles) <= WINDOW
    assert transcript.bubbles[-1].seq < MANY
    assert transcript.jump.isVisible()
    assert transcript.findChild(DayRow) is not None

    def down() -> bool:
        bar.setValue(bar.maximum())
        return transcript.bubbles[-1].seq == MANY

    qtbot.waitUntil(down, timeout=20_000)
    settled()
    assert len(transcript.bubbles) <= WINDOW
    seqs = [bubble.seq for bubble in transcript.bubbles]
    assert seqs == list(range(seqs[0], MANY + 1)), "a line is missing or there twice"


def test_what_comes_while_one_reads_above_is_counted(opened, long, settled, qtbot):
    panel = opened()
    transcript = panel.transcript
    up(transcript, settled, qtbot)
    row = top_row(transcript)
    before = height_of(transcript, row)
    long.add(AGENT, "news")
    long.add(AGENT, "more news")
    long.show()
    qtbot.waitUntil(lambda: transcript.jump.text().endswith("2 new messages"))
    assert abs(height_of(transcript, row) - before) < 4
    qtbot.mouseClick(transcript.jump, LEFT)
    qtbot.waitUntil(lambda: not transcript.jump.isVisible())
    qtbot.waitUntil(lambda: ("read", (MANY + 2,)) in long.asked, timeout=20_000)


def test_the_newest_is_one_press_away_from_far_above(opened, long, settled, qtbot):
    transcript = opened().transcript
    while transcript.bubbles[-1].seq == MANY:
        up(transcript, settled, qtbot)
    qtbot.mouseClick(transcript.jump, LEFT)
    qtbot.waitUntil(lambda: transcript.jump.isHidden() and bool(transcript.bubbles))
    assert transcript.bubbles[-1].seq == MANY
    bar = transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)


def test_keys_walk_from_line_to_line_and_copy(opened, long, settled, qtbot):
    transcript = opened().transcript
    rows = transcript.column.in_order()
    transcript.setFocus()
    QTest.keyClick(transcript, Qt.Key.Key_Up)
    assert rows[-1].hasFocus()
    QTest.keyClick(rows[-1], Qt.Key.Key_Up)
    assert rows[-2].hasFocus()
    QTest.keyClick(rows[-2], Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == rows[-2].copy_text() == f"line {MANY - 2}"
    QTest.keyClick(rows[-2], Qt.Key.Key_Down)
    assert rows[-1].hasFocus()
    transcript.verticalScrollBar().setValue(transcript.verticalScrollBar().maximum() // 2)
    QTest.keyClick(rows[-1], Qt.Key.Key_End)
    bar = transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    QTest.keyClick(rows[-1], Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: transcript.bubbles[0].seq < MANY - PAGE, timeout=20_000)
    settled()


def test_rows_stay_while_their_lines_change(opened, chat, settled, qtbot):
    chat.begin("en")
    line = chat.add(PERSON, "hello", state="waiting")
    panel = opened()
    row = panel.transcript.column.rows[line.key]
    assert row.meta.text().endswith("waits to be sent")
    chat.mend(line.key, state="sent", seq=1)
    qtbot.waitUntil(lambda: row.meta.text().endswith(" sent"))
    assert panel.transcript.column.rows[line.key] is row


def test_lines_that_are_not_drawn_do_not_end_the_conversation(opened, chat, qtbot):
    chat.begin("en")
    chat.add(AGENT, "the beginning", back=9)
    for _ in range(PAGE + 5):
        chat.add(Sender("system"), "", OwnerEvent("bot", "opened"), kind="event", back=3)
    chat.add(BOT, "the end")
    panel = opened()
    qtbot.waitUntil(
        lambda: (
            [b.body for b in panel.transcript.bubbles if b.body] == ["the beginning", "the end"]
        ),
        timeout=20_000,
    )


def test_who_writes_is_said(opened, chat, qtbot):
    chat.begin("en")
    chat.add(AGENT, "hello")
    panel = opened()
    chat.show(typing=("Li Na",))
    qtbot.waitUntil(panel.transcript.typing.isVisible)
    assert panel.transcript.typing.text() == "Li Na is writing…"
    chat.show(typing=())
    qtbot.waitUntil(lambda: not panel.transcript.typing.isVisible())


def test_the_language_changes_in_every_row(opened, chat, language, qtbot):
    chat.begin("en")
    chat.hand_to("agent", "Li Na")
    chat.add(PERSON, "hello", state="read")
    panel = opened()
    language.choose("zh-CN")

    def told() -> list[str]:
        return [row.accessibleName() for row in panel.transcript.column.in_order()]

    qtbot.waitUntil(lambda: "看过你前面说的内容" in told()[1])
    qtbot.waitUntil(lambda: told()[2].endswith("已读"))
    qtbot.waitUntil(lambda: panel.header.shut.accessibleName() == "关闭面板")
