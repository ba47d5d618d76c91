"""Transfers, requests for money, plans, pre-authorisations.

Revision ID: 0014
"""

from __future__ import annotations

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the tables."""
