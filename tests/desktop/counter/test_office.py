"""What is not selling: a cashier who walked away, the day's bill, notices to the shop's server."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.desktop import dialogs
from app.desktop.counter.pin_face import PinFace
from app.wallet.counter.leaving import USUAL
from app.wallet.counter.sale import SaleState
from app.wallet.counter.till_flow import TillState
from tests.desktop.counter.conftest import Seat, on_loop
from tests.rude import RudeServer, answer
from tests.wallet.counter.shop import PIN

MINUTE = 60_000


def press(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def leave(seat: Seat) -> None:
    seat.wait(lambda: seat.counter.rooms is None)
    seat.wait(lambda: seat.app_focus("SignIn"))


def test_who_walks_away_is_signed_out_and_the_basket_waits(seat: Seat):
    now = [0]
    counter = seat.counter
    counter.clock = lambda: now[0]
    seat.sign_in("3")
    seat.type("500+20")
    now[0] = 10 * MINUTE - 20_000
    counter.look_round()
    assert "20 second" in counter.rooms.shell.toast.accessibleName()
    # Any key stays.
    seat.type("0")
    assert seat.sell.total == 5_00 + 2_00
    now[0] += 10 * MINUTE - 1
    counter.look_round()
    assert counter.rooms is not None
    now[0] += 1
    counter.look_round()
    leave(seat)
    # Nobody else finds it.
    seat.sign_in("1")
    assert seat.sell.total == 0
    press(counter.rooms.shell.person)
    leave(seat)
    seat.sign_in("3")
    assert (seat.sell.total, len(seat.sell.lines)) == (7_00, 1)
    seat.type("\x1b")
    # A sale under way is somebody's presence; its end begins the time anew.
    ann = seat.payer()
    seat.type("80000")
    seat.hands.scan(seat.code(ann))
    seat.result(TillState.WAITING)
    now[0] += 60 * MINUTE
    counter.look_round()
    assert counter.rooms is not None
    seat.wait(lambda: seat.sell.flow.view.sale is not None)
    on_loop(seat.sell.flow.cancel())
    seat.wait(lambda: seat.session.snapshot.sales[0].state is SaleState.CLOSED)
    seat.result(TillState.NOT_PAID)
    counter.look_round()
    assert counter.rooms is not None
    now[0] += 10 * MINUTE
    counter.look_round()
    leave(seat)
    # What didn't become a sale isn't one when they come back.
    seat.sign_in("3")
    assert seat.sell.total == 0
    page = counter.rooms.shell.open_room("settings")
    press(page.leaving._buttons["0"])
    now[0] += 10_000 * MINUTE
    counter.look_round()
    assert counter.rooms is not None
    seat.wait(lambda: on_loop(seat.session.setting("leaving", int, USUAL)) == 0)


def operators_day(later: int = 0) -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=later)


def test_the_days_bill_and_notices_to_the_shops_own_server(seat: Seat, tmp_path: Path):
    seat.sign_in("1")
    ann = seat.payer()
    seat.type("2000")
    seat.hands.scan(seat.code(ann))
    seat.result(TillState.PAID)
    shell = seat.counter.rooms.shell
    # A cashier needs somebody who may.
    page = shell.open_room("bills")
    page._today = operators_day
    assert not page.save.isEnabled()
    press(page.days._buttons["today"])
    seat.wait(lambda: seat.app_focus("Allow"))
    assert shell.sheet.findChild(PinFace) is not None
    seat.type(f"2\r{PIN['2']}\r")
    seat.wait(lambda: page._bill is not None)
    assert (page._bill.totals.payments, page._bill.totals.payments_amount) == (1, 20_00)
    assert "so far" in page.day_title.text()
    assert "sums fit" in page.day_verdict.title.text()
    # Closed again with the room.
    shell.open_room("sell")
    assert page._bill is None
    press(shell.person)
    leave(seat)
    seat.sign_in("3")
    see_the_bill(seat, tmp_path)
    see_the_notices(seat)


def see_the_bill(seat: Seat, tmp_path: Path) -> None:
    """A manager's: yesterday at once, days that are none, a day that isn't whole, the file."""
    page = seat.counter.rooms.shell.open_room("bills")
    page._today = operators_day
    seat.wait(lambda: page._bill is not None)
    page.days.choose("own")
    for typed, words in (
        ("soon", "such as"),
        ("2099-01-01", "still to come"),
        ("2026-02-30", "such as"),
    ):
        page.own.set_text(typed)
        press(page.show_day)
        assert words in page.own.error
    # By the machine's calendar it is over, by the operator's it isn't yet.
    page._today = functools.partial(operators_day, 1)
    press(page.days._buttons["yesterday"])
    seat.wait(lambda: "not ready" in page.result.title.text())
    assert "It is whole in" in page.result.text.plain_text()
    press(page.result.action)
    seat.wait(lambda: page._bill is not None and page._bill.totals.payments == 1)
    # Fresh as it is, the sale is on the bill; what the bill needn't have yet is not missed.
    assert page._bill.comparison.agrees
    assert page._bill.comparison.here == page._bill.comparison.there
    file = tmp_path / "bill.csv"
    dialogs.set_next_answer(file)
    press(page.save)
    seat.wait(file.exists)
    number = seat.session.snapshot.sales[0].out_trade_no
    assert file.read_bytes() == page._bill.raw
    assert number in file.read_text("utf-8-sig")
    dialogs.set_next_answer(tmp_path / "nowhere" / "bill.csv")
    press(page.save)
    seat.wait(lambda: bool(page.result.title.text()))
    # Somebody else's hand in the vault: the sale is gone here, and its row names it.
    on_loop(seat.session.worker.run(lambda vault: vault.database.write("DELETE FROM sales")))
    page._today = operators_day
    press(page.days._buttons["today"])
    seat.wait(lambda: not page._bill.comparison.agrees)
    (gap,) = page._bill.comparison.missing_here
    assert (gap.kind, gap.number, gap.there) == ("sale", number, 20_00)


def see_the_notices(seat: Seat) -> None:
    """A manager's: a wrong address, the right one, its secret once, what was told, again, gone."""
    shell = seat.counter.rooms.shell
    card = shell.open_room("settings").webhook
    seat.wait(card.events["payment.succeeded"].isChecked)
    status = [500]

    async def behave(writer, heard) -> None:
        await answer(status[0])(writer, heard)

    server = RudeServer(behave)
    on_loop(server.__aenter__())
    try:
        for address, fits in (("ftp://127.0.0.1/", False), (f"{server.url}/hook", True)):
            card.address.set_text(address)
            card._draw()
            card.save.click()
            seat.wait(functools.partial(lambda: bool(card.address.error or card.secret.text())))
            assert bool(card.secret.text()) is fits
        secret = card.secret.text()
        card.copy.click()
        assert QGuiApplication.clipboard().text() == secret
        QGuiApplication.clipboard().clear()
        ann = seat.payer()
        shell.open_room("sell")
        seat.type("300")
        seat.hands.scan(seat.code(ann))
        seat.result(TillState.PAID)
        shell.open_room("settings")
        settlement = seat.here.world.service.settlement

        def tried(state: str) -> bool:
            on_loop(settlement.follower.run())
            on_loop(settlement.teller.run())
            card.look()
            told = card._deliveries
            return bool(told) and told[0].tries > 0 and told[0].state == state

        seat.wait(lambda: tried("waiting"))
        seat.wait(lambda: "HTTP 500" in card._state(card._deliveries[0]))
        status[0] = 200
        card.findChild(type(card.save), "WebhookAgain0").click()
        seat.wait(lambda: tried("delivered"))
        assert len({heard.body for heard in server.heard}) == 1
        # The secret is gone with the next wish; gone for good twice asked.
        assert card.secret.text() == ""
        card.remove.click()
        assert card._hook is not None
        card.remove.click()
        seat.wait(lambda: "Nobody is told" in card.result.title.text())
    finally:
        on_loop(server.__aexit__(None, None, None))
