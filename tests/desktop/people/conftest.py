"""Two wallets on the real service, one of them in a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.desktop.people.news import RequestNews
from app.desktop.preferences import Preferences
from app.desktop.rooms import Rooms
from app.desktop.shots_stage import scan_page
from app.wallet.session import WalletSession
from tests.desktop.people.between import on_loop
from tests.end_to_end.world import World, world


@pytest.fixture
def here(calm, tmp_path: Path) -> Iterator[World]:
    """The real service."""
    inside = world(tmp_path)
    yield on_loop(inside.__aenter__())
    on_loop(inside.__aexit__(None, None, None))


@pytest.fixture
def ann(here: World) -> WalletSession:
    return on_loop(here.person("ann", money=100_00))


@pytest.fixture
def ben(here: World) -> WalletSession:
    return on_loop(here.person("ben", money=0))


@pytest.fixture
def rooms(ann: WalletSession, tmp_path: Path, shown) -> Rooms:
    """Ann's wallet in a window."""
    made = Rooms(ann, Preferences(tmp_path), lambda: "en", scan_page)
    shown(made.shell)
    return made


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The person looks at another program."""
    monkeypatch.setattr(RequestNews, "looking", property(lambda self: False))
