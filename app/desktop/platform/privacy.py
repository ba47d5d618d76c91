"""Keeping a window out of screenshots and screen sharing, where the system can (design/6).

One interface; Windows (``SetWindowDisplayAffinity``), macOS (``NSWindow.sharingType``), and one
that does nothing. Nobody is promised more than their system keeps.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from typing import Any, Protocol

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_WDA_NONE = 0x0
_WDA_EXCLUDE = 0x11
_SHARING_NONE = 0
_SHARING_READ_ONLY = 1


class CaptureGuard(Protocol):
    """Hides a window from those who record the screen."""

    def keep_out(self, window: QWidget, *, on: bool) -> None:
        """Hide the window from recordings, or show it there again."""
        ...


class NoCaptureGuard:
    """A system that lets everybody see every window."""

    def keep_out(self, window: QWidget, *, on: bool) -> None:
        """Nothing can be done."""


class WindowsCaptureGuard:
    """``SetWindowDisplayAffinity`` (Windows 10 2004+; older ones show a black window)."""

    def keep_out(self, window: QWidget, *, on: bool) -> None:
        """Set the affinity of the native window."""
        user32: Any = ctypes.WinDLL("user32")  # type: ignore[attr-defined]  # Windows alone
        user32.SetWindowDisplayAffinity(int(window.winId()), _WDA_EXCLUDE if on else _WDA_NONE)


class MacCaptureGuard:
    """``NSWindow.sharingType`` through the Objective-C runtime."""

    def keep_out(self, window: QWidget, *, on: bool) -> None:
        """Set the sharing type of the native window."""
        library = ctypes.util.find_library("objc")
        if library is None:
            return
        objc = ctypes.CDLL(library)
        objc.sel_registerName.restype = ctypes.c_void_p
        objc.sel_registerName.argtypes = [ctypes.c_char_p]
        send = objc.objc_msgSend
        send.restype, send.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_void_p]
        native = send(int(window.winId()), objc.sel_registerName(b"window"))
        if native:
            send.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong]
            kind = _SHARING_NONE if on else _SHARING_READ_ONLY
            send(native, objc.sel_registerName(b"setSharingType:"), kind)


def capture_guard() -> CaptureGuard:
    """What this system has."""
    if QGuiApplication.platformName() in {"offscreen", "minimal"}:
        return NoCaptureGuard()
    if sys.platform == "win32":
        return WindowsCaptureGuard()
    if sys.platform == "darwin":
        return MacCaptureGuard()
    return NoCaptureGuard()
