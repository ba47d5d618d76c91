"""Money comes in: the operator's staff funds a person by a real posting (issue 2 Part 3).

Safeguarded bank → clearing → person. Nothing here writes a balance.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.signing import canonical_bytes
from app.server.config import Config
from app.server.ledger.accounts import Directory
from app.server.ledger.chart import OPERATOR
from app.server.ledger.plan import Answer, Draft, Idempotency, Leg, Plan, PlanWriter


class Funded(msgspec.Struct, frozen=True):
    """What a funding posted."""

    journal_id: int
    amount: int
    currency: str
    balance_after: int


class FundingService:
    """The operator's desk for money that really arrived."""

    def __init__(self, writer: PlanWriter, directory: Directory, config: Config) -> None:
        """Wire the service; ``moved`` is told whose money moved, after the commit."""
        self.moved: Callable[[str], None] = lambda _user_id: None
        self._writer = writer
        self._directory = directory
        self._config = config

    async def fund(
        self,
        user_id: str,
        amount: int,
        currency: str,
        *,
        reason: str,
        key: str,
        event_at: int | None = None,
    ) -> Funded:
        """Credit a person with money that the safeguarding bank received.

        Args:
            user_id: Whom.
            amount: Minor units, at least 1.
            currency: ISO 4217.
            reason: Why, kept with the posting as evidence.
            key: A UUIDv7; the same key funds once.
            event_at: When the money arrived, Unix milliseconds; now unless given.

        Raises:
            KBeanError: ``amount_invalid``, ``currency_unsupported``, ``not_found``,
                ``idempotency_key_invalid``, ``idempotency_body_differs``, ``busy``.
        """
        if amount < 1:
            raise KBeanError("amount_invalid", field="amount")
        if currency not in self._config.currencies:
            raise KBeanError("currency_unsupported", params={"currency": currency})
        if not is_uuid7(key):
            raise KBeanError("idempotency_key_invalid")
        find = self._directory.find
        bank = await find(OPERATOR, "safeguarded_bank", currency)
        clearing = await find(OPERATOR, "funding_clearing", currency)
        person = await find(user_id, "person", currency)
        if bank is None or clearing is None or person is None:
            raise KBeanError("not_found", "no such account")
        evidence = canonical_bytes("funding", 1, (key, user_id, amount, currency, reason))

        def decide(draft: Draft) -> Answer:
            posted = draft.post(
                "top_up",
                (Leg(bank, clearing, amount), Leg(clearing, person, amount)),
                event_at=event_at if event_at is not None else draft.now,
                intent=evidence,
            )
            balance = draft.account(person).available
            funded = Funded(posted.journal_id, amount, currency, balance)
            return Answer(201, msgspec.json.encode(funded))

        answer = await self._writer.submit(
            Plan(
                decide=decide,
                accounts=(bank, clearing, person),
                idempotency=Idempotency(OPERATOR, "fund", key, sha256(evidence).digest()),
            )
        )
        if answer.status >= 400:
            raise KBeanError(str(msgspec.json.decode(answer.body)["code"]))
        if not answer.replayed:
            self.moved(user_id)
        return msgspec.json.decode(answer.body, type=Funded)
