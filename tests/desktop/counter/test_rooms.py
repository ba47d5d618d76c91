"""The counter's other rooms: refunds with roles, shift, prices, people, doors, the way of keys."""

from __future__ import annotations

import functools
from pathlib import Path

import msgspec
from PySide6.QtCore import QEvent
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.desktop import dialogs
from app.desktop.counter.app import CounterApp
from app.desktop.counter.doors import OpenPage, SetUpPage
from app.desktop.counter.offline_face import OfflineFace
from app.desktop.counter.pin_face import PinFace
from app.desktop.counter.printing import PrinterSettings
from app.desktop.platform.sound import Sounds
from app.protocol.codes import confirmation_code
from app.protocol.signing import decode_bytes
from app.sdk.till_counter import Counter
from app.wallet.counter.board import CounterState
from app.wallet.counter.sale import SaleState
from app.wallet.counter.selling import Wish
from app.wallet.counter.till_flow import TillState
from tests.desktop.counter.conftest import Hands, Seat, on_loop
from tests.end_to_end.people import CHEAP, PASSPHRASE
from tests.wallet.counter.shop import PIN, Shop

CODE = "881234567897593846"


def press(button) -> None:
    button.click()


def _sums_up_to(seat: Seat, total: int) -> bool:
    return seat.sell.total == total


def sold(seat: Seat, ann, amount: str) -> None:
    seat.type(amount)
    seat.hands.scan(seat.code(ann))
    seat.result(TillState.PAID)


def test_a_cashier_refunds_with_a_supervisors_pin(seat: Seat):
    seat.sign_in("1")
    ann = seat.payer()
    sold(seat, ann, "2000")
    shell = seat.counter.rooms.shell
    # The slip's barcode, scanned anywhere, opens its sale.
    seat.hands.scan(seat.session.snapshot.sales[0].out_trade_no)
    seat.wait(lambda: shell.room == "refund")
    page = shell.pages["refund"]
    seat.wait(lambda: page._sale is not None)
    page.amount.set_text("21")
    page.retranslate()
    assert not page.go.isEnabled()
    page.amount.set_text("5")
    page.retranslate()
    press(page.go)
    face = shell.sheet.findChild(PinFace)
    seat.wait(lambda: seat.app_focus("Allow"))
    seat.type(f"1\r{PIN['1']}\r")
    seat.wait(lambda: bool(face.error.plain_text()))
    seat.type(f"2\r{PIN['2']}\r")
    seat.wait(lambda: "refunded" in page.result.title.text())
    assert on_loop(seat.here.money(ann)) == 1000_00 - 15_00
    assert seat.session.snapshot.cashier.number == "1"
    seat.wait(lambda: "Partly refunded" in shell.last.rows[0].accessibleName())
    press(page.slip)
    seat.wait(lambda: len(seat.tray.slips) == 1)


def test_a_shift_from_float_to_z(seat: Seat):
    seat.sign_in()
    ann = seat.payer()
    sold(seat, ann, "2000")
    seat.type("1000")
    press(seat.sell.cash)
    seat.result(TillState.PAID)
    page = seat.counter.rooms.shell.open_room("shift")
    seat.wait(lambda: page._view is not None and page._view.cash_sales == 10_00)
    page.cash.set_text("50")
    page.retranslate()
    press(page.cash_in)
    seat.wait(lambda: page._view.cash_in == 50_00)
    page.counted.set_text("160")
    page.retranslate()
    assert "Nothing missing" in page.difference._rows[0][0].text()
    press(page.print)
    seat.wait(lambda: len(seat.tray.slips) == 1)
    press(page.close_go)
    seat.wait(lambda: "counted the same" in page.result.title.text())
    assert seat.session.snapshot.shift is None
    page.float.set_text("160")
    page.retranslate()
    press(page.open_go)
    seat.wait(lambda: seat.counter.rooms.shell.room == "sell")
    assert seat.session.snapshot.shift.number == 2


def test_a_z_report_is_refused_while_a_sale_is_open(seat: Seat):
    seat.sign_in()
    ann = seat.payer()
    seat.type("80000")
    seat.hands.scan(seat.code(ann))
    seat.result(TillState.WAITING)
    seat.wait(lambda: seat.sell.flow.view.sale is not None)
    page = seat.counter.rooms.shell.open_room("shift")
    seat.wait(lambda: page._view is not None)
    page.counted.set_text("100")
    page.retranslate()
    press(page.close_go)
    seat.wait(lambda: "still on their way" in page.result.title.text())
    assert seat.session.snapshot.shift is not None
    on_loop(seat.sell.flow.cancel())
    seat.wait(lambda: seat.session.snapshot.sales[0].state is SaleState.CLOSED)


def test_a_price_list_and_a_basket_from_barcodes(seat: Seat, tmp_path: Path):
    seat.sign_in()
    page = seat.counter.rooms.shell.open_room("prices")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("barcode,name,price\n6901234567891,x,1\n")
    page.take(wrong)
    seat.wait(lambda: "Line 2" in page.result.text.plain_text())
    right = tmp_path / "prices.csv"
    right.write_text("条码,名称,售价\n6901234567892,矿泉水,2\n96385074,糖,1.5\n", encoding="utf-8")
    dialogs.set_next_answer(right)
    press(page.load)
    seat.wait(lambda: seat.session.snapshot.prices == 2)
    seat.counter.rooms.shell.open_room("sell")
    for barcode, total in (("6901234567892", 2_00), ("96385074", 3_50), ("6901234567892", 5_50)):
        seat.hands.scan(barcode)
        seat.wait(functools.partial(_sums_up_to, seat, total))
    seat.type("100")
    assert seat.sell.total == 6_50
    seat.hands.scan("4006381333931")
    seat.wait(lambda: "price list" in seat.sell.banner.title.text())
    ann = seat.payer()
    seat.hands.scan(seat.code(ann))
    seat.result(TillState.PAID)
    sale = seat.session.snapshot.sales[0]
    assert (sale.amount, sale.subject) == (6_50, "矿泉水×2、糖×1")


def test_somebody_new_at_the_counter(seat: Seat):
    seat.sign_in()
    page = seat.counter.rooms.shell.open_room("people")
    page.number.set_text("9")
    page.name.set_text("Sam")
    page.pin.set_text("9999")
    page.retranslate()
    press(page.save)
    seat.wait(lambda: any(c.number == "9" for c in seat.session.snapshot.cashiers))
    page.number.set_text("9")
    page.name.set_text("Bob")
    page.pin.set_text("9999")
    page.retranslate()
    press(page.save)
    seat.wait(lambda: bool(page.result.title.text()))
    press(seat.counter.rooms.shell.person)
    seat.wait(lambda: seat.counter.rooms is None)
    seat.wait(lambda: seat.app_focus("SignIn"))
    seat.type("9\r9999\r")
    seat.wait(lambda: seat.counter.rooms is not None)
    assert seat.session.snapshot.cashier.name == "Sam"


def test_without_internet_a_confirmation_code_sells(seat: Seat):
    seat.sign_in()
    ann = seat.payer()
    paid = on_loop(ann.scan(seat.session.snapshot.info.static_code, 9_90))
    seat.type("990")
    press(seat.sell.offline)
    sheet = seat.counter.rooms.shell.sheet
    face = sheet.findChild(OfflineFace)
    seat.wait(lambda: seat.app_focus("OfflineFace"))
    seat.type("00000000\r")
    seat.wait(lambda: bool(face.error.plain_text()))
    seat.type(paid.confirmation_code + "\r")
    seat.result(TillState.PAID)
    seat.wait(lambda: not sheet.is_open)
    # The payment is heard of: it is this sale, and is listed once.
    on_loop(seat.session.received.refresh())
    (sale,) = seat.session.snapshot.sales
    assert (sale.kind, sale.order_number) == ("offline", paid.receipt.order_number)


def test_the_printed_codes_payments_are_announced_and_refunded_by_keyboard(seat: Seat):
    seat.sign_in("1")
    rooms = seat.counter.rooms
    display = rooms.open_display()
    seat.counter.window.activateWindow()
    ann = seat.payer()
    on_loop(seat.session.received.refresh())
    paid = on_loop(ann.scan(seat.session.snapshot.info.static_code, 9_90))
    seat.session.settle_soon()
    seat.wait(lambda: "printed code" in rooms.shell.toast.accessibleName())
    assert "9.90" in rooms.shell.toast.accessibleName()
    assert seat.ears.heard == ["received"]
    assert display._view.sale.payment_id == paid.payment_id
    seat.wait(lambda: len(rooms.shell.last.rows) == 1)
    assert "Printed code" in rooms.shell.last.rows[0].accessibleName()
    # The customer reads the order number out.
    page = rooms.shell.open_room("refund")
    seat.wait(lambda: seat.hands.app.focusWidget() is page.number.edit)
    seat.type(f"{paid.receipt.order_number}\r")
    seat.wait(lambda: page._sale is not None and page._sale.payment_id == paid.payment_id)
    page.amount.edit.setFocus()
    seat.type("4\r")
    seat.wait(lambda: seat.app_focus("Allow"))
    seat.type(f"2\r{PIN['2']}\r")
    seat.wait(lambda: "refunded" in page.result.title.text())
    assert on_loop(seat.here.money(ann)) == 1000_00 - 5_90
    press(page.slip)
    seat.wait(lambda: len(seat.tray.slips) == 1)
    # By itself it is among the printed code's, and not among what this counter sold.
    page.list.origin.step(2)
    seat.wait(lambda: [row.sale.refunded for row in page.list.rows] == [4_00])
    page.list.origin.step(-1)
    seat.wait(lambda: page.list.rows == [] and page.list.empty.isVisible())
    # Digits of nobody's payment: the row says so, and so does the notice.
    info = seat.session.snapshot.info
    key, now = decode_bytes(info.confirmation_key), seat.session.now_ms()
    forged = confirmation_code.code(key, 3_00, "CNY", now, "nobody")
    on_loop(seat.session.offline.take(Wish(3_00), forged, now))
    on_loop(seat.session.received.refresh())
    seat.wait(lambda: "No payment found" in rooms.shell.last.rows[0].accessibleName())
    seat.wait(lambda: "No payment" in rooms.shell.last.notice.text.plain_text())
    press(rooms.shell.last.rows[0])
    assert "Not found" in page.result.title.text()
    assert not page.go.isVisible()
    # Another till sold against the same digits, and was first to say so.
    world = seat.here.world
    paid = on_loop(ann.scan(info.static_code, 2_00))
    on_loop(Counter(world.till).claim(paid.payment_id, "T1"))
    on_loop(seat.session.offline.take(Wish(2_00), paid.confirmation_code, seat.session.now_ms()))
    on_loop(seat.session.received.refresh())
    seat.wait(lambda: "Used by another till" in rooms.shell.last.rows[0].accessibleName())
    seat.wait(lambda: "Another till" in rooms.shell.last.notice.text.plain_text())
    press(rooms.shell.last.rows[0])
    assert "Another till sold" in page.result.title.text()


def test_the_scanner_is_heard_under_an_input_method_and_in_a_field(seat: Seat):
    seat.sign_in()
    page = seat.counter.rooms.shell.open_room("prices")
    page.search.edit.setFocus()
    field = page.search.edit
    seat.wait(lambda: QApplication.focusWidget() is field)
    # A person types into the field.
    seat.type("12")
    assert field.text() == "12"
    # The input method makes full-width text of every key of the scanner.
    for at, sign in enumerate(CODE):
        event = QInputMethodEvent("", [])
        event.setCommitString(chr(ord(sign) + 0xFEE0))
        seat.counter.wedge._clock = functools.partial(int, seat.hands.now + 10 * at)
        QApplication.sendEvent(field, event)
    seat.hands.now += 10 * len(CODE)
    seat.hands.press("\r", gap=10)
    assert field.text() == "12"
    assert seat.counter.rooms.shell.room == "sell"
    assert "amount first" in seat.sell.banner.title.text()


def test_a_slow_scanner_and_a_code_typed_by_hand_charge_too(seat: Seat):
    seat.sign_in()
    ann = seat.payer()
    seat.type("500")
    # Slower than any pace that tells it from a hand: known by its length.
    seat.hands.scan(seat.code(ann), gap=140)
    seat.result(TillState.PAID)
    assert seat.session.snapshot.sales[0].amount == 5_00
    seat.type("\r")
    settings = seat.counter.rooms.shell.open_room("settings")
    QTest.mouseClick(settings.scanner._buttons["slow"], settings_button())
    seat.counter.rooms.shell.open_room("sell")
    seat.type("700")
    seat.hands.scan(seat.code(ann), gap=100)
    seat.result(TillState.PAID)
    assert seat.session.snapshot.sales[0].amount == 7_00


def settings_button():
    from PySide6.QtCore import Qt

    return Qt.MouseButton.LeftButton


def test_settings_are_kept_and_a_printer_that_is_away_stops_no_sale(seat: Seat):
    seat.sign_in()
    page = seat.counter.rooms.shell.open_room("settings")
    press(page.sound)
    press(page.each)
    page.kind.choose("network")
    page._printer_changed()
    seat.wait(lambda: on_loop(seat.session.setting("sound", bool, default=True)) is False)
    kept = on_loop(seat.session.setting("printer", PrinterSettings, PrinterSettings()))
    assert (kept.kind, kept.each_sale) == ("network", True)
    ann = seat.payer()
    seat.counter.rooms.shell.open_room("sell")
    sold(seat, ann, "300")
    seat.wait(lambda: len(seat.tray.slips) == 1)
    assert seat.ears.heard == []
    from app.protocol.errors import KBeanError

    def away(*_: object, **__: object) -> None:
        raise KBeanError("printer_unreachable")

    seat.tray.print = away  # type: ignore[method-assign]
    sold(seat, ann, "400")
    seat.wait(lambda: "printer" in seat.counter.rooms.shell.toast.accessibleName())
    assert seat.state is TillState.PAID


def test_from_the_operators_file_to_the_first_room(here: Shop, calm, qtbot, tmp_path: Path):
    file = tmp_path / "till.json"
    file.write_bytes(b"{}")
    made = CounterApp(
        calm, tmp_path / "new", session=here.session("new"), set_up_file=file, sounds=Sounds()
    )
    made.choose_language("en")
    made.window.show()
    page = made.window.stack.currentWidget()
    assert isinstance(page, SetUpPage)
    assert "not a counter" in page.error.title.text()
    file.write_bytes(msgspec.json.encode(here.file))
    page.take(file)
    page.passphrase.set_text(PASSPHRASE)
    page.retranslate()
    press(page.go)
    qtbot.waitUntil(lambda: bool(page.code.plain_text()), timeout=60_000)
    assert made.session.snapshot.state is CounterState.OPEN
    press(page.go)
    qtbot.waitUntil(lambda: made.window.stack.currentWidget() is not page, timeout=60_000)
    on_loop(made.session.close())
    close(made, calm)
    again = CounterApp(calm, tmp_path / "new", session=here.session("new"), sounds=Sounds())
    again.choose_language("en")
    again.window.show()
    door = again.window.stack.currentWidget()
    assert isinstance(door, OpenPage)
    door.passphrase.set_text("wrong")
    press(door.go)
    qtbot.waitUntil(lambda: bool(door.error.title.text()), timeout=60_000)
    door.passphrase.set_text(PASSPHRASE)
    press(door.go)
    qtbot.waitUntil(lambda: again.session.snapshot.state is CounterState.OPEN, timeout=60_000)
    close(again, calm)
    assert CHEAP.passes == 1
    assert Hands(calm).now > 0


def close(made: CounterApp, app: QApplication) -> None:
    made.wedge.stop()
    made.window.close()
    made.window.deleteLater()
    made.theme.setParent(None)
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
