"""Cases, clocks, the facts reports are made of, surveys, quality, feedback.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "cases",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("conversation_id", Id),
        sa.Column("payment_id", Id),
        sa.Column("amount", sa.BigInteger),
        sa.Column("parent_id", Id),
        sa.Column("title", sa.LargeBinary, nullable=False),
        sa.Column("category", sa.String(16), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("assignee_id", Id),
        sa.Column("assignee_name", sa.String(60), nullable=False),
        sa.Column("level", sa.Integer, server_default="1", nullable=False),
        sa.Column("cycle", sa.Integer, server_default="1", nullable=False),
        sa.Column("last_seq", sa.Integer, server_default="0", nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("closes_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.CheckConstraint(
            "stage IN ('new', 'working', 'waiting_person', 'waiting_internal', "
            "'resolved', 'closed')",
            name=op.f("ck_cases_stage"),
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_cases_level")),
        sa.CheckConstraint("priority BETWEEN 0 AND 3", name=op.f("ck_cases_priority")),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_cases_parent_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index(
        "ix_cases_closes_at",
        "cases",
        ["closes_at"],
        postgresql_where=sa.text("closes_at IS NOT NULL"),
        sqlite_where=sa.text("closes_at IS NOT NULL"),
    )
    op.create_index("ix_cases_conversation_id", "cases", ["conversation_id"])
    op.create_index("ix_cases_stage_updated_at", "cases", ["stage", "updated_at"])
    op.create_index("ix_cases_user_id_updated_at", "cases", ["user_id", "updated_at"])
    op.create_table(
        "clocks",
        sa.Column("id", Id, nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("case_id", Id),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("turn", sa.Integer, server_default="1", nullable=False),
        sa.Column("metric", sa.String(16), nullable=False),
        sa.Column("target", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("kept", sa.Boolean),
        sa.Column("mark", sa.String(8)),
        sa.Column("mark_at", sa.BigInteger),
        sa.CheckConstraint("target > 0", name=op.f("ck_clocks_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
        sa.UniqueConstraint(
            "subject_id",
            "metric",
            "cycle",
            "turn",
            name=op.f("uq_clocks_subject_id_metric_cycle_turn"),
        ),
    )
    op.create_index(
        "ix_clocks_mark_at",
        "clocks",
        ["mark_at"],
        postgresql_where=sa.text("mark_at IS NOT NULL"),
        sqlite_where=sa.text("mark_at IS NOT NULL"),
    )
    op.create_index("ix_clocks_started_at", "clocks", ["started_at"])
    op.create_table(
        "quality_samples",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation_id", Id, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("agent_id", Id),
        sa.Column("agent_name", sa.String(60), nullable=False),
        sa.Column("drawn_at", sa.BigInteger, nullable=False),
        sa.Column("scores", sa.JSON),
        sa.Column("comment", sa.LargeBinary),
        sa.Column("scored_by", sa.String(60), nullable=False),
        sa.Column("scored_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_samples")),
        sa.UniqueConstraint(
            "conversation_id", "cycle", name=op.f("uq_quality_samples_conversation_id_cycle")
        ),
    )
    op.create_table(
        "questionnaires",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("title_zh", sa.String(120), nullable=False),
        sa.Column("title_en", sa.String(120), nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("opens_at", sa.BigInteger, nullable=False),
        sa.Column("closes_at", sa.BigInteger, nullable=False),
        sa.Column("outcome_zh", sa.Text, nullable=False),
        sa.Column("outcome_en", sa.Text, nullable=False),
        sa.Column("created_by", sa.String(60), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_questionnaires_span")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaires")),
        sa.UniqueConstraint("number", name=op.f("uq_questionnaires_number")),
    )
    op.create_table(
        "support_cycles",
        sa.Column("conversation_id", Id, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("handed_at", sa.BigInteger),
        sa.Column("handoff_reason", sa.String(16), nullable=False),
        sa.Column("first_reply_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("abandoned", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("agent_id", Id),
        sa.Column("agent_name", sa.String(60), nullable=False),
        sa.Column("bot_answered", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("stars", sa.Integer),
        sa.PrimaryKeyConstraint("conversation_id", "cycle", name=op.f("pk_support_cycles")),
    )
    op.create_index("ix_support_cycles_opened_at", "support_cycles", ["opened_at"])
    op.create_table(
        "support_followed",
        sa.Column("conversation_id", Id, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(8), nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_support_followed")),
    )
    op.create_table(
        "surveys",
        sa.Column("id", Id, nullable=False),
        sa.Column("conversation_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("resolver", sa.String(60), nullable=False),
        sa.Column("resolver_id", Id),
        sa.Column("sent_at", sa.BigInteger, nullable=False),
        sa.Column("stars", sa.Integer),
        sa.Column("comment", sa.LargeBinary),
        sa.Column("answered_at", sa.BigInteger),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_surveys_stars")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sa.UniqueConstraint(
            "conversation_id", "cycle", name=op.f("uq_surveys_conversation_id_cycle")
        ),
    )
    op.create_table(
        "case_events",
        sa.Column("case_id", Id, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(8), nullable=False),
        sa.Column("actor_id", Id),
        sa.Column("actor_name", sa.String(60), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("internal", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("request_key", sa.String(80)),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_case_events")),
        sa.UniqueConstraint(
            "case_id", "request_key", name=op.f("uq_case_events_case_id_request_key")
        ),
    )
    op.create_table(
        "clock_events",
        sa.Column("clock_id", Id, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id"], ["clocks.id"], name=op.f("fk_clock_events_clock_id_clocks")
        ),
        sa.PrimaryKeyConstraint("clock_id", "seq", name=op.f("pk_clock_events")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("title", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(10), server_default="open", nullable=False),
        sa.Column("public", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("answered_by", sa.String(60), nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("case_id", Id),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'declined')", name=op.f("ck_feedback_state")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_feedback_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("number", name=op.f("uq_feedback_number")),
    )
    op.create_index("ix_feedback_state_created_at", "feedback", ["state", "created_at"])
    op.create_index("ix_feedback_user_id_created_at", "feedback", ["user_id", "created_at"])
    op.create_table(
        "questionnaire_answers",
        sa.Column("questionnaire_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("answers", sa.LargeBinary, nullable=False),
        sa.Column("answered_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaires.id"],
            name=op.f("fk_questionnaire_answers_questionnaire_id_questionnaires"),
        ),
        sa.PrimaryKeyConstraint(
            "questionnaire_id", "user_id", name=op.f("pk_questionnaire_answers")
        ),
    )
    op.create_table(
        "feedback_helpful",
        sa.Column("feedback_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_helpful_feedback_id_feedback")
        ),
        sa.PrimaryKeyConstraint("feedback_id", "user_id", name=op.f("pk_feedback_helpful")),
    )
    # ### end Alembic commands ###
