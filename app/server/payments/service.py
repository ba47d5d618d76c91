"""Paying: a signed intent becomes a plan, the ledger posts it, the answer is a signed receipt."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.payments import PaymentIntent, PaymentRequest
from app.server.config import Config
from app.server.db.engine import reading
from app.server.http.problems import decoded
from app.server.http.tokens import Principal
from app.server.identity.rules import check_clock
from app.server.ledger.plan import Answer, Draft, Idempotency, Plan, PlanWriter
from app.server.payments import rules
from app.server.payments.by_key import ByKey
from app.server.payments.facts import Facts
from app.server.payments.posting import Posting, Wish
from app.server.payments.rows import CODES, SESSIONS
from app.server.payments.signed import check_signed
from app.server.payments.tables import payments
from app.server.points.purse import with_purse

ROUTE = "payments"

_decode = msgspec.json.Decoder(PaymentRequest).decode


class PaymentService:
    """Posts payments and tells what became of them."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        posting: Posting,
        facts: Facts,
        config: Config,
    ) -> None:
        """Wire the service.

        After the commit ``moved`` is told whose money moved, and ``paid`` which order is paid.
        """
        self._engine = engine
        self._writer = writer
        self._posting = posting
        self._facts = facts
        self._config = config
        self._by_key = ByKey(
            engine, writer, route=ROUTE, not_found="payment_not_found", document=self._of_key
        )
        self.moved: Callable[[str], None] = lambda _user_id: None
        self.paid: Callable[[rules.Target], None] = lambda _target: None

    async def pay_bytes(self, principal: Principal, key: str | None, body: bytes) -> Answer:
        """A payment request as it came over the wire.

        Raises:
            KBeanError: see :meth:`pay`; besides what is wrong with the body.
        """
        return await self.pay(principal, key, decoded(_decode, body))

    async def pay(self, principal: Principal, key: str | None, request: PaymentRequest) -> Answer:
        """Check the signature, plan, post, and answer a signed receipt.

        What may change (session, clock, order, code, limits, balances) is decided inside the
        posting's transaction, after the idempotency key: a replay is told what was told first.

        Raises:
            KBeanError: ``idempotency_key_missing``, ``forbidden``, ``signature_invalid``,
                ``order_not_found``, ``code_forged``, ``currency_unsupported``, ``busy``.
        """
        intent = request.intent
        signed = await check_signed(self._facts, principal, key, intent, request.signature)
        target = await self._target(intent)

        async def attempt() -> Answer:
            return await self._writer.submit(await self._plan(principal, request, signed, target))

        answer = await (with_purse(attempt) if intent.points else attempt())
        if answer.status == 201 and not answer.replayed:
            self.moved(principal.id)
            self.paid(target)
        return await self._by_key.whole(principal.id, intent.key, answer)

    async def _target(self, intent: PaymentIntent) -> rules.Target:
        if intent.order_id is not None:
            target = await self._facts.order(intent.order_id)
            if target is None:
                raise KBeanError("order_not_found")
        else:
            target = await self._facts.code(intent.code_id)
            if target is None:
                raise KBeanError("code_forged", "no code with this id was ever issued")
        return target

    async def _plan(
        self, principal: Principal, request: PaymentRequest, signed: bytes, target: rules.Target
    ) -> Plan:
        intent = request.intent
        wish = Wish(
            payer=intent.payer,
            device=intent.device,
            key=intent.key,
            target=target,
            amount=intent.amount,
            event_at=intent.time,
            evidence=signed,
            signature=request.signature,
            note=request.note,
            way="static" if target.order_id is None else "order",
            points=intent.points,
            coupon_id=intent.coupon_id,
        )
        ready = await self._posting.prepare(wish)
        ready.needs.append((SESSIONS, (principal.session,)))
        if target.order_id is None:
            ready.needs.append((CODES, (target.code_id,)))

        def decide(draft: Draft) -> Answer:
            self._guard(draft, principal, intent, target)
            # The document stands in the payment's row for ever: no second copy for replays.
            return Answer(201, self._posting.post(draft, ready)[1], kept=b"")

        digest = sha256(signed + request.note.encode()).digest()
        return Plan(
            decide=decide,
            accounts=ready.accounts,
            needs=ready.needs,
            idempotency=Idempotency(principal.id, ROUTE, intent.key, digest),
        )

    def _guard(
        self, draft: Draft, principal: Principal, intent: PaymentIntent, target: rules.Target
    ) -> None:
        session = draft.get(SESSIONS, principal.session)
        if session is None or session.ended_at is not None:
            raise KBeanError("session_ended")
        check_clock(intent.time, draft.now, self._config.clock_tolerance)
        rules.check_intent(intent, target, self._config.payment_max)
        if target.hold:
            raise KBeanError("order_is_hold")
        if target.order_id is None:
            code = draft.get(CODES, target.code_id)
            if code is None or code.revoked_at is not None:
                raise KBeanError("code_revoked")

    # --- what became of a payment

    async def find(self, payer: str, payment_id: str) -> bytes:
        """A payment of the person, as it was answered.

        Raises:
            KBeanError: ``payment_not_found``.
        """
        found = await self._document(payments.c.id == payment_id, payer, payment_id)
        if found is None:
            raise KBeanError("payment_not_found", money="none")
        return found

    async def find_by_key(self, payer: str, key: str, *, fence: bool) -> bytes:
        """What became of a key: :meth:`ByKey.find`, not found is ``payment_not_found``."""
        return await self._by_key.find(payer, key, fence=fence)

    async def _of_key(self, payer: str, key: str) -> bytes | None:
        return await self._document(payments.c.idempotency_key == key, payer, key)

    async def _document(
        self, which: sa.ColumnElement[bool], payer: str, identifier: str
    ) -> bytes | None:
        if not is_uuid7(identifier):
            return None
        async with reading(self._engine) as connection:
            query = sa.select(payments.c.document).where(which, payments.c.payer_id == payer)
            document: bytes | None = await connection.scalar(query)
            return document
