"""The schema: steps and metadata agree, and posted rows are out of reach of any statement."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

import app.server
from app.protocol.ids import new_id
from app.server.db.base import Id, metadata
from app.server.db.engine import create_engine, dispose, writing
from app.server.db.migrate import differences, newest_revision, upgrade
from tests.databases import shared_cluster


def import_every_table() -> None:
    for module in pkgutil.walk_packages(app.server.__path__, "app.server."):
        if module.name.endswith("tables"):
            importlib.import_module(module.name)


async def test_the_steps_lead_to_what_the_metadata_says(engine: AsyncEngine) -> None:
    import_every_table()
    assert {"accounts", "journals", "entries"} <= set(metadata.tables)
    assert await differences(engine, metadata) == []


async def test_a_table_that_no_step_makes_is_a_difference(engine: AsyncEngine) -> None:
    import_every_table()
    other = sa.MetaData()
    for table in metadata.tables.values():
        table.to_metadata(other)
    sa.Table("forgotten", other, sa.Column("id", sa.Integer, primary_key=True))
    found = await differences(engine, other)
    assert [kind for kind, *_ in found] == ["add_table"]


async def test_an_upgrade_may_be_repeated(engine: AsyncEngine) -> None:
    await upgrade(engine)
    async with engine.connect() as connection:
        version = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    assert version == newest_revision()


CHARGE = (
    "INSERT INTO charges (id, payer_id, handle, body_hash, state, created_at, changed_at, tries) "
    "VALUES (:id, :payer, :handle, '', 'success', 1, 1, 0)"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def before_0016(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    yield shared_cluster().create("before_0016")
    shared_cluster().drop("before_0016")


async def test_codes_that_were_used_stay_used(before_0016: str) -> None:
    """Step 0016 carries them over into their charges."""
    engine = create_engine(before_0016)
    await upgrade(engine, to="0015")
    burned, free = new_id(), new_id()
    async with writing(engine) as connection:
        for charge, handle in ((burned, 7), (free, None)):
            payer = charge if handle else None
            await connection.execute(
                sa.text(CHARGE).bindparams(
                    sa.bindparam("id", type_=Id), sa.bindparam("payer", type_=Id)
                ),
                {"id": charge, "payer": payer, "handle": handle},
            )
        used = sa.text(
            "INSERT INTO used_codes (handle, step, counter, charge_id) VALUES (7, 29, 3, :id)"
        )
        await connection.execute(used.bindparams(sa.bindparam("id", type_=Id)), {"id": burned})
    await upgrade(engine)
    async with writing(engine) as connection:
        columns = "CAST(id AS VARCHAR(36)), handle, step, counter"
        rows = (await connection.execute(sa.text(f"SELECT {columns} FROM charges"))).all()
        assert {tuple(row) for row in rows} == {(burned, 7, 29, 3), (free, None, None, None)}
        with pytest.raises(sa.exc.IntegrityError):
            await connection.execute(
                sa.text(
                    CHARGE.replace("tries", "tries, step, counter").replace("0)", "0, 29, 3)")
                ).bindparams(sa.bindparam("id", type_=Id), sa.bindparam("payer", type_=Id)),
                {"id": new_id(), "payer": new_id(), "handle": 7},
            )
        await connection.rollback()
    await dispose(engine)


JOURNAL = (
    "INSERT INTO journals (id, kind, event_at, created_at, intent, signature, leaf_hash) "
    "VALUES (1, 'payment', 1, 1, '', '', '')"
)
ENTRY = (
    "INSERT INTO entries (journal_id, line, account_id, version, amount, balance_before, "
    "balance_after) VALUES (1, 0, 1, 1, 5, 0, 5)"
)


async def posted(engine: AsyncEngine) -> None:
    async with writing(engine) as connection:
        await connection.execute(sa.text(JOURNAL))
        await connection.execute(sa.text(ENTRY))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journals SET kind = 'gift'",
        "UPDATE entries SET amount = 6",
        "DELETE FROM journals",
        "DELETE FROM entries WHERE journal_id = 1",
        "UPDATE entries SET amount = 7 WHERE journal_id = 1 AND line = 0",
    ],
)
async def test_posted_rows_never_change(engine: AsyncEngine, statement: str) -> None:
    await posted(engine)
    with pytest.raises(sa.exc.DBAPIError, match="posted rows never change"):
        async with writing(engine) as connection:
            await connection.execute(sa.text(statement))
    async with engine.connect() as connection:
        rows = (await connection.execute(sa.text("SELECT amount FROM entries"))).all()
    assert [tuple(row) for row in rows] == [(5,)]


@pytest.mark.parametrize("table", ["journals", "entries"])
async def test_truncate_is_refused(postgresql: str, table: str) -> None:
    from app.server.db.engine import create_engine

    engine = create_engine(postgresql)
    await posted(engine)
    with pytest.raises(sa.exc.DBAPIError, match="posted rows never change"):
        async with writing(engine) as connection:
            await connection.execute(sa.text(f"TRUNCATE {table}"))
    await engine.dispose()


async def test_replace_is_refused(sqlite: str) -> None:
    import sqlite3

    from app.server.db.engine import create_engine

    engine = create_engine(sqlite)
    await posted(engine)
    await engine.dispose()
    # A stranger's connection, without any of our settings.
    stranger = sqlite3.connect(sqlite.removeprefix("sqlite:///"))
    for statement in (JOURNAL, ENTRY):
        with pytest.raises(sqlite3.IntegrityError, match="posted rows never change"):
            stranger.execute(statement.replace("INSERT", "INSERT OR REPLACE"))
    stranger.close()


async def test_one_journal_is_reversed_at_most_once(engine: AsyncEngine) -> None:
    await posted(engine)
    columns = "INSERT INTO journals (id, kind, event_at, created_at, reversal_of, intent,"
    text = columns + " signature, leaf_hash) VALUES (:n, 'reversal', 1, 1, 1, '', '', '')"
    async with writing(engine) as connection:
        await connection.execute(sa.text(text), {"n": 2})
    with pytest.raises(sa.exc.IntegrityError):
        async with writing(engine) as connection:
            await connection.execute(sa.text(text), {"n": 3})


async def test_sqlite_is_set_up_for_money(sqlite: str) -> None:
    from app.server.db.engine import create_engine

    engine = create_engine(sqlite)
    async with engine.connect() as connection:
        found = {
            name: await connection.scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "recursive_triggers", "busy_timeout")
        }
    await engine.dispose()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "recursive_triggers": 1,
        "busy_timeout": 10_000,
    }
