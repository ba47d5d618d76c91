"""Rows of refunds: each is one posting, written once; the totals of a payment change with them."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, Minor, metadata

refunds = sa.Table(
    "refunds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("merchant_id", Id, nullable=False),
    sa.Column("store_id", Id, nullable=False),
    # The order's number; of a payment of the printed code, which has no order, its own id.
    sa.Column("out_trade_no", sa.String(64), nullable=False),
    sa.Column("out_request_no", sa.String(64), nullable=False),
    sa.Column("order_id", Id),
    sa.Column("payment_id", Id, nullable=False),
    sa.Column("payer_id", Id, nullable=False),
    # The till; None where the service itself reversed a charge.
    sa.Column("terminal_id", Id),
    # ``refund``: a cashier wished it · ``reversal``: a charge was reversed after it was paid.
    sa.Column("kind", sa.String(8), nullable=False),
    # What was asked for; None: all that was left.
    sa.Column("asked", Minor),
    sa.Column("amount", Minor, nullable=False),
    # Of it: what K-Beans or a coupon had settled, back to the operator's budget.
    sa.Column("discount", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("points_returned", Minor, nullable=False),
    sa.Column("points_taken_back", Minor, nullable=False),
    sa.Column("cashier", sa.String(36)),
    sa.Column("shift", sa.String(36)),
    sa.Column("journal_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("posted_at", Millis, nullable=False),
    # The Refund message as it was answered.
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("merchant_id", "out_trade_no", "out_request_no"),
    sa.CheckConstraint("amount > 0", name="amount"),
    sa.CheckConstraint("discount >= 0 AND discount <= amount", name="discount"),
    sa.CheckConstraint("kind IN ('refund', 'reversal')", name="kind"),
    sa.Index("ix_refunds_payment_id", "payment_id"),
    sa.Index("ix_refunds_merchant_id_posted_at", "merchant_id", "posted_at"),
)
"""One row a posted refund, written in the posting's transaction and never changed."""

refund_totals = sa.Table(
    "refund_totals",
    metadata,
    sa.Column("payment_id", Id, primary_key=True),
    sa.Column("amount", Minor, nullable=False),
    sa.Column("discount", Minor, nullable=False),
    sa.Column("points_returned", Minor, nullable=False),
    # Of the earned K-Beans: gone again (or owed), and those that had run out before.
    sa.Column("points_taken_back", Minor, nullable=False),
    sa.Column("points_lapsed", Minor, nullable=False),
    sa.CheckConstraint("amount > 0 AND discount >= 0 AND discount <= amount", name="amount"),
)
"""What was refunded of a payment so far: the row that two refunds at once meet at."""
