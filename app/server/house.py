"""Puts the parts of the service together; :mod:`app.server.main` runs them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from app.server.config import Config
from app.server.http.front import now_ms
from app.server.http.limits import SharedCounts
from app.server.http.metrics import Metrics
from app.server.http.tokens import Revocations, TokenBook
from app.server.identity.routes import identity_routes
from app.server.identity.service import IdentityService
from app.server.identity.staff import StaffService
from app.server.identity.staff_routes import staff_routes
from app.server.jobs.ticks import Ticks
from app.server.keys import ServiceKeys
from app.server.ledger.accounts import Directory
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
from app.server.support.people.staff_files import staff_file_routes
from app.server.support.people.staff_routes import staff_people_routes
from app.server.support.talk.room import TalkRoom

_FORGET_EVERY = 3600.0
"""Seconds between two rounds that remove answers older than they must be kept."""


class House:
    """Every part of one process of the service; nothing here touches the database yet."""

    def __init__(self, config: Config, keys: ServiceKeys, engine: AsyncEngine, shard: int) -> None:
        """Put the parts together."""
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
        self._paying()
        self._talking()
        self._day_in_a_shop()
        self._supporting()

    def _paying(self) -> None:
        """Payments to merchants, what comes back of them, K-Beans."""
        self.facts = Facts(self.engine)
        self.posting = Posting(
            directory=self.directory,
            keys=self.keys,
            config=self.config,
            calendar=Calendar(ZoneInfo(self.config.timezone)),
            deductions=Deductions(self.engine, self.writer, self.directory, self.config),
        )
        self.payments = PaymentService(
            self.engine, self.writer, posting=self.posting, facts=self.facts, config=self.config
        )
        self.counter = CounterService(
            self.engine,
            StoreKeys(self.engine, self.keys.sealer),
            self.identity.hasher,
            posting=self.posting,
            config=self.config,
        )
        self.refunds = RefundService(
            self.engine, self.writer, self.posting, role_of=self.counter.role_of
        )
        self.points = PointsRoom(
            self.engine,
            self.writer,
            self.directory,
            self.config,
            note=PointNotes(self.config.operator),
            merchant_names=MerchantNames(self.engine),
            moved=self._tell_moved,
        )
        self.activity = ActivityService(self.engine, self.config)
        self.funding = FundingService(self.writer, self.directory, self.config)

    def _talking(self) -> None:
        """The stream, conversations, and work that comes round."""
        url = self.config.redis_url
        self.counts = SharedCounts(url, self.config.service_id) if url else None
        self.room = TalkRoom(self.engine, self.config, self.keys, self.tokens, self.metrics)
        self.hub, self.talk, self.stream = self.room.hub, self.room.talk, self.room.stream
        self.sending, self.attachments = self.room.sending, self.room.attachments
        self.payments.moved = self.funding.moved = self.refunds.moved = self._tell_moved
        self.ticks = Ticks()
        self.ticks.every(_FORGET_EVERY, "forget-answers", self._forget_answers)
        self.points.register(self.ticks, self._learn_rules)
        self.room.register(self.ticks)

    def _day_in_a_shop(self) -> None:
        """Between people, payers' codes, pre-authorisations, what follows the sale."""
        self.transfers = TransferRoom(
            self.engine,
            self.writer,
            directory=self.directory,
            facts=self.facts,
            keys=self.keys,
            config=self.config,
            calendar=Calendar(ZoneInfo(self.config.timezone)),
            step_up=self.identity.step_up,
            hub=self.hub,
            ticks=self.ticks,
        )
        self.holds = HoldRoom(
            self.engine,
            self.writer,
            posting=self.posting,
            facts=self.facts,
            config=self.config,
            hub=self.hub,
            ticks=self.ticks,
        )
        self.charges = ChargeRoom(
            self.engine,
            self.writer,
            posting=self.posting,
            sealer=self.keys.sealer,
            revoke=self.refunds.revoke,
            hub=self.hub,
            config=self.config,
        )
        self.payments.paid = self.charges.tell_paid
        self.charges.register(self.ticks, self.identity.freezing)
        self.settlement = SettlementRoom(self.engine, self.activity, self.keys, self.config)
        self.settlement.register(self.ticks)

    def _supporting(self) -> None:
        """People, cases, consent, the bot, e-mail."""
        self.hours = read_hours(self.config.hours_file, self.config.timezone)
        self.people = PeopleRoom(
            self.talk,
            self.sending,
            self.attachments,
            self.staff,
            hours=self.hours,
            sealer=self.keys.sealer,
            config=self.config,
        )
        self.people.register(self.sending, self.ticks)
        self.cases = CaseRoom(
            self.engine,
            self.talk,
            sealer=self.keys.sealer,
            hours=self.hours,
            audit=self.staff.audit,
            find_member=self.staff.member,
            zone=ZoneInfo(self.config.timezone),
            amount_above=self.config.escalate_above,
            quality_percent=self.config.quality_percent,
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
            secret=self.keys.token_secret,
            find_member=self.staff.member,
            default_region=self.config.default_region,
        )
        self.consent.register(self.people, self.ticks)
        self.identity.freezing.tell(self._tell_frozen)
        self.bot = BotRoom(
            self.engine,
            self.talk,
            mode=self.config.bot,
            sealer=self.keys.sealer,
            hours=self.hours,
            zone=ZoneInfo(self.config.timezone),
            freezing=self.identity.freezing,
            step_up=self.identity.step_up,
            cases=self.cases.cases,
            audit=self.staff.audit,
        )
        self.bot.register(self.people.persons, self.ticks)
        self.mail: MailRoom | None = None
        if self.config.mail_address:
            self.mail = MailRoom(
                self.engine,
                self.talk,
                self.attachments,
                sealer=self.keys.sealer,
                secret=self.keys.token_secret,
                config=self.config,
            )
            self.mail.register(self.ticks)
            self.people.boards.strangers = Strangers(self.keys.sealer).names
            self.consent.employ(self.mail.outbox)

    def routes(self) -> list[Any]:
        """What persons, tills and staff ask."""
        return [
            *identity_routes(self.identity, self.config, self.counts),
            *payment_routes(
                self.payments, self.merchants, self.activity, self.config, self.posting.beans_for
            ),
            *till_routes(self.orders, self.merchants, self.config, self.counts),
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
            *staff_routes(self.staff, self.config, self.counts),
            *staff_people_routes(self.people),
            *staff_file_routes(self.people, limited=self.config.rate_limits),
            *consent_routes(self.consent),
            *consent_staff_routes(self.consent),
            *case_routes(self.cases, 60 if self.config.rate_limits else None),
            *staff_case_routes(self.cases),
            *staff_bot_routes(self.bot),
        ]

    def _tell_frozen(self, user_id: str) -> None:
        self.hub.changed(f"person:{user_id}", "person", "accounts", "session")

    def _learn_rules(self, rules: tuple[EarningRule, ...]) -> None:
        self.posting.earning_rules = rules

    async def _forget_answers(self) -> None:
        await forget_answers(self.engine, now_ms())

    def _tell_moved(self, user_id: str) -> None:
        """Money of a person moved: their wallets ask again within a moment."""
        self.hub.changed(f"person:{user_id}", "accounts", "activity", "shop")
