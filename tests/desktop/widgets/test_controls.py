"""Buttons, choices, rows, sheets, notes: by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from app.desktop.theme import Size
from app.desktop.widgets.bar_chart import Bar, BarChart
from app.desktop.widgets.base import clear
from app.desktop.widgets.busy import Countdown, Skeleton, Spinner, clock_text
from app.desktop.widgets.buttons import Button, IconButton
from app.desktop.widgets.chips import Chip, Flow, MenuChip, Option
from app.desktop.widgets.labels import ElidedLabel, Label, Paragraph, spaced
from app.desktop.widgets.notes import Banner, Toast
from app.desktop.widgets.rail import Rail
from app.desktop.widgets.segmented import Segmented
from app.desktop.widgets.sheet import Sheet
from app.desktop.widgets.surfaces import EmptyState


@pytest.mark.parametrize("kind", ["primary", "secondary", "quiet", "danger"])
def test_a_button_is_large_enough_and_named(shown, kind):
    button = Button("Pay & go", kind, "Pay", icon="check")
    shown(button, 200, 60)
    assert button.minimumSizeHint().height() >= Size.TARGET
    assert button.accessibleName() == "Pay & go"
    assert not button.icon().isNull()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_press_a_button(shown, qtbot, key):
    button = shown(Button("Pay", "primary", "Pay"), 200, 60)
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, key)


def test_a_switched_off_button_does_nothing(shown, qtbot):
    button = shown(Button("Pay", "primary", "Pay"), 200, 60)
    heard: list[bool] = []
    button.clicked.connect(heard.append)
    button.setEnabled(False)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert heard == []


def test_an_icon_button_says_what_it_does(shown):
    button = shown(IconButton("lock", "Lock", words="Lock the wallet"), 60, 60)
    assert button.toolTip() == button.accessibleName() == "Lock the wallet"
    assert button.minimumSizeHint().height() >= Size.TARGET


def test_choices_go_by_arrows_and_by_click(shown, qtbot):
    choices = Segmented("Theme", ("system", "light", "dark"))
    choices.set_words({"system": "System", "light": "Light", "dark": "Dark"})
    shown(choices, 300, 60)
    heard: list[str] = []
    choices.chosen.connect(heard.append)
    first = choices.findChild(QWidget, "Theme_system")
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert choices.key() == "light"
    QTest.keyClick(choices.findChild(QWidget, "Theme_light"), Qt.Key.Key_Left)
    qtbot.mouseClick(choices.findChild(QWidget, "Theme_dark"), Qt.MouseButton.LeftButton)
    assert heard == ["light", "system", "dark"]
    choices.choose("system")
    assert heard == ["light", "system", "dark"]


def host_with_sheet(shown) -> tuple[QWidget, QLineEdit, Sheet, Button]:
    host = QWidget()
    before = QLineEdit(host)
    sheet = Sheet(host, "Sheet")
    content = QWidget()
    column = QVBoxLayout(content)
    first = Button("One", "primary", "One")
    column.addWidget(first)
    column.addWidget(Button("Two", "quiet", "Two"))
    content.setFocusProxy(first)
    sheet.set_content(content)
    shown(host, 900, 700)
    host.activateWindow()
    before.setFocus()
    return host, before, sheet, first


def test_a_sheet_takes_the_keyboard_and_gives_it_back(shown):
    host, before, sheet, first = host_with_sheet(shown)
    sheet.rise()
    assert sheet.is_open
    assert host.focusWidget() is first
    for _ in range(5):
        QTest.keyClick(host.focusWidget(), Qt.Key.Key_Tab)
        assert sheet.isAncestorOf(host.focusWidget())
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.is_open
    assert host.focusWidget() is before


def test_a_click_beside_a_sheet_asks_its_owner(shown, qtbot):
    _, _, sheet, _ = host_with_sheet(shown)
    asked: list[int] = []
    sheet.set_content(EmptyState("receipt", "Content"), lambda: asked.append(1))
    sheet.rise()
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert asked == [1]
    assert sheet.is_open, "the owner has not agreed"
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=sheet.panel.geometry().center())
    assert asked == [1]


def test_a_sheet_rises_where_motion_is_wanted_and_follows_its_host(shown, calm, qtbot):
    host, _, sheet, _ = host_with_sheet(shown)
    calm.setEffectEnabled(Qt.UIEffect.UI_General, True)
    sheet.rise()
    start = sheet.panel.y()
    qtbot.waitUntil(lambda: sheet.panel.y() < start)
    host.resize(1000, 760)
    qtbot.waitUntil(lambda: sheet.size() == host.size())
    assert sheet.panel.geometry().right() <= host.width()


def test_a_banner_acts_and_closes(shown, qtbot):
    banner = Banner("Note", "warning")
    banner.set_words("Careful", "Money may have moved.", "Ask now")
    banner.make_dismissible("Close this notice")
    shown(banner, 500, 90)
    assert banner.accessibleName() == "Careful Money may have moved."
    with qtbot.waitSignal(banner.acted):
        qtbot.mouseClick(banner.action, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(banner.dismissed):
        qtbot.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    banner.set_tone("danger")
    assert banner.property("tone") == "danger"


def test_a_toast_stays_at_the_foot(shown, qtbot):
    host = shown(QWidget(), 800, 600)
    toast = Toast(host)
    toast.say("The receipt is copied.")
    assert toast.isVisible()
    host.resize(600, 500)
    qtbot.waitUntil(lambda: toast.geometry().bottom() < 500)
    assert abs(toast.geometry().center().x() - 300) <= 1


def test_an_elided_label_tells_the_whole_in_its_tool_tip(shown):
    label = ElidedLabel("上海市浦东新区张江高科技园区绿色生活便民服务综合超市")
    shown(label, 120, 30)
    assert label.toolTip() == label.text()
    label.resize(900, 30)
    label.grab()
    assert label.toolTip() == ""


def test_a_paragraph_keeps_signs_and_breaks(shown):
    words = Paragraph("a < b & c\nd")
    shown(words, 200, 80)
    assert words.plain_text() == "a < b & c\nd"
    assert "&lt;" in words.text()
    assert words.heightForWidth(200) > Paragraph("a").heightForWidth(200)


def test_air_between_scripts():
    assert spaced("已付给Green Street的K豆") == "已付给\u2009Green Street\u2009的\u2009K豆"


def test_a_countdown_speaks_and_ends(shown, qtbot):
    clock = shown(Countdown(lambda rest: f"{clock_text(rest)} left"), 200, 30)
    clock.start(31)
    assert clock.text() == "0:31 left"
    with qtbot.waitSignal(clock.ended, timeout=5000):
        clock.start(1)
    assert clock.text() == "0:00 left"


def test_a_chart_tells_itself_in_a_sentence(shown):
    chart = shown(BarChart("Chart"), 300, 130)
    empty = chart.grab().toImage()
    bars = [Bar(500 if day == 11 else 0, f"day {day}", str(day)) for day in range(1, 31)]
    chart.show_bars(bars, 10, "Spent in May: ¥5.00")
    assert chart.accessibleName() == "Spent in May: ¥5.00"
    assert chart.grab().toImage() != empty


def test_a_bar_is_chosen_by_mouse_and_by_keys(shown, qtbot):
    chart = shown(BarChart("Chart", pickable=True), 300, 130)
    chart.show_bars([Bar(n, f"month {n}", "", n * 2) for n in range(3)], None, "all")
    with qtbot.waitSignal(chart.chosen) as caught:
        qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(150, 60))
    assert caught.args == [1]
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.accessibleName() == "month 2. all"
    QTest.keyClick(chart, Qt.Key.Key_Right)
    with qtbot.waitSignal(chart.chosen) as caught:
        QTest.keyClick(chart, Qt.Key.Key_Return)
    assert caught.args == [2]
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.accessibleName() == "month 1. all"


def test_a_filter_is_chosen_from_its_menu_and_says_so(shown, qtbot):
    chip = shown(MenuChip("Kind"), 200, 40)
    chip.set_options("Kind", (Option("", "All"), Option("refund", "Refunds", "leaf")))
    assert (chip.text(), chip.key()) == ("Kind", "")
    QTest.keyClick(chip, Qt.Key.Key_Return)
    assert chip.menu_.isVisible()
    with qtbot.waitSignal(chip.picked) as caught:
        chip.menu_.actions()[1].trigger()
    chip.menu_.hide()
    assert caught.args == ["refund"]
    assert (chip.text(), chip.accessibleName()) == ("Refunds", "Kind: Refunds")
    assert chip.property("chosen") is True
    chip.choose("")
    assert chip.text() == "Kind"


def test_a_flow_breaks_into_lines(shown):
    host = QWidget()
    flow = Flow(host)
    chips = [Chip(f"C{n}") for n in range(6)]
    for chip in chips:
        chip.set_words("some words")
        flow.addWidget(chip)
    shown(host, 900, 200)
    assert len({chip.y() for chip in chips}) == 1
    one = flow.heightForWidth(900)
    host.resize(260, 200)
    QApplication.processEvents()
    assert len({chip.y() for chip in chips}) > 1
    assert flow.heightForWidth(260) > one
    assert flow.minimumSize().width() <= flow.sizeHint().width()
    assert flow.takeAt(99) is None


def test_the_rail_opens_rooms_by_keys(shown, qtbot):
    rail = Rail((("home", "house"), ("pay", "qr-code")), (("settings", "gear-six"),))
    shown(rail, 96, 600)
    rail.buttons["pay"].set_word("Pay", "Ctrl+2")
    with qtbot.waitSignal(rail.opened) as caught:
        QTest.keyClick(rail.buttons["pay"], Qt.Key.Key_Return)
    assert caught.args == ["pay"]
    rail.show_room("home")
    assert rail.buttons["home"].isChecked()


def test_what_waits_is_drawn(shown):
    for widget in (Spinner(side=40), Skeleton(3)):
        shown(widget, 300, 200)
        image = widget.grab().toImage()
        colours = {image.pixelColor(x, 20).name() for x in range(0, 300, 3)}
        assert len(colours) > 1


def test_an_empty_place_teaches(shown):
    place = EmptyState("receipt", "Empty")
    place.set_words("Nothing yet", "It comes. " * 20)
    place.add_action(Button("Do it", "primary", "Do"))
    shown(place, 500, 400)
    texts = [label.plain_text() for label in place.findChildren(Paragraph)]
    assert texts == ["It comes. " * 20]
    paragraph = place.findChild(Paragraph)
    assert paragraph.height() >= paragraph.heightForWidth(paragraph.width())


def test_a_layout_is_cleared_wholly(shown):
    host = shown(QWidget(), 200, 200)
    column = QVBoxLayout(host)
    inner = QVBoxLayout()
    inner.addWidget(Label("inside"))
    column.addLayout(inner)
    column.addWidget(Label("outside"))
    clear(column)
    assert column.count() == 0
    assert not any(label.isVisible() for label in host.findChildren(Label))
