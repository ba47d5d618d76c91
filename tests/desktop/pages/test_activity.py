"""Activity by mouse and keys: search, filters, months, marks, refunds, a long history, export."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.desktop.components.movement_feed import totals_words
from app.desktop.components.movement_model import Heading, Row
from app.desktop.operations import operations
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.shots_stage import scan_page
from app.desktop.widgets.chips import Chip
from app.wallet.vault.stores.activity_rows import ActivityFilter, ActivityRow
from tests.desktop.steps import PATIENCE, do, pick, search, stand_still

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def rooms(session, tmp_path, shown) -> Rooms:
    made = Rooms(session, Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    return made


@pytest.fixture
def page(rooms, qtbot):
    made = rooms.activity()
    stand_still(made, qtbot)
    return made


def test_what_was_understood_is_shown_and_can_be_taken_away(page, qtbot):
    everything = page.list.rows.whole()
    found = search(page, qtbot, "canteen 10-20")
    assert found
    assert all("Canteen" in one.counterparty and 1000 <= abs(one.amount) <= 2000 for one in found)
    chip = page.filters.findChild(QWidget, "Understood0")
    assert chip.accessibleName() == "10.00 to 20.00. Take it away"
    assert '"10-20"' in chip.toolTip()
    qtbot.mouseClick(chip, LEFT)
    stand_still(page, qtbot)
    assert page.search.text() == "canteen"
    assert page.list.rows.whole() > len(found)
    qtbot.mouseClick(page.wipe, LEFT)
    stand_still(page, qtbot)
    assert page.list.rows.whole() == everything


CONDITIONS = {
    ">100": "from 100.01",
    "<50": "up to 49.99",
    "=12.5": "exactly 12.50",
    "since 2020-01-01": "since 1 Jan 2020",
    "before 2020-01-01": "until 31 Dec 2019",
    "2020-01": "1 Jan 2020 to 31 Jan 2020",
    "2020-01-05": "5 Jan 2020",
    ">3豆": "from 4",
    "#Work": "#Work",
}


def test_each_condition_has_words(page, qtbot):
    told = {}
    for typed in CONDITIONS:
        search(page, qtbot, typed)
        (chip,) = (w for w in page.filters.findChildren(Chip) if w.objectName() == "Understood0")
        told[typed] = chip.text()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert told == CONDITIONS


def test_filters_compose_and_everything_comes_back(page, qtbot):
    pick(page.filters.category, "dining")
    stand_still(page, qtbot)
    dining = page.list.rows.whole()
    assert {one.mcc for one in page.list.rows.movements()} <= {"5812", "5814", "5411"}
    pick(page.filters.kind, "refund")
    stand_still(page, qtbot)
    refunds = page.list.rows.movements()
    assert 0 < len(refunds) < dining
    assert {one.kind for one in refunds} == {"refund"}
    pick(page.filters.period, "last-year")
    stand_still(page, qtbot)
    assert page.nothing.isVisible()
    qtbot.mouseClick(page.forget, LEFT)
    stand_still(page, qtbot)
    assert not page.filters.narrows()
    assert page.list.isVisible()
    assert len({one.kind for one in page.list.rows.movements()}) > 3


def test_k_beans_have_kinds_of_their_own(page, qtbot):
    pick(page.filters.kind, "refund")
    qtbot.mouseClick(page.filter.findChild(QWidget, "ActivityFilter_beans"), LEFT)
    stand_still(page, qtbot)
    assert page.filters.kind.key() == ""
    pick(page.filters.kind, "points_expired")
    stand_still(page, qtbot)
    assert {one.kind for one in page.list.rows.movements()} == {"points_expired"}


def test_a_bar_narrows_to_its_month_and_a_group_to_itself(page, qtbot):
    chart = page.overview.chart
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    stand_still(page, qtbot)
    month = QDate.currentDate().addMonths(-1).toString("yyyy-MM")
    assert page.filters.period.key() == month
    assert {part.name for part in (page.list.rows.part_at(0),)} == {month}
    group = page.overview.rows[0]
    QTest.keyClick(group, Qt.Key.Key_Return)
    stand_still(page, qtbot)
    assert page.filters.category.key() == group.category
    assert page.overview.month.text().startswith("Spent in")
    qtbot.mouseClick(page.overview.rows[0], LEFT)
    assert page.filters.category.key() == ""
    QTest.keyClick(chart, Qt.Key.Key_Return)
    stand_still(page, qtbot)
    assert page.filters.period.key() == ""


def _many(session, count: int = 2000) -> list[ActivityRow]:
    rows = [
        ActivityRow.from_movement(
            do(session.find(ActivityFilter(kind="payment"), limit=1))
            .items[0]
            .__class__(
                movement_id=f"many-{n}",
                cursor_key=500_000 + n,
                account_id="a",
                kind="payment",
                amount=-100 - n,
                currency="CNY",
                balance_after=0,
                counterparty="Long Street Market",
                occurred_at=1_500_000_000_000 - n * 7_000_000,
                mcc="5411",
            )
        )
        for n in range(count)
    ]
    do(session.worker.run(lambda vault: vault.activity.upsert(rows)))
    return rows


def test_two_thousand_rows_by_wheel_and_keys(page, session, qtbot):
    rows = _many(session)
    search(page, qtbot, "long street")
    assert page.list.rows.whole() == len(rows)
    QTest.keyClick(page.list, Qt.Key.Key_End)
    last = page.list.rows.rowCount() - 1
    qtbot.waitUntil(lambda: isinstance(page.list.rows.at(last), Row), timeout=PATIENCE)
    assert page.list.rows.at(last).movement.movement_id == rows[-1].id
    assert page.list.verticalScrollBar().value() == page.list.verticalScrollBar().maximum()
    QTest.keyClick(page.list, Qt.Key.Key_Home)
    seen: list[str] = []
    view = page.list.viewport()
    while page.list.verticalScrollBar().value() < page.list.verticalScrollBar().maximum():
        first, bottom = page.list.in_view()
        qtbot.waitUntil(
            lambda first=first, bottom=bottom: not page.list.rows.missing(first, bottom),
            timeout=PATIENCE,
        )
        for row in range(first, bottom + 1):
            held = page.list.rows.at(row)
            if isinstance(held, Row) and held.movement.movement_id not in seen[-40:]:
                seen.append(held.movement.movement_id)
        turn = QWheelEvent(
            QPointF(50, 50),
            QPointF(view.mapToGlobal(QPoint(50, 50))),
            QPoint(),
            QPoint(0, -120 * 40),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, turn)
        if len(seen) > 400:
            break
    assert seen == [row.id for row in rows[: len(seen)]]


def test_a_heading_tells_what_its_month_adds_up_to(page, session, qtbot):
    qtbot.waitUntil(lambda: bool(page.list.heading.totals.text()), timeout=PATIENCE)
    part = page.list.rows.part_at(0)
    wanted = ActivityFilter(unit="money", since=part.since, until=part.until)
    assert page.list.heading.totals.text() == totals_words(do(session.totals(wanted)))
    heads = [
        row
        for row in range(page.list.rows.rowCount())
        if isinstance(page.list.rows.at(row), Heading)
    ]
    page.list.scrollTo(page.list.rows.index(heads[0], 0))
    qtbot.waitUntil(lambda: bool(page.list.rows.at(heads[0]).totals), timeout=PATIENCE)


def test_what_arrives_does_not_move_what_is_being_read(page, session, qtbot):
    # A heading may stand anywhere: where depends on the day.
    read = 61 if isinstance(page.list.rows.at(60), Heading) else 60
    page.list.scrollTo(page.list.rows.index(read, 0), page.list.ScrollHint.PositionAtTop)
    stand_still(page, qtbot)
    before = page.list.rows.at(read).movement.movement_id
    newest = page.list.rows.movements()[0]
    late = ActivityRow.from_movement(
        type(newest)(
            **{
                **{name: getattr(newest, name) for name in newest.__struct_fields__},
                "movement_id": "late",
                "cursor_key": 10**7,
                "occurred_at": newest.occurred_at + 60_000,
            }
        )
    )
    do(session.worker.run(lambda vault: vault.activity.upsert([late])))
    session.tell("activity")
    stand_still(page, qtbot)
    assert page.list.rows.at(read).movement.movement_id == before
    page.list.scrollToTop()
    qtbot.waitUntil(
        lambda: (
            page.list.rows.movements()[:1] and page.list.rows.movements()[0].movement_id == "late"
        ),
        timeout=PATIENCE,
    )


def test_keys_lead_from_the_box_into_the_list_and_back(page, qtbot):
    page.focus_search()
    QTest.keyClick(page.search.edit, Qt.Key.Key_Down)
    assert page.list.currentIndex().row() == 0
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    stand_still(page, qtbot)
    chosen = page.list.rows.at(1).movement
    assert page.panel.movement == chosen
    page.feed.refresh()
    stand_still(page, qtbot)
    assert page.list.currentIndex().row() == 1
    QTest.keyClick(page.list, Qt.Key.Key_Escape)
    assert page.overview.isVisible()


def test_changes_wait_until_somebody_looks(page, rooms, session, qtbot):
    rooms.shell.open_room("home")
    first = page.list.rows.movements()[0]
    do(session.marks.file(first, "travel", always=False))
    qtbot.waitUntil(lambda: page._changed and not page._gather.isActive(), timeout=PATIENCE)
    assert page.list.rows.at(0).words.icon != "airplane-tilt"
    rooms.activity()
    assert not page._changed
    stand_still(page, qtbot)
    assert page.list.rows.at(0).words.icon == "airplane-tilt"


def test_a_bar_of_home_opens_its_day(rooms, qtbot):
    home = rooms.shell.pages["home"]
    qtbot.waitUntil(lambda: not operations().running, timeout=PATIENCE)
    home.month.chart.chosen.emit(0)
    page = rooms.activity()
    stand_still(page, qtbot)
    first = QDate.currentDate()
    first.setDate(first.year(), first.month(), 1)
    assert page.search.text() == first.toString("yyyy-MM-dd")
    assert page.filters.findChild(QWidget, "Understood0") is not None
