"""Pre-authorisations."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, Minor, metadata

authorisations = sa.Table(
    "authorisations",
    metadata,
    # Also the id of the ledger's hold.
    sa.Column("id", Id, primary_key=True),
    sa.Column("idempotency_key", Id, nullable=False),
    sa.Column("payer_id", Id, nullable=False),
    sa.Column("device_id", Id, nullable=False),
    sa.Column("merchant_id", Id, nullable=False),
    sa.Column("order_id", Id, nullable=False, unique=True),
    sa.Column("out_trade_no", sa.String(64), nullable=False),
    sa.Column("amount", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    # What the payer signed: the evidence of the payment it becomes.
    sa.Column("intent", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.String(86), nullable=False),
    sa.Column("intent_time", Millis, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("held_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("out_request_no", sa.String(64)),
    sa.Column("captured", Minor, nullable=False),
    sa.Column("payment_id", Id),
    sa.Column("ended_at", Millis),
    sa.UniqueConstraint("idempotency_key", "payer_id"),
    sa.UniqueConstraint("merchant_id", "out_trade_no"),
    sa.CheckConstraint("state IN ('held', 'captured', 'released', 'expired')", name="state"),
    sa.CheckConstraint("(state = 'captured') = (payment_id IS NOT NULL)", name="captured"),
    sa.CheckConstraint("(state = 'held') = (ended_at IS NULL)", name="ended"),
    sa.Index("ix_authorisations_payer_id", "payer_id"),
    # Webhooks follow these two.
    sa.Index("ix_authorisations_held_at", "held_at"),
    sa.Index("ix_authorisations_ended_at", "ended_at"),
    sa.Index(
        "ix_authorisations_expires_at",
        "expires_at",
        postgresql_where=sa.text("state = 'held'"),
        sqlite_where=sa.text("state = 'held'"),
    ),
)
"""One row a pre-authorisation; it ends once: captured, released or expired."""
