"""The operator's own work on K-Beans: earning rules as data, and the budget for promotions."""

from __future__ import annotations

from hashlib import sha256

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError, Problem
from app.protocol.ids import is_uuid7, new_id
from app.protocol.signing import canonical_bytes
from app.server.config import Config
from app.server.db.engine import writing
from app.server.ledger.accounts import Directory
from app.server.ledger.chart import OPERATOR
from app.server.ledger.plan import Answer, Draft, Idempotency, Leg, Plan
from app.server.ledger.writer import Writer
from app.server.points.rules import EarningRule
from app.server.points.service import load_rules
from app.server.points.tables import earning_rules


class NewRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as the operator makes it; see :class:`EarningRule`."""

    name: str
    currency: str
    per: int
    beans: int
    lifetime_days: int = 365
    merchant_id: str | None = None
    mcc: str | None = None
    campaign: str | None = None
    least: int = 0
    valid_from: int = 0
    valid_to: int | None = None


class Budgeted(msgspec.Struct, frozen=True):
    """What funding the promotions posted, and what the budget is now."""

    journal_id: int
    amount: int
    currency: str
    budget: int


def check_rule(rule: NewRule) -> None:
    """Refuse a rule that never speaks or that makes no sense.

    Raises:
        KBeanError: ``validation_failed`` with the ``field``.
    """
    mcc = rule.mcc
    wrong = {
        "name": not 1 <= len(rule.name) <= 80,
        "campaign": rule.campaign is not None and not 1 <= len(rule.campaign) <= 80,
        "per": rule.per < 1,
        "beans": rule.beans < 0,
        "lifetime_days": not 1 <= rule.lifetime_days <= 36_500,
        "least": rule.least < 0,
        "mcc": mcc is not None and not (len(mcc) == 4 and mcc.isascii() and mcc.isdigit()),
        "merchant_id": rule.merchant_id is not None and not is_uuid7(rule.merchant_id),
        "valid_to": rule.valid_to is not None and rule.valid_to <= rule.valid_from,
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise KBeanError("validation_failed", "a rule can't be like this", field=name)


class PointOffice:
    """What the operator does."""

    def __init__(
        self, engine: AsyncEngine, writer: Writer, directory: Directory, config: Config
    ) -> None:
        """Wire it."""
        self._engine = engine
        self._writer = writer
        self._directory = directory
        self._config = config

    async def rules(self) -> tuple[EarningRule, ...]:
        """Every rule, past and future ones too."""
        return await load_rules(self._engine)

    async def add_rule(self, rule: NewRule) -> str:
        """Add a rule; running services learn of it within seconds.

        Raises:
            KBeanError: ``validation_failed``, ``currency_unsupported``.
        """
        check_rule(rule)
        if rule.currency not in self._config.currencies:
            raise KBeanError("currency_unsupported", params={"currency": rule.currency})
        rule_id = new_id()
        values = msgspec.structs.asdict(rule) | {"id": rule_id}
        async with writing(self._engine) as connection:
            await connection.execute(sa.insert(earning_rules).values(values))
        return rule_id

    async def end_rule(self, rule_id: str) -> None:
        """Let a rule say nothing from now on; what it gave stays.

        Raises:
            KBeanError: ``not_found``.
        """
        found = 0
        if is_uuid7(rule_id):
            async with writing(self._engine) as connection:
                done = await connection.execute(
                    sa.update(earning_rules)
                    .where(earning_rules.c.id == rule_id)
                    .values(valid_to=self._writer.clock())
                )
                found = done.rowcount
        if not found:
            raise KBeanError("not_found", "no such rule")

    async def fund_promotions(
        self, amount: int, currency: str, *, reason: str, key: str
    ) -> Budgeted:
        """Put the operator's own money, which the safeguarding bank holds, into the budget.

        Args:
            amount: Minor units, at least 1.
            currency: ISO 4217.
            reason: Why, kept with the posting as evidence.
            key: A UUIDv7; the same key funds once.

        Raises:
            KBeanError: ``amount_invalid``, ``currency_unsupported``, ``idempotency_key_invalid``,
                ``idempotency_body_differs``, ``busy``.
        """
        if not 1 <= amount <= 10**15:
            raise KBeanError("amount_invalid", field="amount")
        if not is_uuid7(key):
            raise KBeanError("idempotency_key_invalid")
        bank = await self._directory.find(OPERATOR, "safeguarded_bank", currency)
        budget = await self._directory.find(OPERATOR, "promotions", currency)
        if bank is None or budget is None:
            raise KBeanError("currency_unsupported", params={"currency": currency})
        evidence = canonical_bytes("promotion-budget", 1, (key, amount, currency, reason))

        def decide(draft: Draft) -> Answer:
            posted = draft.post(
                "promotion_budget",
                [Leg(bank, budget, amount)],
                event_at=draft.now,
                intent=evidence,
            )
            told = Budgeted(posted.journal_id, amount, currency, draft.account(budget).available)
            return Answer(201, msgspec.json.encode(told))

        idempotency = Idempotency(OPERATOR, "promotions", key, sha256(evidence).digest())
        answer = await self._writer.submit(Plan(decide, (bank, budget), idempotency=idempotency))
        if answer.status >= 400:
            raise KBeanError.from_problem(msgspec.json.decode(answer.body, type=Problem))
        return msgspec.json.decode(answer.body, type=Budgeted)
