"""Every test of the service may ask for both databases, and for services that stand already."""

from __future__ import annotations

import pytest

from tests.databases import database_url, engine, postgresql, sqlite
from tests.server.square import (
    in_session_loop,
    one_square,
    postgresql_square,
    sqlite_square,
    square,
    square_url,
)

__all__ = [
    "database_url",
    "engine",
    "one_square",
    "postgresql",
    "postgresql_square",
    "sqlite",
    "sqlite_square",
    "square",
    "square_url",
]

_IN_SESSION = pytest.mark.asyncio(loop_scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who works with a service of the session runs in the session's loop."""
    for item in items:
        if in_session_loop(item):
            item.add_marker(_IN_SESSION, append=False)
