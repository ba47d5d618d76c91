"""Agents, the queue, turns, consults, call-backs, ready replies and macros."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, metadata

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), primary_key=True),
    # What the member chose: online, away, offline.
    sa.Column("presence", sa.String(8), nullable=False),
    sa.Column("since", Millis, nullable=False),
    # When a live stream of theirs was last seen anywhere; what decides about "gone".
    sa.Column("live_at", Millis, nullable=False),
    # Online by their word, but no stream for a minute: they get nothing until it is back.
    sa.Column("gone_at", Millis),
    # When they last got a conversation: among equals the one who waited longest is next.
    sa.Column("given_at", Millis, nullable=False, server_default="0"),
)
"""Who of the staff takes conversations now; made when they first say so."""

desk_rows = sa.Table(
    "desk_rows",
    metadata,
    sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), primary_key=True),
    # Set exactly while the conversation waits in the queue; taking it is one conditional update.
    sa.Column("waiting_since", Millis),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    # Why a person was asked for the last time.
    sa.Column("reason", sa.String(16), nullable=False),
    # Who had it last: a reopened conversation goes back there if they are in.
    sa.Column("last_agent_id", Id),
    sa.Column("outcome", sa.String(12), nullable=False),
    # What the person was last told about their place, so that they hear of changes only.
    sa.Column("told", sa.String(40), nullable=False),
    sa.Index(
        "ix_desk_rows_waiting_since",
        "waiting_since",
        postgresql_where=sa.text("waiting_since IS NOT NULL"),
        sqlite_where=sa.text("waiting_since IS NOT NULL"),
    ),
)
"""What people's work needs to know of a conversation, beside the conversation itself."""

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("cycle", sa.Integer, nullable=False),
    # ``queue`` or ``agent``.
    sa.Column("owner", sa.String(8), nullable=False),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("skill", sa.String(32), nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("began_at", Millis, nullable=False),
    sa.Column("ended_at", Millis),
    # The next owner: ``agent``, ``queue``, ``bot`` or ``nobody``.
    sa.Column("ended_for", sa.String(8), nullable=False),
    sa.CheckConstraint("(owner = 'agent') = (staff_id IS NOT NULL)", name="staff"),
    sa.Index("ix_turns_conv_id", "conv_id"),
    sa.Index("ix_turns_ended_at", "ended_at"),
    sa.Index(
        "uq_turns_open_conv_id",
        "conv_id",
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    ),
)
"""One row each stay in the queue or with an agent: waiting, handling, abandonment, hand-overs."""

consults = sa.Table(
    "consults",
    metadata,
    sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("asked_by", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("asked_at", Millis, nullable=False),
    sa.PrimaryKeyConstraint("conv_id", "staff_id"),
    sa.Index("ix_consults_staff_id", "staff_id"),
)
"""Colleagues who may read and note, not reply; ends when the conversation closes."""

callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("idempotency_key", Id, nullable=False),
    sa.Column("body_hash", sa.LargeBinary, nullable=False),
    sa.Column("start_at", Millis, nullable=False),
    sa.Column("end_at", Millis, nullable=False),
    # Sealed; bound to the id. The topic is the person's words, so it is sealed too.
    sa.Column("phone", sa.LargeBinary, nullable=False),
    sa.Column("phone_masked", sa.String(40), nullable=False),
    sa.Column("topic", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    # Who took it.
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("created_at", Millis, nullable=False),
    sa.UniqueConstraint("user_id", "idempotency_key"),
    sa.CheckConstraint("state IN ('booked', 'cancelled', 'done', 'missed')", name="state"),
    sa.Index("ix_callbacks_conv_id", "conv_id"),
    sa.Index("ix_callbacks_start_at", "start_at"),
)
"""Booked calls."""

callback_slots = sa.Table(
    "callback_slots",
    metadata,
    sa.Column("start_at", Millis, primary_key=True, autoincrement=False),
    sa.Column("booked", sa.Integer, nullable=False),
)
"""How many calls a slot has; booking one is one conditional update."""

canned_replies = sa.Table(
    "canned_replies",
    metadata,
    sa.Column("id", Id, primary_key=True),
    # None: the team's.
    sa.Column("owner_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("shortcut", sa.String(32), nullable=False),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("updated_at", Millis, nullable=False),
)
"""Ready sentences."""

macros = sa.Table(
    "macros",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("title", sa.String(120), nullable=False),
    # JSON: a list of steps (``MacroStep``).
    sa.Column("steps", sa.Text, nullable=False),
    sa.Column("updated_at", Millis, nullable=False),
)
"""Several steps with one click; the team's."""
