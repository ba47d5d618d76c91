"""Freezes; verification, access grants, looks, account help.

Revision ID: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _freezes()


def _freezes() -> None:
    op.create_table(
        "freezes",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("by", sa.String(8), nullable=False),
        sa.Column("actor", sa.String(36), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("frozen_at", sa.BigInteger, nullable=False),
        sa.Column("thawed_at", sa.BigInteger),
        sa.Column("thawed_by", sa.String(8)),
        sa.Column("thaw_actor", sa.String(36)),
        sa.Column("thaw_reason", sa.String(300)),
        sa.Column("thaw_signature", sa.String(86)),
        sa.PrimaryKeyConstraint("id", name="pk_freezes"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_freezes_user_id_users"),
        sa.UniqueConstraint("thaw_signature", name="uq_freezes_thaw_signature"),
    )
    op.create_index("ix_freezes_user_id", "freezes", ["user_id"])
    op.create_index(
        "uq_freezes_open",
        "freezes",
        ["user_id", "by"],
        unique=True,
        postgresql_where=sa.text("thawed_at IS NULL"),
        sqlite_where=sa.text("thawed_at IS NULL"),
    )
