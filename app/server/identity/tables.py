"""People, their devices and sessions, and how often a contact's passphrase was guessed."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, metadata

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("contact_kind", sa.String(8), nullable=False),
    # Normalised: a lower-case domain, E.164.
    sa.Column("contact", sa.String(254), nullable=False, unique=True),
    sa.Column("display_name", sa.String(60), nullable=False),
    sa.Column("locale", sa.String(8), nullable=False),
    sa.Column("passphrase_hash", sa.String(200), nullable=False),
    sa.Column("state", sa.String(8), nullable=False, server_default="active"),
    sa.Column("created_at", Millis, nullable=False),
    sa.CheckConstraint("state IN ('active', 'frozen')", name="state"),
)
"""One row a person. Money and points stand in the ledger under the same id."""

devices = sa.Table(
    "devices",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("public_key", sa.String(43), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("platform", sa.String(40), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("revoked_at", Millis),
    sa.UniqueConstraint("user_id", "public_key"),
)
"""A key that a device enrolled. A key never changes: a new key is a new device."""

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("device_id", Id, sa.ForeignKey("devices.id"), nullable=False),
    # How often the refresh token was exchanged; the token of any other generation is spent.
    sa.Column("generation", sa.Integer, nullable=False, server_default="0"),
    # SHA-256 of the last refresh request's signature: an exact replay is told the same again.
    sa.Column("refresh_hash", sa.LargeBinary),
    sa.Column("refreshed_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("ended_at", Millis),
    sa.Column("end_reason", sa.String(16)),
    sa.Index("ix_sessions_device_id", "device_id"),
    sa.Index(
        "ix_sessions_ended_at",
        "ended_at",
        postgresql_where=sa.text("ended_at IS NOT NULL"),
        sqlite_where=sa.text("ended_at IS NOT NULL"),
    ),
)
"""A signed-in device. Ended for good by sign-out, revocation, or a refresh token used twice."""

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    # HMAC of the normalised contact: strangers' addresses are counted too, but not kept.
    sa.Column("contact_hash", sa.LargeBinary, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locks", sa.Integer, nullable=False),
    sa.Column("locked_until", Millis, nullable=False),
    sa.Column("tried_at", Millis, nullable=False),
    sa.Index("ix_sign_in_attempts_tried_at", "tried_at"),
)
"""Wrong passphrases by contact, whether anybody has that contact or not."""

freezes = sa.Table(
    "freezes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    # ``person`` · ``bot`` · ``agent`` · ``operator``.
    sa.Column("by", sa.String(8), nullable=False),
    # The staff member; empty where it was the person, or the operator's command.
    sa.Column("actor", sa.String(36), nullable=False),
    sa.Column("reason", sa.String(300), nullable=False),
    sa.Column("frozen_at", Millis, nullable=False),
    sa.Column("thawed_at", Millis),
    sa.Column("thawed_by", sa.String(8)),
    sa.Column("thaw_actor", sa.String(36)),
    sa.Column("thaw_reason", sa.String(300)),
    # The device's word for it; unique, so that a recorded thaw lifts no later freeze.
    sa.Column("thaw_signature", sa.String(86), unique=True),
    sa.Index("ix_freezes_user_id", "user_id"),
    sa.Index(
        "uq_freezes_open",
        "user_id",
        "by",
        unique=True,
        postgresql_where=sa.text("thawed_at IS NULL"),
        sqlite_where=sa.text("thawed_at IS NULL"),
    ),
)
"""Every freeze and how it was lifted: who, why, when. One holds while ``thawed_at`` is NULL."""
