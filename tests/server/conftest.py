"""Every test of the service may ask for both databases."""

from __future__ import annotations

from tests.databases import database_url, engine, postgresql, sqlite

__all__ = ["database_url", "engine", "postgresql", "sqlite"]
