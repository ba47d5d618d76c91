"""Icons of the Phosphor family through QtAwesome, loaded on first use only.

Only the one font is loaded (the package's default would read eleven), and never before the first
window has been painted: pages that must be fast draw no icon.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QIcon, QPixmap

from app.desktop.theme.manager import colours
from app.desktop.theme.tokens import Size

if TYPE_CHECKING:
    from qtawesome import IconicFont

_font: IconicFont | None = None


def _phosphor() -> Any:
    global _font  # noqa: PLW0603 - one font a process
    if _font is None:
        os.environ.setdefault("QT_API", "pyside6")  # qtpy asks; we have no other binding
        import qtawesome

        files = next(entry for entry in qtawesome._BUNDLED_FONTS if entry[0] == "ph")  # noqa: SLF001 - the only list of its file names
        _font = qtawesome.IconicFont(files)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(_forget)
    return _font


def _forget() -> None:
    global _font  # noqa: PLW0603
    _font = None
    _made.cache_clear()


def icon(name: str, ink: str = "text") -> QIcon:
    """An icon in the colour a token names.

    Args:
        name: A Phosphor name such as ``house`` or ``house-fill``.
        ink: A field of :class:`~app.desktop.theme.tokens.Colours`.
    """
    palette = colours()
    return _made(name, getattr(palette, ink), palette.muted)


@lru_cache(maxsize=256)
def _made(name: str, ink: str, disabled: str) -> QIcon:
    made: QIcon = _phosphor().icon(f"ph.{name}", color=ink, color_disabled=disabled)
    return made


def pixmap(name: str, ink: str = "text", size: int = Size.ICON, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture of ``size`` logical pixels, sharp at the given device ratio."""
    return icon(name, ink).pixmap(QSize(size, size), ratio)
