"""Asking, splitting, planning, holding and limits through the real window."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.desktop import dialogs
from app.desktop.people.ask_faces import AskFace, LinkFace
from app.desktop.people.ends import HoldDoneFace, PlanDoneFace
from app.desktop.people.faces import TransferAmountFace, TransferConfirmFace
from app.desktop.people.hold_faces import HoldConfirmFace
from app.desktop.people.schedule_face import ScheduleFace
from app.desktop.people.split_face import SplitFace
from app.desktop.people.who import WhoFace
from app.desktop.rooms import Rooms
from app.desktop.support_panel.prove_face import ProveFace
from app.protocol.ids import new_id
from app.sdk.till_holds import TillHolds
from app.wallet.session import WalletSession
from tests.desktop.people.between import (
    LEFT,
    PATIENCE,
    RETURN,
    asking,
    closed,
    face_of,
    named,
    on_loop,
    prove,
    sheet,
)
from tests.end_to_end.world import PASSPHRASE


def test_asking_linking_and_splitting(here, rooms, ann, ben, qtbot):
    on_loop(here.person("cid", money=0))
    view = rooms.transfers.page().show_part("requests")
    qtbot.mouseClick(view.ask, LEFT)
    who = face_of(asking(rooms), WhoFace, qtbot)
    QTest.keyClicks(who.who.field.edit, "nobody@example.org")
    qtbot.mouseClick(who.who.go, LEFT)
    qtbot.waitUntil(who.error.isVisible, timeout=PATIENCE)
    who.who.field.set_text("")
    QTest.keyClicks(who.who.field.edit, "ben@example.org")
    QTest.keyPress(who.who.field.edit, RETURN)
    ask = face_of(asking(rooms), AskFace, qtbot)
    QTest.keyClicks(ask.amount.edit, "7")
    QTest.keyPress(ask.amount.edit, RETURN)
    closed(rooms, qtbot)
    qtbot.waitUntil(view.mine.isVisible, timeout=PATIENCE)
    qtbot.mouseClick(named(view.mine, "RequestRemind_"), LEFT)
    dialogs.set_next_answer("yes")
    qtbot.mouseClick(named(view.mine, "RequestCancel_"), LEFT)
    qtbot.waitUntil(
        lambda: [r.state for r in ann.people.state.requests] == ["cancelled"], timeout=PATIENCE
    )
    qtbot.mouseClick(view.link, LEFT)
    ask = face_of(asking(rooms), AskFace, qtbot)
    QTest.keyClicks(ask.amount.edit, "9")
    qtbot.mouseClick(ask.go, LEFT)
    link = face_of(asking(rooms), LinkFace, qtbot)
    qtbot.mouseClick(link.copy, LEFT)
    assert QGuiApplication.clipboard().text() == link.request.link
    qtbot.mouseClick(link.done, LEFT)
    closed(rooms, qtbot)
    _split(rooms, ann, view, qtbot)


def _split(rooms: Rooms, ann: WalletSession, view, qtbot) -> None:
    qtbot.mouseClick(view.split, LEFT)
    split = face_of(asking(rooms), SplitFace, qtbot)
    QTest.keyClicks(split.total.edit, "100")
    for number, name in enumerate(("ben", "cid"), 1):
        QTest.keyClicks(split.who.field.edit, f"{name}@example.org")
        QTest.keyPress(split.who.field.edit, RETURN)
        qtbot.waitUntil(lambda n=number: len(split._people) == n, timeout=PATIENCE)
        qtbot.waitUntil(split.isEnabled, timeout=PATIENCE)
    assert split.amounts() == [33_34, 33_33, 33_33]
    assert "¥0.01 more" in split.rest.text()
    split.way.choose("hand")
    split.retranslate()
    assert not split.go.isEnabled()
    refs = ["", *(ref for ref, _ in split._people)]
    for ref, part in zip(refs, ("20", "40", "50"), strict=True):
        split._typed[ref] = part
    split.retranslate()
    assert split.rest.text() == "The parts are ¥10.00 more than the bill."
    split._typed[refs[2]] = "40"
    split.retranslate()
    qtbot.mouseClick(split.go, LEFT)
    closed(rooms, qtbot)
    qtbot.waitUntil(
        lambda: sorted(r.amount for r in ann.people.state.requests if r.group_id) == [40_00, 40_00],
        timeout=PATIENCE,
    )


def test_a_plan_is_made_skipped_and_stopped(here, rooms, ann, ben, qtbot):
    view = rooms.transfers.page().show_part("plans")
    qtbot.mouseClick(view.new, LEFT)
    who = face_of(asking(rooms), WhoFace, qtbot)
    QTest.keyClicks(who.who.field.edit, "ben@example.org")
    QTest.keyPress(who.who.field.edit, RETURN)
    amount = face_of(sheet(rooms), TransferAmountFace, qtbot)
    assert not amount.go.isVisible()
    QTest.keyClicks(amount.amount.edit, "500")
    QTest.keyPress(amount.amount.edit, RETURN)
    days = face_of(sheet(rooms), ScheduleFace, qtbot)
    first = days.grid.day
    QTest.keyPress(days.grid.days, Qt.Key.Key_Down)
    assert days.grid.day == first + dt.timedelta(days=7)
    qtbot.mouseClick(days.grid.after, LEFT)
    day = days.grid.days.month.replace(day=15)
    qtbot.mouseClick(days.grid.days, LEFT, pos=days.grid.days.cell(day).center().toPoint())
    days.unit.choose("week")
    days.ends.choose("times")
    qtbot.mouseClick(days.every.more, LEFT)
    QTest.keyPress(days.times, Qt.Key.Key_Down)
    schedule = days.schedule()
    assert (schedule.first_on, schedule.unit, schedule.every, schedule.times) == (
        day,
        "week",
        2,
        11,
    )
    assert "Every 2 weeks" in days.told.plain_text()
    qtbot.mouseClick(days.go, LEFT)
    confirm = face_of(sheet(rooms), TransferConfirmFace, qtbot)
    qtbot.mouseClick(confirm.pay, LEFT)
    prove(rooms, qtbot)
    made = face_of(sheet(rooms), PlanDoneFace, qtbot)
    qtbot.mouseClick(made.done, LEFT)
    closed(rooms, qtbot)
    rooms.transfers.page().show_part("plans")
    qtbot.waitUntil(lambda: bool(ann.people.state.plans), timeout=PATIENCE)
    for step, state in (("skip", "active"), ("pause", "paused"), ("resume", "active")):
        before = ann.people.state.plans
        qtbot.waitUntil(view.live.isVisible, timeout=PATIENCE)
        qtbot.mouseClick(named(view.live, f"Plan_{step}_"), LEFT)
        qtbot.waitUntil(lambda b=before: ann.people.state.plans != b, timeout=PATIENCE)
        assert ann.people.state.plans[0].state == state
        qtbot.waitUntil(lambda: view._drawn == ann.people.state.plans, timeout=PATIENCE)
    dialogs.set_next_answer("stop")
    qtbot.mouseClick(named(view.live, "Plan_stop_"), LEFT)
    qtbot.waitUntil(view.ended.isVisible, timeout=PATIENCE)
    assert on_loop(here.balance(ann)) == 100_00


def test_a_hold_says_that_nothing_is_paid(here, rooms, ann, qtbot):
    order = on_loop(TillHolds(here.till).order(new_id(), 60_00, "CNY", subject="deposit"))
    rooms.shell.open_room("pay").code_read.emit(order.code)

    def face():
        content = rooms.paying.content
        return None if content is None else content.face

    confirm = face_of(face, HoldConfirmFace, qtbot)
    assert confirm.pay.accessibleName() == "Let ¥60.00 be held"
    assert "not paid" in confirm.why.plain_text()
    qtbot.mouseClick(confirm.pay, LEFT)
    held = face_of(face, HoldDoneFace, qtbot)
    assert "not paid" in held.title.plain_text()
    qtbot.mouseClick(held.done, LEFT)
    closed(rooms, qtbot)
    view = rooms.transfers.page().show_part("holds")
    qtbot.waitUntil(view.open.isVisible, timeout=PATIENCE)
    assert on_loop(here.balance(ann)) == 40_00


def test_limits_are_saved_and_loosened_with_the_passphrase(here, rooms, ann, qtbot):
    card = rooms.shell.open_room("security").limits
    qtbot.waitUntil(card.save.isEnabled, timeout=PATIENCE)
    field = card.fields["per_payment"]
    QTest.keyClicks(field.edit, "12,34.5")
    qtbot.mouseClick(card.save, LEFT)
    assert field.error
    field.set_text("")
    QTest.keyClicks(field.edit, "20")
    QTest.keyPress(field.edit, RETURN)
    qtbot.waitUntil(lambda: ann.people.state.limits.per_payment == 20_00, timeout=PATIENCE)
    qtbot.waitUntil(card.save.isEnabled, timeout=PATIENCE)
    field.set_text("")
    qtbot.mouseClick(card.save, LEFT)
    qtbot.waitUntil(lambda: rooms.shell.sheet.is_open, timeout=PATIENCE)
    face = rooms.shell.findChild(ProveFace)
    face.field.set_text(PASSPHRASE)
    QTest.keyPress(face.field.edit, RETURN)
    closed(rooms, qtbot)
    qtbot.waitUntil(lambda: ann.people.state.limits.per_payment is None, timeout=PATIENCE)
