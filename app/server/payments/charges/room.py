"""Puts payers' codes and charges together for the service."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.db.sealing import Sealer
from app.server.http.front import Lane
from app.server.identity.freezing import Freezing
from app.server.jobs.ticks import Ticks
from app.server.ledger.plan import PlanWriter
from app.server.payments.charges.closing import Closing, Revoke
from app.server.payments.charges.handles import HandleBook
from app.server.payments.charges.routes import charge_routes, code_routes
from app.server.payments.charges.service import ChargeService
from app.server.payments.posting import Posting
from app.server.payments.rules import Target
from app.server.realtime.hub import Hub


class ChargeRoom:
    """Everything about payers' codes."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        posting: Posting,
        sealer: Sealer,
        revoke: Revoke,
        hub: Hub,
        config: Config,
    ) -> None:
        """Wire it; ``revoke`` refunds a paid order in full."""
        self._hub = hub
        self._config = config
        self.handles = HandleBook(engine, sealer, config)
        self.closing = Closing(
            engine,
            writer,
            revoke,
            currency=config.currency,
            reverse_hours=config.charge_reverse_hours,
        )
        self.charges = ChargeService(
            writer, posting=posting, handles=self.handles, closing=self.closing, config=config
        )
        self.charges.told = self._tell_charged
        self.closing.ended = self._tell_ended

    def register(self, ticks: Ticks, freezing: Freezing) -> None:
        """Let deadlines, reversals and freezes have their way."""
        ticks.every(2, "charges", self.closing.tick)
        ticks.every(600, "payer-handles", self.handles.forget)
        freezing.listen(self.handles.cut_off)

    def routes(self) -> list[Any]:
        """All routes."""
        per_minute = self._config.codes_per_minute if self._config.rate_limits else None
        register = self.closing.register
        return [
            *code_routes(self.handles, register, self.closing, per_minute),
            *charge_routes(self.charges, self.closing),
        ]

    def lanes(self) -> list[Lane]:
        """The route that is asked by the thousand."""
        return [Lane("POST", "/v1/charges", self.charges.charge_bytes)]

    def tell_paid(self, target: Target) -> None:
        """An order was paid: its till need not wait until it asks again."""
        if target.terminal_id is not None:
            self._hub.changed(f"till:{target.terminal_id}", "orders")
        if target.payer_id is not None:
            self._hub.changed(f"person:{target.payer_id}", "codes", "confirmations")

    def _tell_charged(self, user_id: str, till_id: str, asked: bool) -> None:
        """A code was charged: the wallet that shows it hears of it within a moment."""
        topics = ("confirmations",) if asked else ("accounts", "activity")
        self._hub.changed(f"person:{user_id}", "codes", *topics)
        self._hub.changed(f"till:{till_id}", "orders")

    def _tell_ended(self, user_id: str | None, till_id: str, moved: bool) -> None:
        """A charge came to another end than its counter was told at first."""
        if user_id is not None:
            topics = ("accounts", "activity") if moved else ()
            self._hub.changed(f"person:{user_id}", "codes", "confirmations", *topics)
        self._hub.changed(f"till:{till_id}", "orders")
