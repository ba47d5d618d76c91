"""The ledger's rows. ``journals`` and ``entries`` are posted once and never changed.

There are no foreign keys from entries to journals and accounts on purpose: every row here is
written by the one batch writer, which has just locked the accounts, and a check per row would
cost more than the posting. :mod:`app.server.ledger.invariants` looks for orphans instead.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, Minor, Number, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", Number, primary_key=True, autoincrement=False),
    sa.Column("owner", Id, nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    # Hot system accounts are split: each writer posts to a shard of its own (chart.SHARDS).
    sa.Column("shard", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("debit_normal", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("floor", Minor),
    sa.Column("state", sa.String(8), nullable=False, server_default="active"),
    sa.Column("posted", Minor, nullable=False, server_default="0"),
    sa.Column("pending", Minor, nullable=False, server_default="0"),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("created_at", Millis, nullable=False),
    sa.UniqueConstraint("owner", "kind", "currency", "shard"),
    # The writer decides; the database would refuse all the same (design/3, invariant 3).
    sa.CheckConstraint("floor IS NULL OR posted - pending >= floor", name="floor"),
    sa.CheckConstraint("pending >= 0", name="pending"),
    sa.CheckConstraint("state IN ('active', 'frozen')", name="state"),
)
"""One row an account. Balances are on the account's normal side, in minor units."""

journals = sa.Table(
    "journals",
    metadata,
    sa.Column("id", Number, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("event_at", Millis, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("reversal_of", sa.BigInteger),
    sa.Column("intent", sa.LargeBinary, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
    sa.Index(
        "uq_journals_reversal_of",
        "reversal_of",
        unique=True,
        postgresql_where=sa.text("reversal_of IS NOT NULL"),
        sqlite_where=sa.text("reversal_of IS NOT NULL"),
    ),
)
"""One row a posting: why, when, on whose signed word, and its leaf of the log."""

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("journal_id", sa.BigInteger, nullable=False),
    sa.Column("line", sa.SmallInteger, nullable=False),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    # Debit positive, credit negative: a journal sums to nought in each currency.
    sa.Column("amount", Minor, nullable=False),
    sa.Column("balance_before", Minor, nullable=False),
    sa.Column("balance_after", Minor, nullable=False),
    sa.PrimaryKeyConstraint("journal_id", "line"),
    # Two writers that both believed to own an account would collide here.
    sa.UniqueConstraint("account_id", "version"),
    sa.CheckConstraint("amount <> 0", name="amount"),
)
"""Lines 2n and 2n+1 are the debit and the credit of leg n."""

holds = sa.Table(
    "holds",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("amount", Minor, nullable=False),
    # What is still held back of it; 0 once it has ended.
    sa.Column("remaining", Minor, nullable=False),
    # What it is for: ``authorisation``, ``redemption`` …
    sa.Column("kind", sa.String(24), nullable=False),
    # open, posted (something of it was), voided or expired.
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("ended_at", Millis),
    sa.CheckConstraint("remaining >= 0 AND remaining <= amount", name="remaining"),
    sa.CheckConstraint("state IN ('open', 'posted', 'voided', 'expired')", name="state"),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
    sa.Index(
        "ix_holds_expires_at",
        "expires_at",
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    ),
    sa.Index("ix_holds_account_id", "account_id"),
)
"""Pending transfers: what is held back until it is posted, voided or runs out."""

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    # The key leads because it is a UUIDv7: new rows land at the end of the index.
    sa.Column("key", Id, nullable=False),
    sa.Column("principal", Id, nullable=False),
    sa.Column("route", sa.String(40), nullable=False),
    sa.Column("body_hash", sa.LargeBinary),
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.PrimaryKeyConstraint("key", "principal", "route"),
    sa.Index("ix_idempotency_keys_created_at", "created_at", postgresql_using="brin"),
)
"""Kept answers, 30 days (design/3 §Idempotency). ``body_hash`` is NULL on a fenced key."""

journal_ids = sa.Sequence("journal_ids", metadata=metadata)
account_ids = sa.Sequence("account_ids", metadata=metadata)
