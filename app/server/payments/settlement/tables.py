"""What was handed in after a shift, claims of payments; who is told, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, metadata

shift_reports = sa.Table(
    "shift_reports",
    metadata,
    sa.Column("merchant_id", Id, sa.ForeignKey("merchants.id"), nullable=False),
    # As the counter named it, in its orders too.
    sa.Column("shift_id", sa.String(36), nullable=False),
    # SHA-256 of the report, base64url: other figures are another row beside the first.
    sa.Column("digest", sa.String(43), nullable=False),
    sa.Column("terminal_id", Id, sa.ForeignKey("terminals.id"), nullable=False),
    # The ShiftReport message as JSON.
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("received_at", Millis, nullable=False),
    sa.PrimaryKeyConstraint("merchant_id", "shift_id", "digest"),
)
"""Z reports as they came in."""

received_claims = sa.Table(
    "received_claims",
    metadata,
    # Of the printed code. The key decides whose it is, also between two tills at once.
    sa.Column("payment_id", Id, primary_key=True),
    sa.Column("merchant_id", Id, sa.ForeignKey("merchants.id"), nullable=False),
    sa.Column("store_id", Id, sa.ForeignKey("stores.id"), nullable=False),
    sa.Column("terminal_id", Id, sa.ForeignKey("terminals.id"), nullable=False),
    # As the till named its sale.
    sa.Column("out_trade_no", sa.String(64), nullable=False),
    sa.Column("claimed_at", Millis, nullable=False),
)
"""Which sale without internet a payment has paid: written once and never changed."""

webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("merchant_id", Id, sa.ForeignKey("merchants.id"), primary_key=True),
    sa.Column("url", sa.String(500), nullable=False),
    sa.Column("events", sa.JSON, nullable=False),
    # 32 bytes, sealed for this merchant.
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
)
"""Where a merchant wants to be told."""

webhook_marks = sa.Table(
    "webhook_marks",
    metadata,
    sa.Column("merchant_id", Id, sa.ForeignKey("webhooks.merchant_id"), nullable=False),
    # ``money:CNY`` (the account's version) or ``others`` (a moment).
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("merchant_id", "source"),
)
"""How far each source was read for a merchant."""

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("merchant_id", Id, sa.ForeignKey("merchants.id"), nullable=False),
    sa.Column("event", sa.String(24), nullable=False),
    # The payment, refund, charge or hold that it tells of.
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    # waiting, delivered or failed.
    sa.Column("state", sa.String(9), nullable=False),
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("next_at", Millis),
    # The last answer's HTTP status; none where nothing answered.
    sa.Column("status", sa.SmallInteger),
    sa.Column("created_at", Millis, nullable=False),
    # Told once for ever, however often a source is read.
    sa.UniqueConstraint("subject_id", "event"),
    sa.CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),
    sa.CheckConstraint("(state = 'waiting') = (next_at IS NOT NULL)", name="next"),
    sa.Index(
        "ix_deliveries_next_at",
        "next_at",
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    ),
    sa.Index("ix_deliveries_merchant_id", "merchant_id", "id"),
)
"""Each event and what became of telling it; the payload is sent byte for byte, every time."""
