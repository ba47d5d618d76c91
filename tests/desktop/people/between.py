"""What the tests of the transfer room have in common: two wallets, one of them in a window."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from app.desktop.components.pay_faces import PassphraseFace
from app.desktop.operations import operations
from app.desktop.rooms import Rooms
from tests.end_to_end.world import PASSPHRASE

LEFT = Qt.MouseButton.LeftButton
RETURN = Qt.Key.Key_Return
PATIENCE = 20_000


def on_loop(work) -> Any:
    """Run a coroutine on the window's background loop and wait for it."""
    return operations().background.submit(work).result(timeout=60)


def face_of(holder, kind, qtbot):
    """Wait for a face on the sheet."""

    def there() -> bool:
        content = holder() if callable(holder) else holder
        return isinstance(content, kind)

    qtbot.waitUntil(there, timeout=PATIENCE)
    face = holder()
    qtbot.waitUntil(face.isEnabled, timeout=PATIENCE)
    return face


def sheet(rooms: Rooms):
    """What is on the transfer sheet now."""

    def face() -> QWidget | None:
        content = rooms.transfers.sending.content
        return None if content is None else content.face

    return face


def asking(rooms: Rooms):
    return lambda: rooms.transfers.asking.face


def named(inside: QWidget, start: str) -> QPushButton:
    """The one button whose object name begins so."""
    found = [b for b in inside.findChildren(QPushButton) if b.objectName().startswith(start)]
    assert found, start
    return found[-1]


def prove(rooms: Rooms, qtbot) -> None:
    face = face_of(sheet(rooms), PassphraseFace, qtbot)
    assert not face.quick.isVisible()
    QTest.keyClicks(face.field.edit, PASSPHRASE)
    QTest.keyPress(face.field.edit, RETURN)


def closed(rooms: Rooms, qtbot) -> None:
    qtbot.waitUntil(lambda: not rooms.shell.sheet.is_open, timeout=PATIENCE)
