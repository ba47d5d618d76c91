"""Puts pre-authorisations together."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.jobs.ticks import Ticks
from app.server.ledger.plan import PlanWriter
from app.server.payments.facts import Facts
from app.server.payments.holds.routes import hold_routes
from app.server.payments.holds.service import HoldService
from app.server.payments.posting import Posting
from app.server.payments.rules import Target
from app.server.realtime.hub import Hub


class HoldRoom:
    """Holding, capturing, releasing, and the clock that ends what nobody captures."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        posting: Posting,
        facts: Facts,
        config: Config,
        hub: Hub,
        ticks: Ticks,
    ) -> None:
        """Wire the room; what runs out is ended by ``ticks``."""
        self.holds = HoldService(engine, writer, posting=posting, facts=facts, config=config)
        self.holds.told = self._tell
        self._hub = hub
        ticks.every(10, "hold-expiry", self.holds.expire)

    def routes(self) -> list[Any]:
        """What a person and what a till asks."""
        return hold_routes(self.holds)

    def _tell(self, user_id: str, target: Target) -> None:
        self._hub.changed(f"person:{user_id}", "holds", "accounts", "activity")
        if target.terminal_id is not None:
            self._hub.changed(f"till:{target.terminal_id}", "orders", "holds")
