"""The bot: entries, questions, what it learned.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _questions()
    op.create_table(
        "bot_actions",
        sa.Column("request_id", Id, nullable=False),
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'failed', 'declined', 'expired')",
            name=op.f("ck_bot_actions_state"),
        ),
        sa.ForeignKeyConstraint(
            ["conv_id"], ["conversations.id"], name=op.f("fk_bot_actions_conv_id_conversations")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_bot_actions_user_id_users")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_bot_actions")),
    )
    op.create_index(
        "ix_bot_actions_expires_at_open",
        "bot_actions",
        ["expires_at"],
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "bot_entries",
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("phrasings", sa.JSON, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("actions", sa.JSON, nullable=False),
        sa.Column("links", sa.JSON, nullable=False),
        sa.Column("review", sa.Date, nullable=False),
        sa.Column("skill", sa.String(32), nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("publication", sa.Integer),
        sa.PrimaryKeyConstraint("topic", "language", "version", name=op.f("pk_bot_entries")),
    )
    op.create_table(
        "bot_publications",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("fitted", sa.LargeBinary, nullable=False),
        sa.Column("published_at", sa.BigInteger, nullable=False),
        sa.Column("staff_id", Id),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_bot_publications")),
    )


def _questions() -> None:
    op.create_table(
        "bot_questions",
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("answer_seq", sa.Integer),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("question", sa.LargeBinary),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("candidates", sa.JSON, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("chosen", sa.String(40), nullable=False),
        sa.Column("judged", sa.Boolean),
        sa.Column("settled_at", sa.BigInteger),
        sa.CheckConstraint(
            "state IN ('due', 'answered', 'dropped')", name=op.f("ck_bot_questions_state")
        ),
        sa.CheckConstraint(
            "outcome IN ('', 'answer', 'suggest', 'rephrase', 'human', 'rule', 'flow')",
            name=op.f("ck_bot_questions_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["conv_id"], ["conversations.id"], name=op.f("fk_bot_questions_conv_id_conversations")
        ),
        sa.PrimaryKeyConstraint("conv_id", "seq", name=op.f("pk_bot_questions")),
    )
    op.create_index(
        "ix_bot_questions_asked_at_due",
        "bot_questions",
        ["asked_at"],
        postgresql_where=sa.text("state = 'due'"),
        sqlite_where=sa.text("state = 'due'"),
    )
    op.create_index("ix_bot_questions_asked_at", "bot_questions", ["asked_at"])
    op.create_index(
        "ix_bot_questions_conv_id_answer_seq", "bot_questions", ["conv_id", "answer_seq"]
    )
