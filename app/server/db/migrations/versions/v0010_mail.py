"""E-mail as a channel: threads, known letters, the outbox.

Revision ID: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "mail_letters",
        sa.Column("message_hash", sa.LargeBinary, nullable=False),
        sa.Column("conversation_id", Id),
        sa.Column("incoming", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("message_hash", name=op.f("pk_mail_letters")),
    )
    op.create_table(
        "mail_outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation_id", Id),
        sa.Column("letter", sa.LargeBinary),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, server_default="0", nullable=False),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'failed')", name=op.f("ck_mail_outbox_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_outbox")),
    )
    op.create_index(
        "ix_mail_outbox_next_at",
        "mail_outbox",
        ["next_at"],
        postgresql_where=sa.text("next_at IS NOT NULL"),
        sqlite_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_table(
        "mail_threads",
        sa.Column("conversation_id", Id, nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("address_hash", sa.LargeBinary, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("last_message_id", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_mail_threads")),
    )
    op.create_index("ix_mail_threads_address_hash", "mail_threads", ["address_hash"])
    # ### end Alembic commands ###
