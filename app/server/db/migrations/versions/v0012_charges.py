"""Payers' codes and charges.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _handles()
    _used_codes()
    _charges()


def _handles() -> None:
    op.create_table(
        "payer_handles",
        sa.Column("handle", Number, nullable=False, autoincrement=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("session_id", Id, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("must_confirm", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("valid_from", sa.BigInteger, nullable=False),
        sa.Column("valid_until", sa.BigInteger, nullable=False),
        sa.Column("last_counter", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.SmallInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("handle", name=op.f("pk_payer_handles")),
    )
    op.create_index("ix_payer_handles_device_id", "payer_handles", ["device_id", "issued_at"])
    op.create_index("ix_payer_handles_valid_until", "payer_handles", ["valid_until"])


def _used_codes() -> None:
    op.create_table(
        "used_codes",
        sa.Column("handle", sa.BigInteger, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("charge_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("handle", "step", "counter", name=op.f("pk_used_codes")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_used_codes_charge_id")),
    )
    op.create_table(
        "code_cutoffs",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_code_cutoffs")),
    )


def _charges() -> None:
    op.create_table(
        "charges",
        sa.Column("id", Id, nullable=False),
        sa.Column("payer_id", Id),
        sa.Column("device_id", Id),
        sa.Column("handle", sa.BigInteger),
        sa.Column("payer", sa.String(60)),
        sa.Column("body_hash", sa.LargeBinary),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("failure", sa.String(32)),
        sa.Column("asked", sa.String(8)),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("reverse_reason", sa.String(120)),
        sa.Column("reverse_cashier", sa.String(36)),
        sa.Column("tries", sa.SmallInteger, nullable=False),
        sa.Column("next_try_at", sa.BigInteger),
        sa.CheckConstraint(
            "state IN ('success', 'failed', 'userpaying', 'closed', 'reversing', 'revoked')",
            name=op.f("ck_charges_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('failed', 'closed')) = (failure IS NOT NULL)",
            name=op.f("ck_charges_failure"),
        ),
        sa.CheckConstraint(
            "(state = 'reversing') = (next_try_at IS NOT NULL)",
            name=op.f("ck_charges_reversing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charges")),
    )
    op.create_index("ix_charges_payer_id", "charges", ["payer_id", "changed_at"])
    working = sa.text("state IN ('userpaying', 'reversing')")
    op.create_index(
        "ix_charges_state",
        "charges",
        ["state"],
        postgresql_where=working,
        sqlite_where=working,
    )
