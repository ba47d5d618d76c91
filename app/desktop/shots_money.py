"""Pictures of paying by a shown code, of a till's question, and of K-Beans in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.desktop.components.when import now_ms
from app.desktop.operations import operations
from app.desktop.pages.pay_code import PayCodePage
from app.desktop.sample_money import DAY, coupon, waiting
from app.protocol.ids import new_id
from app.protocol.messages.charges import CodeUse
from app.protocol.messages.points import Deductions
from app.wallet.beans.deduction import by_beans, by_coupon
from app.wallet.failures import Failure
from app.wallet.flows.show_code import ShowState, ShowView
from app.wallet.session import Network, Notice

if TYPE_CHECKING:
    from app.desktop.shots_stage import Stage

Scene = Callable[["Stage"], None]


def _page(stage: Stage) -> PayCodePage:
    page = stage.rooms().pay_room("code").code
    assert page is not None
    stage.settle()
    return page


def _code(stage: Stage) -> None:
    _page(stage)


def _digits(stage: Stage) -> None:
    _page(stage).reveal.click()


def _offline(stage: Stage) -> None:
    stage.full.tell("network", network=Network.OFFLINE)
    _page(stage)


def _use(state: str, failure: str = "") -> CodeUse:
    return CodeUse(
        handle=0,
        charge_id=new_id(),
        state=state,  # type: ignore[arg-type]  # one of the literals
        amount=1_250,
        currency="CNY",
        payee_name="K豆便利店",
        at=now_ms(),
        payment_id=new_id() if state == "success" else None,
        failure=failure,
    )


def _ended(view: Callable[[], ShowView]) -> Scene:
    return lambda stage: _page(stage).show_view(view())


def _asked(stage: Stage) -> None:
    from app.desktop.shots_stage import payee

    operations().background.submit(stage.full.waits.say(waiting(payee(), now_ms()))).result()
    stage.rooms()


def _put_off(stage: Stage) -> None:
    _asked(stage)
    stage.settle()
    window = stage.window
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from app.desktop.widgets.sheet import Sheet

    sheet = window.findChild(Sheet, "Sheet")
    assert sheet is not None
    QTest.keyClick(sheet, Qt.Key.Key_Escape)


def _deducting(kind: str) -> Scene:
    def scene(stage: Stage) -> None:
        import dataclasses

        from app.desktop.shots_stage import offer
        from app.wallet.flows.pay import PayState, PayView

        ticket = coupon(now_ms())
        offered = Deductions(1, 1_186, [ticket], now_ms())
        chosen = (
            by_coupon(offered, ticket.coupon_id, 2372)
            if kind == "coupon"
            else by_beans(offered, 800)
        )
        wanted = dataclasses.replace(offer(), offered=offered, deduction=chosen)
        stage.pay(PayView(PayState.CONFIRMING, wanted))

    return scene


def _shop(stage: Stage) -> None:
    from app.desktop.pages.beans import BeansPage

    page = stage.rooms().shell.open_room("beans")
    assert isinstance(page, BeansPage)
    stage.settle()
    page.ensureWidgetVisible(page.shop, 0, 0)


def _redeem(stage: Stage) -> None:
    rooms = stage.rooms()
    rooms.shell.open_room("beans")
    stage.settle()
    rooms.redeeming.want(stage.full.beans.state.items[0])


def _gift(stage: Stage) -> None:
    rooms = stage.rooms()
    rooms.shell.open_room("beans")
    stage.settle()
    rooms.redeeming.show_gift(stage.full.beans.state.redemptions[0])


def _expiring(stage: Stage) -> None:
    at = now_ms()
    told = Notice(
        new_id(), "points_expiring", at, "", 320, "KBN", "beans", until=at + 6 * DAY + DAY // 2
    )
    stage.full.tell("notices", notices=(told,))
    stage.rooms()


MONEY_SCENES: dict[str, Scene] = {
    "pay-code": _code,
    "pay-code-digits": _digits,
    "pay-code-offline": _offline,
    "pay-code-paid": _ended(lambda: ShowView(ShowState.PAID, use=_use("success"))),
    "pay-code-asked": _ended(lambda: ShowView(ShowState.ASKED, use=_use("userpaying"))),
    "pay-code-failed": _ended(
        lambda: ShowView(ShowState.FAILED, use=_use("failed", "insufficient_funds"))
    ),
    "pay-code-none": _ended(
        lambda: ShowView(ShowState.EMPTY, failure=Failure("yours", "no_payer_codes", "not_moved"))
    ),
    "pay-code-frozen": _ended(lambda: ShowView(ShowState.FROZEN)),
    "pay-charge": _asked,
    "pay-charge-later": _put_off,
    "pay-deduct-beans": _deducting("beans"),
    "pay-deduct-coupon": _deducting("coupon"),
    "home-beans-expire": _expiring,
    "beans-shop": _shop,
    "beans-redeem": _redeem,
    "beans-gift": _gift,
}
"""Name → what to put on the stage."""
