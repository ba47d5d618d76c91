"""Payments: merchants, stores, tills, codes, orders, payments, daily spending.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _merchants()
    _stores()
    _terminals()
    _merchant_codes()
    _orders()
    _payments()
    _static_spending()


def _merchants() -> None:
    op.create_table(
        "merchants",
        sa.Column("id", Id, nullable=False),
        sa.Column("short_code", sa.String(15), nullable=False),
        sa.Column("name", sa.String(25), nullable=False),
        sa.Column("names", sa.JSON, nullable=False),
        sa.Column("mcc", sa.String(4), nullable=False),
        sa.Column("city", sa.String(15), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="active"),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_merchants"),
        sa.CheckConstraint("state IN ('active', 'closed')", name=op.f("ck_merchants_state")),
        sa.UniqueConstraint("short_code", name="uq_merchants_short_code"),
    )


def _stores() -> None:
    op.create_table(
        "stores",
        sa.Column("id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("city", sa.String(15), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stores"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name="fk_stores_merchant_id_merchants"
        ),
    )


def _terminals() -> None:
    op.create_table(
        "terminals",
        sa.Column("id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("store_id", Id, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("public_key", sa.String(43), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_terminals"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name="fk_terminals_merchant_id_merchants"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name="fk_terminals_store_id_stores"),
        sa.UniqueConstraint("public_key", name="uq_terminals_public_key"),
    )


def _merchant_codes() -> None:
    op.create_table(
        "merchant_codes",
        sa.Column("id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("store_id", Id, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_merchant_codes"),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name="fk_merchant_codes_merchant_id_merchants"
        ),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name="fk_merchant_codes_store_id_stores"
        ),
    )


def _orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("store_id", Id, nullable=False),
        sa.Column("terminal_id", Id, nullable=False),
        sa.Column("out_trade_no", sa.String(64), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("payment_id", Id),
        sa.Column("paid_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.CheckConstraint(
            "status IN ('open', 'paid', 'cancelled')", name=op.f("ck_orders_status")
        ),
        sa.CheckConstraint(
            "(status = 'paid') = (payment_id IS NOT NULL)", name=op.f("ck_orders_paid")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name="fk_orders_merchant_id_merchants"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name="fk_orders_store_id_stores"),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminals.id"], name="fk_orders_terminal_id_terminals"
        ),
        sa.UniqueConstraint(
            "merchant_id", "out_trade_no", name="uq_orders_merchant_id_out_trade_no"
        ),
    )


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", Id, nullable=False),
        sa.Column("idempotency_key", Id, nullable=False),
        sa.Column("payer_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("store_id", Id, nullable=False),
        sa.Column("code_id", Id, nullable=False),
        sa.Column("order_id", Id),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("points", sa.BigInteger, nullable=False),
        sa.Column("journal_id", sa.BigInteger, nullable=False),
        sa.Column("posted_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint(
            "idempotency_key", "payer_id", name="uq_payments_idempotency_key_payer_id"
        ),
        sa.UniqueConstraint("journal_id", name="uq_payments_journal_id"),
    )


def _static_spending() -> None:
    op.create_table(
        "static_spending",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "currency", "day", name="pk_static_spending"),
    )
