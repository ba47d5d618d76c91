"""Watching from the loop's thread what may end on Qt's at any moment."""

from __future__ import annotations

import threading

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from app.desktop.watch import Watch
from app.wallet.changes import Observers


def test_what_ends_while_it_is_told_is_told_no_more(qtbot: QtBot) -> None:
    """The wallet crashed here: a sheet was closed while its flow said how it had ended."""
    observers: Observers[int] = Observers()
    over = threading.Event()
    fresh: list[int] = []

    def tell_for_ever() -> None:
        while not over.is_set():
            observers.tell(1)

    threads = [threading.Thread(target=tell_for_ever, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(300):
        parents = [QObject() for _ in range(8)]
        for parent in parents:
            Watch(observers.add, lambda _value: None, parent)
        for parent in parents:
            shiboken6.delete(parent)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall.value)
    over.set()
    for thread in threads:
        thread.join(20)
    parent = QObject()
    Watch(observers.add, fresh.append, parent)
    worker = threading.Thread(target=observers.tell, args=(7,))
    worker.start()
    qtbot.waitUntil(lambda: fresh == [7], timeout=20_000)
    worker.join(20)
    observers.tell(8)
    assert fresh == [7, 8], "on Qt's own thread it is heard at once"
    shiboken6.delete(parent)
    observers.tell(9)
    assert fresh == [7, 8]
