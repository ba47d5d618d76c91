"""A payment of the printed code pays for one sale that was made without internet.

Revision ID: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the table of claims."""
    op.create_table(
        "received_claims",
        sa.Column("payment_id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("store_id", Id, nullable=False),
        sa.Column("terminal_id", Id, nullable=False),
        sa.Column("out_trade_no", sa.String(64), nullable=False),
        sa.Column("claimed_at", sa.BigInteger, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{one}s.id"], name=op.f(f"fk_received_claims_{one}_id_{one}s")
            )
            for one in ("merchant", "store", "terminal")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_received_claims")),
    )
