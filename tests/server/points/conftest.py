"""A running service on each database, its books proved afterwards."""

from __future__ import annotations

from tests.server.payments.conftest import lone_shop as shop

__all__ = ["shop"]
