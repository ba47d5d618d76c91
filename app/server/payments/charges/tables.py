"""Handles that payers' codes are made with, and what an order doesn't say of a charge."""

from __future__ import annotations

import sqlalchemy as sa

from app.server.db.base import Id, Millis, Number, metadata

_WORKING = "state IN ('userpaying', 'reversing')"
_ENDED_UNPAID = sa.text("state IN ('closed', 'failed')")

WORKING = sa.text(f"charges.{_WORKING}")
"""What the ticks look among: the very words of the index's condition, or it isn't used."""

payer_handles = sa.Table(
    "payer_handles",
    metadata,
    # Nine random digits.
    sa.Column("handle", Number, primary_key=True, autoincrement=False),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("device_id", Id, nullable=False),
    # A handle lives no longer than the session that it was issued to.
    sa.Column("session_id", Id, nullable=False),
    # 32 bytes, sealed for this handle.
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("must_confirm", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("issued_at", Millis, nullable=False),
    sa.Column("valid_from", Millis, nullable=False),
    sa.Column("valid_until", Millis, nullable=False),
    # The last accepted counter, and how many codes were wrong.
    sa.Column("last_counter", sa.BigInteger, nullable=False),
    sa.Column("failures", sa.SmallInteger, nullable=False),
    sa.Column("revoked_at", Millis),
    sa.Index("ix_payer_handles_device_id", "device_id", "issued_at"),
    sa.Index("ix_payer_handles_valid_until", "valid_until"),
)
"""What a code's nine digits stand for (design/3 §Payer's code)."""

code_cutoffs = sa.Table(
    "code_cutoffs",
    metadata,
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("at", Millis, nullable=False),
)
"""Handles issued, and charges made, up to this moment are dead: written by a freeze.

A row of its own, because a freeze holds the accounts' locks when it is written: touching the
handles then would wait for postings that wait for the accounts.
"""

charges = sa.Table(
    "charges",
    metadata,
    # The order's id too; the code, amount, till, cashier and whether it is paid stand there.
    sa.Column("id", Id, primary_key=True),
    # The order's too.
    sa.Column("payer_id", Id),
    sa.Column("state", sa.String(10), nullable=False),
    # Why it failed or was closed: an error code, ``reversed`` or ``expired``.
    sa.Column("failure", sa.String(32)),
    # Why the payer was asked: amount, day or revealed.
    sa.Column("asked", sa.String(8)),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("changed_at", Millis, nullable=False),
    # Of a reversal: who wanted it and why, how often it was tried, and when it is again.
    sa.Column("reverse_reason", sa.String(120)),
    sa.Column("reverse_cashier", sa.String(36)),
    sa.Column("tries", sa.SmallInteger, nullable=False),
    sa.Column("next_try_at", Millis),
    sa.CheckConstraint(
        "state IN ('success', 'failed', 'userpaying', 'closed', 'reversing', 'revoked')",
        name="state",
    ),
    sa.CheckConstraint("(state IN ('failed', 'closed')) = (failure IS NOT NULL)", name="failure"),
    sa.CheckConstraint("(state = 'reversing') = (next_try_at IS NOT NULL)", name="reversing"),
    sa.Index("ix_charges_payer_id", "payer_id", "changed_at"),
    sa.Index(
        "ix_charges_changed_at",
        "changed_at",
        postgresql_where=_ENDED_UNPAID,
        sqlite_where=_ENDED_UNPAID,
    ),
    sa.Index(
        "ix_charges_state",
        "state",
        postgresql_where=sa.text(_WORKING),
        sqlite_where=sa.text(_WORKING),
    ),
)
"""What became of a charge that was not simply paid at once; ``userpaying`` with a paid order is a
success. A charge that was paid at once and is not taken back has an order and no row here."""
