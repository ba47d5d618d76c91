"""Puts everything between people together."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.identity.step_up import StepUp
from app.server.keys import ServiceKeys
from app.server.ledger.accounts import Directory
from app.server.ledger.plan import PlanWriter
from app.server.payments.facts import Facts
from app.server.payments.rules import Calendar
from app.server.payments.transfers.moving import Moving
from app.server.payments.transfers.payees import PayeeService
from app.server.payments.transfers.people import People
from app.server.payments.transfers.refs import RefBook
from app.server.payments.transfers.request_routes import request_routes
from app.server.payments.transfers.requests import RequestService
from app.server.payments.transfers.routes import payee_routes, transfer_routes
from app.server.payments.transfers.service import TransferService
from app.server.realtime.hub import Hub


class TransferRoom:
    """Payees, transfers, requests for money."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        directory: Directory,
        facts: Facts,
        keys: ServiceKeys,
        config: Config,
        calendar: Calendar,
        step_up: StepUp,
        hub: Hub,
    ) -> None:
        """Wire the room."""
        self._config = config
        self._hub = hub
        self.people = People(engine, RefBook(keys.sealer))
        moving = Moving(directory=directory, keys=keys, config=config, calendar=calendar)
        self.payees = PayeeService(engine, self.people, keys, config, calendar)
        self.transfers = TransferService(
            engine,
            writer,
            moving=moving,
            people=self.people,
            facts=facts,
            step_up=step_up,
            config=config,
        )
        self.requests = RequestService(
            engine,
            writer,
            people=self.people,
            payees=self.payees,
            keys=keys,
            config=config,
        )
        self.transfers.moved = self._tell_moved
        self.requests.told = self._tell_requests

    def routes(self) -> list[Any]:
        """What a person asks."""
        config = self._config
        return [
            *payee_routes(self.payees, config.resolve_per_minute if config.rate_limits else None),
            *transfer_routes(self.transfers),
            *request_routes(self.requests),
        ]

    def _tell_moved(self, payer: str, payee: str, request_id: str | None) -> None:
        topics = ("accounts", "activity", *(("requests",) if request_id else ()))
        for person in (payer, payee):
            self._hub.changed(f"person:{person}", *topics)

    def _tell_requests(self, user_id: str) -> None:
        self._hub.changed(f"person:{user_id}", "requests")
