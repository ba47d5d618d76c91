"""Pictures of the screen: Qt's grab, and none (Wayland and offscreen refuse it)."""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from typing import Literal, Protocol

from PySide6.QtGui import QGuiApplication, QImage

ScreenProblem = Literal["permission_denied", "unsupported"]


class ScreenUnavailable(Exception):  # noqa: N818 - it names a state, not a mistake
    """The system does not let us see the screen; ``reason`` is a :data:`ScreenProblem`."""

    def __init__(self, reason: ScreenProblem) -> None:
        """Keep the reason for the page's words."""
        super().__init__(reason)
        self.reason: ScreenProblem = reason


class ScreenCapture(Protocol):
    """Takes one picture of each screen."""

    def grab(self) -> list[QImage]:
        """The screens as they are now.

        Raises:
            ScreenUnavailable: where the system refuses.
        """
        ...


class NoScreenCapture:
    """A system that shows its screen to nobody."""

    def grab(self) -> list[QImage]:
        """Refuse."""
        raise ScreenUnavailable("unsupported")


class QtScreenCapture:
    """``QScreen.grabWindow`` on Windows, macOS and X11."""

    def grab(self) -> list[QImage]:
        """Grab every screen."""
        if sys.platform == "darwin" and not _macos_allows_capture():
            # Without the permission macOS hands out the wallpaper only: that is not "no code".
            raise ScreenUnavailable("permission_denied")
        if QGuiApplication.platformName() in {"wayland", "offscreen", "minimal"}:
            raise ScreenUnavailable("unsupported")
        pictures = [screen.grabWindow(0).toImage() for screen in QGuiApplication.screens()]
        pictures = [picture for picture in pictures if not picture.isNull()]
        if not pictures:
            raise ScreenUnavailable("unsupported")
        return pictures


def _macos_allows_capture() -> bool:
    """``CGPreflightScreenCaptureAccess`` (macOS 10.15+); asks the person when it answers no."""
    library = ctypes.util.find_library("CoreGraphics")
    if library is None:
        return True
    graphics = ctypes.CDLL(library)
    graphics.CGPreflightScreenCaptureAccess.restype = ctypes.c_bool
    graphics.CGRequestScreenCaptureAccess.restype = ctypes.c_bool
    return bool(
        graphics.CGPreflightScreenCaptureAccess() or graphics.CGRequestScreenCaptureAccess()
    )


def screen_capture() -> ScreenCapture:
    """This system's way to see its screen."""
    if QGuiApplication.platformName() in {"wayland", "offscreen", "minimal"}:
        return NoScreenCapture()
    return QtScreenCapture()
