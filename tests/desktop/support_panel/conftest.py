"""The panel beside the rooms of a sample wallet, with a conversation that answers from memory."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from app.desktop.operations import operations
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.sample import SampleSession
from app.desktop.sample_support import SampleChat
from app.desktop.shots_stage import scan_page
from app.desktop.support_panel.panel import SupportPanel


@pytest.fixture
def chat(session: SampleSession) -> SampleChat:
    return session.chat


@pytest.fixture
def rooms(session: SampleSession, tmp_path, shown, qtbot) -> Rooms:
    made = Rooms(session, Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    made.shell.activateWindow()
    qtbot.waitUntil(made.shell.isActiveWindow, timeout=20_000)
    return made


@pytest.fixture
def opened(rooms: Rooms, chat: SampleChat, settled):
    """``opened()``: help slid in, everything drawn."""

    def begin() -> SupportPanel:
        panel = rooms.shell.open_panel()
        assert isinstance(panel, SupportPanel)
        settled()
        return panel

    return begin


@pytest.fixture
def settled(qtbot):
    """``settled()``: nothing is under way any more."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not operations().running, timeout=20_000)

    return wait


@pytest.fixture
def card(opened, qtbot):
    """``card(Kind)``: the panel, and the one card of this kind in it."""

    def find(kind: type[QWidget]) -> tuple[SupportPanel, QWidget]:
        panel = opened()
        qtbot.waitUntil(lambda: panel.findChild(kind) is not None, timeout=20_000)
        return panel, panel.findChild(kind)

    return find


def names(chat: SampleChat) -> list[str]:
    """What the service would have heard, without reading and typing."""
    return [name for name, _ in chat.asked if name not in ("read", "typing", "looks", "open")]
