"""Freezes; verification, access grants, looks, account help.

Revision ID: 0007
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.server.db.guards import make_append_only

revision = "0007"
down_revision = "0006"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _freezes()
    _verifications()
    _grants()
    _looks()
    make_append_only("looks", ("id",))
    _proposals()
    _security_questions()


def _freezes() -> None:
    op.create_table(
        "freezes",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("by", sa.String(8), nullable=False),
        sa.Column("actor", sa.String(36), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("frozen_at", sa.BigInteger, nullable=False),
        sa.Column("thawed_at", sa.BigInteger),
        sa.Column("thawed_by", sa.String(8)),
        sa.Column("thaw_actor", sa.String(36)),
        sa.Column("thaw_reason", sa.String(300)),
        sa.Column("thaw_signature", sa.String(86)),
        sa.PrimaryKeyConstraint("id", name="pk_freezes"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_freezes_user_id_users"),
        sa.UniqueConstraint("thaw_signature", name="uq_freezes_thaw_signature"),
    )
    op.create_index("ix_freezes_user_id", "freezes", ["user_id"])
    op.create_index(
        "uq_freezes_open",
        "freezes",
        ["user_id", "by"],
        unique=True,
        postgresql_where=sa.text("thawed_at IS NULL"),
        sqlite_where=sa.text("thawed_at IS NULL"),
    )


def _asked(table: str) -> list[Any]:
    """What every question to a person has."""
    return [
        sa.Column("id", Id, nullable=False),
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("agent_id", Id, nullable=False),
        sa.Column("agent_name", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("device_id", Id),
        sa.Column("signed_at", sa.BigInteger),
        sa.Column("signature", sa.String(86)),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["conv_id"], ["conversations.id"], name=f"fk_{table}_conv_id_conversations"
        ),
    ]


def _verifications() -> None:
    op.create_table(
        "verifications",
        *_asked("verifications"),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("factors", sa.String(40), nullable=False),
        sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("code_hash", sa.LargeBinary),
        sa.Column("until", sa.BigInteger),
    )
    op.create_index("ix_verifications_conv_id", "verifications", ["conv_id"])
    op.create_index("ix_verifications_user_id", "verifications", ["user_id"])
    op.create_index("ix_verifications_state_expires_at", "verifications", ["state", "expires_at"])


def _grants() -> None:
    op.create_table(
        "grants",
        *_asked("grants"),
        sa.Column("scopes", sa.String(40), nullable=False),
        sa.Column("minutes", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.LargeBinary, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("break_glass", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("second_id", Id),
        sa.CheckConstraint(
            "NOT break_glass OR state <> 'active' "
            "OR (second_id IS NOT NULL AND second_id <> agent_id)",
            name=op.f("ck_grants_two"),
        ),
        sa.CheckConstraint("state <> 'active' OR until IS NOT NULL", name=op.f("ck_grants_until")),
    )
    op.create_index("ix_grants_conv_id", "grants", ["conv_id"])
    op.create_index("ix_grants_user_id_created_at", "grants", ["user_id", "created_at"])
    op.create_index("ix_grants_state_until", "grants", ["state", "until"])
    op.create_index("ix_grants_state_expires_at", "grants", ["state", "expires_at"])


def _looks() -> None:
    op.create_table(
        "looks",
        sa.Column("id", Id, nullable=False),
        sa.Column("grant_id", Id, nullable=False),
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("agent_id", Id, nullable=False),
        sa.Column("agent_name", sa.String(60), nullable=False),
        sa.Column("scope", sa.String(12), nullable=False),
        sa.Column("fields", sa.String(200), nullable=False),
        sa.Column("break_glass", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_looks"),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name="fk_looks_grant_id_grants"),
    )
    op.create_index("ix_looks_user_id_at", "looks", ["user_id", "at"])
    op.create_index("ix_looks_grant_id", "looks", ["grant_id"])


def _proposals() -> None:
    op.create_table(
        "proposals",
        *_asked("proposals"),
        sa.Column("change", sa.String(16), nullable=False),
        sa.Column("step_up", sa.Boolean(create_constraint=False), nullable=False),
        sa.Column("detail", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_proposals_conv_id", "proposals", ["conv_id"])
    op.create_index("ix_proposals_user_id", "proposals", ["user_id"])
    op.create_index("ix_proposals_state_expires_at", "proposals", ["state", "expires_at"])


def _security_questions() -> None:
    op.create_table(
        "security_questions",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("question", sa.LargeBinary, nullable=False),
        sa.Column("answer_hash", sa.String(200), nullable=False),
        sa.Column("set_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_security_questions"),
    )
