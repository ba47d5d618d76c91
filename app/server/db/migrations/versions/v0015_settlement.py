"""Cashiers, shifts, daily bills, webhooks, statements.

Revision ID: 0015
"""

from __future__ import annotations

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the tables."""
