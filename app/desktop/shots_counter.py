"""The counter's scenes: doors, selling with its results, refunds, shift, prices, bills, people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.desktop.counter.bills_page import BillsPage
from app.desktop.counter.camera_face import CameraFace
from app.desktop.counter.display import CustomerDisplay
from app.desktop.counter.doors import SetUpPage
from app.desktop.counter.offline_face import OfflineFace
from app.desktop.counter.pin_face import PinFace
from app.desktop.counter.printing import PrinterSettings, Printing
from app.desktop.counter.refund_page import RefundPage
from app.desktop.counter.rooms import CounterRooms
from app.desktop.counter.sample import (
    ITEMS,
    SampleCounter,
    StagedTill,
    asked,
    notice,
    sale,
    sample_counter,
)
from app.desktop.counter.sell_page import SellPage
from app.desktop.counter.settings_page import SettingsPage
from app.desktop.counter.shift_page import ShiftPage
from app.desktop.operations import operations
from app.desktop.platform.camera import Camera
from app.desktop.platform.sound import Sounds
from app.desktop.theme.tokens import Space
from app.protocol.errors import KBeanError
from app.protocol.messages.settlement import EVENTS, Webhook
from app.wallet.counter.board import Link
from app.wallet.counter.sale import Notice, SaleState
from app.wallet.counter.selling import Wish
from app.wallet.counter.till_flow import TillState, TillView
from app.wallet.failures import failure_of

if TYPE_CHECKING:
    from app.desktop.shots_stage import Stage

Scene = Callable[["Stage"], None]


def counter(stage: Stage) -> SampleCounter:
    """The stage's counter, made when a scene first asks for it."""
    made = stage.extras.get("counter")
    if not isinstance(made, SampleCounter):
        made = sample_counter(stage.folder / "counter")
        operations().background.submit(made.fill()).result()
        stage.extras["counter"] = made
    made.again()
    return made


def rooms(stage: Stage) -> CounterRooms:
    """The counter's rooms in the stage's window."""
    made = CounterRooms(
        counter(stage),
        stage.preferences,
        lambda: stage.language.choice,
        sounds=Sounds(stage.window),
        printing=Printing(PrinterSettings("network", "192.168.1.60"), stage.window),
        clock=lambda: 0,
    )
    stage.put(made.shell)
    return made


def _sell(stage: Stage, view: TillView | None = None) -> SellPage:
    made = rooms(stage)
    page = made.shell.open_room("sell")
    assert isinstance(page, SellPage)
    if view is not None:
        page.flow = StagedTill(counter(stage))
        page.flow.stage(view)
        page._follow(view)  # noqa: SLF001 - the picture of a moment
    return page


def _selling(stage: Stage) -> None:
    page = _sell(stage)
    for key in ("2", "3", "7", "0"):
        page.press(key)
    page.enter()


def _basket(stage: Stage) -> None:
    page = _sell(stage)
    page.put(ITEMS[3])
    page.put(ITEMS[4])
    page.put(ITEMS[4])
    page.press("5")
    page.press("00")


def _result(view: Callable[[], TillView]) -> Scene:
    def scene(stage: Stage) -> None:
        _sell(stage, view())

    return scene


def _refused() -> TillView:
    failed = sale(state=SaleState.FAILED, failure="insufficient_funds")
    why = failure_of(KBeanError("insufficient_funds", money="not_moved"))
    return TillView(TillState.NOT_PAID, failed, failure=why)


def _confirming() -> TillView:
    waits = sale(state=SaleState.USERPAYING, amount=680_00, deadline=sale().at + 120_000)
    return TillView(TillState.WAITING, waits)


def _no_shift(stage: Stage) -> None:
    page = _sell(stage)
    counter(stage).stand(shift=None)
    page.retranslate()


def _offline(stage: Stage) -> None:
    made = rooms(stage)
    counter(stage).stand(link=Link.OFFLINE)
    page = made.shell.open_room("sell")
    assert isinstance(page, SellPage)
    face = OfflineFace(counter(stage), page.flow, Wish(23_70))
    for digit in "40719":
        face.press(digit)
    made.shell.sheet.set_content(face)
    made.shell.sheet.rise()


def _allow(stage: Stage) -> None:
    made = rooms(stage)
    made.shell.open_room("refund")
    face = PinFace(counter(stage), "Allow", role="supervisor")
    for key in "2":
        face.press(key)
    face.enter()
    face.press("1")
    face.press("1")
    made.shell.sheet.set_content(face)
    made.shell.sheet.rise()


def _camera(stage: Stage) -> None:
    made = rooms(stage)
    made.shell.sheet.set_content(CameraFace(Camera()))
    made.shell.sheet.rise()


def _found_out(stage: Stage) -> None:
    _sell(stage)
    counter(stage).stand(notices=(notice(),), open_sales=1)


def _room(key: str) -> Scene:
    def scene(stage: Stage) -> None:
        rooms(stage).shell.open_room(key)

    return scene


def _refund(stage: Stage) -> None:
    made = rooms(stage)
    page = made.shell.open_room("refund")
    assert isinstance(page, RefundPage)
    page._sale = counter(stage).snapshot.sales[0]  # noqa: SLF001 - without asking a service
    page.amount.set_text("9.80")
    page.retranslate()


def _printed(stage: Stage) -> None:
    made = rooms(stage)
    page = made.shell.open_room("refund")
    assert isinstance(page, RefundPage)
    page._sale = next(s for s in counter(stage).snapshot.sales if s.kind == "printed")  # noqa: SLF001
    page.retranslate()
    counter(stage).stand(heard=(page._sale,))  # noqa: SLF001


def _without_payment(stage: Stage) -> None:
    made = rooms(stage)
    sold = next(s for s in counter(stage).snapshot.sales if s.missing)
    page = made.shell.open_room("refund")
    assert isinstance(page, RefundPage)
    page._sale = sold  # noqa: SLF001 - without asking a service
    page.retranslate()
    told = Notice(sold.out_trade_no, sold.state, sold.amount, "CNY", sold.at, sold.at, missing=True)
    counter(stage).stand(notices=(told,))


def _counted(stage: Stage) -> None:
    made = rooms(stage)
    page = made.shell.open_room("shift")
    stage.settle()
    assert isinstance(page, ShiftPage)
    page.counted.set_text("260")
    page.retranslate()


def _differing(stage: Stage) -> None:
    page = rooms(stage).shell.open_room("bills")
    stage.settle()
    assert isinstance(page, BillsPage)
    page.days.choose("today")
    page._ask()  # noqa: SLF001 - as a press on it would
    stage.settle()


def _webhooks(stage: Stage) -> None:
    page = rooms(stage).shell.open_room("settings")
    stage.settle()
    assert isinstance(page, SettingsPage)
    page.webhook._saved(  # noqa: SLF001 - as if it had just been saved
        Webhook("https://pos.kdou.example/notices", list(EVENTS[:3]), 0, "whsec_" + "8KdpV2uT" * 5)
    )
    stage.settle()
    foot = page.webhook.geometry().bottom() + Space.XL
    page.verticalScrollBar().setValue(foot - page.viewport().height())


def _display(view: Callable[[], TillView]) -> Scene:
    def scene(stage: Stage) -> None:
        display = CustomerDisplay("K豆便利店", "CNY")
        display.show_view(view())
        stage.put(display)

    return scene


def _sign_in(stage: Stage) -> None:
    from app.desktop.counter.app import SignIn

    made = counter(stage)
    made.stand(cashier=None)
    stage.put(SignIn(made))


def _set_up(stage: Stage) -> None:
    stage.put(SetUpPage(counter(stage), stage.language.choice))


COUNTER_SCENES: dict[str, Scene] = {
    "counter-set-up": _set_up,
    "counter-sign-in": _sign_in,
    "counter-no-shift": _no_shift,
    "counter-sell": _selling,
    "counter-basket": _basket,
    "counter-paid": _result(lambda: TillView(TillState.PAID, sale())),
    "counter-waiting": _result(_confirming),
    "counter-qr": _result(lambda: TillView(TillState.WAITING, asked())),
    "counter-not-paid": _result(_refused),
    "counter-found-out": _found_out,
    "counter-without-internet": _offline,
    "counter-camera": _camera,
    "counter-refund": _refund,
    "counter-printed": _printed,
    "counter-without-payment": _without_payment,
    "counter-allow": _allow,
    "counter-shift": _counted,
    "counter-prices": _room("prices"),
    "counter-bills": _room("bills"),
    "counter-bills-differ": _differing,
    "counter-people": _room("people"),
    "counter-settings": _room("settings"),
    "counter-webhooks": _webhooks,
    "counter-display-welcome": _display(TillView),
    "counter-display-qr": _display(lambda: TillView(TillState.WAITING, asked())),
}
"""Name → what to put on the stage."""
