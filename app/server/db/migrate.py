"""Bring a database up to date when the service starts, and compare it with the metadata."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.db.engine import writing

_LOCK = 0x6B6265616E  # "kbean": nodes that start together migrate one after the other


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision that this program expects."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


async def upgrade(engine: AsyncEngine, *, to: str = "head") -> None:
    """Run every step that the database has not had yet; all in one transaction or none.

    Args:
        engine: The database.
        to: The last step to run; only tests of a later step stop before the newest.
    """
    async with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        await connection.run_sync(_upgrade, to)


def _upgrade(connection: sa.Connection, to: str) -> None:
    command.upgrade(_config(connection), to)


async def differences(engine: AsyncEngine, metadata: sa.MetaData) -> list[Any]:
    """What the database has otherwise than the metadata says; empty where they agree.

    The caller must have imported every domain's ``tables`` first.
    """

    def compare(connection: sa.Connection) -> list[Any]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        found: list[Any] = compare_metadata(context, metadata)
        return found

    async with engine.connect() as connection:
        return await connection.run_sync(compare)
