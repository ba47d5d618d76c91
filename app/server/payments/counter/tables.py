"""Who sells for a merchant, and each store's key for codes without internet."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, metadata

cashiers = sa.Table(
    "cashiers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("merchant_id", Id, sa.ForeignKey("merchants.id"), nullable=False),
    sa.Column("number", sa.String(6), nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("active", sa.Boolean(create_constraint=False), nullable=False),
    # Argon2id text; the counter checks PINs without internet.
    sa.Column("pin_hash", sa.String(160), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("updated_at", Millis, nullable=False),
    sa.UniqueConstraint("merchant_id", "number"),
    sa.CheckConstraint("role IN ('cashier', 'supervisor', 'manager')", name="role"),
)
"""Somebody who sells; never deleted, because shifts and refunds name them."""

store_keys = sa.Table(
    "store_keys",
    metadata,
    sa.Column("store_id", Id, sa.ForeignKey("stores.id"), primary_key=True),
    # 32 bytes, sealed for this store.
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
)
"""What a store's tills and the service share, to agree on a payment without a connection."""
