"""Rows of the points domain. The history of points is the entries of the points account."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, Minor, metadata

point_lots = sa.Table(
    "point_lots",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("journal_id", sa.BigInteger, nullable=False),
    sa.Column("payment_id", Id),
    sa.Column("earned", Minor, nullable=False),
    sa.Column("remaining", Minor, nullable=False),
    # Of the remaining: promised to a redemption, so that it neither expires nor is spent.
    sa.Column("reserved", Minor, nullable=False, server_default="0"),
    # What of it ran out, and what a refund took back; both are gone from the remaining.
    sa.Column("expired", Minor, nullable=False, server_default="0"),
    sa.Column("taken", Minor, nullable=False, server_default="0"),
    sa.Column("earned_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.CheckConstraint("remaining >= 0 AND remaining <= earned", name="remaining"),
    sa.CheckConstraint("reserved >= 0 AND reserved <= remaining", name="reserved"),
    # Open lots in the order in which they are used: soonest expiry first (design/1 P3).
    sa.Index(
        "ix_point_lots_account_id_expires_at",
        "account_id",
        "expires_at",
        postgresql_where=sa.text("remaining > 0"),
        sqlite_where=sa.text("remaining > 0"),
    ),
    # What the expiry job looks for.
    sa.Index(
        "ix_point_lots_expires_at",
        "expires_at",
        postgresql_where=sa.text("remaining > 0"),
        sqlite_where=sa.text("remaining > 0"),
    ),
    sa.Index(
        "ix_point_lots_payment_id",
        "payment_id",
        postgresql_where=sa.text("payment_id IS NOT NULL"),
        sqlite_where=sa.text("payment_id IS NOT NULL"),
    ),
)
"""K-Beans that were earned together and expire together. Σ remaining = the account's balance."""

HAS_SOME = point_lots.c.remaining > sa.literal_column("0")
"""Written out and not as a parameter: only so PostgreSQL knows the partial indexes by it."""

point_uses = sa.Table(
    "point_uses",
    metadata,
    # The payment or the redemption.
    sa.Column("source_id", Id, nullable=False),
    sa.Column("lot_id", Id, nullable=False),
    # Promised to a redemption that has not ended.
    sa.Column("reserved", Minor, nullable=False),
    sa.Column("spent", Minor, nullable=False),
    # Of the spent: back in the lot through refunds.
    sa.Column("returned", Minor, nullable=False),
    sa.PrimaryKeyConstraint("source_id", "lot_id"),
    sa.CheckConstraint("reserved >= 0", name="reserved"),
    sa.CheckConstraint("returned >= 0 AND returned <= spent", name="returned"),
    sa.Index("ix_point_uses_lot_id", "lot_id"),
)
"""Which lots a spend took K-Beans from: a refund brings them back there (design/1 P4)."""

point_debts = sa.Table(
    "point_debts",
    metadata,
    sa.Column("account_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("beans", Minor, nullable=False),
    sa.CheckConstraint("beans >= 0", name="beans"),
)
"""Earned K-Beans that a refund would have taken back but were spent: later lots pay."""

earning_rules = sa.Table(
    "earning_rules",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("per", Minor, nullable=False),
    sa.Column("beans", Minor, nullable=False),
    sa.Column("merchant_id", Id),
    sa.Column("mcc", sa.String(4)),
    # The campaign that it is part of, where it is part of one.
    sa.Column("campaign", sa.String(80)),
    sa.Column("least", Minor, nullable=False, server_default="0"),
    sa.Column("valid_from", Millis, nullable=False, server_default="0"),
    sa.Column("valid_to", Millis),
    sa.Column("lifetime_days", sa.Integer, nullable=False),
    sa.CheckConstraint("per > 0", name="per"),
    sa.CheckConstraint("beans >= 0", name="beans"),
    sa.CheckConstraint("lifetime_days > 0", name="lifetime_days"),
)
"""Rules as data: for every whole ``per`` minor units, ``beans`` K-Beans (rules.EarningRule)."""

point_items = sa.Table(
    "point_items",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    # JSON objects by language.
    sa.Column("names", sa.Text, nullable=False),
    sa.Column("texts", sa.Text, nullable=False),
    sa.Column("beans", Minor, nullable=False),
    sa.Column("value", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("least", Minor, nullable=False),
    sa.Column("valid_days", sa.Integer, nullable=False),
    sa.Column("merchant_id", Id),
    # None: without limit.
    sa.Column("stock", sa.Integer),
    sa.Column("per_person", sa.Integer),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.CheckConstraint("kind IN ('coupon', 'gift')", name="kind"),
    sa.CheckConstraint("beans > 0", name="beans"),
    sa.CheckConstraint("stock IS NULL OR stock >= 0", name="stock"),
    # A coupon is worth less than the least amount, so something is always paid in money.
    sa.CheckConstraint(
        "kind = 'gift' AND value = 0 OR kind = 'coupon' AND value > 0 AND least > value",
        name="value",
    ),
    sa.CheckConstraint("state IN ('offered', 'off')", name="state"),
    sa.CheckConstraint("valid_days > 0", name="valid_days"),
)
"""What K-Beans can be exchanged for (design/1 P2)."""

point_takers = sa.Table(
    "point_takers",
    metadata,
    sa.Column("item_id", Id, nullable=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("item_id", "user_id"),
    sa.CheckConstraint("taken >= 0", name="taken"),
)
"""How often a person took an item."""

redemptions = sa.Table(
    "redemptions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("item_id", Id, nullable=False),
    sa.Column("names", sa.Text, nullable=False),
    sa.Column("merchant_id", Id),
    sa.Column("beans", Minor, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    # What the counter reads; only of gifts.
    sa.Column("code", sa.String(8), unique=True),
    sa.Column("coupon_id", Id),
    sa.Column("journal_id", sa.BigInteger),
    sa.Column("terminal_id", Id),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("expires_at", Millis),
    sa.Column("ended_at", Millis),
    sa.CheckConstraint("state IN ('reserved', 'committed', 'released')", name="state"),
    sa.CheckConstraint("(state = 'reserved') = (ended_at IS NULL)", name="ended"),
    sa.CheckConstraint("(state = 'committed') = (journal_id IS NOT NULL)", name="posted"),
    sa.Index("ix_redemptions_user_id_created_at", "user_id", "created_at"),
    sa.Index(
        "ix_redemptions_expires_at",
        "expires_at",
        postgresql_where=sa.text("state = 'reserved'"),
        sqlite_where=sa.text("state = 'reserved'"),
    ),
)
"""K-Beans given for something: at once for a coupon, reserved then committed for a gift.

The ledger's hold of a gift has the redemption's own id.
"""

coupons = sa.Table(
    "coupons",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("item_id", Id, nullable=False),
    sa.Column("names", sa.Text, nullable=False),
    sa.Column("value", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("least", Minor, nullable=False),
    sa.Column("merchant_id", Id),
    # open or used; expired is open after expires_at.
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("payment_id", Id),
    sa.CheckConstraint("value > 0 AND least > value", name="value"),
    sa.CheckConstraint("state IN ('open', 'used')", name="state"),
    sa.CheckConstraint("(state = 'used') = (payment_id IS NOT NULL)", name="used"),
    sa.Index("ix_coupons_user_id_expires_at", "user_id", "expires_at"),
)
"""Coupons of people; each settles a part of one payment."""
