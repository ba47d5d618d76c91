"""Support: conversations, messages, attachments.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.server.db.guards import make_append_only

revision = "0005"
down_revision = "0004"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")
_OPEN = sa.text("kind = 'person' AND owner <> 'nobody' AND user_id IS NOT NULL")


def upgrade() -> None:
    """Create the tables."""
    _conversations()
    _messages()
    _openings()
    _attachments()
    op.create_table(
        "support_counters",
        sa.Column("prefix", sa.String(4), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("prefix", "day", name="pk_support_counters"),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("user_id", Id),
        sa.Column("parent_id", Id),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("owner", sa.String(8), nullable=False),
        sa.Column("agent_id", Id),
        sa.Column("agent_name", sa.String(60), nullable=False),
        sa.Column("skill", sa.String(32), nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False, server_default="1"),
        sa.Column("subject", sa.LargeBinary),
        sa.Column("last_seq", sa.Integer, nullable=False, server_default="0"),
        sa.Column("read_by_person", sa.Integer, nullable=False, server_default="0"),
        sa.Column("read_by_staff", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_conversations_user_id_users"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["conversations.id"], name="fk_conversations_parent_id_conversations"
        ),
        sa.UniqueConstraint("number", name="uq_conversations_number"),
        sa.UniqueConstraint("parent_id", name="uq_conversations_parent_id"),
        sa.CheckConstraint("kind IN ('person', 'notes')", name="ck_conversations_kind"),
        sa.CheckConstraint("channel IN ('wallet', 'email')", name="ck_conversations_channel"),
        sa.CheckConstraint(
            "owner IN ('bot', 'queue', 'agent', 'nobody')", name="ck_conversations_owner"
        ),
        sa.CheckConstraint(
            "(owner = 'nobody') = (closed_at IS NOT NULL)", name="ck_conversations_closed"
        ),
        sa.CheckConstraint(
            "owner <> 'agent' OR agent_id IS NOT NULL", name="ck_conversations_agent"
        ),
        sa.CheckConstraint(
            "(kind = 'notes') = (parent_id IS NOT NULL) AND (kind = 'person' OR user_id IS NULL)",
            name="ck_conversations_notes",
        ),
    )
    op.create_index(
        "uq_conversations_open_user_id",
        "conversations",
        ["user_id"],
        unique=True,
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )
    op.create_index(
        "ix_conversations_user_id_created_at", "conversations", ["user_id", "created_at"]
    )
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"])
    op.create_index("ix_conversations_owner_agent_id", "conversations", ["owner", "agent_id"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("sender_kind", sa.String(8), nullable=False),
        sa.Column("sender_id", sa.String(36), nullable=False),
        sa.Column("sender_name", sa.String(60), nullable=False),
        sa.Column("cmid", Id, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("conv_id", "seq", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["conv_id"], ["conversations.id"], name="fk_messages_conv_id_conversations"
        ),
        sa.UniqueConstraint(
            "conv_id", "cmid", "sender_kind", "sender_id", name="uq_messages_conv_id_cmid_sender"
        ),
        sa.CheckConstraint("seq > 0", name="ck_messages_seq"),
    )
    make_append_only("messages", ("conv_id", "seq"))


def _openings() -> None:
    op.create_table(
        "conversation_openings",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("key", Id, nullable=False),
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("body_hash", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_conversation_openings"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_conversation_openings_user_id_users"
        ),
        sa.ForeignKeyConstraint(
            ["conv_id"],
            ["conversations.id"],
            name="fk_conversation_openings_conv_id_conversations",
        ),
    )


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("offered_sha256", sa.String(64), nullable=False),
        sa.Column("offered_size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer, nullable=False, server_default="0"),
        sa.Column("width", sa.Integer, nullable=False, server_default="0"),
        sa.Column("height", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("stored_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("conv_id", "offered_sha256", name="pk_attachments"),
        sa.ForeignKeyConstraint(
            ["conv_id"], ["conversations.id"], name="fk_attachments_conv_id_conversations"
        ),
    )
    op.create_index("ix_attachments_conv_id_sha256", "attachments", ["conv_id", "sha256"])
    op.create_table(
        "attachment_bytes",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_attachment_bytes"),
    )
