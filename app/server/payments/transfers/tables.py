"""How people are found, whom they paid, transfers, requests for money, plans and their runs."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, Minor, metadata

payee_profiles = sa.Table(
    "payee_profiles",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    # Ten digits, the last one a check digit (ISO 7064 MOD 11,10).
    sa.Column("wallet_no", sa.String(10), nullable=False, unique=True),
    sa.Column("by_phone", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("by_email", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
)
"""A person's wallet number, given at first use, and by what else they can be found."""

lookup_budgets = sa.Table(
    "lookup_budgets",
    metadata,
    sa.Column("user_id", Id, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("spent", sa.Integer, nullable=False),
    sa.Column("checks", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("user_id", "day"),
)
"""What a person's look-ups of a day have cost; every node counts here."""

payee_contacts = sa.Table(
    "payee_contacts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("owner_id", Id, nullable=False),
    sa.Column("payee_id", Id, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("first_at", Millis, nullable=False),
    sa.Column("last_at", Millis, nullable=False),
    sa.UniqueConstraint("owner_id", "payee_id"),
)
"""Whom a person has paid; the id serves as a ``payee_ref`` for ever."""

transfers = sa.Table(
    "transfers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("idempotency_key", Id, nullable=False),
    sa.Column("payer_id", Id, nullable=False),
    sa.Column("device_id", Id, nullable=False),
    sa.Column("payee_id", Id, nullable=False),
    sa.Column("amount", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("request_id", Id),
    sa.Column("plan_id", Id),
    sa.Column("journal_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("posted_at", Millis, nullable=False),
    # The Transfer message as it was answered, receipt and signature included.
    sa.Column("document", sa.LargeBinary, nullable=False),
    # A second lock on the same door: a key posts once for ever, a request is paid once for ever.
    sa.UniqueConstraint("idempotency_key", "payer_id"),
    sa.UniqueConstraint("request_id"),
)
"""One row a posted transfer, written in the posting's transaction and never changed."""

splits = sa.Table(
    "splits",
    metadata,
    # The request's idempotency key.
    sa.Column("id", Id, primary_key=True),
    sa.Column("asker_id", Id, nullable=False),
    sa.Column("total", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("payment_id", Id),
    sa.Column("created_at", Millis, nullable=False),
)
"""A bill that was split; its parts are requests for money."""

money_requests = sa.Table(
    "money_requests",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("asker_id", Id, nullable=False),
    # NULL: a payment link, which anybody pays once.
    sa.Column("asked_id", Id),
    sa.Column("amount", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("note", sa.String(120), nullable=False),
    sa.Column("group_id", Id),
    # open, paid, declined or cancelled; expired is open after expires_at.
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("payer_id", Id),
    sa.Column("transfer_id", Id),
    sa.Column("reminded_at", Millis),
    sa.Column("ended_at", Millis),
    sa.CheckConstraint("state IN ('open', 'paid', 'declined', 'cancelled')", name="state"),
    sa.CheckConstraint("(state = 'paid') = (transfer_id IS NOT NULL)", name="paid"),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
    sa.Index("ix_money_requests_asker_id", "asker_id"),
    sa.Index("ix_money_requests_asked_id", "asked_id"),
)
"""Requests for money; paid by a transfer that names them."""

plans = sa.Table(
    "plans",
    metadata,
    # The mandate's key.
    sa.Column("id", Id, primary_key=True),
    sa.Column("payer_id", Id, nullable=False),
    sa.Column("device_id", Id, nullable=False),
    sa.Column("payee_id", Id, nullable=False),
    sa.Column("amount", Minor, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("note", sa.String(120), nullable=False),
    sa.Column("first_on", sa.String(10), nullable=False),
    sa.Column("unit", sa.String(5), nullable=False),
    sa.Column("every", sa.Integer, nullable=False),
    sa.Column("times", sa.Integer),
    # The mandate as it was signed: evidence of every payment it makes.
    sa.Column("mandate", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.String(86), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    # Number of the next occurrence (0 is first_on) and how often it was tried in vain.
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_on", sa.String(10)),
    sa.Column("due_at", Millis),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("ended_at", Millis),
    sa.CheckConstraint("state IN ('active', 'paused', 'stopped', 'ended')", name="state"),
    sa.Index("ix_plans_payer_id", "payer_id"),
    sa.Index(
        "ix_plans_due_at",
        "due_at",
        postgresql_where=sa.text("state = 'active'"),
        sqlite_where=sa.text("state = 'active'"),
    ),
)
"""Mandates: scheduled and recurring transfers."""

plan_runs = sa.Table(
    "plan_runs",
    metadata,
    sa.Column("plan_id", Id, nullable=False),
    # The day it stands for in the calendar, whatever day it was done on.
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("transfer_id", Id),
    sa.Column("failure", sa.String(40)),
    sa.PrimaryKeyConstraint("plan_id", "day"),
    sa.CheckConstraint("state IN ('paid', 'failed', 'skipped')", name="state"),
    sa.CheckConstraint("(state = 'paid') = (transfer_id IS NOT NULL)", name="paid"),
)
"""What became of each day of a plan."""
