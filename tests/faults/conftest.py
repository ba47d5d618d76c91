"""Both databases."""

from __future__ import annotations

from tests.databases import database_url, postgresql, sqlite  # noqa: F401
