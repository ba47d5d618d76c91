"""One cache of fitted libraries for the whole run, outside anybody's home."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.getbasetemp().parent / "kbean-knowledge"
    monkeypatch.setenv("KBEAN_CACHE_DIR", str(folder))
