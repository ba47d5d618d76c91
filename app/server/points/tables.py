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
    sa.Column("earned_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.CheckConstraint("remaining >= 0 AND remaining <= earned", name="remaining"),
    # Open lots in the order in which they are used: soonest expiry first (design/1 P3).
    sa.Index(
        "ix_point_lots_account_id_expires_at",
        "account_id",
        "expires_at",
        postgresql_where=sa.text("remaining > 0"),
        sqlite_where=sa.text("remaining > 0"),
    ),
)
"""K-Beans that were earned together and expire together. Σ remaining = the account's balance."""

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
    sa.Column("least", Minor, nullable=False, server_default="0"),
    sa.Column("valid_from", Millis, nullable=False, server_default="0"),
    sa.Column("valid_to", Millis),
    sa.Column("lifetime_days", sa.Integer, nullable=False),
    sa.CheckConstraint("per > 0", name="per"),
    sa.CheckConstraint("beans >= 0", name="beans"),
    sa.CheckConstraint("lifetime_days > 0", name="lifetime_days"),
)
"""Rules as data: for every whole ``per`` minor units, ``beans`` K-Beans (rules.EarningRule)."""
