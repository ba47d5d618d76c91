"""Staff, queue, hours, ready replies, call-backs.

Revision ID: 0006
"""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
