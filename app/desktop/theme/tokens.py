"""Every colour, size and duration of the window, in one place (design/5 §Language of form).

Nothing else in the desktop carries a hex value or a bare pixel size for type. Colours come in four
palettes: light and dark, and a high-contrast twin of each. The contrast of every pair that is used
for text is held by a test (4.5:1, high contrast 7:1).
"""

from __future__ import annotations

from typing import NamedTuple


class Colours(NamedTuple):
    """One palette. Names say what a colour is for, never what it looks like.

    Attributes:
        ground: Behind everything.
        surface: Cards, fields, the rail.
        raised: Sheets and menus, above surfaces, with the one shadow.
        sunken: Tracks, skeletons, the pressed state of quiet controls.
        text: Words and figures.
        muted: Second words.
        line: Hairlines and borders of cards.
        control: Borders of fields and secondary buttons (3:1 against the surface).
        bean: The one accent: what acts, what is chosen, money coming in.
        bean_hover: The accent under the pointer.
        bean_pressed: The accent while pressed.
        on_bean: Words on the accent.
        wash: A breath of the accent behind what is chosen.
        on_wash: Words on the wash.
        chosen: The chosen one of a few choices side by side.
        gold: K-Beans, as a sign.
        gold_text: K-Beans, as words and figures.
        gold_wash: Behind K-Bean things.
        danger: What went wrong or cannot be undone.
        danger_wash: Behind it.
        on_danger: Words on a danger button.
        warning: What needs care.
        warning_wash: Behind it.
        info: What is good to know.
        info_wash: Behind it.
        shadow: The one shadow; its alpha is in :data:`SHADOW_ALPHA`.
        scrim: What dims the page under a sheet, with alpha.
    """

    ground: str
    surface: str
    raised: str
    sunken: str
    text: str
    muted: str
    line: str
    control: str
    bean: str
    bean_hover: str
    bean_pressed: str
    on_bean: str
    wash: str
    on_wash: str
    chosen: str
    gold: str
    gold_text: str
    gold_wash: str
    danger: str
    danger_wash: str
    on_danger: str
    warning: str
    warning_wash: str
    info: str
    info_wash: str
    shadow: str
    scrim: str


LIGHT = Colours(
    ground="#F5F7F4",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#EEF2EE",
    text="#14201A",
    muted="#5E6C64",
    line="#E2E8E3",
    control="#87958D",
    bean="#0F7B55",
    bean_hover="#0C6B4A",
    bean_pressed="#0A5A3E",
    on_bean="#FFFFFF",
    wash="#E2F3EB",
    on_wash="#0B5F42",
    chosen="#FFFFFF",
    gold="#B47A12",
    gold_text="#8A5B08",
    gold_wash="#FAF1DF",
    danger="#C0362C",
    danger_wash="#FCEBE9",
    on_danger="#FFFFFF",
    warning="#8A5C00",
    warning_wash="#FBF2DC",
    info="#2566A8",
    info_wash="#E6F0FA",
    shadow="#14201A",
    scrim="#660B120E",
)

DARK = Colours(
    ground="#0E1411",
    surface="#161E1A",
    raised="#1D2722",
    sunken="#222D27",
    text="#E8EFEA",
    muted="#93A39A",
    line="#27332D",
    control="#64756B",
    bean="#3CC493",
    bean_hover="#55D0A4",
    bean_pressed="#2FAF81",
    on_bean="#06231A",
    wash="#12322A",
    on_wash="#7FE0BC",
    chosen="#37463E",
    gold="#E2AE4A",
    gold_text="#E2AE4A",
    gold_wash="#2E2614",
    danger="#F0776D",
    danger_wash="#3A1E1B",
    on_danger="#2A0906",
    warning="#E0B04C",
    warning_wash="#2F2713",
    info="#7DB4EE",
    info_wash="#16283A",
    shadow="#000000",
    scrim="#99000000",
)

LIGHT_HIGH_CONTRAST = LIGHT._replace(
    ground="#FFFFFF",
    sunken="#F0F0F0",
    text="#000000",
    muted="#333D37",
    line="#55605A",
    control="#2A332E",
    bean="#05472F",
    bean_hover="#033A26",
    bean_pressed="#022B1C",
    wash="#E8F6EF",
    on_wash="#04402A",
    gold="#6B4500",
    gold_text="#573800",
    gold_wash="#FFF6E2",
    danger="#8A1610",
    danger_wash="#FFF0EE",
    warning="#563800",
    warning_wash="#FFF6E0",
    info="#123F6E",
    info_wash="#EEF5FC",
)

DARK_HIGH_CONTRAST = DARK._replace(
    ground="#000000",
    surface="#080C0A",
    raised="#101613",
    sunken="#18211C",
    text="#FFFFFF",
    muted="#C9D6CE",
    line="#8A9A91",
    control="#C9D6CE",
    bean="#63E3B3",
    bean_hover="#86EDC5",
    bean_pressed="#4CCB9D",
    on_bean="#00150D",
    wash="#0A2119",
    on_wash="#A6F3D4",
    chosen="#2A3A32",
    gold="#F4C565",
    gold_text="#F4C565",
    gold_wash="#211A09",
    danger="#FFA79F",
    danger_wash="#2A1210",
    on_danger="#1F0402",
    warning="#F6CB6B",
    warning_wash="#211A09",
    info="#A9D0FA",
    info_wash="#0C1926",
)

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("text", "ground"),
    ("text", "surface"),
    ("text", "raised"),
    ("text", "sunken"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("muted", "raised"),
    ("bean", "surface"),
    ("bean", "ground"),
    ("bean", "raised"),
    ("on_bean", "bean"),
    ("on_bean", "bean_hover"),
    ("on_wash", "wash"),
    ("text", "wash"),
    ("text", "chosen"),
    ("muted", "sunken"),
    ("bean", "sunken"),
    ("gold_text", "surface"),
    ("gold_text", "ground"),
    ("gold_text", "raised"),
    ("gold_text", "gold_wash"),
    ("danger", "surface"),
    ("danger", "ground"),
    ("danger", "raised"),
    ("danger", "danger_wash"),
    ("text", "danger_wash"),
    ("on_danger", "danger"),
    ("warning", "surface"),
    ("warning", "raised"),
    ("warning", "warning_wash"),
    ("text", "warning_wash"),
    ("info", "surface"),
    ("info", "raised"),
    ("info", "info_wash"),
    ("text", "info_wash"),
    ("text", "gold_wash"),
)
"""(ink, paper) pairs that carry words somewhere in the window."""

SHADOW_ALPHA = 30
"""Alpha (0–255) of the one shadow at its darkest line."""
SHADOW_REACH = 20
"""How far the shadow reaches, in pixels."""


class Type:
    """The type scale in pixels: 12 · 13 · 15 · 18 · 24 · 40."""

    CAPTION = 12
    SMALL = 13
    BODY = 15
    LEAD = 18
    TITLE = 24
    FIGURE = 40


LINE_HEIGHT = 1.5
"""Of running text in Latin letters."""
LINE_HEIGHT_CHINESE = 1.6
"""Of running text in Chinese."""


class Space:
    """Gaps and margins in pixels: 4 · 8 · 12 · 16 · 24 · 32 · 48."""

    XS = 4
    S = 8
    M = 12
    L = 16
    XL = 24
    XXL = 32
    XXXL = 48


class Radius:
    """Corners in pixels."""

    CARD = 14
    CONTROL = 10
    SMALL = 6


class Size:
    """Fixed measures in pixels."""

    TARGET = 36
    """The smallest thing that can be clicked."""
    CONTROL = 40
    """Height of buttons and fields."""
    CONTROL_LARGE = 48
    """Height of the one button of a page."""
    ICON = 20
    RAIL = 96
    TOP_BAR = 56
    PAGE = 1120
    """A page's content never grows wider than this."""
    COLUMN = 440
    """A column with one thing in it (unlock, onboarding, sheets)."""
    FOCUS = 2
    """Width of the focus ring."""


class Motion:
    """Durations in milliseconds."""

    QUICK = 150
    CALM = 200


FAMILIES: dict[str, tuple[str, ...]] = {
    "win32": ("Segoe UI Variable Text", "Segoe UI", "Microsoft YaHei UI", "Microsoft YaHei"),
    "darwin": (".AppleSystemUIFont", "SF Pro Text", "PingFang SC"),
    "linux": ("Noto Sans CJK SC", "Noto Sans", "DejaVu Sans"),
}
"""System faces, Latin first, with the Chinese face that belongs to it."""
