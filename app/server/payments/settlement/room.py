"""Wires the rooms after selling: shifts, bills, webhooks, statements."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.payments.settlement.bills import BillService
from app.server.payments.settlement.routes import settlement_routes
from app.server.payments.settlement.shifts import ShiftBook


class SettlementRoom:
    """Everything here reads the ledger; nothing here moves money."""

    def __init__(self, engine: AsyncEngine, config: Config) -> None:
        """Wire the parts."""
        self.shifts = ShiftBook(engine, config)
        self.bills = BillService(engine, config)

    def routes(self) -> list[Any]:
        """What tills ask."""
        return settlement_routes(self.shifts, self.bills)
