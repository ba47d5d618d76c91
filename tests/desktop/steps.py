"""What the tests of activity do again and again: search, wait, choose from a chip's menu."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.desktop.operations import operations

PATIENCE = 20_000


def stand_still(page: Any, qtbot: Any) -> None:
    """Wait until the page has asked for everything it needs."""
    qtbot.waitUntil(
        lambda: page.feed.settled and not operations().running and not page._gather.isActive(),
        timeout=PATIENCE,
    )


def search(page: Any, qtbot: Any, typed: str) -> list[Any]:
    """Type, press Enter, and take what is listed."""
    page.search.edit.clear()
    if typed.isascii():
        QTest.keyClicks(page.search.edit, typed)
    else:  # an input method hands whole words in
        page.search.edit.insert(typed)
    QTest.keyClick(page.search.edit, Qt.Key.Key_Return)
    stand_still(page, qtbot)
    return page.list.rows.movements()


def do(work: Any) -> Any:
    """Run something on the loop to its end."""
    return operations().background.submit(work).result()


def pick(chip: Any, key: str) -> None:
    """Open a chip's menu by key and choose."""
    QTest.keyClick(chip, Qt.Key.Key_Return)
    action = next(a for a in chip.menu_.actions() if a.objectName().endswith(f"_{key or 'any'}"))
    action.trigger()
    chip.menu_.hide()
