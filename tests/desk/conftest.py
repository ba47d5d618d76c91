"""One town and one desk for the whole folder; a browser for each module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.desk.town import Town

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str:
    """Debian's browser; nothing is ever downloaded for a test."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    assert found is not None, "these tests need chromium (dev.py setup installs it)"
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium without a display."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield made
        made.close()


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Service, staff and desk; a test that kills one of them starts it again."""
    # Nothing is drawn for scoring by chance: what a test finds there is its own.
    made = Town(Path(tmp_path_factory.mktemp("desk")), quality_percent=0)
    try:
        made.hire("mei", "王梅", "agent", skills=["payments"])
        made.hire("lilei", "李雷", "agent", skills=["account"])
        made.hire("han", "韩梅梅", "supervisor")
        made.hire("lucy", "Lucy", "supervisor")
        made.hire("noor", "Noor", "auditor")
        made.open_desk()
        yield made
    finally:
        made.close()
