"""From a code to a receipt through the real window, against the real embedded service."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.desktop import dialogs
from app.desktop.components.pay_ends import EndFace, ReceiptFace
from app.desktop.components.pay_faces import AmountFace, ConfirmFace, PassphraseFace
from app.desktop.components.setup_steps import (
    AddressStep,
    PassphraseStep,
    PersonStep,
    ServiceStep,
)
from app.desktop.components.setup_vault import DoneStep, QuickStep, RecoveryStep
from app.desktop.operations import operations
from app.desktop.pages.onboarding import OnboardingPage
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.shots_stage import scan_page
from app.protocol.codes import confirmation_code
from app.protocol.signing import decode_bytes
from app.sdk.till_counter import Counter
from app.wallet.flows.onboarding import OnboardingFlow
from app.wallet.flows.pay import PayState
from app.wallet.session import SessionState, WalletSession
from tests.end_to_end.world import PASSPHRASE, World, world

LEFT = Qt.MouseButton.LeftButton


def on_loop(work) -> Any:
    """Run a coroutine on the window's background loop and wait for it."""
    return operations().background.submit(work).result(timeout=30)


@pytest.fixture
def here(calm, tmp_path: Path) -> Iterator[World]:
    """The real service with a merchant."""
    inside = world(tmp_path)
    yield on_loop(inside.__aenter__())
    on_loop(inside.__aexit__(None, None, None))


@pytest.fixture
def ann(here: World) -> WalletSession:
    """Somebody with 100 yuan."""
    return on_loop(here.person(money=100_00))


@pytest.fixture
def rooms(ann: WalletSession, tmp_path: Path, shown) -> Rooms:
    """Ann's wallet in a window."""
    made = Rooms(ann, Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    return made


def face_of(rooms: Rooms, kind, qtbot):
    def there() -> bool:
        content = rooms.paying.content
        return content is not None and isinstance(content.face, kind)

    qtbot.waitUntil(there, timeout=15_000)
    face = rooms.paying.content.face
    qtbot.waitUntil(face.isEnabled)
    return face


def test_scan_confirm_receipt_and_the_money_has_moved(here, rooms, ann, qtbot, tmp_path):
    order = on_loop(here.order(23_70, subject="Breakfast"))
    page = rooms.shell.open_room("pay")
    page.code_read.emit(order.code)
    confirm = face_of(rooms, ConfirmFace, qtbot)
    assert confirm.pay.accessibleName() == "Pay ¥23.70"
    assert confirm.amount.accessibleName() == "¥23.70"
    assert confirm.subject.plain_text() == "Breakfast"
    assert "¥76.30" in [value.text() for _, value in confirm._rows]
    QTest.keyClicks(confirm.note.edit, "for two")
    qtbot.mouseClick(confirm.pay, LEFT)
    face = face_of(rooms, ReceiptFace, qtbot)
    card = face.panel._card
    assert card.receipt.amount == 23_70
    assert card.receipt.note == "for two"
    # The counter, without internet, takes the code that stands under the receipt.
    info = on_loop(Counter(here.till).info())
    digits = face.proof.plain_text().rsplit("it ", 1)[1]
    key, now = decode_bytes(info.confirmation_key), int(time.time() * 1000)
    assert confirmation_code.accepts(key, digits, 23_70, "CNY", now) is not None
    assert confirmation_code.accepts(key, digits, 23_71, "CNY", now) is None
    qtbot.mouseClick(card.copy, LEFT)
    copied = QGuiApplication.clipboard().text()
    assert "¥23.70" in copied
    assert card.receipt.order_number in copied
    target = tmp_path / "receipt.pdf"
    dialogs.set_next_answer(target)
    qtbot.mouseClick(card.save, LEFT)
    told = PdfReader(target).pages[0].extract_text()
    assert "¥23.70" in told
    assert card.receipt.order_number in told.replace("\n", "")
    qtbot.mouseClick(face.done, LEFT)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open)
    assert rooms.shell.room == "home"
    home = rooms.shell.pages["home"]
    qtbot.waitUntil(lambda: home.balance.amount.accessibleName() == "¥76.30")

    def newest() -> int:
        return next((row.amount for row in home.recent.rows.movements()), 0)

    qtbot.waitUntil(lambda: newest() == -23_70, timeout=15_000)
    activity = rooms.activity()
    qtbot.waitUntil(lambda: bool(activity.list.rows.movements()))
    assert on_loop(here.balance(ann)) == 76_30


def test_a_static_code_asks_for_the_amount_and_refuses_what_cannot_be(here, rooms, qtbot):
    rooms.paying.start(here.static_code)
    amount = face_of(rooms, AmountFace, qtbot)
    assert not amount.go.isEnabled()
    QTest.keyClicks(amount.amount.edit, "999999")
    qtbot.mouseClick(amount.go, LEFT)
    qtbot.waitUntil(lambda: amount.error.plain_text() != "", timeout=15_000)
    amount.amount.edit.clear()
    amount.amount.edit.setText("12块5")
    assert amount.error.isHidden()
    QTest.keyPress(amount.amount.edit, Qt.Key.Key_Return)
    confirm = face_of(rooms, ConfirmFace, qtbot)
    assert confirm.pay.accessibleName() == "Pay ¥12.50"
    qtbot.mouseClick(confirm.other, LEFT)
    face_of(rooms, AmountFace, qtbot)
    QTest.keyClick(rooms.shell.sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open)
    assert rooms.paying.flow.view.state == PayState.IDLE


def test_a_large_amount_asks_who_is_there(here, rooms, ann, qtbot):
    on_loop(here.fund(ann, 1000_00))
    order = on_loop(here.order(300_00))
    rooms.paying.start(order.code)
    qtbot.mouseClick(face_of(rooms, ConfirmFace, qtbot).pay, LEFT)
    ask = face_of(rooms, PassphraseFace, qtbot)
    QTest.keyClicks(ask.field.edit, "not this one")
    qtbot.mouseClick(ask.pay, LEFT)
    qtbot.waitUntil(lambda: ask.field.error.startswith("The passphrase is wrong."))
    ask.field.set_text(PASSPHRASE)
    QTest.keyPress(ask.field.edit, Qt.Key.Key_Return)
    face_of(rooms, ReceiptFace, qtbot)
    assert on_loop(here.balance(ann)) == 800_00


def test_what_cannot_be_paid_is_explained_and_another_can_be_scanned(here, rooms, qtbot):
    page = rooms.shell.open_room("pay")
    page.code_read.emit("https://qr.alipay.com/fkx01234")
    end = face_of(rooms, EndFace, qtbot)
    assert end.title.plain_text() == "This is a code of Alipay"
    assert end.money.text() == "No money has moved."
    assert end.detail_text.plain_text() == "https://qr.alipay.com/fkx01234"
    qtbot.mouseClick(end.first, LEFT)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open)
    assert rooms.shell.room == "pay"


def test_an_order_paid_by_somebody_else_is_refused_in_words(here, rooms, qtbot):
    order = on_loop(here.order(5_00))
    on_loop(here.till.cancel_order(order.order_id))
    rooms.paying.start(order.code)
    end = face_of(rooms, EndFace, qtbot)
    assert end.title.plain_text() == "The merchant has cancelled this order"
    assert end.money.text() == "No money has moved."
    qtbot.mouseClick(end.second, LEFT)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open)


def test_a_lost_answer_is_told_and_found_out(here, rooms, ann, qtbot):
    order = on_loop(here.order(7_00))
    rooms.paying.start(order.code)
    confirm = face_of(rooms, ConfirmFace, qtbot)

    def lose(heard) -> str:
        return "lose_answer" if "/v1/payments" in heard.line else "pass"

    here.road.rule = lose
    qtbot.mouseClick(confirm.pay, LEFT)
    qtbot.mouseClick(confirm.pay, LEFT)
    end = face_of(rooms, EndFace, qtbot)
    assert end.title.plain_text() == "The answer is missing"
    assert end.money.text() == "It is not known yet whether money moved."
    assert end.detail_text.plain_text() == rooms.paying.flow.view.key
    here.road.rule = lambda heard: "pass"
    if rooms.paying.content.face is end:
        qtbot.mouseClick(end.first, LEFT)
    face_of(rooms, ReceiptFace, qtbot)
    assert on_loop(here.balance(ann)) == 93_00


def test_from_an_address_to_an_open_wallet(here, shown, qtbot):
    session = here.wallet("new")
    flow = OnboardingFlow(session)
    page = shown(OnboardingPage(flow, "en"))

    def step_of(kind):
        qtbot.waitUntil(
            lambda: isinstance(page.step, kind) and page.step.isEnabled(), timeout=15_000
        )
        return page.step

    address = step_of(AddressStep)
    qtbot.mouseClick(address.go, LEFT)
    assert address.field.error == "Enter the address of your service."
    QTest.keyClicks(address.field.edit, "http://wallet.example.org")
    qtbot.mouseClick(address.go, LEFT)
    qtbot.waitUntil(address.error.isVisible)
    assert address.error.title.text() == "This address is not encrypted"
    address.field.set_text(here.url)
    QTest.keyPress(address.field.edit, Qt.Key.Key_Return)
    service = step_of(ServiceStep)
    qtbot.mouseClick(service.go, LEFT)
    person = step_of(PersonStep)
    qtbot.mouseClick(person.go, LEFT)
    assert person.contact.error
    QTest.keyClicks(person.contact.edit, "lin@example.org")
    person.name.set_text("林夏")
    QTest.keyPress(person.name.edit, Qt.Key.Key_Return)
    secret = step_of(PassphraseStep)
    QTest.keyClicks(secret.field.edit, "password")
    qtbot.waitUntil(lambda: secret._strength is not None, timeout=15_000)
    assert not secret._strength.enough
    secret.field.set_text(PASSPHRASE)
    QTest.keyClicks(secret.again.edit, "something else")
    qtbot.mouseClick(secret.go, LEFT)
    assert secret.again.error == "The two are not the same."
    secret.again.set_text(PASSPHRASE)
    qtbot.mouseClick(secret.go, LEFT)
    recovery = step_of(RecoveryStep)
    code = recovery.code.plain_text()
    qtbot.mouseClick(recovery.go, LEFT)
    recovery.field.set_text("AAAAA-AAAAA")
    qtbot.mouseClick(recovery.go, LEFT)
    qtbot.waitUntil(lambda: recovery.field.error != "")
    qtbot.waitUntil(recovery.isEnabled)
    recovery.field.set_text(code.lower())
    qtbot.mouseClick(recovery.go, LEFT)
    qtbot.waitUntil(lambda: isinstance(page.step, (QuickStep, DoneStep)))
    if isinstance(page.step, QuickStep):
        qtbot.mouseClick(step_of(QuickStep).go, LEFT)
    done = step_of(DoneStep)
    with qtbot.waitSignal(page.finished):
        qtbot.mouseClick(done.go, LEFT)
    assert session.state is SessionState.UNLOCKED
    assert not session.onboarding_pending
