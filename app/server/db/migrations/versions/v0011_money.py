"""What more kinds of payment need: holds, daily spending, limits, notes of movements.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables, widen orders and payments, carry the daily spending over."""
    _holds()
    _spending()
    _user_limits()
    _movement_notes()
    _orders()
    _payments()


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", Id, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("remaining", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.CheckConstraint(
            "remaining >= 0 AND remaining <= amount", name=op.f("ck_holds_remaining")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'posted', 'voided', 'expired')", name=op.f("ck_holds_state")
        ),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_holds_ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_account_id", "holds", ["account_id"])
    op.create_index(
        "ix_holds_expires_at",
        "holds",
        ["expires_at"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )


def _spending() -> None:
    op.create_table(
        "spending",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("static", sa.BigInteger, nullable=False),
        sa.Column("small", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "currency", "day", name=op.f("pk_spending")),
    )
    op.execute(
        "INSERT INTO spending (user_id, currency, day, total, static, small) "
        "SELECT user_id, currency, day, amount, amount, 0 FROM static_spending"
    )
    op.drop_table("static_spending")


def _user_limits() -> None:
    op.create_table(
        "user_limits",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("per_payment", sa.BigInteger),
        sa.Column("per_day", sa.BigInteger),
        sa.Column("small_each", sa.BigInteger),
        sa.Column("small_day", sa.BigInteger),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "currency", name=op.f("pk_user_limits")),
    )


def _movement_notes() -> None:
    op.create_table(
        "movement_notes",
        sa.Column("journal_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("journal_id", "user_id", name=op.f("pk_movement_notes")),
    )


def _orders() -> None:
    with op.batch_alter_table("orders") as batch:
        batch.add_column(sa.Column("kind", sa.String(8), nullable=False, server_default="scan"))
        batch.add_column(sa.Column("payer_id", Id))
        batch.add_column(sa.Column("cashier", sa.String(36)))
        batch.add_column(sa.Column("shift", sa.String(36)))
        batch.drop_constraint(op.f("ck_orders_status"), type_="check")
        batch.create_check_constraint(
            op.f("ck_orders_status"), "status IN ('open', 'held', 'paid', 'cancelled')"
        )
        batch.create_check_constraint(op.f("ck_orders_kind"), "kind IN ('scan', 'charge', 'hold')")


def _payments() -> None:
    with op.batch_alter_table("payments") as batch:
        batch.add_column(sa.Column("discount", sa.BigInteger, nullable=False, server_default="0"))
        batch.add_column(
            sa.Column("points_spent", sa.BigInteger, nullable=False, server_default="0")
        )
        batch.add_column(sa.Column("coupon_id", Id))
