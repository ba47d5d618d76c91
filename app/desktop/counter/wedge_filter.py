"""Lets a scanner that types be heard from anywhere, and never typed into a field (C1).

Installed on the application while the counter is open. It looks at raw key events before any
widget does; where an input method already made text of a key, the text is taken as the scanner
meant it. What a person typed is given to the focus again, in order, a twentieth of a second later.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.wallet.counter.wedge import Wedge

_ENTERS = {Qt.Key.Key_Return: "\r", Qt.Key.Key_Enter: "\r", Qt.Key.Key_Tab: "\t"}
_SHORTCUTS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)
_SLACK_MS = 15
"""How much later than the gap a pause is believed."""


class _Held(NamedTuple):
    target: QWidget
    key: int
    modifiers: Qt.KeyboardModifier
    text: str


class WedgeFilter(QObject):
    """Tells a scanner from a hand.

    ``scanned`` carries a whole code; ``touched`` says that somebody, or a scanner, is there.
    """

    scanned = Signal(str)
    touched = Signal()

    def __init__(
        self,
        app: QApplication,
        gap_ms: int | None = None,
        clock: Callable[[], int] | None = None,
    ) -> None:
        """Listen to everything that is typed into the application.

        Args:
            app: The application.
            gap_ms: The longest pause within a code; the usual one by default.
            clock: Milliseconds, for events that carry no time of their own.
        """
        super().__init__(app)
        self._app = app
        self._wedge = Wedge() if gap_ms is None else Wedge(gap_ms)
        self._clock = clock or (lambda: time.monotonic_ns() // 1_000_000)
        self._held: list[_Held] = []
        self._replaying = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setTimerType(Qt.TimerType.PreciseTimer)
        self._pause.timeout.connect(self._paused)
        app.installEventFilter(self)

    @property
    def holding(self) -> bool:
        """Whether keys are held back until it is clear who typed them."""
        return bool(self._held)

    def set_gap(self, gap_ms: int) -> None:
        """For a slower scanner."""
        self._wedge.gap_ms = gap_ms

    def stop(self) -> None:
        """Listen no more; what is held is given back."""
        self._paused()
        self._app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: judge what is about to reach the focus."""
        if event.type() in _TOUCHES:
            self.touched.emit()
        if self._replaying or not isinstance(watched, QWidget) or not self._is_target(watched):
            return False
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.modifiers() & _SHORTCUTS:
                return False
            return self._judge(watched, event, _written(event))
        if event.type() == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            return self._judge_composed(watched, event)
        return False

    def _is_target(self, watched: QWidget) -> bool:
        """Only where the keyboard goes: an event that climbs to the parents was judged below."""
        focus = self._app.focusWidget()
        return watched is focus if focus is not None else watched is self._app.activeWindow()

    def _judge(self, target: QWidget, event: QKeyEvent, text: str) -> bool:
        if text == " " and not self._held:
            return False  # no code begins with a blank, but a button is pressed with it
        at = event.timestamp() or self._clock()
        verdict = self._wedge.key(text, at, repeated=event.isAutoRepeat())
        return self._act(
            verdict.release,
            verdict.code,
            _Held(target, event.key(), event.modifiers(), event.text() or text)
            if verdict.held
            else None,
            event,
        )

    def _judge_composed(self, target: QWidget, event: QInputMethodEvent) -> bool:
        """What an input method made of a key: taken sign by sign, as the scanner meant it."""
        text = event.commitString()
        if len(text) != 1:
            return False
        verdict = self._wedge.key(text, self._clock())
        held = _Held(target, 0, Qt.KeyboardModifier.NoModifier, text) if verdict.held else None
        return self._act(verdict.release, verdict.code, held, event)

    def _act(self, release: int, code: str, held: _Held | None, event: QEvent) -> bool:
        self._give_back(release)
        if code:
            self._held.clear()
            self._pause.stop()
            event.accept()
            self.scanned.emit(code)
            return True
        if held is None:
            return False
        event.accept()
        if self._wedge.holding:  # an echo of the terminator is swallowed without being kept
            self._held.append(held)
            self._pause.start(self._wedge.gap_ms + _SLACK_MS)
        return True

    def _paused(self) -> None:
        self._give_back(self._wedge.idle())

    def _give_back(self, count: int) -> None:
        """Let the focus have keys that were a person's after all."""
        keys, self._held = self._held[:count], self._held[count:]
        for key in keys:
            if not shiboken6.isValid(key.target):
                continue
            self._replaying = True
            try:
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    self._app.sendEvent(
                        key.target, QKeyEvent(kind, key.key, key.modifiers, key.text)
                    )
            finally:
                self._replaying = False


def _written(event: QKeyEvent) -> str:
    """What a key writes; digits also where an input method took their text away."""
    key = Qt.Key(event.key()) if event.key() in _KEYS else None
    if key in _ENTERS:
        return _ENTERS[key]
    if event.text():
        return event.text()
    digit = event.key() - Qt.Key.Key_0.value
    return str(digit) if 0 <= digit <= 9 else ""


_KEYS = frozenset(key.value for key in _ENTERS)
