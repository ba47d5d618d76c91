"""Paying: a signed intent becomes a plan, the ledger posts it, the answer is a signed receipt."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id, order_number
from app.protocol.messages.payments import Payment, PaymentIntent, PaymentRequest, Receipt
from app.protocol.signing import decode_bytes, encode_bytes, verify
from app.server.config import Config
from app.server.db.engine import reading
from app.server.http.access import checked_key
from app.server.http.problems import decoded
from app.server.http.tokens import Principal
from app.server.identity.rules import check_clock
from app.server.keys import ServiceKeys
from app.server.ledger.accounts import Directory
from app.server.ledger.chart import OPERATOR, POINTS
from app.server.ledger.plan import Answer, Draft, Idempotency, Leg, Plan, PlanWriter, Posted
from app.server.ledger.tables import idempotency_keys
from app.server.payments import rules
from app.server.payments.facts import Facts
from app.server.payments.rows import (
    CODES,
    MERCHANTS,
    ORDERS,
    PAYMENTS,
    SESSIONS,
    SPENDING,
    PaymentRow,
    SpendingRow,
)
from app.server.payments.tables import payments
from app.server.points.lots import add_lot
from app.server.points.rules import EarningRule, Sale, earned

ROUTE = "payments"

_decode = msgspec.json.Decoder(PaymentRequest).decode
_encode = msgspec.json.Encoder().encode


class _Accounts(NamedTuple):
    payer: int
    merchant: int
    beans: int
    issued: int


class _Ids(NamedTuple):
    payment: str
    receipt: str
    lot: str
    intent_hash: str


class PaymentService:
    """Posts payments and tells what became of them."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        directory: Directory,
        facts: Facts,
        keys: ServiceKeys,
        config: Config,
        calendar: rules.Calendar,
    ) -> None:
        """Wire the service; ``moved`` is told whose money moved, after the commit."""
        self._engine = engine
        self._writer = writer
        self._directory = directory
        self._facts = facts
        self._keys = keys
        self._config = config
        self._calendar = calendar
        self.earning_rules: tuple[EarningRule, ...] = ()
        self.moved: Callable[[str], None] = lambda _user_id: None

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
        if principal.kind != "person":
            raise KBeanError("forbidden", "only a person pays")
        if checked_key(key) != intent.key:
            raise KBeanError("idempotency_key_invalid", "the header is not the intent's key")
        if intent.payer != principal.id or intent.device != principal.device:
            raise KBeanError("forbidden", "the intent is another person's or device's")
        device = await self._facts.device(intent.device)
        if device is None or device.user_id != principal.id:
            raise KBeanError("device_revoked")
        signed = intent.signed_bytes()
        if not verify(device.public_key, signed, request.signature):
            raise KBeanError("signature_invalid", field="signature")
        target = await self._target(intent)
        accounts = await self._accounts(intent, target)
        plan = self._plan(principal, request, signed, target, accounts)
        answer = await self._writer.submit(plan)
        if answer.status == 201 and not answer.replayed:
            self.moved(principal.id)
        return answer

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

    async def _accounts(self, intent: PaymentIntent, target: rules.Target) -> _Accounts:
        find = self._directory.find
        payer = await find(intent.payer, "person", target.currency)
        merchant = await find(target.merchant_id, "merchant", target.currency)
        beans = await find(intent.payer, "points", POINTS)
        issued = await find(OPERATOR, "points_issued", POINTS)
        if payer is None or merchant is None or beans is None or issued is None:
            raise KBeanError("currency_unsupported", params={"currency": target.currency})
        return _Accounts(payer, merchant, beans, issued)

    def _plan(
        self,
        principal: Principal,
        request: PaymentRequest,
        signed: bytes,
        target: rules.Target,
        accounts: _Accounts,
    ) -> Plan:
        intent = request.intent
        digest = sha256(signed)
        intent_hash = encode_bytes(digest.digest())
        digest.update(request.note.encode())
        signature = decode_bytes(request.signature)
        ids = _Ids(new_id(), new_id(), new_id(), intent_hash)
        spending = (intent.payer, target.currency, self._calendar.day(intent.time))
        needs: list[tuple[Any, tuple[Any, ...]]] = [
            (SESSIONS, (principal.session,)),
            (MERCHANTS, (target.merchant_id,)),
        ]
        if target.order_id is None:
            needs += [(CODES, (target.code_id,)), (SPENDING, (spending,))]
        else:
            needs.append((ORDERS, (target.order_id,)))

        def decide(draft: Draft) -> Answer:
            self._guard(draft, principal, intent, target)
            if target.order_id is None:
                self._count_static(draft, target, intent, spending)
            else:
                _pay_order(draft, target.order_id, ids.payment)
            sale = Sale(target.merchant_id, target.mcc, target.currency, intent.amount, draft.now)
            gain = earned(self.earning_rules, sale)
            legs = [Leg(accounts.payer, accounts.merchant, intent.amount)]
            if gain.beans:
                legs.append(Leg(accounts.issued, accounts.beans, gain.beans))
            posted = draft.post(
                "payment", legs, event_at=intent.time, intent=signed, signature=signature
            )
            add_lot(
                draft,
                posted,
                lot_id=ids.lot,
                account_id=accounts.beans,
                beans=gain.beans,
                expires_at=gain.expires_at,
                payment_id=ids.payment,
            )
            payment = Payment(
                payment_id=ids.payment,
                status="succeeded",
                receipt=self._receipt(ids, intent, target, gain.beans, posted),
                balance_after=draft.account(accounts.payer).available,
                points_after=draft.account(accounts.beans).available,
                order_id=target.order_id,
                subject=target.subject,
                note=request.note,
            )
            document = _encode(payment)
            draft.insert(PAYMENTS, _row(payment, intent, target, document))
            return Answer(201, document)

        return Plan(
            decide=decide,
            accounts=accounts,
            needs=needs,
            idempotency=Idempotency(principal.id, ROUTE, intent.key, digest.digest()),
        )

    def _guard(
        self, draft: Draft, principal: Principal, intent: PaymentIntent, target: rules.Target
    ) -> None:
        session = draft.get(SESSIONS, principal.session)
        if session is None or session.ended_at is not None:
            raise KBeanError("session_ended")
        check_clock(intent.time, draft.now, self._config.clock_tolerance)
        rules.check_intent(intent, target, self._config.payment_max)
        merchant = draft.get(MERCHANTS, target.merchant_id)
        if merchant is None or merchant.state != "active":
            raise KBeanError("merchant_closed")

    def _count_static(
        self,
        draft: Draft,
        target: rules.Target,
        intent: PaymentIntent,
        key: tuple[str, str, int],
    ) -> None:
        code = draft.get(CODES, target.code_id)
        if code is None or code.revoked_at is not None:
            raise KBeanError("code_revoked")
        spending = draft.get(SPENDING, key)
        spent = spending.amount if spending is not None else 0
        rules.check_cap(spent, intent.amount, self._config.static_code_daily_cap, target.currency)
        row = SpendingRow(*key, spent + intent.amount)
        if spending is None:
            draft.insert(SPENDING, row)
        else:
            draft.change(SPENDING, row)

    def beans_for(self, sale: Sale) -> int:
        """How many K-Beans a sale earns now."""
        return earned(self.earning_rules, sale).beans

    def _receipt(
        self, ids: _Ids, intent: PaymentIntent, target: rules.Target, beans: int, posted: Posted
    ) -> Receipt:
        receipt = Receipt(
            receipt_id=ids.receipt,
            payment_id=ids.payment,
            order_number=order_number(ids.payment, posted.posted_at),
            intent_hash=ids.intent_hash,
            payer=intent.payer,
            payee=target.merchant_id,
            payee_name=target.payee_name,
            store_name=target.store_name,
            amount=intent.amount,
            currency=target.currency,
            points_earned=beans,
            posted_at=posted.posted_at,
            journal_id=posted.journal_id,
            key_id=self._keys.receipt_key_id,
        )
        signature = self._keys.receipt.sign(receipt.signed_bytes())
        return msgspec.structs.replace(receipt, signature=signature)

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
        """What became of a key; with ``fence`` nothing can become of it afterwards.

        Raises:
            KBeanError: ``payment_not_found``: money ``unknown`` while the request may still be
                under way, ``not_moved`` where it was refused or is fenced off now (the refusal's
                code is in params ``refused``).
        """
        checked_key(key)
        if fence:
            answer = await self._writer.submit(
                Plan(decide=_never, idempotency=Idempotency(payer, ROUTE, key, None))
            )
            return _told(answer.status, answer.body)
        async with reading(self._engine) as connection:
            kept = (
                await connection.execute(
                    sa.select(idempotency_keys.c.status, idempotency_keys.c.answer).where(
                        idempotency_keys.c.key == key,
                        idempotency_keys.c.principal == payer,
                        idempotency_keys.c.route == ROUTE,
                    )
                )
            ).one_or_none()
        if kept is not None:
            return _told(kept.status, kept.answer)
        found = await self._document(payments.c.idempotency_key == key, payer, key)
        if found is None:
            raise KBeanError("payment_not_found")
        return found

    async def _document(
        self, which: sa.ColumnElement[bool], payer: str, identifier: str
    ) -> bytes | None:
        if not is_uuid7(identifier):
            return None
        async with reading(self._engine) as connection:
            query = sa.select(payments.c.document).where(which, payments.c.payer_id == payer)
            document: bytes | None = await connection.scalar(query)
            return document


def _pay_order(draft: Draft, order_id: str, payment_id: str) -> None:
    order = draft.get(ORDERS, order_id)
    if order is None:
        raise KBeanError("order_not_found")
    rules.check_payable(order.status, order.expires_at, draft.now)
    paid = order._replace(status="paid", payment_id=payment_id, paid_at=draft.now)
    draft.change(ORDERS, paid)


def _row(
    payment: Payment, intent: PaymentIntent, target: rules.Target, document: bytes
) -> PaymentRow:
    receipt = payment.receipt
    return PaymentRow(
        payment.payment_id,
        intent.key,
        intent.payer,
        intent.device,
        target.merchant_id,
        target.store_id,
        target.code_id,
        target.order_id,
        intent.amount,
        target.currency,
        receipt.points_earned,
        receipt.journal_id,
        receipt.posted_at,
        document,
    )


def _never(_draft: Draft) -> Answer:
    raise KBeanError("payment_not_found", "fenced off", money="not_moved")


def _told(status: int, body: bytes) -> bytes:
    """A kept answer as the asker by key is told it."""
    if status < 400:
        return body
    code = str(msgspec.json.decode(body).get("code", ""))
    params: dict[str, str | int] = {} if code == "payment_not_found" else {"refused": code}
    raise KBeanError("payment_not_found", money="not_moved", params=params)
