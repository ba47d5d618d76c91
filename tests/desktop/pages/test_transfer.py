"""Money between people through the real window, two wallets on the real service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from app.desktop import dialogs
from app.desktop.components.pay_faces import PassphraseFace
from app.desktop.operations import operations
from app.desktop.people.ask_faces import AskFace, LinkFace
from app.desktop.people.ends import HoldDoneFace, PlanDoneFace, TransferDoneFace, TransferEnd
from app.desktop.people.faces import TransferAmountFace, TransferConfirmFace
from app.desktop.people.hold_faces import HoldConfirmFace
from app.desktop.people.news import RequestNews
from app.desktop.people.schedule_face import ScheduleFace
from app.desktop.people.split_face import SplitFace
from app.desktop.people.transfer_card import TransferCard
from app.desktop.people.who import PersonTile, WhoFace
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.shots_stage import scan_page
from app.protocol.ids import new_id
from app.protocol.messages.transfers import AskMoney
from app.scanner import load_grey, scan_still
from app.sdk.till_holds import TillHolds
from app.wallet.session import WalletSession
from tests.end_to_end.world import PASSPHRASE, World, world

LEFT = Qt.MouseButton.LeftButton
RETURN = Qt.Key.Key_Return
PATIENCE = 20_000


def on_loop(work) -> Any:
    """Run a coroutine on the window's background loop and wait for it."""
    return operations().background.submit(work).result(timeout=60)


@pytest.fixture
def here(calm, tmp_path: Path) -> Iterator[World]:
    """The real service."""
    inside = world(tmp_path)
    yield on_loop(inside.__aenter__())
    on_loop(inside.__aexit__(None, None, None))


@pytest.fixture
def ann(here: World) -> WalletSession:
    return on_loop(here.person("ann", money=100_00))


@pytest.fixture
def ben(here: World) -> WalletSession:
    return on_loop(here.person("ben", money=0))


@pytest.fixture
def rooms(ann: WalletSession, tmp_path: Path, shown) -> Rooms:
    """Ann's wallet in a window."""
    made = Rooms(ann, Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    return made


def face_of(holder, kind, qtbot):
    """Wait for a face on the sheet."""

    def there() -> bool:
        content = holder() if callable(holder) else holder
        return isinstance(content, kind)

    qtbot.waitUntil(there, timeout=PATIENCE)
    face = holder()
    qtbot.waitUntil(face.isEnabled, timeout=PATIENCE)
    return face


def sheet(rooms: Rooms):
    """What is on the transfer sheet now."""

    def face() -> QWidget | None:
        content = rooms.transfers.sending.content
        return None if content is None else content.face

    return face


def asking(rooms: Rooms):
    return lambda: rooms.transfers.asking.face


def named(inside: QWidget, start: str) -> QPushButton:
    """The one button whose object name begins so."""
    found = [b for b in inside.findChildren(QPushButton) if b.objectName().startswith(start)]
    assert found, start
    return found[-1]


def prove(rooms: Rooms, qtbot) -> None:
    face = face_of(sheet(rooms), PassphraseFace, qtbot)
    assert not face.quick.isVisible()
    QTest.keyClicks(face.field.edit, PASSPHRASE)
    QTest.keyPress(face.field.edit, RETURN)


def closed(rooms: Rooms, qtbot) -> None:
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open, timeout=PATIENCE)


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


def test_a_request_is_asked_told_paid_and_another_declined(here, rooms, ann, ben, qtbot):
    told: list[str] = []

    class Notes:
        def tell(self, title: str, text: str) -> None:
            told.append(f"{title} {text}")

        def on_pressed(self, action) -> None:
            self.action = action

        def clear(self) -> None:
            """Nothing to take away."""

    news = RequestNews(ann, Preferences(here.folder), Notes(), lambda: None, rooms)
    type(news).looking = property(lambda self: False)
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


def test_asking_linking_and_splitting(here, rooms, ann, ben, qtbot):
    on_loop(here.person("cid", money=0))
    view = rooms.transfers.page().show_part("requests")
    qtbot.mouseClick(view.ask, LEFT)
    who = face_of(asking(rooms), WhoFace, qtbot)
    QTest.keyClicks(who.who.field.edit, "nobody@example.org")
    qtbot.mouseClick(who.who.go, LEFT)
    qtbot.waitUntil(who.error.isVisible, timeout=PATIENCE)
    who.who.field.set_text("")
    QTest.keyClicks(who.who.field.edit, "ben@example.org")
    QTest.keyPress(who.who.field.edit, RETURN)
    ask = face_of(asking(rooms), AskFace, qtbot)
    QTest.keyClicks(ask.amount.edit, "7")
    QTest.keyPress(ask.amount.edit, RETURN)
    closed(rooms, qtbot)
    qtbot.waitUntil(view.mine.isVisible, timeout=PATIENCE)
    qtbot.mouseClick(named(view.mine, "RequestRemind_"), LEFT)
    dialogs.set_next_answer("yes")
    qtbot.mouseClick(named(view.mine, "RequestCancel_"), LEFT)
    qtbot.waitUntil(
        lambda: [r.state for r in ann.people.state.requests] == ["cancelled"], timeout=PATIENCE
    )
    qtbot.mouseClick(view.link, LEFT)
    ask = face_of(asking(rooms), AskFace, qtbot)
    QTest.keyClicks(ask.amount.edit, "9")
    qtbot.mouseClick(ask.go, LEFT)
    link = face_of(asking(rooms), LinkFace, qtbot)
    qtbot.mouseClick(link.copy, LEFT)
    assert QGuiApplication.clipboard().text() == link.request.link
    qtbot.mouseClick(link.done, LEFT)
    closed(rooms, qtbot)
    _split(rooms, ann, view, qtbot)


def _split(rooms: Rooms, ann: WalletSession, view, qtbot) -> None:
    qtbot.mouseClick(view.split, LEFT)
    split = face_of(asking(rooms), SplitFace, qtbot)
    QTest.keyClicks(split.total.edit, "100")
    for number, name in enumerate(("ben", "cid"), 1):
        QTest.keyClicks(split.who.field.edit, f"{name}@example.org")
        QTest.keyPress(split.who.field.edit, RETURN)
        qtbot.waitUntil(lambda n=number: len(split._people) == n, timeout=PATIENCE)
        qtbot.waitUntil(split.isEnabled, timeout=PATIENCE)
    assert split.amounts() == [33_34, 33_33, 33_33]
    assert "¥0.01 more" in split.rest.text()
    split.way.choose("hand")
    split.retranslate()
    assert not split.go.isEnabled()
    refs = ["", *(ref for ref, _ in split._people)]
    for ref, part in zip(refs, ("20", "40", "50"), strict=True):
        split._typed[ref] = part
    split.retranslate()
    assert split.rest.text() == "The parts are ¥10.00 more than the bill."
    split._typed[refs[2]] = "40"
    split.retranslate()
    qtbot.mouseClick(split.go, LEFT)
    closed(rooms, qtbot)
    qtbot.waitUntil(
        lambda: sorted(r.amount for r in ann.people.state.requests if r.group_id) == [40_00, 40_00],
        timeout=PATIENCE,
    )


def test_a_plan_is_made_skipped_and_stopped(here, rooms, ann, ben, qtbot):
    view = rooms.transfers.page().show_part("plans")
    qtbot.mouseClick(view.new, LEFT)
    who = face_of(asking(rooms), WhoFace, qtbot)
    QTest.keyClicks(who.who.field.edit, "ben@example.org")
    QTest.keyPress(who.who.field.edit, RETURN)
    amount = face_of(sheet(rooms), TransferAmountFace, qtbot)
    assert not amount.go.isVisible()
    QTest.keyClicks(amount.amount.edit, "500")
    QTest.keyPress(amount.amount.edit, RETURN)
    days = face_of(sheet(rooms), ScheduleFace, qtbot)
    first = days.grid.day
    QTest.keyPress(days.grid.days, Qt.Key.Key_Down)
    assert days.grid.day == first + dt.timedelta(days=7)
    qtbot.mouseClick(days.grid.after, LEFT)
    day = days.grid.days.month.replace(day=15)
    qtbot.mouseClick(days.grid.days, LEFT, pos=days.grid.days.cell(day).center().toPoint())
    days.unit.choose("week")
    days.ends.choose("times")
    qtbot.mouseClick(days.every.more, LEFT)
    QTest.keyPress(days.times, Qt.Key.Key_Down)
    schedule = days.schedule()
    assert (schedule.first_on, schedule.unit, schedule.every, schedule.times) == (
        day,
        "week",
        2,
        11,
    )
    assert "Every 2 weeks" in days.told.plain_text()
    qtbot.mouseClick(days.go, LEFT)
    confirm = face_of(sheet(rooms), TransferConfirmFace, qtbot)
    qtbot.mouseClick(confirm.pay, LEFT)
    prove(rooms, qtbot)
    made = face_of(sheet(rooms), PlanDoneFace, qtbot)
    qtbot.mouseClick(made.done, LEFT)
    closed(rooms, qtbot)
    rooms.transfers.page().show_part("plans")
    qtbot.waitUntil(lambda: bool(ann.people.state.plans), timeout=PATIENCE)
    for step, state in (("skip", "active"), ("pause", "paused"), ("resume", "active")):
        before = ann.people.state.plans
        qtbot.waitUntil(view.live.isVisible, timeout=PATIENCE)
        qtbot.mouseClick(named(view.live, f"Plan_{step}_"), LEFT)
        qtbot.waitUntil(lambda b=before: ann.people.state.plans != b, timeout=PATIENCE)
        assert ann.people.state.plans[0].state == state
        qtbot.waitUntil(lambda: view._drawn == ann.people.state.plans, timeout=PATIENCE)
    dialogs.set_next_answer("stop")
    qtbot.mouseClick(named(view.live, "Plan_stop_"), LEFT)
    qtbot.waitUntil(view.ended.isVisible, timeout=PATIENCE)
    assert on_loop(here.balance(ann)) == 100_00


def test_a_hold_says_that_nothing_is_paid(here, rooms, ann, qtbot):
    order = on_loop(TillHolds(here.till).order(new_id(), 60_00, "CNY", subject="deposit"))
    rooms.shell.open_room("pay").code_read.emit(order.code)

    def face():
        content = rooms.paying.content
        return None if content is None else content.face

    confirm = face_of(face, HoldConfirmFace, qtbot)
    assert confirm.pay.accessibleName() == "Let ¥60.00 be held"
    assert "not paid" in confirm.why.plain_text()
    qtbot.mouseClick(confirm.pay, LEFT)
    held = face_of(face, HoldDoneFace, qtbot)
    assert "not paid" in held.title.plain_text()
    qtbot.mouseClick(held.done, LEFT)
    closed(rooms, qtbot)
    view = rooms.transfers.page().show_part("holds")
    qtbot.waitUntil(view.open.isVisible, timeout=PATIENCE)
    assert on_loop(here.balance(ann)) == 40_00


def test_limits_are_saved_and_loosened_with_the_passphrase(here, rooms, ann, qtbot):
    card = rooms.shell.open_room("security").limits
    qtbot.waitUntil(card.save.isEnabled, timeout=PATIENCE)
    field = card.fields["per_payment"]
    QTest.keyClicks(field.edit, "12,34.5")
    qtbot.mouseClick(card.save, LEFT)
    assert field.error
    field.set_text("")
    QTest.keyClicks(field.edit, "20")
    QTest.keyPress(field.edit, RETURN)
    qtbot.waitUntil(lambda: ann.people.state.limits.per_payment == 20_00, timeout=PATIENCE)
    qtbot.waitUntil(card.save.isEnabled, timeout=PATIENCE)
    field.set_text("")
    qtbot.mouseClick(card.save, LEFT)
    qtbot.waitUntil(lambda: rooms.shell.sheet.is_open, timeout=PATIENCE)
    from app.desktop.support_panel.prove_face import ProveFace

    face = rooms.shell.findChild(ProveFace)
    face.field.set_text(PASSPHRASE)
    QTest.keyPress(face.field.edit, RETURN)
    closed(rooms, qtbot)
    qtbot.waitUntil(lambda: ann.people.state.limits.per_payment is None, timeout=PATIENCE)
