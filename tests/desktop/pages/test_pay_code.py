"""Showing a code and answering a till, through the real window and the real service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.desktop.components.pay_ends import EndFace, ReceiptFace
from app.desktop.components.pay_faces import ConfirmFace
from app.desktop.confirming import ConfirmNews
from app.desktop.operations import operations
from app.desktop.pages.pay_code import PayCodePage
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.shots_stage import scan_page
from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.charges import Charge, ChargeRequest
from app.scanner import CodeFormat, scan_still
from app.sdk.till_charges import Charges
from app.wallet.flows.show_code import ShowState
from app.wallet.session import WalletSession
from tests.end_to_end.world import World, world

LEFT = Qt.MouseButton.LeftButton
LONG = 30_000


def on_loop(work) -> Any:
    """Run a coroutine on the window's background loop and wait for it."""
    return operations().background.submit(work).result(timeout=60)


@pytest.fixture
def here(calm, tmp_path: Path) -> Iterator[World]:
    """The real service with a merchant; small payments end at 50 yuan."""
    inside = world(tmp_path, small_each=50_00)
    yield on_loop(inside.__aenter__())
    on_loop(inside.__aexit__(None, None, None))


@pytest.fixture
def ann(here: World, qtbot) -> WalletSession:
    """Somebody with 200 yuan and fresh codes, who hears the stream."""
    made = on_loop(here.person(money=200_00))
    qtbot.waitUntil(lambda: made.codes.state.left > 0, timeout=LONG)
    qtbot.waitUntil(lambda: made.support.state.link == "live", timeout=LONG)
    return made


@pytest.fixture
def rooms(ann: WalletSession, tmp_path: Path, shown) -> Rooms:
    """Ann's wallet in a window."""
    made = Rooms(ann, Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    return made


@pytest.fixture
def elsewhere(monkeypatch) -> None:
    """The person looks at another program."""
    monkeypatch.setattr(ConfirmNews, "looking", property(lambda self: False))


def charge(here: World, amount: int, code: str) -> Charge:
    request = ChargeRequest(new_id(), amount, "CNY", code)
    return on_loop(Charges(here.till).charge(request))


def state_of(here: World, asked: Charge) -> str:
    return on_loop(Charges(here.till).query(asked.out_trade_no)).state


def code_page(rooms: Rooms, qtbot) -> PayCodePage:
    """By mouse from Home."""
    home: Any = rooms.shell.open_room("home")
    qtbot.mouseClick(home.balance.code, LEFT)
    room: Any = rooms.shell.pages["pay"]
    assert room.side == "code"
    page: PayCodePage = room.code
    qtbot.waitUntil(lambda: not page.paper.qr.empty, timeout=LONG)
    return page


def read(widget: QWidget, kind: CodeFormat) -> list[str]:
    """What a scanner reads off a widget as it is painted."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    grey = raw[:, : image.width()].copy()
    return [code.text for code in scan_still(grey, {kind})]


def face_of(rooms: Rooms, kind, qtbot):
    def there() -> bool:
        content = rooms.paying.content
        return content is not None and isinstance(content.face, kind) and content.face.isEnabled()

    qtbot.waitUntil(there, timeout=LONG)
    assert rooms.paying.content is not None
    return rooms.paying.content.face


def test_a_code_is_read_charged_once_and_its_digits_make_the_till_wait(here, rooms, ann, qtbot):
    page = code_page(rooms, qtbot)
    shown = page.flow.view.code
    assert shown is not None
    assert read(page.paper, CodeFormat.QR) == [shown.text]
    assert read(page.paper, CodeFormat.CODE_128) == [shown.digits]
    assert page.paper.digits.shown == ""
    assert page.paper.digits.accessibleName() == "The digits are hidden"
    assert 0 < page.ring.rest <= 60
    paid = charge(here, 12_50, read(page.paper, CodeFormat.QR)[0])
    qtbot.waitUntil(lambda: page.end is not None, timeout=LONG)
    assert page.end is not None
    assert page.end.title.plain_text() == "Paid ¥12.50 at K豆便利店"
    assert page.paper.qr.empty
    assert page.window().focusWidget() is page.end.first
    qtbot.mouseClick(page.end.second, LEFT)
    qtbot.waitUntil(lambda: not page.paper.qr.empty, timeout=LONG)
    with pytest.raises(KBeanError):
        charge(here, 1_00, shown.digits)
    assert paid.payment_id is not None
    _digits_and_no(here, rooms, page, qtbot)
    page.receipt_wanted.emit(paid.payment_id)
    assert rooms.shell.room == "activity"
    assert page.paper.qr.empty  # another room: nothing of it stays on the screen
    qtbot.waitUntil(lambda: page.flow.view.state is ShowState.IDLE, timeout=LONG)


def _digits_and_no(here: World, rooms: Rooms, page: PayCodePage, qtbot) -> None:
    """Digits are shown when asked for, and then the till has to wait."""
    page.reveal.setFocus()
    QTest.keyClick(page.reveal, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.flow.view.revealed, timeout=LONG)
    qtbot.waitUntil(lambda: len(page.paper.digits.shown) == 18, timeout=LONG)
    assert page.revealed.isVisible()
    asked = charge(here, 3_00, page.paper.digits.shown)
    assert asked.state == "userpaying"
    confirm = face_of(rooms, ConfirmFace, qtbot)
    assert confirm.why.plain_text().startswith("Somebody used the digits")
    assert confirm.pay.accessibleName() == "Pay ¥3.00"
    # What the page under the sheet says meanwhile leaves the keyboard where it is.
    qtbot.waitUntil(lambda: page.flow.view.state is ShowState.ASKED, timeout=LONG)
    qtbot.waitUntil(lambda: page.end is not None, timeout=LONG)
    assert rooms.shell.sheet.isAncestorOf(rooms.shell.window().focusWidget())
    qtbot.mouseClick(confirm.no, LEFT)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open, timeout=LONG)
    assert state_of(here, asked) == "closed"
    said = "You declined. No money has moved."
    qtbot.waitUntil(
        lambda: page.end is not None and page.end.text.plain_text() == said, timeout=LONG
    )


@pytest.mark.usefixtures("elsewhere")
def test_a_question_rises_over_any_page_and_a_double_click_pays_once(here, rooms, ann, qtbot):
    code = on_loop(ann.codes.next())
    rooms.shell.open_room("settings")
    asked = charge(here, 60_00, code.text)
    confirm = face_of(rooms, ConfirmFace, qtbot)
    assert rooms.shell.waits.isVisible()
    QTest.keyClick(rooms.shell.sheet, Qt.Key.Key_Escape)  # later
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open, timeout=LONG)
    assert state_of(here, asked) == "userpaying"
    qtbot.mouseClick(rooms.shell.waits.banner.action, LEFT)
    confirm = face_of(rooms, ConfirmFace, qtbot)
    qtbot.mouseClick(confirm.pay, LEFT)
    qtbot.mouseClick(confirm.pay, LEFT)
    face = face_of(rooms, ReceiptFace, qtbot)
    qtbot.mouseClick(face.done, LEFT)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open, timeout=LONG)
    assert rooms.shell.room == "settings"
    qtbot.waitUntil(lambda: not rooms.shell.waits.isVisible(), timeout=LONG)
    assert state_of(here, asked) == "success"
    assert len(here.road.payments()) == 1
    assert on_loop(here.balance(ann)) == 140_00
    _told_elsewhere_and_taken_back(here, rooms, ann, qtbot)


class Told:
    """A system's notifications, written down."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.action: Any = None

    def tell(self, title: str, text: str) -> None:
        self.said.append((title, text))

    def on_pressed(self, action: Any) -> None:
        self.action = action

    def clear(self) -> None:
        self.said.append(("", ""))


def _told_elsewhere_and_taken_back(here: World, rooms: Rooms, ann: WalletSession, qtbot) -> None:
    """The system tells of a question; a sale that the till takes back is said on the sheet."""
    notifier, pressed = Told(), []
    preferences = Preferences(here.folder)
    preferences.keep_notify("full")
    ConfirmNews(ann, preferences, notifier, lambda: pressed.append(1), rooms)
    code = on_loop(ann.codes.next())
    asked = charge(here, 60_00, code.text)
    qtbot.waitUntil(lambda: bool(notifier.said), timeout=LONG)
    assert notifier.said[0] == ("A payment waits for your word", "¥60.00 at KDOU STORE")
    notifier.action()
    assert pressed == [1]
    face_of(rooms, ConfirmFace, qtbot)
    on_loop(Charges(here.till).reverse(asked.out_trade_no))
    end = face_of(rooms, EndFace, qtbot)
    assert end.title.plain_text() == "There is nothing to confirm"
    assert not end.first.isVisible()
    assert rooms.shell.focusWidget() is end.second
    qtbot.mouseClick(end.second, LEFT)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open, timeout=LONG)
    qtbot.waitUntil(lambda: notifier.said[-1] == ("", ""), timeout=LONG)
    assert state_of(here, asked) == "closed"


class Guard:
    """A system that can hide windows, written down."""

    def __init__(self) -> None:
        self.calls: list[bool] = []

    def keep_out(self, window: QWidget, *, on: bool) -> None:
        self.calls.append(on)


def test_without_a_service_the_page_says_so_and_hides_from_recordings(session, shown, qtbot):
    from app.wallet.session import Network

    guard = Guard()
    session.tell("network", network=Network.OFFLINE)
    page = shown(PayCodePage(session, guard=guard))
    qtbot.waitUntil(lambda: not page.paper.qr.empty, timeout=LONG)
    assert page.offline.isVisible()
    assert page.offline_text.plain_text().startswith("You can pay as usual until ")
    assert guard.calls == [True]
    first = page.flow.view.code
    qtbot.mouseClick(page.renew, LEFT)
    qtbot.waitUntil(lambda: page.flow.view.code not in (None, first), timeout=LONG)
    page.hide()
    assert guard.calls == [True, False]
    assert page.paper.qr.empty
    on_loop(_empty(session))
    page.show()
    qtbot.waitUntil(lambda: page.end is not None, timeout=LONG)
    assert page.end is not None
    assert page.end.title.plain_text() == "No payment codes are left on this device"


async def _empty(session) -> None:
    await session.worker.run(lambda vault: vault.handles.replace(()))
