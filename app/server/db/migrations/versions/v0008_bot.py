"""The bot: entries, questions, what it learned.

Revision ID: 0008
"""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables."""
