"""A counter's window on a real service; hands and scanners that press keys at their own pace."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.desktop.counter.app import CounterApp
from app.desktop.counter.sell_page import SellPage
from app.desktop.operations import operations
from app.desktop.platform.printer import Picture, Printer
from app.desktop.platform.sound import Sounds
from app.wallet.counter.till_flow import TillState
from tests.wallet.counter.shop import PIN, Payer, Shop, shop

LONG = 60_000
"""Milliseconds that anything may take on a busy machine."""
_KEYS = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, "\x1b": Qt.Key.Key_Escape}


def on_loop(work) -> Any:
    """Run a coroutine on the window's background loop and wait for it."""
    return operations().background.submit(work).result(timeout=60)


class Ears(Sounds):
    """Hears what would be played."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def play(self, name: str) -> None:
        self.heard.append(name)


class Tray(Printer):
    """Keeps what would be printed."""

    def __init__(self) -> None:
        self.slips: list[Picture] = []
        self.drawers = 0

    @property
    def present(self) -> bool:
        return True

    def print(self, slip: Picture, *, drawer: bool = False) -> None:
        self.slips.append(slip)
        self.drawers += drawer

    def open_drawer(self) -> None:
        self.drawers += 1


@dataclasses.dataclass
class Hands:
    """Presses keys with times of their own, so that a busy machine changes nothing."""

    app: QApplication
    now: int = 1_000_000

    def press(self, text: str, *, gap: int = 200, wait: Callable[[], None] | None = None) -> None:
        """Type signs one after the other, ``gap`` milliseconds apart."""
        for sign in text:
            self.now += gap
            key = _KEYS.get(sign, Qt.Key(0))
            if key == Qt.Key(0) and sign.isascii():
                key = Qt.Key(ord(sign.upper()))
            target = self.app.focusWidget()
            assert target is not None, "nothing has the keyboard"
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                written = "" if sign == "\x1b" else sign
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, written)
                event.setTimestamp(self.now)
                self.app.sendEvent(target, event)
            if wait is not None:
                wait()
        self.now += 1_000

    def scan(self, text: str, *, gap: int = 8, end: str = "\r") -> None:
        """A scanner types a whole code."""
        self.press(text + end, gap=gap)


@dataclasses.dataclass
class Seat:
    """Somebody in front of the counter."""

    here: Shop
    counter: CounterApp
    hands: Hands
    ears: Ears
    tray: Tray
    qtbot: Any

    @property
    def session(self):
        return self.counter.session

    @property
    def sell(self) -> SellPage:
        assert self.counter.rooms is not None
        page = self.counter.rooms.shell.pages["sell"]
        assert isinstance(page, SellPage)
        return page

    @property
    def state(self) -> TillState:
        return self.sell.flow.view.state

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=LONG)

    def type(self, text: str) -> None:
        """A person's keys; wait until the last one was believed to be one."""
        self.hands.press(text)
        self.wait(lambda: not self.counter.wedge.holding)

    def sign_in(self, number: str = "3") -> None:
        self.wait(lambda: self.app_focus("SignIn"))
        self.type(f"{number}\r{PIN[number]}\r")
        self.wait(lambda: self.counter.rooms is not None)
        self.wait(lambda: self.app_focus("SellPage"))

    def app_focus(self, name: str) -> bool:
        focus = self.hands.app.focusWidget()
        return focus is not None and focus.objectName() == name

    def code(self, payer: Payer) -> str:
        return on_loop(payer.code())

    def payer(self, money: int = 1000_00) -> Payer:
        return on_loop(self.here.payer(money))

    def result(self, state: TillState) -> None:
        self.wait(lambda: self.state is state)
        self.wait(lambda: self.sell.stack.currentWidget() is self.sell.face)
        self.wait(lambda: self.sell.face._view.state is state)


@pytest.fixture
def here(calm, tmp_path: Path) -> Iterator[Shop]:
    inside = shop(tmp_path)
    yield on_loop(inside.__aenter__())
    on_loop(inside.__aexit__(None, None, None))


@pytest.fixture
def seat(here: Shop, calm: QApplication, qtbot, tmp_path: Path) -> Iterator[Seat]:
    """A counter that is set up and has an open shift; nobody is signed in."""
    session = on_loop(here.counter())
    session.doors.sign_out()
    ears, tray = Ears(), Tray()
    counter = CounterApp(calm, tmp_path / "till", session=session, sounds=ears, printer=tray)
    counter.theme.choose("light")
    counter.choose_language("en")
    counter.window.show()
    counter.window.activateWindow()
    qtbot.waitExposed(counter.window)
    yield Seat(here, counter, Hands(calm), ears, tray, qtbot)
    counter.wedge.stop()
    counter.window.close()
    if counter.rooms is not None:
        counter.rooms.close()
    counter.window.deleteLater()
    counter.theme.setParent(None)
    calm.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
