"""A refund may be of a payment of the printed code, which has no order.

Revision ID: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Let a refund name no order."""
    with op.batch_alter_table("refunds") as batch:
        batch.alter_column("order_id", existing_type=Id, existing_nullable=False, nullable=True)
