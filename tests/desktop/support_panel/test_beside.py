"""The panel beside every page: in and out, width, badge, entry points, freeze, notifications."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.desktop.components.pay_ends import EndFace
from app.desktop.components.receipt_card import ReceiptCard
from app.desktop.components.when import now_ms
from app.desktop.operations import operations
from app.desktop.platform.notify import NoNotifier, TrayNotifier, system_notifier
from app.desktop.preferences import Preferences
from app.desktop.sample import PASSPHRASE
from app.desktop.sample_support import BOT, PERSON
from app.desktop.shots_cases import sample_cases
from app.desktop.shots_security import looks
from app.desktop.shots_support import grant
from app.desktop.support_panel.attention import Attention
from app.desktop.widgets.side_dock import NARROWEST, USUAL, WIDEST
from app.protocol.errors import KBeanError
from app.protocol.messages.cards import AccessCard, ProposalCard, SurveyCard, VerificationCard
from app.protocol.messages.support import LookList, Sender
from app.wallet.failures import Failure
from tests.desktop.support_panel.conftest import names

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_help_slides_in_beside_the_page_and_stays_while_one_walks(rooms, qtbot, settled):
    shell = rooms.shell
    button = shell.rail.buttons["help"]
    qtbot.mouseClick(button, LEFT)
    settled()
    assert shell.panel_open
    assert button.isChecked()
    beside = shell.width() - shell.rail.width() - USUAL
    qtbot.waitUntil(lambda: shell.stack.width() == beside)
    windows = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert windows == [shell], "a part of the panel was shown as a window of its own"
    for room in ("beans", "activity", "security", "settings", "home"):
        shell.open_room(room)
        assert shell.panel_open
        assert shell.room == room
    qtbot.mouseClick(button, LEFT)
    assert not shell.panel_open
    assert not button.isChecked()
    assert shell.rail.buttons["home"].isChecked()


def test_help_has_keys_and_gives_the_keyboard_back(rooms, qtbot, settled):
    shell = rooms.shell
    settled()
    home = shell.pages["home"].all
    for key, held in (
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_H, CONTROL | SHIFT),
    ):
        home.setFocus()
        QTest.keyClick(shell, key, held)
        qtbot.waitUntil(lambda: shell.panel_open)
        assert shell.dock.panel.composer.field.hasFocus()
        QTest.keyClick(shell.dock.panel.composer.field, Qt.Key.Key_Escape)
        assert not shell.panel_open
        assert home.hasFocus()


def test_in_a_narrow_window_it_lies_over_the_page(rooms, qtbot, settled):
    shell = rooms.shell
    shell.open_panel()
    settled()
    assert shell.dock.beside
    shell.resize(960, 640)
    qtbot.waitUntil(lambda: not shell.dock.beside)
    qtbot.waitUntil(lambda: shell.stack.width() == 960 - shell.rail.width())
    assert shell.dock.panel.width() == USUAL
    assert shell.dock.geometry().right() == shell.width() - 1
    assert shell.width() == 960


def test_its_width_is_chosen_and_remembered(rooms, tmp_path, qtbot, settled):
    shell = rooms.shell
    shell.open_panel()
    settled()
    handle = shell.dock.handle
    QTest.keyClick(handle, Qt.Key.Key_Left)
    assert shell.dock.panel.width() == USUAL + 24
    QTest.mousePress(handle, LEFT, pos=handle.rect().center())
    QTest.mouseMove(handle, handle.rect().center() - handle.rect().topRight() * 10)
    QTest.mouseRelease(handle, LEFT, pos=handle.rect().center())
    assert NARROWEST <= shell.dock.panel.width() <= WIDEST
    shell.dock.set_width(9999, chosen=True)
    assert shell.dock.panel.width() == WIDEST
    assert Preferences(tmp_path).panel_width == WIDEST


def test_unread_answers_are_counted_on_the_rail_and_read_by_looking(rooms, chat, qtbot, settled):
    button = rooms.shell.rail.buttons["help"]
    chat.begin("en")
    chat.add(BOT, "an answer")
    chat.show(unread=1)
    qtbot.waitUntil(lambda: button.badge == "1")
    assert button.accessibleDescription() == "1 unread message"
    chat.show(unread=120)
    qtbot.waitUntil(lambda: button.badge == "99+")
    rooms.shell.open_panel()
    qtbot.waitUntil(lambda: button.badge == "", timeout=20_000)
    assert ("read", (1,)) in chat.asked


def test_what_an_agent_asks_is_said_while_help_is_shut(rooms, chat, qtbot, settled):
    shell = rooms.shell
    agent = Sender("agent", "s1", "Li Na")
    chat.begin("en")
    asked = (
        AccessCard("a1", "s1", "Li Na", ["balance"], "", 15, 0),
        VerificationCard("v1", 1, ["device"], 0),
        ProposalCard("p1", "thaw", "", "", "", False, 0),
        SurveyCard("q1", 1, "", "Li Na"),
    )
    lines = [chat.add(agent, "", card, kind="card") for card in asked]
    for line, words in zip(
        lines,
        ("asks to see something", "asks you to confirm who you are", "proposes a change"),
        strict=False,
    ):
        chat.show(asks=(line, lines[-1]))
        qtbot.waitUntil(lambda words=words: words in shell.asks.banner.title.text())
    assert shell.asks.isVisible()
    qtbot.mouseClick(shell.asks.banner.action, LEFT)
    assert shell.panel_open
    assert not shell.asks.isVisible()
    chat.show(asks=(lines[-1],))
    shell.shut_panel()
    assert not shell.asks.isVisible()


def test_a_payment_is_asked_about_from_its_receipt(rooms, chat, qtbot, settled):
    page = rooms.activity()
    settled()
    movement = next(row for row in page.list.rows.movements() if row.payment_id)
    page.open_movement(movement)
    qtbot.waitUntil(lambda: page.panel.findChild(ReceiptCard) is not None)
    qtbot.mouseClick(page.panel.findChild(ReceiptCard).ask, LEFT)
    context = rooms.shell.dock.panel.composer.context.card
    assert (context.what, context.ref) == ("payment", movement.payment_id)
    assert movement.counterparty[:10] in context.title


def test_a_movement_without_a_receipt_and_the_beans_are_asked_about_too(rooms, qtbot, settled):
    page = rooms.activity()
    settled()
    page.filter.choose("in")
    page.reload()
    settled()
    shown = page.list.rows.movements()
    page.open_movement(next(m for m in shown if not m.payment_id and not m.transfer_id))
    qtbot.mouseClick(page.panel.findChild(QWidget, "MovementAsk"), LEFT)
    context = rooms.shell.dock.panel.composer.context
    assert (context.card.what, context.card.ref) == ("page", "activity")
    beans = rooms.shell.open_room("beans")
    qtbot.mouseClick(beans.ask, LEFT)
    assert (context.card.what, context.card.ref) == ("page", "beans")


def test_an_error_is_asked_about_with_its_number(rooms, qtbot, settled, shown):
    face = EndFace.for_failure(Failure("ours", "internal_error", "unknown", reference="0198-7e42"))
    shown(face, 480, 600)
    face.asked.connect(rooms.ask_about)
    qtbot.mouseClick(face.ask, LEFT)
    card = rooms.shell.dock.panel.composer.context.card
    assert (card.what, card.ref, card.trace_id) == ("error", "internal_error", "0198-7e42")


def test_asking_in_a_closed_conversation_begins_another(rooms, chat, qtbot, settled):
    chat.begin("en")
    chat.add(PERSON, "old", state="read")
    chat.hand_to("nobody", reason="closed")
    beans = rooms.shell.open_room("beans")
    qtbot.mouseClick(beans.ask, LEFT)
    settled()
    panel = rooms.shell.dock.panel
    qtbot.waitUntil(panel.composer.isVisible, timeout=20_000)
    assert names(chat) == ["new"]
    assert panel.composer.context.isVisible()


def test_a_freeze_is_said_in_every_room_and_stops_paying(rooms, chat, qtbot, settled):
    page = rooms.shell.open_room("security")
    settled()
    chat.passphrase = PASSPHRASE
    qtbot.mouseClick(page.freeze.freeze, LEFT)
    qtbot.waitUntil(rooms.shell.frozen.isVisible, timeout=20_000)
    assert page.freeze.thaw.isVisible()
    assert not page.freeze.freeze.isVisible()
    pay = rooms.shell.open_room("pay")
    pay.code_read.emit("000201")
    assert rooms.paying.content is None
    face = rooms.shell.sheet.findChild(QWidget, "FrozenFace")
    qtbot.mouseClick(face.leave, LEFT)
    assert not rooms.shell.sheet.is_open
    qtbot.mouseClick(rooms.shell.frozen.banner.action, LEFT)
    field = rooms.shell.sheet.findChild(QWidget, "ProvePassphrase")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert rooms.shell.sheet.findChild(QWidget, "ProveFace").field.error
    QTest.keyClicks(field, PASSPHRASE)
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not rooms.shell.frozen.isVisible(), timeout=20_000)
    assert ("thaw", (PASSPHRASE,)) in chat.asked


def test_a_freeze_that_fails_says_why(rooms, chat, qtbot, settled):
    page = rooms.shell.open_room("security")
    settled()
    chat.failure = KBeanError("service_unreachable")
    qtbot.mouseClick(page.freeze.freeze, LEFT)
    qtbot.waitUntil(page.freeze.error.isVisible, timeout=20_000)
    assert page.freeze.freeze.isEnabled()


def test_who_looked_is_told_with_what_and_when(rooms, chat, qtbot, settled):
    chat.look_list = looks(chat, "Li Na")
    page = rooms.shell.open_room("security")
    settled()
    rows = page.findChildren(QWidget, "LookRow")
    assert len(rows) == 3
    last = chat.look_list.looks[-1]
    chat.look_list = LookList([], [], False)
    qtbot.mouseClick(page.older, LEFT)
    settled()
    assert ("looks", (last.at,)) in chat.asked
    assert not page.older.isVisible()
    chat.show("grants", grants=(grant(chat, "Li Na"),))
    qtbot.waitUntil(page.grants.isVisible)
    qtbot.waitUntil(page.empty.isVisible, timeout=20_000)
    chat.failure = KBeanError("service_unreachable")
    page.reload()
    settled()
    assert page.failure.isVisible()


class Bell:
    """Notifications as the system would show them."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.cleared = 0

    def tell(self, title: str, text: str) -> None:
        self.told.append((title, text))

    def on_pressed(self, action) -> None:
        self.action = action

    def clear(self) -> None:
        self.cleared += 1


@pytest.fixture
def bell(session, tmp_path, rooms, monkeypatch) -> Bell:
    """Notifications of a wallet at which nobody looks."""
    monkeypatch.setattr(Attention, "looking", property(lambda self: False))
    made = Bell()
    Attention(session, Preferences(tmp_path), made, rooms.shell.open_panel, rooms)
    return made


def test_an_answer_is_notified_without_its_words(bell, chat, qtbot, rooms):
    chat.begin("en")
    chat.hand_to("agent", "Li Na")
    chat.add(BOT, "secret words")
    chat.show(unread=1)
    qtbot.waitUntil(lambda: bool(bell.told), timeout=20_000)
    assert bell.told == [("Li Na has answered you", "Open Help to read it.")]
    bell.action()
    assert rooms.shell.panel_open
    chat.show(unread=0)
    qtbot.waitUntil(lambda: bell.cleared > 0)


@pytest.mark.parametrize(
    ("choice", "hidden", "told"),
    [
        ("full", False, [("There is an answer for you", "the words")]),
        ("full", True, [("There is an answer for you", "Open Help to read it.")]),
        ("off", False, []),
    ],
)
def test_the_person_chooses_what_a_notification_shows(  # noqa: PLR0917
    bell, chat, qtbot, rooms, settled, tmp_path, choice, hidden, told
):
    Preferences(tmp_path).keep_notify(choice)
    Preferences(tmp_path).keep_balance_hidden(hidden=hidden)
    chat.begin("en")
    chat.add(BOT, "the words")
    chat.show(unread=1)
    button = rooms.shell.rail.buttons["help"]
    qtbot.waitUntil(lambda: button.badge == "1")
    settled()
    assert bell.told == told


def test_a_system_without_a_tray_stays_quiet(calm):
    made = system_notifier(calm)
    assert isinstance(made, NoNotifier)
    made.on_pressed(lambda: None)
    made.tell("title", "text")
    made.clear()


def test_the_sign_in_the_tray_leads_to_help(calm):
    made = TrayNotifier(calm)
    pressed: list[str] = []
    made.on_pressed(lambda: pressed.append("before"))
    made.on_pressed(lambda: pressed.append("now"))
    made._tray.messageClicked.emit()
    assert pressed == ["now"]
    made.clear()
    assert not made._tray.isVisible()
    made.deleteLater()


def test_the_keyboard_alone_reaches_everything_in_the_panel(rooms, chat, qtbot, settled):
    chat.begin("en")
    chat.add(BOT, "hello")
    shell = rooms.shell
    shell.open_panel()
    settled()
    panel = shell.dock.panel
    panel.composer.field.setPlainText("text")
    seen: list[str] = []
    panel.header.menu_button.setFocus()
    for _ in range(12):
        focus = shell.focusWidget()
        assert focus.accessibleName(), focus.objectName()
        seen.append(focus.objectName())
        shell.focusNextPrevChild(True)
    order = [
        "PanelMenu",
        "PanelClose",
        "Transcript",
        "TalkToPerson",
        "ComposerAttach",
        "ComposerField",
        "ComposerSend",
    ]
    assert [name for name in seen if name in order][: len(order)] == order


def test_news_of_a_case_is_told_and_counted(bell, session, rooms, qtbot):
    (detail, *_) = sample_cases(zh=False, now=now_ms())
    background = operations().background
    background.submit(session.shelf.show_cases(detail)).result()
    button = rooms.shell.rail.buttons["help"]
    qtbot.waitUntil(lambda: button.badge == "1", timeout=20_000)
    assert button.accessibleDescription() == "1 change to your cases and feedback"
    qtbot.waitUntil(lambda: bool(bell.told), timeout=20_000)
    assert bell.told == [("There is news about what you asked for", "Open Help to read it.")]
    background.submit(session.shelf.saw_case(detail.case.id)).result()
    qtbot.waitUntil(lambda: button.badge == "", timeout=20_000)
    assert len(bell.told) == 1
