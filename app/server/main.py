"""Wires the whole service, in one place."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app import __version__
from app.protocol.errors import KBeanError
from app.protocol.messages.identity import ServiceInfo
from app.server.config import Config
from app.server.db.engine import create_engine, dispose, reading
from app.server.db.migrate import upgrade
from app.server.http.access import STAFF_SEEN, TOKENS
from app.server.http.application import make_application
from app.server.http.front import Front, Lane, now_ms
from app.server.http.metrics import Metrics
from app.server.http.system import Health, description_route, system_routes
from app.server.http.tokens import Revocations, TokenBook
from app.server.identity.routes import identity_routes
from app.server.identity.service import IdentityService
from app.server.identity.staff import StaffService
from app.server.identity.staff_routes import staff_routes
from app.server.jobs.ticks import Ticks
from app.server.keys import ServiceKeys, read_keys
from app.server.ledger.accounts import Directory, open_operator
from app.server.ledger.answers import forget_answers
from app.server.ledger.writer import Writer
from app.server.payments.activity import ActivityService
from app.server.payments.charges.room import ChargeRoom
from app.server.payments.counter.routes import counter_routes
from app.server.payments.counter.service import CounterService
from app.server.payments.counter.store_keys import StoreKeys
from app.server.payments.deductions import Deductions
from app.server.payments.facts import Facts, MerchantNames, find_amount
from app.server.payments.funding import FundingService
from app.server.payments.holds.room import HoldRoom
from app.server.payments.merchants import MerchantBook
from app.server.payments.notes import PointNotes
from app.server.payments.orders import OrderService
from app.server.payments.posting import Posting
from app.server.payments.refunds.routes import refund_routes
from app.server.payments.refunds.service import RefundService
from app.server.payments.routes import payment_routes, till_routes
from app.server.payments.rules import Calendar
from app.server.payments.service import PaymentService
from app.server.payments.settlement.room import SettlementRoom
from app.server.payments.transfers.room import TransferRoom
from app.server.points.room import PointsRoom
from app.server.points.rules import EarningRule
from app.server.points.service import load_rules
from app.server.realtime.connection import STREAM
from app.server.support.bot.room import BotRoom
from app.server.support.bot.routes import bot_routes
from app.server.support.bot.staff_routes import staff_bot_routes
from app.server.support.cases.clock_book import ClockBook
from app.server.support.cases.for_desk import ForDesk
from app.server.support.cases.room import CaseRoom
from app.server.support.cases.routes import case_routes
from app.server.support.cases.staff_routes import staff_case_routes
from app.server.support.consent.routes import consent_routes
from app.server.support.consent.service import Consent
from app.server.support.consent.staff_routes import consent_staff_routes
from app.server.support.mail.for_desk import Strangers
from app.server.support.mail.room import MailRoom
from app.server.support.people.hours import read_hours
from app.server.support.people.room import PeopleRoom
from app.server.support.people.routes import people_routes
from app.server.support.people.staff_routes import staff_people_routes
from app.server.support.talk.room import TalkRoom

_log = structlog.get_logger("service")

_DATABASE_WAIT = 30.0
"""Seconds that a start waits for a database that is away."""

_FORGET_EVERY = 3600.0
"""Seconds between two rounds that remove answers older than they must be kept."""


class Service:
    """One process of the service: its parts, and ``app``, the ASGI application.

    ``start`` and ``stop`` are called by the application's lifespan; a command that only posts
    (``kbean server fund``) calls them itself.
    """

    def __init__(self, config: Config, keys: ServiceKeys, engine: AsyncEngine, shard: int) -> None:
        """Put the parts together; nothing touches the database yet."""
        self.config = config
        self.keys = keys
        self.engine = engine
        self.revocations = Revocations()
        self.tokens = TokenBook(keys.token_secret, self.revocations)
        self.metrics = Metrics()
        self.writer = Writer(engine)
        self.directory = Directory(engine, shard=shard)
        self.identity = IdentityService(engine, config, self.tokens, keys.token_secret)
        self.staff = StaffService(
            engine,
            config,
            self.tokens,
            keys.token_secret,
            sealer=keys.sealer,
            hasher=self.identity.hasher,
        )
        self.merchants = MerchantBook(engine, self.tokens, keys, config)
        self.orders = OrderService(engine, self.writer, self.merchants, keys, config)
        self.facts = Facts(engine)
        self.posting = Posting(
            directory=self.directory,
            keys=keys,
            config=config,
            calendar=Calendar(ZoneInfo(config.timezone)),
            deductions=Deductions(engine, self.writer, self.directory, config),
        )
        self.payments = PaymentService(
            engine, self.writer, posting=self.posting, facts=self.facts, config=config
        )
        self.counter = CounterService(
            engine,
            StoreKeys(engine, keys.sealer),
            self.identity.hasher,
            posting=self.posting,
            config=config,
        )
        self.refunds = RefundService(
            engine, self.writer, self.posting, role_of=self.counter.role_of
        )
        self.points = PointsRoom(
            engine,
            self.writer,
            self.directory,
            config,
            note=PointNotes(config.operator),
            merchant_names=MerchantNames(engine),
            moved=self._tell_moved,
        )
        self.activity = ActivityService(engine, config)
        self.funding = FundingService(self.writer, self.directory, config)
        self.room = TalkRoom(engine, config, keys, self.tokens, self.metrics)
        self.hub, self.talk, self.stream = self.room.hub, self.room.talk, self.room.stream
        self.sending, self.attachments = self.room.sending, self.room.attachments
        self.payments.moved = self.funding.moved = self.refunds.moved = self._tell_moved
        self.ticks = Ticks()
        self.ticks.every(_FORGET_EVERY, "forget-answers", self._forget_answers)
        self.points.register(self.ticks, self._learn_rules)
        self.room.register(self.ticks)
        self.transfers = TransferRoom(
            engine,
            self.writer,
            directory=self.directory,
            facts=self.facts,
            keys=keys,
            config=config,
            calendar=Calendar(ZoneInfo(config.timezone)),
            step_up=self.identity.step_up,
            hub=self.hub,
            ticks=self.ticks,
        )
        self.holds = HoldRoom(
            engine,
            self.writer,
            posting=self.posting,
            facts=self.facts,
            config=config,
            hub=self.hub,
            ticks=self.ticks,
        )
        self.charges = ChargeRoom(
            engine,
            self.writer,
            posting=self.posting,
            sealer=keys.sealer,
            revoke=self.refunds.revoke,
            hub=self.hub,
            config=config,
        )
        self.payments.paid = self.charges.tell_paid
        self.charges.register(self.ticks, self.identity.freezing)
        self.settlement = SettlementRoom(engine, self.activity, keys, config)
        self.settlement.register(self.ticks)
        self.hours = read_hours(config.hours_file, config.timezone)
        self.people = PeopleRoom(
            self.talk,
            self.sending,
            self.attachments,
            self.staff,
            hours=self.hours,
            sealer=keys.sealer,
            config=config,
        )
        self.people.register(self.sending, self.ticks)
        self.cases = CaseRoom(
            engine,
            self.talk,
            sealer=keys.sealer,
            hours=self.hours,
            audit=self.staff.audit,
            find_member=self.staff.member,
            zone=ZoneInfo(config.timezone),
            amount_above=config.escalate_above,
            quality_percent=config.quality_percent,
            find_amount=find_amount,
        )
        ForDesk(ClockBook(self.hours), self.cases.shelf).register(self.people)
        self.ticks.every(2, "follow-conversations", self.cases.follower.run)
        self.ticks.every(5, "case-clocks", self.cases.sweep.run)
        self.consent = Consent(
            self.talk,
            self.identity,
            self.activity,
            self.staff.audit,
            secret=keys.token_secret,
            find_member=self.staff.member,
            default_region=config.default_region,
        )
        self.consent.register(self.people, self.ticks)
        self.identity.freezing.tell(self._tell_frozen)
        self.bot = BotRoom(
            engine,
            self.talk,
            mode=config.bot,
            sealer=keys.sealer,
            hours=self.hours,
            zone=ZoneInfo(config.timezone),
            freezing=self.identity.freezing,
            step_up=self.identity.step_up,
            cases=self.cases.cases,
            audit=self.staff.audit,
        )
        self.bot.register(self.people.persons, self.ticks)
        self.mail: MailRoom | None = None
        if config.mail_address:
            self.mail = MailRoom(
                engine,
                self.talk,
                self.attachments,
                sealer=keys.sealer,
                secret=keys.token_secret,
                config=config,
            )
            self.mail.register(self.ticks)
            self.people.boards.strangers = Strangers(keys.sealer).names
            self.consent.employ(self.mail.outbox)
        self._tasks: list[asyncio.Task[None]] = []
        self.app = self._application()

    def _tell_frozen(self, user_id: str) -> None:
        self.hub.changed(f"person:{user_id}", "person", "accounts", "session")

    def _application(self) -> Front:
        handlers = [
            *system_routes(
                self.info,
                self.ready,
                self.metrics,
                self.config.metrics_token,
                metrics_open=self.config.mode == "demo",
            ),
            *identity_routes(self.identity, self.config),
            *payment_routes(
                self.payments, self.merchants, self.activity, self.config, self.posting.beans_for
            ),
            *till_routes(self.orders, self.merchants, self.config),
            *self.charges.routes(),
            *self.transfers.routes(),
            *self.holds.routes(),
            *refund_routes(self.refunds),
            *self.points.routes(),
            *counter_routes(self.counter),
            *self.settlement.routes(),
            *self.room.routes(),
            *people_routes(self.people),
            *bot_routes(self.bot, 120 if self.config.rate_limits else None),
            *staff_routes(self.staff, self.config),
            *staff_people_routes(self.people),
            *consent_routes(self.consent),
            *consent_staff_routes(self.consent),
            *case_routes(self.cases, 60 if self.config.rate_limits else None),
            *staff_case_routes(self.cases),
            *staff_bot_routes(self.bot),
        ]
        inner = make_application(
            [*handlers, description_route(handlers)],
            lifespan=[self._lifespan],
            body_max=self.config.body_max,
        )
        inner.state[TOKENS] = self.tokens
        inner.state[STAFF_SEEN] = self.staff.seen
        return Front(
            inner,
            tokens=self.tokens,
            metrics=self.metrics,
            lanes=[Lane("POST", "/v1/payments", self.payments.pay_bytes), *self.charges.lanes()],
            body_max=self.config.body_max,
            tls=self.config.tls_certificate is not None or self.config.tls_proxy,
            state={STREAM: self.stream},
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Any) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        """Open what the operator needs, learn what was ended, start the writer and the watches.

        A PostgreSQL that restarts just now is waited for: one worker that can't begin would end
        all the others of its node.
        """
        deadline = time.monotonic() + _DATABASE_WAIT
        while True:
            try:
                await self._learn()
                break
            except (sa.exc.DBAPIError, OSError) as error:
                if time.monotonic() > deadline or not self._is_away(error):
                    raise
                _log.warning("start.database_away", reason=type(error).__name__)
                await asyncio.sleep(0.2)
        await self.writer.start()
        await self.room.start()
        self.ticks.start()
        self._tasks = [
            asyncio.create_task(self._watch_sessions(), name="watch-sessions"),
        ]

    async def _learn(self) -> None:
        """What a start needs from the database; harmless to repeat."""
        await open_operator(self.engine, self.config.currencies)
        self._learn_rules(await load_rules(self.engine))
        await self._look_for_ended(now_ms() - self.config.access_seconds * 1000)
        await self.staff.look_for_ended(now_ms() - self.config.staff_session_seconds * 1000)

    def _is_away(self, error: sa.exc.DBAPIError | OSError) -> bool:
        """Whether waiting may help: not against a missing table, nor where SQLite has no file."""
        away = self.engine.dialect.name != "sqlite"
        return away and not isinstance(error, sa.exc.ProgrammingError)

    async def stop(self) -> None:
        """Finish what waits in the writer, then let go of everything."""
        await self.ticks.stop()
        await self.room.stop()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.writer.stop()
        self.identity.hasher.close()
        await dispose(self.engine)

    async def _look_for_ended(self, since_ms: int) -> None:
        await self.identity.look_for_ended(since_ms)
        await self.staff.look_for_ended(since_ms)
        await self.merchants.look_for_revoked(since_ms)

    async def _watch_sessions(self) -> None:
        """A sign-out on another node reaches this one within the poll's seconds."""
        seen = now_ms()
        while True:
            await asyncio.sleep(self.config.revocation_poll)
            began = now_ms()
            try:
                # A little back, for transactions that were under way and clocks that differ.
                await self._look_for_ended(seen - 60_000)
            except (sa.exc.SQLAlchemyError, OSError) as error:
                _log.warning("sessions.watch_failed", reason=type(error).__name__)
            else:
                seen = began

    def _learn_rules(self, rules: tuple[EarningRule, ...]) -> None:
        self.posting.earning_rules = rules

    async def _forget_answers(self) -> None:
        await forget_answers(self.engine, now_ms())

    def _tell_moved(self, user_id: str) -> None:
        """Money of a person moved: their wallets ask again within a moment."""
        self.hub.changed(f"person:{user_id}", "accounts", "activity", "shop")

    def info(self) -> ServiceInfo:
        """The public description of the service."""
        config = self.config
        return ServiceInfo(
            service_id=config.service_id,
            operator=config.operator,
            mode=config.mode,
            licence=config.licence,
            currency=config.currency,
            currencies=list(config.currencies),
            keys=self.keys.published,
            server_time=now_ms(),
            version=__version__,
            payment_max=config.payment_max,
            static_code_daily_cap=config.static_code_daily_cap,
        )

    async def ready(self) -> Health:
        """Whether the database answers.

        Raises:
            KBeanError: ``busy``.
        """
        try:
            async with asyncio.timeout(2), reading(self.engine) as connection:
                await connection.execute(sa.select(1))
        except (sa.exc.SQLAlchemyError, OSError, TimeoutError):
            raise KBeanError("busy", "the database does not answer", retry_after=1) from None
        channel = self.hub.channels.state
        database, bot = self.engine.dialect.name, self.bot.shelf.kind
        return Health("ok", database, self.writer.waiting, channel, bot)


def build_service(config: Config, *, keys: ServiceKeys | None = None) -> Service:
    """Make the service for checked settings; a demo without keys makes its own.

    Raises:
        ConfigError: if the settings or the key file must not be used.
    """
    config.check()
    keys = keys or read_keys(config.keys_path, config.mode)
    engine = create_engine(config.database)
    return Service(config, keys, engine, shard=os.getpid())


async def migrate(config: Config) -> None:
    """Bring the database up to date."""
    engine = create_engine(config.database)
    try:
        await upgrade(engine)
    finally:
        await dispose(engine)
