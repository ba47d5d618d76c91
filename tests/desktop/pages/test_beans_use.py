"""K-Beans in use through the real window and service: a coupon, a gift, a part of a sum."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.desktop.components.pay_faces import ConfirmFace
from app.desktop.components.redeem_faces import GiftFace, GotFace, RedeemFace
from app.desktop.operations import operations
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.shots_stage import scan_page
from app.protocol.ids import new_id
from app.server.points.catalogue import NewItem
from app.wallet.flows.pay import PayState
from app.wallet.session import WalletSession
from tests.end_to_end.world import World, ready_to_confirm, world

LEFT = Qt.MouseButton.LeftButton
LONG = 30_000
OFF = {"zh": "五元券", "en": "Five off"}
BAG = {"zh": "帆布袋", "en": "Canvas bag"}


def on_loop(work) -> Any:
    return operations().background.submit(work).result(timeout=60)


async def _furnish(here: World) -> WalletSession:
    """A shop, and somebody who has earned 180 K-Beans."""
    points = here.service.points
    await points.office.fund_promotions(1_000_00, "CNY", reason="test", key=new_id())
    await points.catalogue.add(
        NewItem(
            kind="coupon", names=OFF, texts=OFF, beans=50, currency="CNY", value=500, least=20_00
        )
    )
    await points.catalogue.add(NewItem(kind="gift", names=BAG, texts=BAG, beans=80, currency="CNY"))
    ann = await here.person(money=1_180_00)
    flow = await ready_to_confirm(ann, (await here.order(180_00)).code)
    await flow.confirm()
    assert flow.view.state is PayState.SUCCEEDED
    await flow.close()
    await ann.refresh()
    return ann


@pytest.fixture
def here(calm, tmp_path: Path) -> Iterator[World]:
    inside = world(tmp_path)
    yield on_loop(inside.__aenter__())
    on_loop(inside.__aexit__(None, None, None))


@pytest.fixture
def rooms(here: World, tmp_path: Path, shown) -> Rooms:
    made = Rooms(on_loop(_furnish(here)), Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    return made


def redeem_face(rooms: Rooms, kind, qtbot) -> Any:
    def there() -> bool:
        return isinstance(rooms.redeeming.face, kind) and rooms.redeeming.face.isEnabled()

    qtbot.waitUntil(there, timeout=LONG)
    return rooms.redeeming.face


def confirm_face(rooms: Rooms, qtbot) -> ConfirmFace:
    def there() -> bool:
        content = rooms.paying.content
        face = content.face if content is not None else None
        return isinstance(face, ConfirmFace) and face.isEnabled() and face.deduction.isVisible()

    qtbot.waitUntil(there, timeout=LONG)
    assert rooms.paying.content is not None
    face = rooms.paying.content.face
    assert isinstance(face, ConfirmFace)
    return face


def test_a_coupon_a_gift_and_a_part_of_a_sum(here: World, rooms: Rooms, qtbot):
    page: Any = rooms.shell.open_room("beans")
    session = page._session
    qtbot.waitUntil(lambda: len(page.items.buttons) == 2, timeout=LONG)
    by_name = {item.names["en"]: item.item_id for item in session.beans.state.items}
    # A coupon, by mouse.
    qtbot.mouseClick(page.items.buttons[by_name["Five off"]], LEFT)
    face = redeem_face(rooms, RedeemFace, qtbot)
    assert face.go.accessibleName() == "Give 50 K-Beans"
    qtbot.mouseClick(face.go, LEFT)
    got = redeem_face(rooms, GotFace, qtbot)
    assert got.title.plain_text() == "Five off is yours"
    QTest.keyClick(got.leave, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open, timeout=LONG)
    qtbot.waitUntil(lambda: bool(session.beans.state.coupons), timeout=LONG)
    # A gift, by keys: its code, and the way back.
    qtbot.waitUntil(lambda: by_name["Canvas bag"] in page.items.buttons, timeout=LONG)
    QTest.keyClick(page.items.buttons[by_name["Canvas bag"]], Qt.Key.Key_Return)
    QTest.keyClick(redeem_face(rooms, RedeemFace, qtbot).go, Qt.Key.Key_Return)
    gift = redeem_face(rooms, GiftFace, qtbot)
    assert gift.code.text().replace(" ", "") == gift.redemption.code
    assert not gift.qr.empty
    qtbot.mouseClick(gift.back, LEFT)
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open, timeout=LONG)
    # A payment: K-Beans by tick and slider, then the coupon in their place.
    rooms.paying.start(on_loop(here.order(30_00)).code)
    confirm = confirm_face(rooms, qtbot)
    QTest.keyClicks(confirm.note.edit, "rice")
    qtbot.mouseClick(confirm.deduction.beans, LEFT)
    qtbot.waitUntil(lambda: confirm.amount.accessibleName() != "¥30.00", timeout=LONG)
    QTest.keyClick(confirm.deduction.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: confirm.amount.accessibleName() == "¥29.99", timeout=LONG)
    (box,) = confirm.deduction.coupons.values()
    qtbot.mouseClick(box, LEFT, pos=box.rect().center())
    qtbot.waitUntil(lambda: confirm.pay.accessibleName() == "Pay ¥25.00", timeout=LONG)
    assert not confirm.deduction.beans.isChecked()
    assert confirm.note.text() == "rice"
    qtbot.mouseClick(confirm.pay, LEFT)
    flow = rooms.paying.flow
    qtbot.waitUntil(lambda: flow.view.state is PayState.SUCCEEDED, timeout=LONG)
    assert flow.view.receipt is not None
    assert (flow.view.receipt.paid, flow.view.receipt.discount) == (25_00, 5_00)
    assert on_loop(here.balance(session)) == 975_00
