"""Windows that show a code are kept out of recordings, where the system has a way."""

from __future__ import annotations

import ctypes
import ctypes.util
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from app.desktop.platform.privacy import (
    MacCaptureGuard,
    NoCaptureGuard,
    WindowsCaptureGuard,
    capture_guard,
)


def test_a_system_without_a_way_is_left_alone(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    guard = capture_guard()
    assert isinstance(guard, NoCaptureGuard)
    guard.keep_out(window, on=True)


def test_windows_gets_the_affinity_of_the_native_window(qtbot, monkeypatch):
    asked: list[tuple[int, int]] = []

    class User32:
        def __init__(self, name: str) -> None:
            assert name == "user32"

        def SetWindowDisplayAffinity(self, window: int, affinity: int) -> None:
            asked.append((window, affinity))

    monkeypatch.setattr(ctypes, "WinDLL", User32, raising=False)
    window = QWidget()
    qtbot.addWidget(window)
    for on in (True, False):
        WindowsCaptureGuard().keep_out(window, on=on)
    native = int(window.winId())
    assert asked == [(native, 0x11), (native, 0)]


class _Function:
    """A C function that writes down its arguments."""

    def __init__(self, calls: list[tuple[Any, ...]], answer: int) -> None:
        self.calls, self.answer = calls, answer
        self.restype: Any = None
        self.argtypes: Any = None

    def __call__(self, *arguments: Any) -> int:
        self.calls.append(arguments)
        return self.answer


def test_macos_gets_the_sharing_type_of_the_native_window(qtbot, monkeypatch):
    names: list[tuple[Any, ...]] = []
    sent: list[tuple[Any, ...]] = []

    class Objc:
        def __init__(self, path: str) -> None:
            self.sel_registerName = _Function(names, 7)
            self.objc_msgSend = _Function(sent, 99)

    monkeypatch.setattr(ctypes.util, "find_library", lambda name: "objc")
    monkeypatch.setattr(ctypes, "CDLL", Objc)
    window = QWidget()
    qtbot.addWidget(window)
    MacCaptureGuard().keep_out(window, on=True)
    assert names == [(b"window",), (b"setSharingType:",)]
    assert sent == [(int(window.winId()), 7), (99, 7, 0)]


@pytest.mark.parametrize("on", [True, False])
def test_a_mac_without_the_library_is_left_alone(qtbot, monkeypatch, on):
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    window = QWidget()
    qtbot.addWidget(window)
    MacCaptureGuard().keep_out(window, on=on)
