"""What staff asked a person, what the person answered, and who looked at what.

There are no foreign keys to people here on purpose: freezing locks a person's row and then their
open questions, and a key check would take those two locks the other way round. A conversation
belongs to one person for ever, and every row here belongs to a conversation.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.server.db.base import Id, Millis, metadata


def _asked() -> list[sa.Column[Any]]:
    """What every question has: who asked whom, how it stands, the signed answer."""
    return [
        sa.Column("id", Id, primary_key=True),
        sa.Column("conv_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("agent_id", Id, nullable=False),
        sa.Column("agent_name", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", Millis, nullable=False),
        sa.Column("expires_at", Millis, nullable=False),
        sa.Column("answered_at", Millis),
        # The evidence: which device signed what, at which time of its own.
        sa.Column("device_id", Id),
        sa.Column("signed_at", Millis),
        sa.Column("signature", sa.String(86)),
    ]


verifications = sa.Table(
    "verifications",
    metadata,
    *_asked(),
    sa.Column("level", sa.SmallInteger, nullable=False),
    # Words separated by spaces: device, passphrase, code, question.
    sa.Column("factors", sa.String(40), nullable=False),
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
    # HMAC of the one-time code that was sent; it dies with a freeze.
    sa.Column("code_hash", sa.LargeBinary),
    # How long the proof counts.
    sa.Column("until", Millis),
    sa.Index("ix_verifications_conv_id", "conv_id"),
    sa.Index("ix_verifications_user_id", "user_id"),
    sa.Index("ix_verifications_state_expires_at", "state", "expires_at"),
)
"""``open`` → ``passed`` · ``failed`` · ``declined`` · ``expired`` · ``cancelled``."""

grants = sa.Table(
    "grants",
    metadata,
    *_asked(),
    # Asked for, and then what was granted of it; words separated by spaces.
    sa.Column("scopes", sa.String(40), nullable=False),
    sa.Column("minutes", sa.SmallInteger, nullable=False),
    # Sealed; the agent's words.
    sa.Column("reason", sa.LargeBinary, nullable=False),
    sa.Column("until", Millis),
    sa.Column("ended_at", Millis),
    sa.Column("break_glass", sa.Boolean(create_constraint=False), nullable=False),
    # The second of the two people who broke the glass.
    sa.Column("second_id", Id),
    sa.CheckConstraint(
        "NOT break_glass OR state <> 'active' OR (second_id IS NOT NULL AND second_id <> agent_id)",
        name="two",
    ),
    sa.CheckConstraint("state <> 'active' OR until IS NOT NULL", name="until"),
    sa.Index("ix_grants_conv_id", "conv_id"),
    sa.Index("ix_grants_user_id_created_at", "user_id", "created_at"),
    sa.Index("ix_grants_state_until", "state", "until"),
    sa.Index("ix_grants_state_expires_at", "state", "expires_at"),
)
"""``open`` → ``active`` · ``declined`` · ``expired`` · ``cancelled``; ``waiting`` (for the second
person) → ``active``; ``active`` → ``revoked`` · ``expired`` · ``ended``, and nothing leads back."""

looks = sa.Table(
    "looks",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("grant_id", Id, sa.ForeignKey("grants.id"), nullable=False),
    sa.Column("conv_id", Id, nullable=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("agent_id", Id, nullable=False),
    sa.Column("agent_name", sa.String(60), nullable=False),
    sa.Column("scope", sa.String(12), nullable=False),
    # Names of fields, separated by spaces; never values.
    sa.Column("fields", sa.String(200), nullable=False),
    sa.Column("break_glass", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
    sa.Index("ix_looks_user_id_at", "user_id", "at"),
    sa.Index("ix_looks_grant_id", "grant_id"),
)
"""Every look at an account, written before anything is shown; the database refuses changes."""

proposals = sa.Table(
    "proposals",
    metadata,
    *_asked(),
    sa.Column("change", sa.String(16), nullable=False),
    sa.Column("step_up", sa.Boolean(create_constraint=False), nullable=False),
    # Sealed JSON: reason, value, and the difference (before, after) once it was made.
    sa.Column("detail", sa.LargeBinary, nullable=False),
    sa.Index("ix_proposals_conv_id", "conv_id"),
    sa.Index("ix_proposals_user_id", "user_id"),
    sa.Index("ix_proposals_state_expires_at", "state", "expires_at"),
)
"""``open`` → ``done`` · ``declined`` · ``failed`` · ``expired`` · ``cancelled``."""

security_questions = sa.Table(
    "security_questions",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    # Sealed.
    sa.Column("question", sa.LargeBinary, nullable=False),
    # Argon2id of the answer in one spelling.
    sa.Column("answer_hash", sa.String(200), nullable=False),
    sa.Column("set_at", Millis, nullable=False),
)
"""A question that only its person answers easily; one factor among others, never alone."""
