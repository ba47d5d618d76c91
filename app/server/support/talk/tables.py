"""Conversations, their messages, attachments, and the numbers people quote."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, metadata

_OPEN = sa.text("kind = 'person' AND owner <> 'nobody' AND user_id IS NOT NULL")

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(24), nullable=False, unique=True),
    sa.Column("kind", sa.String(8), nullable=False),
    # Nobody's where a stranger wrote an e-mail, and always on a notes stream: what looks for a
    # person's conversations can't find one.
    sa.Column("user_id", Id, sa.ForeignKey("users.id")),
    sa.Column("parent_id", Id, sa.ForeignKey("conversations.id"), unique=True),
    sa.Column("channel", sa.String(8), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("owner", sa.String(8), nullable=False),
    sa.Column("agent_id", Id),
    sa.Column("agent_name", sa.String(60), nullable=False),
    sa.Column("skill", sa.String(32), nullable=False),
    sa.Column("cycle", sa.Integer, nullable=False, server_default="1"),
    # Sealed: the first question, shortened.
    sa.Column("subject", sa.LargeBinary),
    sa.Column("last_seq", sa.Integer, nullable=False, server_default="0"),
    sa.Column("read_by_person", sa.Integer, nullable=False, server_default="0"),
    sa.Column("read_by_staff", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("updated_at", Millis, nullable=False),
    sa.Column("closed_at", Millis),
    sa.CheckConstraint("kind IN ('person', 'notes')", name="kind"),
    sa.CheckConstraint("channel IN ('wallet', 'email')", name="channel"),
    sa.CheckConstraint("owner IN ('bot', 'queue', 'agent', 'nobody')", name="owner"),
    sa.CheckConstraint("(owner = 'nobody') = (closed_at IS NOT NULL)", name="closed"),
    sa.CheckConstraint("owner <> 'agent' OR agent_id IS NOT NULL", name="agent"),
    sa.CheckConstraint(
        "(kind = 'notes') = (parent_id IS NOT NULL) AND (kind = 'person' OR user_id IS NULL)",
        name="notes",
    ),
    # A person has one open conversation at most, whoever asks for one at the same moment.
    sa.Index(
        "uq_conversations_open_user_id",
        "user_id",
        unique=True,
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    ),
    sa.Index("ix_conversations_user_id_created_at", "user_id", "created_at"),
    sa.Index("ix_conversations_updated_at", "updated_at"),
    sa.Index("ix_conversations_owner_agent_id", "owner", "agent_id"),
)
"""One row a stream: a person's conversation, or the internal notes that belong to one."""

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("sender_kind", sa.String(8), nullable=False),
    sa.Column("sender_id", sa.String(36), nullable=False),
    sa.Column("sender_name", sa.String(60), nullable=False),
    sa.Column("cmid", Id, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    # Sealed: body and card as JSON.
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.PrimaryKeyConstraint("conv_id", "seq"),
    sa.UniqueConstraint(
        "conv_id", "cmid", "sender_kind", "sender_id", name="uq_messages_conv_id_cmid_sender"
    ),
    sa.CheckConstraint("seq > 0", name="seq"),
)
"""What was said, numbered 1, 2, 3 …; appended, never changed (the database refuses it)."""

conversation_openings = sa.Table(
    "conversation_openings",
    metadata,
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("key", Id, nullable=False),
    sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("body_hash", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.PrimaryKeyConstraint("user_id", "key"),
)
"""Which conversation an opening's ``Idempotency-Key`` led to."""

attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    # What the sender announced; pictures are re-encoded, so what is stored has another hash.
    sa.Column("offered_sha256", sa.String(64), nullable=False),
    sa.Column("offered_size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64)),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("media_type", sa.String(80), nullable=False),
    sa.Column("size", sa.Integer, nullable=False, server_default="0"),
    sa.Column("width", sa.Integer, nullable=False, server_default="0"),
    sa.Column("height", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("stored_at", Millis),
    sa.PrimaryKeyConstraint("conv_id", "offered_sha256"),
    sa.Index("ix_attachments_conv_id_sha256", "conv_id", "sha256"),
)
"""A file offered in a conversation; stored once its bytes have come and were found good."""

attachment_bytes = sa.Table(
    "attachment_bytes",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
)
"""The bytes, sealed, once for all conversations that carry the same file."""

support_counters = sa.Table(
    "support_counters",
    metadata,
    sa.Column("prefix", sa.String(4), nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("prefix", "day"),
)
"""The last number given out on a day, e.g. for ``KC-20261123-0007``."""
