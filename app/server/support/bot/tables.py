"""Questions the bot was asked, actions it offered, entries written at the desk, publications."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, metadata

bot_questions = sa.Table(
    "bot_questions",
    metadata,
    sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    # due: to be answered, whatever becomes of the node that heard it.
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("asked_at", Millis, nullable=False),
    sa.Column("answered_at", Millis),
    sa.Column("answer_seq", sa.Integer),
    sa.Column("language", sa.String(2), nullable=False),
    # Sealed: what was asked, for the authors of the knowledge base, who can't see the conversation.
    sa.Column("question", sa.LargeBinary),
    sa.Column("outcome", sa.String(8), nullable=False),
    sa.Column("rule", sa.String(16), nullable=False),
    # [[topic, probability], …]
    sa.Column("candidates", sa.JSON, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("topic", sa.String(40), nullable=False),
    # What was clicked of a suggestion; none_of_these is one too.
    sa.Column("chosen", sa.String(40), nullable=False),
    sa.Column("judged", sa.Boolean),
    # When an author made it a phrasing, or put it aside.
    sa.Column("settled_at", Millis),
    sa.PrimaryKeyConstraint("conv_id", "seq"),
    sa.CheckConstraint("state IN ('due', 'answered', 'dropped')", name="state"),
    sa.CheckConstraint(
        "outcome IN ('', 'answer', 'suggest', 'rephrase', 'human', 'rule', 'flow')", name="outcome"
    ),
    sa.Index(
        "ix_bot_questions_asked_at_due",
        "asked_at",
        postgresql_where=sa.text("state = 'due'"),
        sqlite_where=sa.text("state = 'due'"),
    ),
    sa.Index("ix_bot_questions_asked_at", "asked_at"),
    sa.Index("ix_bot_questions_conv_id_answer_seq", "conv_id", "answer_seq"),
)
"""One row a message of a person's while the bot owned the conversation."""

bot_actions = sa.Table(
    "bot_actions",
    metadata,
    sa.Column("request_id", Id, primary_key=True),
    sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    # Of the card, which has the particulars, sealed.
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("asked_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("answered_at", Millis),
    sa.CheckConstraint("state IN ('open', 'done', 'failed', 'declined', 'expired')", name="state"),
    sa.Index(
        "ix_bot_actions_expires_at_open",
        "expires_at",
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    ),
)
"""What the bot offered to do, and what the person said to it."""

bot_entries = sa.Table(
    "bot_entries",
    metadata,
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
    sa.Column("created_at", Millis, nullable=False),
    # The publication that first carried it; NULL: a draft.
    sa.Column("publication", sa.Integer),
    sa.PrimaryKeyConstraint("topic", "language", "version"),
)
"""Entries as written at the desk; the newest published version stands over the file's."""

bot_publications = sa.Table(
    "bot_publications",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("digest", sa.String(64), nullable=False),
    # What library.dump() made: every node takes it over instead of fitting again.
    sa.Column("fitted", sa.LargeBinary, nullable=False),
    sa.Column("published_at", Millis, nullable=False),
    sa.Column("staff_id", Id),
)
"""What every node answers from; the highest number counts."""
