"""Triggers that make a table append-only: the database itself refuses what must not happen.

Used by migrations; the statements are the same ones the tests try to get around.
"""

from __future__ import annotations

from alembic import op

_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'posted rows never change: % on %', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$
"""


def create_refusal() -> None:
    """Create what the triggers call (PostgreSQL only); once, before :func:`make_append_only`."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)


def make_append_only(table: str, key: tuple[str, ...]) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE (and SQLite's REPLACE) on a table.

    Args:
        table: The table's name.
        key: Its primary key; on SQLite an INSERT that meets an existing key is refused by a
            trigger too, because ``INSERT OR REPLACE`` deletes without asking.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'posted rows never change: {verb} on {table}'); END"
        )
    match = " AND ".join(f"{name} = NEW.{name}" for name in key)
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE {match})"  # noqa: S608 - our own tables' names
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {exists} "
        f"BEGIN SELECT RAISE(ABORT, 'posted rows never change: REPLACE on {table}'); END"
    )
