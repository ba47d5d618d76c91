"""Refunds, redemption, coupons.

Revision ID: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables; lots learn what is promised, ran out and was taken back."""
    _lots()
    _uses()
    _items()
    _redemptions()
    _coupons()
    _refunds()
    with op.batch_alter_table("earning_rules") as batch:
        batch.add_column(sa.Column("campaign", sa.String(80)))


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where)
    )


def _lots() -> None:
    # Where a table is copied to change it, a partial index would lose its condition.
    op.drop_index("ix_point_lots_account_id_expires_at", "point_lots")
    with op.batch_alter_table("point_lots") as batch:
        for name in ("reserved", "expired", "taken"):
            batch.add_column(sa.Column(name, sa.BigInteger, nullable=False, server_default="0"))
        batch.create_check_constraint(
            op.f("ck_point_lots_reserved"), "reserved >= 0 AND reserved <= remaining"
        )
    _partial(
        "ix_point_lots_account_id_expires_at",
        "point_lots",
        ["account_id", "expires_at"],
        "remaining > 0",
    )
    _partial("ix_point_lots_expires_at", "point_lots", ["expires_at"], "remaining > 0")
    _partial("ix_point_lots_payment_id", "point_lots", ["payment_id"], "payment_id IS NOT NULL")


def _uses() -> None:
    op.create_table(
        "point_uses",
        sa.Column("source_id", Id, nullable=False),
        sa.Column("lot_id", Id, nullable=False),
        sa.Column("reserved", sa.BigInteger, nullable=False),
        sa.Column("spent", sa.BigInteger, nullable=False),
        sa.Column("returned", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "lot_id", name=op.f("pk_point_uses")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_point_uses_reserved")),
        sa.CheckConstraint(
            "returned >= 0 AND returned <= spent", name=op.f("ck_point_uses_returned")
        ),
    )
    op.create_index("ix_point_uses_lot_id", "point_uses", ["lot_id"])
    op.create_table(
        "point_debts",
        sa.Column("account_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("beans", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_point_debts")),
        sa.CheckConstraint("beans >= 0", name=op.f("ck_point_debts_beans")),
    )


def _items() -> None:
    op.create_table(
        "point_items",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("beans", sa.BigInteger, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("least", sa.BigInteger, nullable=False),
        sa.Column("valid_days", sa.Integer, nullable=False),
        sa.Column("merchant_id", Id),
        sa.Column("stock", sa.Integer),
        sa.Column("per_person", sa.Integer),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_items")),
        sa.CheckConstraint("kind IN ('coupon', 'gift')", name=op.f("ck_point_items_kind")),
        sa.CheckConstraint("beans > 0", name=op.f("ck_point_items_beans")),
        sa.CheckConstraint("stock IS NULL OR stock >= 0", name=op.f("ck_point_items_stock")),
        sa.CheckConstraint(
            "kind = 'gift' AND value = 0 OR kind = 'coupon' AND value > 0 AND least > value",
            name=op.f("ck_point_items_value"),
        ),
        sa.CheckConstraint("state IN ('offered', 'off')", name=op.f("ck_point_items_state")),
        sa.CheckConstraint("valid_days > 0", name=op.f("ck_point_items_valid_days")),
    )
    op.create_table(
        "point_takers",
        sa.Column("item_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("taken", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_point_takers")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_point_takers_taken")),
    )


def _redemptions() -> None:
    op.create_table(
        "redemptions",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("merchant_id", Id),
        sa.Column("beans", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("code", sa.String(8)),
        sa.Column("coupon_id", Id),
        sa.Column("journal_id", sa.BigInteger),
        sa.Column("terminal_id", Id),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sa.UniqueConstraint("code", name=op.f("uq_redemptions_code")),
        sa.CheckConstraint(
            "state IN ('reserved', 'committed', 'released')", name=op.f("ck_redemptions_state")
        ),
        sa.CheckConstraint(
            "(state = 'reserved') = (ended_at IS NULL)", name=op.f("ck_redemptions_ended")
        ),
        sa.CheckConstraint(
            "(state = 'committed') = (journal_id IS NOT NULL)",
            name=op.f("ck_redemptions_posted"),
        ),
    )
    op.create_index("ix_redemptions_user_id_created_at", "redemptions", ["user_id", "created_at"])
    _partial("ix_redemptions_expires_at", "redemptions", ["expires_at"], "state = 'reserved'")


def _coupons() -> None:
    op.create_table(
        "coupons",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("item_id", Id, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("least", sa.BigInteger, nullable=False),
        sa.Column("merchant_id", Id),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("payment_id", Id),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.CheckConstraint("value > 0 AND least > value", name=op.f("ck_coupons_value")),
        sa.CheckConstraint("state IN ('open', 'used')", name=op.f("ck_coupons_state")),
        sa.CheckConstraint(
            "(state = 'used') = (payment_id IS NOT NULL)", name=op.f("ck_coupons_used")
        ),
    )
    op.create_index("ix_coupons_user_id_expires_at", "coupons", ["user_id", "expires_at"])


def _refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("store_id", Id, nullable=False),
        sa.Column("out_trade_no", sa.String(64), nullable=False),
        sa.Column("out_request_no", sa.String(64), nullable=False),
        sa.Column("order_id", Id, nullable=False),
        sa.Column("payment_id", Id, nullable=False),
        sa.Column("payer_id", Id, nullable=False),
        sa.Column("terminal_id", Id),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("asked", sa.BigInteger),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("discount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("points_returned", sa.BigInteger, nullable=False),
        sa.Column("points_taken_back", sa.BigInteger, nullable=False),
        sa.Column("cashier", sa.String(36)),
        sa.Column("shift", sa.String(36)),
        sa.Column("journal_id", sa.BigInteger, nullable=False),
        sa.Column("posted_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_refunds_journal_id")),
        sa.UniqueConstraint(
            "merchant_id",
            "out_trade_no",
            "out_request_no",
            name=op.f("uq_refunds_merchant_id_out_trade_no_out_request_no"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount")),
        sa.CheckConstraint(
            "discount >= 0 AND discount <= amount", name=op.f("ck_refunds_discount")
        ),
        sa.CheckConstraint("kind IN ('refund', 'reversal')", name=op.f("ck_refunds_kind")),
    )
    op.create_index("ix_refunds_payment_id", "refunds", ["payment_id"])
    op.create_index("ix_refunds_merchant_id_posted_at", "refunds", ["merchant_id", "posted_at"])
    op.create_table(
        "refund_totals",
        sa.Column("payment_id", Id, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("discount", sa.BigInteger, nullable=False),
        sa.Column("points_returned", sa.BigInteger, nullable=False),
        sa.Column("points_taken_back", sa.BigInteger, nullable=False),
        sa.Column("points_lapsed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_refund_totals")),
        sa.CheckConstraint(
            "amount > 0 AND discount >= 0 AND discount <= amount",
            name=op.f("ck_refund_totals_amount"),
        ),
    )
