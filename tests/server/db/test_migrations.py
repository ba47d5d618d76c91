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
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    yield shared_cluster().create("older_step")
    shared_cluster().drop("older_step")


def with_ids(statement: str, *names: str) -> sa.TextClause:
    return sa.text(statement).bindparams(*(sa.bindparam(name, type_=Id) for name in names))


async def test_codes_that_were_used_stay_used(empty: str) -> None:
    """Step 0016 carries them over into their charges."""
    engine = create_engine(empty)
    await upgrade(engine, to="0015")
    burned, free = new_id(), new_id()
    async with writing(engine) as connection:
        for charge, handle in ((burned, 7), (free, None)):
            payer = charge if handle else None
            await connection.execute(
                with_ids(CHARGE, "id", "payer"), {"id": charge, "payer": payer, "handle": handle}
            )
        used = "INSERT INTO used_codes (handle, step, counter, charge_id) VALUES (7, 29, 3, :id)"
        await connection.execute(with_ids(used, "id"), {"id": burned})
    await upgrade(engine, to="0016")
    async with writing(engine) as connection:
        columns = "CAST(id AS VARCHAR(36)), handle, step, counter"
        rows = (await connection.execute(sa.text(f"SELECT {columns} FROM charges"))).all()
        assert {tuple(row) for row in rows} == {(burned, 7, 29, 3), (free, None, None, None)}
        again = CHARGE.replace("tries", "tries, step, counter").replace("0)", "0, 29, 3)")
        with pytest.raises(sa.exc.IntegrityError):
            await connection.execute(
                with_ids(again, "id", "payer"), {"id": new_id(), "payer": new_id(), "handle": 7}
            )
        await connection.rollback()
    await dispose(engine)


OLD_ORDER = (
    "INSERT INTO orders (id, merchant_id, store_id, terminal_id, out_trade_no, amount, currency, "
    "subject, created_at, expires_at, status, payment_id, paid_at, code, kind, payer_id) VALUES "
    "(:id, :id, :id, :id, :number, 5, 'CNY', '', 1, 2, :status, :payment, :paid_at, '', :kind, "
    ":payer)"
)
OLD_IDS = ("id", "payer", "payment")
OLD_CHARGE = (
    "INSERT INTO charges (id, payer_id, device_id, handle, step, counter, payer, body_hash, "
    "state, failure, asked, created_at, changed_at, tries) VALUES "
    "(:id, :payer, :payer, :handle, :step, :counter, :name, :hash, :state, :failure, :asked, "
    "1, 3, 0)"
)


async def test_what_a_charge_was_made_of_moves_to_its_order(empty: str) -> None:
    """Step 0019: nothing is lost, and only what was simply paid at once has no row any more."""
    engine = create_engine(empty)
    await upgrade(engine, to="0018")
    # The state, why it ended, why the payer was asked, the order's state, the code.
    before = {
        "paid": ("success", None, None, "paid", (7, 29, 3)),
        "said yes": ("success", None, "amount", "paid", (7, 29, 4)),
        "asked": ("userpaying", None, "amount", "open", (7, 29, 5)),
        "taken back": ("revoked", None, None, "paid", (7, 29, 6)),
        "no money": ("failed", "insufficient_funds", None, "cancelled", (8, 29, 3)),
        "no code": ("failed", "payer_code_unknown", None, "cancelled", (None, None, None)),
    }
    ids = {name: new_id() for name in (*before, "scanned")}
    payer = new_id()
    async with writing(engine) as connection:
        for name, (state, failure, asked, status, code) in before.items():
            mine = payer if code[0] else None
            order = {
                "id": ids[name],
                "number": name,
                "status": status,
                "payment": new_id() if status == "paid" else None,
                "paid_at": 1 if status == "paid" else None,
                "kind": "charge",
                "payer": mine,
            }
            await connection.execute(with_ids(OLD_ORDER, *OLD_IDS), order)
            charge = {
                "id": ids[name],
                "payer": mine,
                **dict(zip(("handle", "step", "counter"), code, strict=True)),
                "name": "*g",
                "hash": name.encode(),
                "state": state,
                "failure": failure,
                "asked": asked,
            }
            await connection.execute(with_ids(OLD_CHARGE, "id", "payer"), charge)
        scanned = {
            "id": ids["scanned"],
            "number": "scanned",
            "status": "open",
            "payment": None,
            "paid_at": None,
            "kind": "scan",
            "payer": None,
        }
        await connection.execute(with_ids(OLD_ORDER, *OLD_IDS), scanned)
    await upgrade(engine)
    who = {place: name for name, place in ids.items()}
    async with writing(engine) as connection:
        moved = await connection.execute(
            sa.text(
                "SELECT CAST(id AS VARCHAR(36)), CAST(device_id AS VARCHAR(36)), handle, step, "
                "counter, payer, body_hash FROM orders"
            )
        )
        found = {who[row[0]]: tuple(row[1:]) for row in moved}
        assert found.pop("scanned") == (None,) * 6
        assert found == {
            name: (payer if code[0] else None, *code, "*g", name.encode())
            for name, (*_, code) in before.items()
        }
        kept = await connection.execute(
            sa.text("SELECT CAST(id AS VARCHAR(36)), state, failure, asked FROM charges")
        )
        assert {who[row[0]]: tuple(row[1:]) for row in kept} == {
            name: told[:3] for name, told in before.items() if name != "paid"
        }
        again = OLD_ORDER.replace("payer_id)", "payer_id, handle, step, counter)")
        with pytest.raises(sa.exc.IntegrityError):
            await connection.execute(
                with_ids(again.replace(":payer)", ":payer, 7, 29, 3)"), *OLD_IDS),
                {**scanned, "id": new_id(), "number": "another"},
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
