"""Both databases; the drills' parent of processes; and nothing that they start is traced."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import database_url, postgresql, sqlite  # noqa: F401
from tests.faults.nursery import get_ready


@pytest.fixture(autouse=True, scope="module")
def nursery() -> Iterator[None]:
    """Ready before anything else runs; coverage leaves the drills out (see tests/conftest.py)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        get_ready()
        yield
