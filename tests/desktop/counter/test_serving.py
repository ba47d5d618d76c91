"""Serving a queue: keyboard and scanner alone, three big results, a second Enter, others' codes."""

from __future__ import annotations

from app.wallet.counter.sale import SaleState
from app.wallet.counter.till_flow import TillState
from tests.desktop.counter.conftest import Seat, on_loop


def test_ten_sales_by_keyboard_alone(seat: Seat):
    seat.sign_in()
    ann = seat.payer()
    for number in range(1, 11):
        # The keys of the next sale go straight on from the last result.
        seat.type(f"{number}50")
        assert seat.sell.total == number * 100 + 50
        if number % 2:
            seat.type("\r")
            assert seat.sell.hint.text() == "Scan the customer's payment code"
        seat.hands.scan(seat.code(ann))
        seat.result(TillState.PAID)
        assert seat.sell.face.word.text() == "Paid"
        assert seat.sell.face.amount.text() == f"¥{number}.50"
        if number == 5:
            seat.type("\r")
            seat.wait(lambda: seat.state is TillState.IDLE)
            assert seat.sell.total == 0
    total = sum(n * 100 + 50 for n in range(1, 11))
    assert on_loop(seat.here.money(ann)) == 1000_00 - total
    assert [sale.amount for sale in seat.session.snapshot.sales[:2]] == [10_50, 9_50]
    rows = seat.counter.rooms.shell.last.rows
    assert [row.sale.amount for row in rows] == [10_50, 9_50, 8_50, 7_50, 6_50]
    assert "Paid" in rows[0].accessibleName()
    assert seat.ears.heard.count("paid") == 10


def test_a_code_without_an_amount_and_codes_of_others_are_explained(seat: Seat):
    seat.sign_in()
    ann = seat.payer()
    seat.hands.scan(seat.code(ann))
    assert "amount first" in seat.sell.banner.title.text()
    seat.type("500")
    for text, words in (
        ("281234567890123456", "Alipay"),
        ("131234567890123456", "WeChat Pay"),
        ("https://example.org/x", "web address"),
        ("88123456789012345", "not read whole"),
        ("ABCDEFGHIJ", "no payment code"),
    ):
        seat.hands.scan(text)
        assert words in seat.sell.banner.title.text()
        # Nothing of it was typed into the amount.
        assert seat.sell.total == 5_00
    assert seat.ears.heard.count("attention") == 6
    assert seat.session.snapshot.sales == ()


def test_a_second_enter_and_the_same_code_again_charge_once(seat: Seat):
    seat.sign_in()
    ann = seat.payer()
    code = seat.code(ann)
    seat.type("1250\r")
    seat.hands.scan(code, end="\r\n")
    seat.hands.scan(code)
    seat.result(TillState.PAID)
    assert len(seat.session.snapshot.sales) == 1
    assert on_loop(seat.here.money(ann)) == 1000_00 - 12_50


def test_waiting_then_cancelled_by_two_escapes(seat: Seat):
    seat.sign_in()
    ann = seat.payer()
    seat.type("80000")
    seat.hands.scan(seat.code(ann))
    seat.result(TillState.WAITING)
    seat.wait(lambda: seat.sell.face.word.text() == "Waiting for the customer")
    seat.type("\x1b")
    assert "once more" in seat.sell.face.hint.plain_text()
    assert seat.state is TillState.WAITING
    seat.type("\x1b")
    seat.result(TillState.NOT_PAID)
    assert seat.sell.face.word.text() == "Not paid"
    assert seat.session.snapshot.sales[0].state is SaleState.CLOSED
    assert "not_paid" in seat.ears.heard


def test_the_customer_scans_the_display(seat: Seat):
    seat.sign_in()
    ann = seat.payer()
    display = seat.counter.rooms.open_display()
    # The offscreen platform activates every window; a real one leaves this one alone.
    seat.counter.window.activateWindow()
    seat.wait(lambda: seat.app_focus("SellPage"))
    seat.type("2370")
    assert display.amount.text() == "¥23.70"
    assert display.text.plain_text() == "Please show your payment code"
    seat.type("\r\r")
    seat.wait(lambda: display.qr.isVisibleTo(display))
    assert not display.qr.empty
    code = seat.sell.flow.view.sale.code
    on_loop(ann.scan(code))
    seat.result(TillState.PAID)
    seat.wait(lambda: display.title.text() == "Paid, thank you")
    seat.type("\r")
    seat.wait(lambda: display.mark.isVisibleTo(display))
    assert seat.app_focus("SellPage")
