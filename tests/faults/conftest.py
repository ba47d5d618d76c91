"""Both databases; and nothing that the drills start is traced, whatever a module shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import database_url, postgresql, sqlite  # noqa: F401


@pytest.fixture(autouse=True, scope="module")
def untraced() -> Iterator[None]:
    """Coverage leaves the drills out (see tests/conftest.py)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        yield
