"""Wires the rooms after selling: shifts, bills, webhooks, statements."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.jobs.ticks import Ticks
from app.server.keys import ServiceKeys
from app.server.payments.activity import ActivityService
from app.server.payments.settlement.bills import BillService
from app.server.payments.settlement.follower import Follower
from app.server.payments.settlement.received import ReceivedBook
from app.server.payments.settlement.routes import settlement_routes
from app.server.payments.settlement.shifts import ShiftBook
from app.server.payments.settlement.statement_routes import statement_routes
from app.server.payments.settlement.statements import StatementService
from app.server.payments.settlement.telling import Teller
from app.server.payments.settlement.webhook_routes import webhook_routes
from app.server.payments.settlement.webhooks import WebhookBook

_TELLERS = 3
"""So many merchants are told at once in each process: one that doesn't answer stops no other."""


class SettlementRoom:
    """Everything here reads the ledger; nothing here moves money."""

    def __init__(
        self, engine: AsyncEngine, activity: ActivityService, keys: ServiceKeys, config: Config
    ) -> None:
        """Wire the parts."""
        self._per_minute = config.statements_per_minute if config.rate_limits else None
        self.shifts = ShiftBook(engine, config)
        self.bills = BillService(engine, config)
        self.received = ReceivedBook(engine, config)
        self.webhooks = WebhookBook(engine, keys.sealer, config)
        self.follower = Follower(engine)
        self.teller = Teller(engine, keys.sealer, config)
        self.statements = StatementService(engine, activity, keys, config)

    def register(self, ticks: Ticks) -> None:
        """Follow what happens, and tell it."""
        ticks.every(1, "webhook-events", self.follower.run)
        for number in range(_TELLERS):
            ticks.every(1, f"webhooks-{number + 1}", self.teller.run)
        ticks.every(3600, "webhooks-forget", self.teller.forget)

    def routes(self) -> list[Any]:
        """What tills and persons ask."""
        return [
            *settlement_routes(self.shifts, self.bills, self.received),
            *webhook_routes(self.webhooks),
            *statement_routes(self.statements, self._per_minute),
        ]
