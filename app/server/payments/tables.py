"""Merchants with their stores and tills, codes, orders, payments, what a day costs."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, Minor, metadata

_BURNED = sa.text("handle IS NOT NULL")
_CHARGED = sa.text("payer_id IS NOT NULL")

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
    # No foreign keys: each would lock a row that other nodes' payments lock too. The token of the
    # till says where it stands, and an invariant looks for orders of no till.
    sa.Column("merchant_id", Id, nullable=False),
    sa.Column("store_id", Id, nullable=False),
    sa.Column("terminal_id", Id, nullable=False),
    sa.Column("out_trade_no", sa.String(64), nullable=False),
    sa.Column("amount", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    # ``scan``: the payer scans its code · ``charge``: made from a payer's code · ``hold``.
    sa.Column("kind", sa.String(8), nullable=False, server_default="scan"),
    # Who alone may pay it: whose code it was. From here to ``body_hash`` of charges only, and NULL
    # where no valid code was presented.
    sa.Column("payer_id", Id),
    sa.Column("device_id", Id),
    # The code that it burned for ever, paid or not: the handle, minutes since 1970 and the handle's
    # counter, which are what the one-time part was made of.
    sa.Column("handle", sa.BigInteger),
    sa.Column("step", sa.BigInteger),
    sa.Column("counter", sa.BigInteger),
    # The payer's name for the slip, masked.
    sa.Column("payer", sa.String(60)),
    # SHA-256 of the charge's request; NULL where a number was burned before any charge came with
    # it.
    sa.Column("body_hash", sa.LargeBinary),
    # The cashier and shift as the counter named them.
    sa.Column("cashier", sa.String(36)),
    sa.Column("shift", sa.String(36)),
    # open, held, paid or cancelled; expired is open after expires_at.
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("payment_id", Id),
    sa.Column("paid_at", Millis),
    sa.UniqueConstraint("merchant_id", "out_trade_no"),
    sa.CheckConstraint("kind IN ('scan', 'charge', 'hold')", name="kind"),
    sa.CheckConstraint("status IN ('open', 'held', 'paid', 'cancelled')", name="status"),
    sa.CheckConstraint("(status = 'paid') = (payment_id IS NOT NULL)", name="paid"),
    sa.Index(
        "ix_orders_shift",
        "shift",
        postgresql_where=sa.text("shift IS NOT NULL"),
        sqlite_where=sa.text("shift IS NOT NULL"),
    ),
    sa.Index(
        "uq_orders_code",
        "handle",
        "step",
        "counter",
        unique=True,
        postgresql_where=_BURNED,
        sqlite_where=_BURNED,
    ),
    sa.Index(
        "ix_orders_payer_id",
        "payer_id",
        "created_at",
        postgresql_where=_CHARGED,
        sqlite_where=_CHARGED,
    ),
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
    # What of the amount K-Beans or a coupon settled.
    sa.Column("discount", Minor, nullable=False, server_default="0"),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("points_spent", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("coupon_id", Id),
    sa.Column("journal_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("posted_at", Millis, nullable=False),
    # The Payment message as it was answered, receipt and signature included.
    sa.Column("document", sa.LargeBinary, nullable=False),
    # A second lock on the same door: a key posts once for ever, not just while its answer is kept.
    sa.UniqueConstraint("idempotency_key", "payer_id"),
)
"""One row a posted payment, written in the posting's transaction and never changed."""

spending = sa.Table(
    "spending",
    metadata,
    sa.Column("user_id", Id, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    # Days since 1970 in the operator's time zone.
    sa.Column("day", sa.Integer, nullable=False),
    # Everything that left for merchants and other people.
    sa.Column("total", Minor, nullable=False),
    # Of it: through static codes, and by a payer's code without a word of the payer's.
    sa.Column("static", Minor, nullable=False),
    sa.Column("small", Minor, nullable=False),
    sa.PrimaryKeyConstraint("user_id", "currency", "day"),
)
"""What a person paid on a day: what daily limits are held against."""

user_limits = sa.Table(
    "user_limits",
    metadata,
    sa.Column("user_id", Id, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    # None: not limited by the person.
    sa.Column("per_payment", Minor),
    sa.Column("per_day", Minor),
    # Payments by a shown code that ask nothing: at most so much each and a day.
    sa.Column("small_each", Minor),
    sa.Column("small_day", Minor),
    sa.Column("updated_at", Millis, nullable=False),
    sa.PrimaryKeyConstraint("user_id", "currency"),
)
"""What a person allows at most (design/1 M11); the operator's own limits hold besides."""

movement_notes = sa.Table(
    "movement_notes",
    metadata,
    sa.Column("journal_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("journal_id", "user_id"),
)
"""What a posting that is no payment means to a person: a :class:`notes.MovementNote`."""
