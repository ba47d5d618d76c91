"""Cyclic garbage ends on Qt's thread, whichever thread allocates."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.desktop.collector import Collector


@pytest.fixture
def collector() -> Iterator[Collector]:
    gc.collect()
    owner = QObject()
    yield Collector(owner)
    shiboken6.delete(owner)
    gc.enable()


class Knot(QObject):
    """Holds itself, as pages and what they have told to call them back do."""

    def __init__(self, ends: list[int]) -> None:
        super().__init__()
        self.itself = self
        self.ends = ends

    def __del__(self) -> None:
        self.ends.append(threading.get_ident())


def test_a_widget_in_a_cycle_is_never_destroyed_on_another_thread(
    qtbot: QtBot, collector: Collector
) -> None:
    ends: list[int] = []
    kept: list[list[int]] = []
    for _ in range(50):
        Knot(ends)
    # More than Python's own collector would wait for, three generations over.
    worker = threading.Thread(target=lambda: kept.extend([n] for n in range(200_000)))
    worker.start()
    worker.join(20)
    assert ends == []
    qtbot.waitUntil(lambda: len(ends) == 50, timeout=20_000)
    assert set(ends) == {threading.get_ident()}
