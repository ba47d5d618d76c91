"""Verification, access grants, looks, account help.

Revision ID: 0007
"""

from __future__ import annotations

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables."""
