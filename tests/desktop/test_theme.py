"""Tokens: contrast, one place for colours, following the system."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication

from app.desktop.theme import Theme, colours, duration
from app.desktop.theme.tokens import (
    DARK,
    DARK_HIGH_CONTRAST,
    LIGHT,
    LIGHT_HIGH_CONTRAST,
    TEXT_PAIRS,
)

PALETTES = {
    "light": (LIGHT, 4.5),
    "dark": (DARK, 4.5),
    "light high contrast": (LIGHT_HIGH_CONTRAST, 7.0),
    "dark high contrast": (DARK_HIGH_CONTRAST, 7.0),
}


def luminance(colour: str) -> float:
    """WCAG 2.1 relative luminance."""
    parts = QColor(colour).getRgbF()[:3]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: str, paper: str) -> float:
    lighter, darker = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_the_standard_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", PALETTES)
def test_words_can_be_read(name):
    palette, least = PALETTES[name]
    weak = {
        (ink, paper): round(contrast(getattr(palette, ink), getattr(palette, paper)), 2)
        for ink, paper in TEXT_PAIRS
    }
    assert {pair: value for pair, value in weak.items() if value < least} == {}


@pytest.mark.parametrize("name", PALETTES)
def test_borders_of_controls_can_be_seen(name):
    palette, _ = PALETTES[name]
    assert contrast(palette.control, palette.surface) >= 3
    assert contrast(palette.control, palette.ground) >= 2.9


def test_colours_stand_in_one_file(root: Path):
    found = [
        f"{path.name}: {match}"
        for path in (root / "app" / "desktop").rglob("*.py")
        if path.name != "tokens.py"
        for match in re.findall(r"#[0-9A-Fa-f]{6,8}\b", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_the_theme_follows_the_system_and_can_be_forced(calm: QApplication, qtbot):
    system = [Qt.ColorScheme.Light]
    hints = QGuiApplication.styleHints()
    theme = Theme(calm, "system", lambda: system[0])
    system[0] = Qt.ColorScheme.Dark
    with qtbot.waitSignal(theme.changed):
        hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert colours() is DARK
    assert DARK.ground in calm.styleSheet()
    theme.choose("light")
    assert colours() is LIGHT
    theme.choose("system")
    assert colours() is DARK
    system[0] = Qt.ColorScheme.Light
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert colours() is LIGHT


def test_no_motion_where_the_system_asks_for_less(calm: QApplication):
    assert duration() == 0
    calm.setEffectEnabled(Qt.UIEffect.UI_General, True)
    assert 150 <= duration() <= 200
