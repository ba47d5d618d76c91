"""Identity: people, devices, sessions, tries.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _users()
    _devices()
    _sessions()
    _sign_in_attempts()


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", Id, nullable=False),
        sa.Column("contact_kind", sa.String(8), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("display_name", sa.String(60), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("passphrase_hash", sa.String(200), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, server_default="active"),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.CheckConstraint("state IN ('active', 'frozen')", name=op.f("ck_users_state")),
        sa.UniqueConstraint("contact", name="uq_users_contact"),
    )


def _devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("public_key", sa.String(43), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("platform", sa.String(40), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_devices_user_id_users"),
        sa.UniqueConstraint("user_id", "public_key", name="uq_devices_user_id_public_key"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False, server_default="0"),
        sa.Column("refresh_hash", sa.LargeBinary),
        sa.Column("refreshed_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("end_reason", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name="fk_sessions_device_id_devices"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id_users"),
    )
    op.create_index("ix_sessions_device_id", "sessions", ["device_id"])
    op.create_index(
        "ix_sessions_ended_at",
        "sessions",
        ["ended_at"],
        postgresql_where=sa.text("ended_at IS NOT NULL"),
        sqlite_where=sa.text("ended_at IS NOT NULL"),
    )


def _sign_in_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("contact_hash", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locks", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.BigInteger, nullable=False),
        sa.Column("tried_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("contact_hash", name="pk_sign_in_attempts"),
    )
    op.create_index("ix_sign_in_attempts_tried_at", "sign_in_attempts", ["tried_at"])
