"""Merchants with their stores and tills, codes, orders, payments, and what static codes cost."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, Minor, metadata

merchants = sa.Table(
    "merchants",
    metadata,
    sa.Column("id", Id, primary_key=True),
    # Stands in every code: at most 15 of A-Z a-z 0-9.
    sa.Column("short_code", sa.String(15), nullable=False, unique=True),
    # Latin letters, at most 25 (EMVCo 59), and the name people know, by language.
    sa.Column("name", sa.String(25), nullable=False),
    sa.Column("names", sa.JSON, nullable=False),
    sa.Column("mcc", sa.String(4), nullable=False),
    sa.Column("city", sa.String(15), nullable=False),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("state", sa.String(8), nullable=False, server_default="active"),
    sa.Column("created_at", Millis, nullable=False),
    sa.CheckConstraint("state IN ('active', 'closed')", name="state"),
)
"""Who can be paid. Their money stands in the ledger under the same id."""

stores = sa.Table(
    "stores",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("merchant_id", Id, sa.ForeignKey("merchants.id"), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("city", sa.String(15), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
)
"""Where a merchant sells."""

terminals = sa.Table(
    "terminals",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("merchant_id", Id, sa.ForeignKey("merchants.id"), nullable=False),
    sa.Column("store_id", Id, sa.ForeignKey("stores.id"), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("public_key", sa.String(43), nullable=False, unique=True),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("revoked_at", Millis),
)
"""A till, known by its Ed25519 key."""

merchant_codes = sa.Table(
    "merchant_codes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("merchant_id", Id, sa.ForeignKey("merchants.id"), nullable=False),
    sa.Column("store_id", Id, sa.ForeignKey("stores.id"), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("revoked_at", Millis),
)
"""Static codes: printed once, paid often, with an amount the payer types."""

orders = sa.Table(
    "orders",
    metadata,
    # Also the id of the order's dynamic code.
    sa.Column("id", Id, primary_key=True),
    sa.Column("merchant_id", Id, sa.ForeignKey("merchants.id"), nullable=False),
    sa.Column("store_id", Id, sa.ForeignKey("stores.id"), nullable=False),
    sa.Column("terminal_id", Id, sa.ForeignKey("terminals.id"), nullable=False),
    sa.Column("out_trade_no", sa.String(64), nullable=False),
    sa.Column("amount", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    # open, paid or cancelled; expired is open after expires_at.
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("payment_id", Id),
    sa.Column("paid_at", Millis),
    sa.UniqueConstraint("merchant_id", "out_trade_no"),
    sa.CheckConstraint("status IN ('open', 'paid', 'cancelled')", name="status"),
    sa.CheckConstraint("(status = 'paid') = (payment_id IS NOT NULL)", name="paid"),
)
"""Dynamic orders; ``out_trade_no`` is the merchant's own number, unique for ever."""

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("idempotency_key", Id, nullable=False),
    sa.Column("payer_id", Id, nullable=False),
    sa.Column("device_id", Id, nullable=False),
    sa.Column("merchant_id", Id, nullable=False),
    sa.Column("store_id", Id, nullable=False),
    sa.Column("code_id", Id, nullable=False),
    sa.Column("order_id", Id),
    sa.Column("amount", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("journal_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("posted_at", Millis, nullable=False),
    # The Payment message as it was answered, receipt and signature included.
    sa.Column("document", sa.LargeBinary, nullable=False),
    # A second lock on the same door: a key posts once for ever, not just while its answer is kept.
    sa.UniqueConstraint("idempotency_key", "payer_id"),
)
"""One row a posted payment, written in the posting's transaction and never changed."""

static_spending = sa.Table(
    "static_spending",
    metadata,
    sa.Column("user_id", Id, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    # Days since 1970 in the operator's time zone.
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("amount", Minor, nullable=False),
    sa.PrimaryKeyConstraint("user_id", "currency", "day"),
)
"""What a payer paid through static codes on a day (design/3: a daily cap)."""
