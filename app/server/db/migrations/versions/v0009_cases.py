"""Cases, clocks, surveys, quality, feedback.

Revision ID: 0009
"""

from __future__ import annotations

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables."""
