"""Transfers, requests for money, plans, pre-authorisations.

Revision ID: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _payee_profiles()
    _lookup_budgets()
    _payee_contacts()
    _transfers()
    _splits()
    _money_requests()
    _plans()
    _plan_runs()
    _authorisations()


def _payee_profiles() -> None:
    op.create_table(
        "payee_profiles",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("wallet_no", sa.String(10), nullable=False),
        sa.Column("by_phone", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("by_email", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_payee_profiles")),
        sa.UniqueConstraint("wallet_no", name=op.f("uq_payee_profiles_wallet_no")),
    )


def _lookup_budgets() -> None:
    op.create_table(
        "lookup_budgets",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("spent", sa.Integer, nullable=False),
        sa.Column("checks", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_lookup_budgets")),
    )


def _payee_contacts() -> None:
    op.create_table(
        "payee_contacts",
        sa.Column("id", Id, nullable=False),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("payee_id", Id, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint(
            "owner_id", "payee_id", name=op.f("uq_payee_contacts_owner_id_payee_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payee_contacts")),
    )


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", Id, nullable=False),
        sa.Column("idempotency_key", Id, nullable=False),
        sa.Column("payer_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("payee_id", Id, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("request_id", Id),
        sa.Column("plan_id", Id),
        sa.Column("journal_id", sa.BigInteger, nullable=False),
        sa.Column("posted_at", sa.BigInteger, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint(
            "idempotency_key", "payer_id", name=op.f("uq_transfers_idempotency_key_payer_id")
        ),
        sa.UniqueConstraint("request_id", name=op.f("uq_transfers_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_transfers_journal_id")),
    )


def _splits() -> None:
    op.create_table(
        "splits",
        sa.Column("id", Id, nullable=False),
        sa.Column("asker_id", Id, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("payment_id", Id),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_splits")),
    )


def _money_requests() -> None:
    op.create_table(
        "money_requests",
        sa.Column("id", Id, nullable=False),
        sa.Column("asker_id", Id, nullable=False),
        sa.Column("asked_id", Id),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("note", sa.String(120), nullable=False),
        sa.Column("group_id", Id),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("payer_id", Id),
        sa.Column("transfer_id", Id),
        sa.Column("reminded_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.CheckConstraint(
            "state IN ('open', 'paid', 'declined', 'cancelled')",
            name=op.f("ck_money_requests_state"),
        ),
        sa.CheckConstraint(
            "(state = 'paid') = (transfer_id IS NOT NULL)", name=op.f("ck_money_requests_paid")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (ended_at IS NULL)", name=op.f("ck_money_requests_ended")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_requests")),
    )
    op.create_index("ix_money_requests_asker_id", "money_requests", ["asker_id"])
    op.create_index("ix_money_requests_asked_id", "money_requests", ["asked_id"])


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", Id, nullable=False),
        sa.Column("payer_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("payee_id", Id, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("note", sa.String(120), nullable=False),
        sa.Column("first_on", sa.String(10), nullable=False),
        sa.Column("unit", sa.String(5), nullable=False),
        sa.Column("every", sa.Integer, nullable=False),
        sa.Column("times", sa.Integer),
        sa.Column("mandate", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.String(86), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_on", sa.String(10)),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'stopped', 'ended')", name=op.f("ck_plans_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_index("ix_plans_payer_id", "plans", ["payer_id"])
    op.create_index(
        "ix_plans_due_at",
        "plans",
        ["due_at"],
        postgresql_where=sa.text("state = 'active'"),
        sqlite_where=sa.text("state = 'active'"),
    )


def _plan_runs() -> None:
    op.create_table(
        "plan_runs",
        sa.Column("plan_id", Id, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("transfer_id", Id),
        sa.Column("failure", sa.String(40)),
        sa.PrimaryKeyConstraint("plan_id", "day", name=op.f("pk_plan_runs")),
        sa.CheckConstraint(
            "state IN ('paid', 'failed', 'skipped')", name=op.f("ck_plan_runs_state")
        ),
        sa.CheckConstraint(
            "(state = 'paid') = (transfer_id IS NOT NULL)", name=op.f("ck_plan_runs_paid")
        ),
    )


def _authorisations() -> None:
    op.create_table(
        "authorisations",
        sa.Column("id", Id, nullable=False),
        sa.Column("idempotency_key", Id, nullable=False),
        sa.Column("payer_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("order_id", Id, nullable=False),
        sa.Column("out_trade_no", sa.String(64), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("intent", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.String(86), nullable=False),
        sa.Column("intent_time", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("held_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("out_request_no", sa.String(64)),
        sa.Column("captured", sa.BigInteger, nullable=False),
        sa.Column("payment_id", Id),
        sa.Column("ended_at", sa.BigInteger),
        sa.UniqueConstraint(
            "idempotency_key", "payer_id", name=op.f("uq_authorisations_idempotency_key_payer_id")
        ),
        sa.UniqueConstraint(
            "merchant_id", "out_trade_no", name=op.f("uq_authorisations_merchant_id_out_trade_no")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'captured', 'released', 'expired')",
            name=op.f("ck_authorisations_state"),
        ),
        sa.CheckConstraint(
            "(state = 'captured') = (payment_id IS NOT NULL)",
            name=op.f("ck_authorisations_captured"),
        ),
        sa.CheckConstraint(
            "(state = 'held') = (ended_at IS NULL)", name=op.f("ck_authorisations_ended")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorisations")),
        sa.UniqueConstraint("order_id", name=op.f("uq_authorisations_order_id")),
    )
    op.create_index("ix_authorisations_payer_id", "authorisations", ["payer_id"])
    op.create_index(
        "ix_authorisations_expires_at",
        "authorisations",
        ["expires_at"],
        postgresql_where=sa.text("state = 'held'"),
        sqlite_where=sa.text("state = 'held'"),
    )
