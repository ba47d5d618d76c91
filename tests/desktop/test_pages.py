"""All pages, in both languages: names for screen readers, nothing clipped, no language mixed in."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.desktop.shots_stage import SCENES, Stage
from app.desktop.widgets.amounts import AmountLabel
from app.desktop.widgets.labels import ElidedLabel, Paragraph

INTERACTIVE = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)
LATIN = re.compile(r"[A-Za-z]{2,}")
HAN = re.compile("[\u4e00-\u9fff]")
# What is Latin in a Chinese page too: names, addresses, numbers, the language's own name.
FREE = re.compile(
    r"CNY|PDF|PNG|JPEG|WebP|Apache|Ctrl|English|Green Street( Coffee)?|Main Street|North hall|"
    r"Campus Canteen|K-Bean Corner Store|KB7Q2[-0-9A-Z]+|KB\d+|BEIJING|Shanghai|https?://\S*|"
    r"\S+@\S+|\b[0-9A-F]{4}( [0-9A-F]{4})+|[0-9a-f]{8}-[0-9a-f-]+|XXXXX-XXXXX|"
    r"[a-z.]+\.example(\.org)?|wallet\.example\.org|(KC|KS|KB|KF|KQ|KU)-\d+-\d+|Pixel 9|"
    r"picture\.png|shot\.exe|\d (KB|MB)|HTML|JSON|"
    # the counter: numbers of sales, kinds of barcodes, units, what printers are called
    r"K\d{6}[0-9A-Z]{9,10}|CSV|USB|EAN-\d+|UPC-A|GTIN-\d+|Esc|\d ml|KDOU STORE|04b8|0e28|/dev/\S+|"
    # webhooks: the secret as the standard writes it, what the shop's server answered
    r"whsec_\S+|HTTP \d{3}"
)


def visible(root: QWidget, kinds) -> list[QWidget]:
    return [
        widget
        for widget in root.findChildren(QWidget)
        if isinstance(widget, kinds) and widget.isVisibleTo(root)
    ]


@pytest.mark.parametrize("name", SCENES)
def test_page(stage: Stage, name: str):
    """Built in Chinese, then switched to English as a person would; each in a wide and a narrow
    window."""
    stage.dress("light", "zh-CN")
    SCENES[name](stage)
    stage.settle()
    looked_at(stage, name, "zh-CN")
    stage.dress("light", "en")
    looked_at(stage, name, "en")


def looked_at(stage: Stage, name: str, tongue: str) -> None:
    """What must hold of a page in a language, in both sizes."""
    for size in ((1280, 800), (960, 640)):
        stage.window.resize(*size)
        stage.settle()
        window = stage.window
        told = f"{name}, {tongue}, {size}"
        assert (window.width(), window.height()) == size, f"{told}: larger than the window"
        assert nameless(window) == [], told
        assert clipped(window) == [], told
        assert foreign(window, tongue) == [], told


def nameless(window: QWidget) -> list[str]:
    """Widgets one can act on without a name for programs or for people."""
    return [
        f"{type(widget).__name__} {widget.objectName()!r} {widget.accessibleName()!r}"
        for widget in visible(window, INTERACTIVE)
        if not widget.objectName() or not widget.accessibleName()
    ]


def clipped(window: QWidget) -> list[str]:
    """Words with less room than they need."""
    found = []
    for widget in visible(window, (QLabel, QAbstractButton)):
        if isinstance(widget, (ElidedLabel, AmountLabel)) or not widget.text():
            continue
        if isinstance(widget, Paragraph):
            narrow = widget.height() + 1 < widget.heightForWidth(widget.width())
            found += [f"paragraph {widget.plain_text()!r}"] if narrow else []
        elif isinstance(widget, QLabel) and widget.wordWrap():
            found += (
                [f"wrapped {widget.text()!r}"]
                if widget.height() < widget.heightForWidth(widget.width())
                else []
            )
        elif widget.width() < widget.minimumSizeHint().width():
            found.append(
                f"{widget.objectName()} {widget.text()!r}: {widget.width()} of "
                f"{widget.minimumSizeHint().width()}"
            )
    return found


def foreign(window: QWidget, tongue: str) -> list[str]:
    """Words of the other language."""
    found = []
    for widget in visible(window, (QLabel, QAbstractButton, QLineEdit)):
        words = widget.plain_text() if isinstance(widget, Paragraph) else widget.text()
        told = [words, widget.toolTip(), widget.accessibleName()]
        if isinstance(widget, QLineEdit):
            told = [widget.placeholderText(), widget.accessibleName()]
        found += [text for text in told if LATIN.search(FREE.sub("", text))]
    return found if tongue == "zh-CN" else []


def test_every_scene_can_be_reached_by_tab(stage: Stage):
    stage.dress("light", "en")
    SCENES["settings"](stage)
    stage.settle()
    window = stage.window
    window.activateWindow()
    seen: list[str] = []
    for _ in range(40):
        window.focusNextPrevChild(True)
        focus = window.focusWidget()
        assert focus is not None
        if focus.objectName() in seen:
            break
        seen.append(focus.objectName())
    assert {"Rail_home", "TopSearch", "TopLock", "SettingsLanguage_en", "SettingsLock"} <= set(seen)
    assert seen.index("SettingsLanguage_en") < seen.index("SettingsTheme_dark")
    assert Qt.FocusPolicy.TabFocus & window.focusWidget().focusPolicy()
