"""The ledger: accounts, journals, entries, kept answers.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.server.db.guards import create_refusal, make_append_only

revision = "0001"
down_revision = None

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the ledger's tables and forbid changes to posted rows."""
    _accounts()
    _journal()
    _answers()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("journal_ids")))
        op.execute(sa.schema.CreateSequence(sa.Sequence("account_ids")))
        # Balances change with every payment: room on the page keeps updates off the indexes.
        op.execute("ALTER TABLE accounts SET (fillfactor = 50)")
    create_refusal()
    make_append_only("journals", ("id",))
    make_append_only("entries", ("journal_id", "line"))


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("owner", Id, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("shard", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("debit_normal", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("floor", sa.BigInteger),
        sa.Column("state", sa.String(8), nullable=False, server_default="active"),
        sa.Column("posted", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("pending", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint(
            "owner", "kind", "currency", "shard", name="uq_accounts_owner_kind_currency_shard"
        ),
        sa.CheckConstraint(
            "floor IS NULL OR posted - pending >= floor", name=op.f("ck_accounts_floor")
        ),
        sa.CheckConstraint("pending >= 0", name=op.f("ck_accounts_pending")),
        sa.CheckConstraint("state IN ('active', 'frozen')", name=op.f("ck_accounts_state")),
    )


def _journal() -> None:
    op.create_table(
        "journals",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("event_at", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("reversal_of", sa.BigInteger),
        sa.Column("intent", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journals"),
    )
    op.create_index(
        "uq_journals_reversal_of",
        "journals",
        ["reversal_of"],
        unique=True,
        postgresql_where=sa.text("reversal_of IS NOT NULL"),
        sqlite_where=sa.text("reversal_of IS NOT NULL"),
    )
    op.create_table(
        "entries",
        sa.Column("journal_id", sa.BigInteger, nullable=False),
        sa.Column("line", sa.SmallInteger, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("balance_before", sa.BigInteger, nullable=False),
        sa.Column("balance_after", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("journal_id", "line", name="pk_entries"),
        sa.UniqueConstraint("account_id", "version", name="uq_entries_account_id_version"),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_entries_amount")),
    )


def _answers() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("key", Id, nullable=False),
        sa.Column("principal", Id, nullable=False),
        sa.Column("route", sa.String(40), nullable=False),
        sa.Column("body_hash", sa.LargeBinary),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", "principal", "route", name="pk_idempotency_keys"),
    )
    op.create_index(
        "ix_idempotency_keys_created_at",
        "idempotency_keys",
        ["created_at"],
        postgresql_using="brin",
    )
