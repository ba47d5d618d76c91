"""Scenes of transfers and what belongs to them: every part of the room, every face of the sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.desktop.components.when import now_ms
from app.desktop.pages.transfer import Part, TransferPage
from app.desktop.people.schedule_face import ScheduleFace
from app.desktop.people.sheet import TransferSheet
from app.desktop.people.split_face import SplitFace
from app.protocol.ids import new_id
from app.protocol.messages.transfers import Plan, Transfer, TransferReceipt
from app.wallet.flows.transfer import PayState, TransferFlow, TransferOffer, TransferView
from app.wallet.people.calendar import Schedule

if TYPE_CHECKING:
    from app.desktop.shots_stage import Stage

_NAME = "王*明"


class StagedTransfer(TransferFlow):
    """A transfer flow that stands where it is put."""

    def stage(self, view: TransferView) -> None:
        """Stand here."""
        self._show(view)


def _offer(**more: Any) -> TransferOffer:
    fields: dict[str, Any] = {
        "payee_ref": "x" * 24,
        "name": _NAME,
        "currency": "CNY",
        "amount": 12_800,
        "available": 61_603,
        "note": "昨晚的火锅",
    }
    return TransferOffer(**{**fields, **more})


def _schedule() -> Schedule:
    today = dt.datetime.now().astimezone().date()
    return Schedule((today.replace(day=1) + dt.timedelta(days=32)).replace(day=1), "month", 1, 12)


def _page(stage: Stage, part: Part, *, fresh: bool = False) -> TransferPage:
    page = stage.rooms(stage.fresh if fresh else None).transfers.page()
    page.show_part(part)
    return page


def _part(part: Part, *, fresh: bool = False) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        _page(stage, part, fresh=fresh)

    return scene


def _sheet(view: TransferView, *, planning: bool = False) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        _put(stage, view, planning=planning)

    return scene


def _put(stage: Stage, view: TransferView, *, planning: bool = False) -> TransferSheet:
    rooms = stage.rooms()
    rooms.transfers.page()
    stage.settle()
    flow = StagedTransfer(stage.full)
    flow.stage(view)
    sheet = TransferSheet(flow, stage.full, planning=planning)
    sheet.resized.connect(rooms.shell.sheet.settle)
    rooms.shell.sheet.set_content(sheet)
    rooms.shell.sheet.rise()
    return sheet


def _days(stage: Stage) -> None:
    sheet = _put(stage, TransferView(PayState.CHOOSING_AMOUNT, _offer()), planning=True)
    stage.settle()
    sheet.put(ScheduleFace(dt.datetime.now().astimezone().date(), _schedule()))


def _sent(stage: Stage) -> None:
    at = now_ms()
    receipt = TransferReceipt(
        new_id(), "KB20261123000412", "A" * 43, new_id(), _NAME, 12_800, "CNY", at, 1, "rcpt-2026"
    )
    transfer = Transfer(receipt.transfer_id, receipt, 28_840, "昨晚的火锅")
    _put(stage, TransferView(PayState.SUCCEEDED, _offer(), transfer=transfer))


def _planned(stage: Stage) -> None:
    schedule = _schedule()
    first = schedule.first_on.isoformat()
    plan = Plan(
        new_id(), _NAME, 180_000, "CNY", "房租", "month", 1, 12, 0, "active", first, first, now_ms()
    )
    _put(stage, TransferView(PayState.SUCCEEDED, _offer(), plan=plan))


def _ask(stage: Stage) -> None:
    rooms = stage.rooms()
    rooms.transfers.page().show_part("requests")
    rooms.transfers.asking.ask_somebody()


def _link(stage: Stage) -> None:
    rooms = stage.rooms()
    rooms.transfers.page().show_part("requests")
    request = next(r for r in stage.full.people.state.requests if r.link)
    rooms.transfers.asking.show_link(request)


def _split(stage: Stage) -> None:
    rooms = stage.rooms()
    rooms.transfers.page().show_part("requests")
    rooms.transfers.asking.split(10_000, "聚餐")
    face = rooms.transfers.asking.face
    assert isinstance(face, SplitFace)
    for payee in stage.full.people.state.payees[:2]:
        face.add(payee.contact_id, payee.name)


PEOPLE_SCENES: dict[str, Callable[[Stage], None]] = {
    "transfer-send": _part("send"),
    "transfer-receive": _part("receive"),
    "transfer-requests": _part("requests"),
    "transfer-requests-empty": _part("requests", fresh=True),
    "transfer-plans": _part("plans"),
    "transfer-holds": _part("holds"),
    "transfer-amount": _sheet(
        TransferView(PayState.CHOOSING_AMOUNT, _offer(amount=None, note="", known=True))
    ),
    "transfer-confirm-wrong": _sheet(
        TransferView(PayState.CONFIRMING, _offer(name_fits=False, checks_left=2))
    ),
    "transfer-confirm-plan": _sheet(
        TransferView(PayState.CONFIRMING, _offer(schedule=_schedule(), amount=180_000))
    ),
    "transfer-days": _days,
    "transfer-passphrase": _sheet(
        TransferView(PayState.AUTHENTICATING, _offer(), authenticate_because="step_up")
    ),
    "transfer-sent": _sent,
    "transfer-planned": _planned,
    "transfer-ask": _ask,
    "transfer-link": _link,
    "transfer-split": _split,
}
"""Name → what to put on the stage."""
