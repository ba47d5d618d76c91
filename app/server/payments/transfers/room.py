"""Puts everything between people together."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.identity.step_up import StepUp
from app.server.jobs.ticks import Ticks
from app.server.keys import ServiceKeys
from app.server.ledger.accounts import Directory
from app.server.ledger.plan import PlanWriter
from app.server.payments.facts import Facts
from app.server.payments.rules import Calendar
from app.server.payments.transfers.moving import Moving
from app.server.payments.transfers.own_limits import OwnLimits
from app.server.payments.transfers.payees import PayeeService
from app.server.payments.transfers.people import People
from app.server.payments.transfers.plan_routes import limit_routes, plan_routes
from app.server.payments.transfers.plan_runs import PlanRuns
from app.server.payments.transfers.plans import PlanService
from app.server.payments.transfers.refs import RefBook
from app.server.payments.transfers.request_routes import request_routes
from app.server.payments.transfers.requests import RequestService
from app.server.payments.transfers.routes import payee_routes, transfer_routes
from app.server.payments.transfers.service import TransferService
from app.server.realtime.hub import Hub


class TransferRoom:
    """Payees, transfers, requests for money, plans, own limits."""

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
        ticks: Ticks,
    ) -> None:
        """Wire the room; what plans ordered is paid by ``ticks``."""
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
        zone = ZoneInfo(config.timezone)
        self.plans = PlanService(
            engine,
            writer,
            moving=moving,
            people=self.people,
            facts=facts,
            step_up=step_up,
            config=config,
            zone=zone,
        )
        self.plan_runs = PlanRuns(engine, writer, moving=moving, people=self.people, zone=zone)
        self.limits = OwnLimits(engine, step_up, config, calendar)
        self.transfers.moved = self._tell_moved
        self.plan_runs.moved = lambda payer, payee: self._tell_moved(payer, payee, None)
        self.plans.told = self.plan_runs.told = self._tell_plans
        self.limits.told = self._tell_limits
        ticks.every(5, "plan-runs", self.plan_runs.run)
        ticks.every(3600, "forget-lookups", self.payees.forget)
        self.requests.told = self._tell_requests

    def routes(self) -> list[Any]:
        """What a person asks."""
        config = self._config
        return [
            *payee_routes(self.payees, config.resolve_per_minute if config.rate_limits else None),
            *transfer_routes(self.transfers),
            *request_routes(self.requests),
            *plan_routes(self.plans),
            *limit_routes(self.limits),
        ]

    def _tell_moved(self, payer: str, payee: str, request_id: str | None) -> None:
        topics = ("accounts", "activity", *(("requests",) if request_id else ()))
        for person in (payer, payee):
            self._hub.changed(f"person:{person}", *topics)

    def _tell_requests(self, user_id: str) -> None:
        self._hub.changed(f"person:{user_id}", "requests")

    def _tell_plans(self, user_id: str) -> None:
        self._hub.changed(f"person:{user_id}", "plans")

    def _tell_limits(self, user_id: str) -> None:
        self._hub.changed(f"person:{user_id}", "limits")
