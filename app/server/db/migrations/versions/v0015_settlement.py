"""Cashiers, stores' keys, shifts, webhooks.

Revision ID: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _counter()
    _shifts()
    _webhooks()
    _deliveries()
    _followed()


def _counter() -> None:
    op.create_table(
        "cashiers",
        sa.Column("id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("number", sa.String(6), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("active", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("pin_hash", sa.String(160), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "role IN ('cashier', 'supervisor', 'manager')", name=op.f("ck_cashiers_role")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_cashiers_merchant_id_merchants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cashiers")),
        sa.UniqueConstraint("merchant_id", "number", name=op.f("uq_cashiers_merchant_id_number")),
    )
    op.create_table(
        "store_keys",
        sa.Column("store_id", Id, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["store_id"], ["stores.id"], name=op.f("fk_store_keys_store_id_stores")
        ),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_store_keys")),
    )


def _shifts() -> None:
    op.create_table(
        "shift_reports",
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("shift_id", sa.String(36), nullable=False),
        sa.Column("digest", sa.String(43), nullable=False),
        sa.Column("terminal_id", Id, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_shift_reports_merchant_id_merchants")
        ),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminals.id"], name=op.f("fk_shift_reports_terminal_id_terminals")
        ),
        sa.PrimaryKeyConstraint("merchant_id", "shift_id", "digest", name=op.f("pk_shift_reports")),
    )
    op.create_index(
        "ix_orders_shift",
        "orders",
        ["shift"],
        postgresql_where=sa.text("shift IS NOT NULL"),
        sqlite_where=sa.text("shift IS NOT NULL"),
    )


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_webhooks_merchant_id_merchants")
        ),
        sa.PrimaryKeyConstraint("merchant_id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_marks",
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["merchant_id"],
            ["webhooks.merchant_id"],
            name=op.f("fk_webhook_marks_merchant_id_webhooks"),
        ),
        sa.PrimaryKeyConstraint("merchant_id", "source", name=op.f("pk_webhook_marks")),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", Id, nullable=False),
        sa.Column("merchant_id", Id, nullable=False),
        sa.Column("event", sa.String(24), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("status", sa.SmallInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'failed')", name=op.f("ck_deliveries_state")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (next_at IS NOT NULL)", name=op.f("ck_deliveries_next")
        ),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_deliveries_merchant_id_merchants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("subject_id", "event", name=op.f("uq_deliveries_subject_id_event")),
    )
    op.create_index(
        "ix_deliveries_next_at",
        "deliveries",
        ["next_at"],
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_deliveries_merchant_id", "deliveries", ["merchant_id", "id"])


def _followed() -> None:
    """What webhooks follow besides money."""
    op.create_index(
        "ix_charges_changed_at",
        "charges",
        ["changed_at"],
        postgresql_where=sa.text("state IN ('closed', 'failed')"),
        sqlite_where=sa.text("state IN ('closed', 'failed')"),
    )
    op.create_index("ix_authorisations_held_at", "authorisations", ["held_at"])
    op.create_index("ix_authorisations_ended_at", "authorisations", ["ended_at"])
