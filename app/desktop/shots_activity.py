"""Scenes of activity: the list, filters, the year, receipts with marks and refunds, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.desktop.operations import operations
from app.wallet.vault.stores.activity_rows import ActivityFilter

if TYPE_CHECKING:
    from app.desktop.pages.activity import ActivityPage
    from app.desktop.shots_stage import Stage
    from app.protocol.messages.payments import Movement


def _page(stage: Stage) -> ActivityPage:
    page = stage.rooms().activity()
    stage.settle()
    return page


def _plain(stage: Stage) -> None:
    _page(stage)


def _first(stage: Stage, wanted: ActivityFilter) -> Movement:
    found = operations().background.submit(stage.full.find(wanted, limit=40)).result()
    return next((one for one in found.items if one.payment_id), found.items[0])


def _receipt(stage: Stage) -> None:
    page = _page(stage)
    movement = next(one for one in page.list.rows.movements() if one.kind == "payment")
    page.list.select_movement(movement.movement_id)
    page.open_movement(movement)


def _open(wanted: ActivityFilter, *, payment: bool = False) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        page = _page(stage)
        movement = _first(stage, wanted)
        page.list.select_movement(movement.movement_id)
        if payment and movement.payment_id is not None:
            page.open_payment(movement.payment_id)
        else:
            page.open_movement(movement)

    return scene


def _searched(chinese: str, english: str) -> Callable[[Stage], None]:
    def scene(stage: Stage) -> None:
        page = _page(stage)
        page.search_for(chinese if stage.language.choice == "zh-CN" else english)
        stage.settle()

    return scene


def _filtered(stage: Stage) -> None:
    page = _page(stage)
    page.filters.choose_category("dining")
    page.overview.chart.chosen.emit(10)
    stage.settle()


def _beans(stage: Stage) -> None:
    page = _page(stage)
    page.filter.choose("beans")
    page.reload()


def _statement(stage: Stage) -> None:
    page = _page(stage)
    page.export.ask_statement()
    stage.settle()


def _empty(stage: Stage) -> None:
    stage.rooms(stage.fresh).shell.open_room("activity")


ACTIVITY_SCENES: dict[str, Callable[[Stage], None]] = {
    "activity": _plain,
    "activity-receipt": _receipt,
    "activity-refunded": _open(ActivityFilter(kind="refund"), payment=True),
    "activity-refund": _open(ActivityFilter(kind="refund")),
    "activity-transfer": _open(ActivityFilter(kind="transfer_out")),
    "activity-searched": _searched("便利 20-80 最近90天", "canteen 10-20 last 90 days"),
    "activity-labelled": _searched("#报销", "#报销"),
    "activity-filtered": _filtered,
    "activity-beans": _beans,
    "activity-nothing": _searched("咖啡机 9999", "coffee machine 9999"),
    "activity-empty": _empty,
    "activity-statement": _statement,
}
"""Name → what to put on the stage."""
