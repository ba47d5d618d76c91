"""Staff: who they are, their sessions, and what they did that is privileged."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, metadata

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(32), nullable=False, unique=True),
    sa.Column("display_name", sa.String(60), nullable=False),
    sa.Column("passphrase_hash", sa.String(200), nullable=False),
    # Sealed; bound to the id.
    sa.Column("totp_secret", sa.LargeBinary, nullable=False),
    # The time step (Unix seconds / 30) of the last code that was taken: it and older ones are used.
    sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
    # Words separated by spaces, here and below: few, short, always read together.
    sa.Column("roles", sa.String(120), nullable=False),
    sa.Column("skills", sa.String(400), nullable=False),
    sa.Column("languages", sa.String(20), nullable=False),
    # Open conversations at the same time.
    sa.Column("capacity", sa.Integer, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("disabled_at", Millis),
)
"""One row a member of the staff. Nobody of the staff is a person with a wallet by it."""

staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    # When something was last asked, to the minute.
    sa.Column("seen_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("ended_at", Millis),
    sa.Column("end_reason", sa.String(16)),
    sa.Index("ix_staff_sessions_staff_id", "staff_id"),
    sa.Index(
        "ix_staff_sessions_ended_at",
        "ended_at",
        postgresql_where=sa.text("ended_at IS NOT NULL"),
        sqlite_where=sa.text("ended_at IS NOT NULL"),
    ),
)
"""A signed-in member; ``end_reason``: sign_out, idle, disabled, totp_reset."""

staff_audit = sa.Table(
    "staff_audit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Millis, nullable=False),
    # None: the operator at the command line.
    sa.Column("actor_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("action", sa.String(40), nullable=False),
    # The id of what it was done to.
    sa.Column("subject", sa.String(64), nullable=False),
    # JSON: names of fields, kinds, reasons' codes; never a value of somebody's account.
    sa.Column("detail", sa.Text, nullable=False),
    sa.Index("ix_staff_audit_subject", "subject"),
    sa.Index("ix_staff_audit_actor_id", "actor_id"),
)
"""Append-only: the database refuses to change or remove a row."""
