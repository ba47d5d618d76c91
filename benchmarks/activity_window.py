"""The real window of ``benchmarks/activity.py``: opened, scrolled, timed by two clocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FRAME = 1 / 60
ROWS_A_FRAME = 40
SIZE = (1280, 800)


class Timed:
    """Milliseconds of one piece of work, by the clock and by the processor."""

    def __init__(self, work: Callable[[], Any], clock: Callable[[], float] = time.process_time):
        """Do it and take the time."""
        wall, busy = time.perf_counter(), clock()
        work()
        self.busy = (clock() - busy) * 1000
        self.wall = (time.perf_counter() - wall) * 1000


def running() -> Any:
    """The process's application."""
    from PySide6.QtWidgets import QApplication

    from app.desktop.theme import application

    return QApplication.instance() or application()


class Window:
    """An unlocked wallet with Home in front, on a window of 1280 × 800."""

    def __init__(self, folder: Path) -> None:
        """Unlock and wait until Home stands still."""
        from app.desktop.operations import operations
        from app.desktop.preferences import Preferences
        from app.desktop.rooms import Rooms
        from app.desktop.sample import PASSPHRASE, sample_session
        from app.desktop.shots_stage import scan_page
        from app.wallet.vault.vault import Passphrase

        self.app = running()
        self.session = sample_session(folder)
        self.background = operations().background
        self.background.submit(self.session.unlock(Passphrase(PASSPHRASE))).result()
        self.rooms = Rooms(self.session, Preferences(folder), lambda: "en", scan_page)
        self.rooms.shell.resize(*SIZE)
        self.rooms.shell.show()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way."""
        from app.desktop.operations import operations

        self.app.processEvents()
        until = time.monotonic() + 0.2
        while operations().running or time.monotonic() < until:
            self.app.processEvents()

    def close(self) -> None:
        """Lock and take the window down."""
        self.rooms.shell.close()
        self.rooms.shell.deleteLater()
        self.app.processEvents()
        self.background.submit(self.session.close()).result()


def open_activity(folder: Path) -> tuple[Timed, Timed]:
    """One opening, by the process and by the window's thread."""
    window = Window(folder)
    try:

        def work() -> None:
            page = window.rooms.activity()
            while not page.list.rows.movements():
                window.app.processEvents()
            page.list.viewport().repaint()

        threads: list[Timed] = []
        whole = Timed(lambda: threads.append(Timed(work, time.thread_time)))
        window.settle()
    finally:
        window.close()
    return whole, threads[0]


def _turn(view: Any) -> Any:
    """A wheel turned far enough for a whole page."""
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent

    return QWheelEvent(
        QPointF(100, 100),
        QPointF(view.mapToGlobal(QPoint(100, 100))),
        QPoint(),
        QPoint(0, -120 * 60),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )


def scroll(
    app: Any, view: Any, rows: int, step: int, after: Callable[[], None]
) -> tuple[list[float], list[float]]:
    """Turn the wheel over a list of ``rows`` rows; milliseconds of every frame, two clocks."""
    bar = view.verticalScrollBar()
    frames, busy = [], []
    for _ in range(rows // ROWS_A_FRAME + 1):
        began = time.perf_counter()
        wanted = min(bar.maximum(), bar.value() + step)

        def frame(wanted: int = wanted) -> None:
            # One turn moves by a page at most, so a fast wheel turns several times a frame.
            while bar.value() < wanted:
                app.sendEvent(view.viewport(), _turn(view))
            app.processEvents()

        took = Timed(frame, time.thread_time)
        frames.append(took.wall)
        busy.append(took.busy)
        after()
        if bar.value() >= bar.maximum():
            break
        while time.perf_counter() - began < FRAME:
            app.processEvents()
    return frames, busy
