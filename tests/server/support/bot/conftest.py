"""One cache of fitted libraries for the whole run, outside anybody's home; services that speak."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.databases import fresh_postgresql
from tests.server.square import lasting
from tests.server.world import World


@pytest.fixture(scope="session")
def fitted_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this run keeps what it fits, shared by all its workers."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "kbean-knowledge"


@pytest.fixture(autouse=True)
def cache(fitted_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KBEAN_CACHE_DIR", str(fitted_folder))


@asynccontextmanager
async def speaking(folder: Path, url: str, fitted: Path) -> AsyncIterator[World]:
    """A service for many tests whose bot answers."""
    with pytest.MonkeyPatch.context() as patch:
        # Looked at when the service is built.
        patch.setenv("KBEAN_CACHE_DIR", str(fitted))
        made = lasting(folder, url, bot="encoder")
        shop = await made.__aenter__()
        # Fitting takes long on a crowded machine: nobody's patience is spent on it.
        await shop.service.bot.shelf.library()
    yield shop
    await made.__aexit__(None, None, None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sqlite_bot_square(
    tmp_path_factory: pytest.TempPathFactory, fitted_folder: Path
) -> AsyncIterator[World]:
    """The one on SQLite."""
    async with speaking(tmp_path_factory.mktemp("bot"), "", fitted_folder) as shop:
        yield shop


@pytest.fixture(scope="session")
def bot_url() -> Iterator[str]:
    with fresh_postgresql() as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgresql_bot_square(
    bot_url: str, tmp_path_factory: pytest.TempPathFactory, fitted_folder: Path
) -> AsyncIterator[World]:
    """The one on PostgreSQL."""
    async with speaking(tmp_path_factory.mktemp("bot"), bot_url, fitted_folder) as shop:
        yield shop


@pytest.fixture(params=["sqlite", "postgresql"])
def bot_square(request: pytest.FixtureRequest) -> World:
    """Each in turn."""
    found: World = request.getfixturevalue(f"{request.param}_bot_square")
    return found
