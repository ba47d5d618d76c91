"""E-mail beside conversations: whose thread it is, which letters are known, what waits to leave."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, metadata

mail_threads = sa.Table(
    "mail_threads",
    metadata,
    sa.Column("conversation_id", Id, primary_key=True),
    # Sealed; the hash finds it again without keeping it readable.
    sa.Column("address", sa.LargeBinary, nullable=False),
    sa.Column("address_hash", sa.LargeBinary, nullable=False),
    sa.Column("subject", sa.LargeBinary, nullable=False),
    # Of the last letter that came, for the answer's In-Reply-To; sealed.
    sa.Column("last_message_id", sa.LargeBinary, nullable=False),
    sa.Index("ix_mail_threads_address_hash", "address_hash"),
)
"""A conversation that somebody writes to by e-mail."""

mail_letters = sa.Table(
    "mail_letters",
    metadata,
    # SHA-256 of the Message-ID.
    sa.Column("message_hash", sa.LargeBinary, primary_key=True),
    sa.Column("conversation_id", Id),
    sa.Column("incoming", sa.Boolean, nullable=False),
    sa.Column("at", Millis, nullable=False),
)
"""Letters that are known: one that comes twice is taken once, an answer finds its conversation."""

mail_outbox = sa.Table(
    "mail_outbox",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("conversation_id", Id),
    # The whole letter, sealed; removed once it has left.
    sa.Column("letter", sa.LargeBinary),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_at", Millis),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("ended_at", Millis),
    sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
    sa.Index(
        "ix_mail_outbox_next_at",
        "next_at",
        postgresql_where=sa.text("next_at IS NOT NULL"),
        sqlite_where=sa.text("next_at IS NOT NULL"),
    ),
)
"""Letters that wait for the operator's mail server, written with what they tell of."""
