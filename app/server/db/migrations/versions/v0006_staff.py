"""Staff, queue, hours, ready replies, call-backs.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.server.db.guards import make_append_only

revision = "0006"
down_revision = "0005"

Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _staff()
    _sessions()
    _audit()
    _agents()
    _desk_rows()
    _turns()
    _consults()
    _callbacks()
    _ready_words()


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("display_name", sa.String(60), nullable=False),
        sa.Column("passphrase_hash", sa.String(200), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary, nullable=False),
        sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("roles", sa.String(120), nullable=False),
        sa.Column("skills", sa.String(400), nullable=False),
        sa.Column("languages", sa.String(20), nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("disabled_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("name", name="uq_staff_name"),
    )


def _sessions() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("id", Id, nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("end_reason", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name="pk_staff_sessions"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name="fk_staff_sessions_staff_id_staff"
        ),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_index(
        "ix_staff_sessions_ended_at",
        "staff_sessions",
        ["ended_at"],
        postgresql_where=sa.text("ended_at IS NOT NULL"),
        sqlite_where=sa.text("ended_at IS NOT NULL"),
    )


def _audit() -> None:
    op.create_table(
        "staff_audit",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor_id", Id),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_audit"),
        sa.ForeignKeyConstraint(["actor_id"], ["staff.id"], name="fk_staff_audit_actor_id_staff"),
    )
    op.create_index("ix_staff_audit_subject", "staff_audit", ["subject"])
    op.create_index("ix_staff_audit_actor_id", "staff_audit", ["actor_id"])
    make_append_only("staff_audit", ("id",))


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("presence", sa.String(8), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("live_at", sa.BigInteger, nullable=False),
        sa.Column("gone_at", sa.BigInteger),
        sa.Column("given_at", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_agents"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_agents_staff_id_staff"),
    )


def _desk_rows() -> None:
    op.create_table(
        "desk_rows",
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("waiting_since", sa.BigInteger),
        sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("last_agent_id", Id),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("told", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("conv_id", name="pk_desk_rows"),
        sa.ForeignKeyConstraint(
            ["conv_id"], ["conversations.id"], name="fk_desk_rows_conv_id_conversations"
        ),
    )
    op.create_index(
        "ix_desk_rows_waiting_since",
        "desk_rows",
        ["waiting_since"],
        postgresql_where=sa.text("waiting_since IS NOT NULL"),
        sqlite_where=sa.text("waiting_since IS NOT NULL"),
    )


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", Id, nullable=False),
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(8), nullable=False),
        sa.Column("staff_id", Id),
        sa.Column("skill", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_for", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.ForeignKeyConstraint(
            ["conv_id"], ["conversations.id"], name="fk_turns_conv_id_conversations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_turns_staff_id_staff"),
        sa.CheckConstraint(
            "(owner = 'agent') = (staff_id IS NOT NULL)", name=op.f("ck_turns_staff")
        ),
    )
    op.create_index("ix_turns_conv_id", "turns", ["conv_id"])
    op.create_index("ix_turns_ended_at", "turns", ["ended_at"])
    op.create_index(
        "uq_turns_open_conv_id",
        "turns",
        ["conv_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def _consults() -> None:
    op.create_table(
        "consults",
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("staff_id", Id, nullable=False),
        sa.Column("asked_by", Id, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("conv_id", "staff_id", name="pk_consults"),
        sa.ForeignKeyConstraint(
            ["conv_id"], ["conversations.id"], name="fk_consults_conv_id_conversations"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_consults_staff_id_staff"),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_consults_asked_by_staff"),
    )
    op.create_index("ix_consults_staff_id", "consults", ["staff_id"])


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", Id, nullable=False),
        sa.Column("conv_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("idempotency_key", Id, nullable=False),
        sa.Column("body_hash", sa.LargeBinary, nullable=False),
        sa.Column("start_at", sa.BigInteger, nullable=False),
        sa.Column("end_at", sa.BigInteger, nullable=False),
        sa.Column("phone", sa.LargeBinary, nullable=False),
        sa.Column("phone_masked", sa.String(40), nullable=False),
        sa.Column("topic", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("staff_id", Id),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_callbacks"),
        sa.ForeignKeyConstraint(
            ["conv_id"], ["conversations.id"], name="fk_callbacks_conv_id_conversations"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_callbacks_user_id_users"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_callbacks_staff_id_staff"),
        sa.UniqueConstraint(
            "user_id", "idempotency_key", name="uq_callbacks_user_id_idempotency_key"
        ),
        sa.CheckConstraint(
            "state IN ('booked', 'cancelled', 'done', 'missed')", name=op.f("ck_callbacks_state")
        ),
    )
    op.create_index("ix_callbacks_conv_id", "callbacks", ["conv_id"])
    op.create_index("ix_callbacks_start_at", "callbacks", ["start_at"])
    op.create_table(
        "callback_slots",
        sa.Column("start_at", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("booked", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("start_at", name="pk_callback_slots"),
    )


def _ready_words() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("id", Id, nullable=False),
        sa.Column("owner_id", Id),
        sa.Column("shortcut", sa.String(32), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_replies"),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff.id"], name="fk_canned_replies_owner_id_staff"
        ),
    )
    op.create_table(
        "macros",
        sa.Column("id", Id, nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_macros"),
    )
