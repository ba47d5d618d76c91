"""A charge that was paid at once is its order alone; orders name the codes that were burned.

Revision ID: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")

_MOVED = (
    sa.Column("device_id", Id),
    sa.Column("handle", sa.BigInteger),
    sa.Column("step", sa.BigInteger),
    sa.Column("counter", sa.BigInteger),
    sa.Column("payer", sa.String(60)),
    sa.Column("body_hash", sa.LargeBinary),
)


def upgrade() -> None:
    """Carry over what never changes of a charge, then let go of the rows that say nothing more."""
    for column in _MOVED:
        op.add_column("orders", column)
    names = ", ".join(column.name for column in _MOVED)
    op.execute(
        f"UPDATE orders SET ({names}) = "  # noqa: S608 - names of our own
        f"(SELECT {names} FROM charges c WHERE c.id = orders.id) WHERE kind = 'charge'"
    )
    op.drop_index("uq_charges_code", "charges")
    with op.batch_alter_table("charges") as batch:
        for column in _MOVED:
            batch.drop_column(column.name)
    op.execute("DELETE FROM charges WHERE state = 'success' AND asked IS NULL")
    burned, charged = sa.text("handle IS NOT NULL"), sa.text("payer_id IS NOT NULL")
    op.create_index(
        "uq_orders_code",
        "orders",
        ["handle", "step", "counter"],
        unique=True,
        postgresql_where=burned,
        sqlite_where=burned,
    )
    op.create_index(
        "ix_orders_payer_id",
        "orders",
        ["payer_id", "created_at"],
        postgresql_where=charged,
        sqlite_where=charged,
    )
