"""A charge names the code that it burned; orders have no foreign keys.

Revision ID: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Carry the used codes over into their charges; let go of the orders' foreign keys."""
    op.add_column("charges", sa.Column("step", sa.BigInteger))
    op.add_column("charges", sa.Column("counter", sa.BigInteger))
    for column in ("step", "counter"):
        op.execute(
            f"UPDATE charges SET {column} = "  # noqa: S608 - names of our own
            f"(SELECT u.{column} FROM used_codes u WHERE u.charge_id = charges.id)"
        )
    op.drop_table("used_codes")
    burned = sa.text("handle IS NOT NULL")
    op.create_index(
        "uq_charges_code",
        "charges",
        ["handle", "step", "counter"],
        unique=True,
        postgresql_where=burned,
        sqlite_where=burned,
    )
    with op.batch_alter_table("orders") as batch:
        for name in ("merchant_id_merchants", "store_id_stores", "terminal_id_terminals"):
            batch.drop_constraint(op.f(f"fk_orders_{name}"), type_="foreignkey")
