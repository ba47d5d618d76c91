"""Engines, tables' common ground and migrations: SQLite embedded and PostgreSQL, same code."""
