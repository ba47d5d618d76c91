"""Cases and their timeline, clocks, the facts reports are made of, surveys, quality, feedback.

What people wrote is sealed; the rest is what lists sort and filter by. Conversations and staff
stand in tables below this room; their ids are kept here without a foreign key, so that erasing a
person's words never has to ask the statistics.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, Minor, metadata

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(20), nullable=False, unique=True),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("conversation_id", Id),
    sa.Column("payment_id", Id),
    sa.Column("amount", Minor),
    sa.Column("parent_id", Id, sa.ForeignKey("cases.id")),
    sa.Column("title", sa.LargeBinary, nullable=False),
    sa.Column("category", sa.String(16), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("stage", sa.String(20), nullable=False),
    sa.Column("team", sa.String(32), nullable=False),
    sa.Column("assignee_id", Id),
    sa.Column("assignee_name", sa.String(60), nullable=False),
    sa.Column("level", sa.Integer, nullable=False, server_default="1"),
    sa.Column("cycle", sa.Integer, nullable=False, server_default="1"),
    sa.Column("last_seq", sa.Integer, nullable=False, server_default="0"),
    sa.Column("opened_at", Millis, nullable=False),
    sa.Column("updated_at", Millis, nullable=False),
    # A resolved case closes by itself then; the tick looks for these.
    sa.Column("closes_at", Millis),
    sa.Column("closed_at", Millis),
    sa.CheckConstraint(
        "stage IN ('new', 'working', 'waiting_person', 'waiting_internal', 'resolved', 'closed')",
        name="stage",
    ),
    sa.CheckConstraint("priority BETWEEN 0 AND 3", name="priority"),
    sa.CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    sa.Index("ix_cases_user_id_updated_at", "user_id", "updated_at"),
    sa.Index("ix_cases_stage_updated_at", "stage", "updated_at"),
    sa.Index("ix_cases_conversation_id", "conversation_id"),
    sa.Index(
        "ix_cases_closes_at",
        "closes_at",
        postgresql_where=sa.text("closes_at IS NOT NULL"),
        sqlite_where=sa.text("closes_at IS NOT NULL"),
    ),
)
"""A case. Its words are in ``title`` and the timeline, sealed."""

case_events = sa.Table(
    "case_events",
    metadata,
    sa.Column("case_id", Id, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Millis, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("actor", sa.String(8), nullable=False),
    sa.Column("actor_id", Id),
    sa.Column("actor_name", sa.String(60), nullable=False),
    sa.Column("stage", sa.String(20), nullable=False),
    sa.Column("internal", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("body", sa.LargeBinary),
    # The request that wrote it: sent twice it is written once.
    sa.Column("request_key", sa.String(80)),
    sa.UniqueConstraint("case_id", "request_key"),
)
"""The timeline; lines are only added."""

clocks = sa.Table(
    "clocks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    # The conversation or case it belongs to.
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("case_id", Id),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False, server_default="1"),
    sa.Column("metric", sa.String(16), nullable=False),
    sa.Column("target", sa.Integer, nullable=False),
    sa.Column("started_at", Millis, nullable=False),
    sa.Column("ended_at", Millis),
    sa.Column("kept", sa.Boolean),
    # The next mark it comes to by itself; the tick looks for these.
    sa.Column("mark", sa.String(8)),
    sa.Column("mark_at", Millis),
    sa.UniqueConstraint("subject_id", "metric", "cycle", "turn"),
    sa.CheckConstraint("target > 0", name="target"),
    sa.Index(
        "ix_clocks_mark_at",
        "mark_at",
        postgresql_where=sa.text("mark_at IS NOT NULL"),
        sqlite_where=sa.text("mark_at IS NOT NULL"),
    ),
    sa.Index("ix_clocks_started_at", "started_at"),
)
"""An SLA clock with the target that applied when it was started."""

clock_events = sa.Table(
    "clock_events",
    metadata,
    sa.Column("clock_id", Id, sa.ForeignKey("clocks.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("at", Millis, nullable=False),
)
"""What happened to a clock; it is computed from these."""

cycles = sa.Table(
    "support_cycles",
    metadata,
    sa.Column("conversation_id", Id, primary_key=True),
    sa.Column("cycle", sa.Integer, primary_key=True),
    sa.Column("opened_at", Millis, nullable=False),
    sa.Column("handed_at", Millis),
    sa.Column("handoff_reason", sa.String(16), nullable=False),
    sa.Column("first_reply_at", Millis),
    sa.Column("closed_at", Millis),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("abandoned", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("agent_id", Id),
    sa.Column("agent_name", sa.String(60), nullable=False),
    sa.Column("bot_answered", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("stars", sa.Integer),
    sa.Index("ix_support_cycles_opened_at", "opened_at"),
)
"""One opening of a conversation: the facts that reports are made of, no words."""

followed = sa.Table(
    "support_followed",
    metadata,
    sa.Column("conversation_id", Id, primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(8), nullable=False),
    sa.Column("cycle", sa.Integer, nullable=False),
)
"""How far each conversation's stream was read for its clocks and facts."""

surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("conversation_id", Id, nullable=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("resolver", sa.String(60), nullable=False),
    sa.Column("resolver_id", Id),
    sa.Column("sent_at", Millis, nullable=False),
    sa.Column("stars", sa.Integer),
    sa.Column("comment", sa.LargeBinary),
    sa.Column("answered_at", Millis),
    sa.UniqueConstraint("conversation_id", "cycle"),
    sa.CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
)
"""CSAT: once a cycle, with the resolver recorded."""

quality_samples = sa.Table(
    "quality_samples",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("conversation_id", Id, nullable=False),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("agent_id", Id),
    sa.Column("agent_name", sa.String(60), nullable=False),
    sa.Column("drawn_at", Millis, nullable=False),
    sa.Column("scores", sa.JSON),
    sa.Column("comment", sa.LargeBinary),
    sa.Column("scored_by", sa.String(60), nullable=False),
    sa.Column("scored_at", Millis),
    sa.UniqueConstraint("conversation_id", "cycle"),
)
"""Closed conversations drawn for scoring."""

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(20), nullable=False, unique=True),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("title", sa.LargeBinary, nullable=False),
    sa.Column("text", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(10), nullable=False, server_default="open"),
    sa.Column("public", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("published_at", Millis),
    sa.Column("answer", sa.LargeBinary),
    sa.Column("answered_by", sa.String(60), nullable=False),
    sa.Column("answered_at", Millis),
    sa.Column("case_id", Id, sa.ForeignKey("cases.id")),
    sa.Column("created_at", Millis, nullable=False),
    sa.CheckConstraint("state IN ('open', 'answered', 'declined')", name="state"),
    sa.Index("ix_feedback_user_id_created_at", "user_id", "created_at"),
    sa.Index("ix_feedback_state_created_at", "state", "created_at"),
)
"""Feedback, suggestions, complaints and community questions: each has a number and an answer."""

helpful = sa.Table(
    "feedback_helpful",
    metadata,
    sa.Column("feedback_id", Id, sa.ForeignKey("feedback.id"), primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
)
"""Who found a published answer useful; once a person."""

questionnaires = sa.Table(
    "questionnaires",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("number", sa.String(20), nullable=False, unique=True),
    sa.Column("title_zh", sa.String(120), nullable=False),
    sa.Column("title_en", sa.String(120), nullable=False),
    sa.Column("questions", sa.JSON, nullable=False),
    sa.Column("opens_at", Millis, nullable=False),
    sa.Column("closes_at", Millis, nullable=False),
    sa.Column("outcome_zh", sa.Text, nullable=False),
    sa.Column("outcome_en", sa.Text, nullable=False),
    sa.Column("created_by", sa.String(60), nullable=False),
    sa.CheckConstraint("closes_at > opens_at", name="span"),
)
"""A survey that the operator opened for everybody."""

questionnaire_answers = sa.Table(
    "questionnaire_answers",
    metadata,
    sa.Column("questionnaire_id", Id, sa.ForeignKey("questionnaires.id"), primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("answers", sa.LargeBinary, nullable=False),
    sa.Column("answered_at", Millis, nullable=False),
)
"""What a person answered; once."""
