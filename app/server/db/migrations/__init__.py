"""Alembic's environment and the numbered steps of the schema, one line of history for all."""
