"""K-Beans: lots, and the rules by which they are earned.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables and the rule that holds where the operator has made no other."""
    op.create_table(
        "point_lots",
        sa.Column("id", Id, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("journal_id", sa.BigInteger, nullable=False),
        sa.Column("payment_id", Id),
        sa.Column("earned", sa.BigInteger, nullable=False),
        sa.Column("remaining", sa.BigInteger, nullable=False),
        sa.Column("earned_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_point_lots"),
        sa.CheckConstraint(
            "remaining >= 0 AND remaining <= earned", name=op.f("ck_point_lots_remaining")
        ),
    )
    op.create_index(
        "ix_point_lots_account_id_expires_at",
        "point_lots",
        ["account_id", "expires_at"],
        postgresql_where=sa.text("remaining > 0"),
        sqlite_where=sa.text("remaining > 0"),
    )
    rules = op.create_table(
        "earning_rules",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("per", sa.BigInteger, nullable=False),
        sa.Column("beans", sa.BigInteger, nullable=False),
        sa.Column("merchant_id", Id),
        sa.Column("mcc", sa.String(4)),
        sa.Column("least", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("valid_from", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("valid_to", sa.BigInteger),
        sa.Column("lifetime_days", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_earning_rules"),
        sa.CheckConstraint("per > 0", name=op.f("ck_earning_rules_per")),
        sa.CheckConstraint("beans >= 0", name=op.f("ck_earning_rules_beans")),
        sa.CheckConstraint("lifetime_days > 0", name=op.f("ck_earning_rules_lifetime_days")),
    )
    op.bulk_insert(
        rules,
        [
            {
                "id": "0197a0e0-0000-7000-8000-000000000001",
                "name": "one K-Bean for every whole yuan",
                "currency": "CNY",
                "per": 100,
                "beans": 1,
                "lifetime_days": 365,
            }
        ],
    )
