"""Pre-authorisations: hold by a signed intent, capture and release by the till, expiry."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.holds import (
    Authorisation,
    CaptureRequest,
    HoldRequest,
    ReleaseRequest,
)
from app.protocol.messages.payments import PaymentIntent
from app.server.config import Config
from app.server.http.tokens import Principal
from app.server.identity.rules import check_clock
from app.server.ledger.holds import HOLDS, end_hold, open_hold, take_from_hold
from app.server.ledger.plan import Answer, Draft, Idempotency, Plan, PlanWriter, RowKind
from app.server.payments import rules as payment_rules
from app.server.payments.by_key import ByKey, raise_refusal
from app.server.payments.facts import Facts
from app.server.payments.holds import rules
from app.server.payments.holds.rules import AuthRow
from app.server.payments.holds.shelf import HoldShelf, message
from app.server.payments.holds.tables import authorisations
from app.server.payments.limits import LIMITS, SPENDING, count_spending, give_back_spending
from app.server.payments.posting import Posting, Wish
from app.server.payments.rows import MERCHANTS, ORDERS, SESSIONS
from app.server.payments.signed import check_signed
from app.server.payments.tables import orders

ROUTE = "holds"
PORTION = 200
_DAY_MS = 86_400_000


class HeldOrderRow(NamedTuple):
    """The part of a held order that its end changes."""

    id: str
    status: str
    payment_id: str | None
    paid_at: int | None
    cashier: str | None
    shift: str | None


AUTHS = RowKind(
    authorisations,
    AuthRow,
    changes=("state", "out_request_no", "captured", "payment_id", "ended_at"),
)
# A kind of its own beside ORDERS: a capture may count for another shift than the order, and no
# payment should carry those columns. A hold that can be ended was committed before, so no batch
# ever changes one order through both.
HELD_ORDERS = RowKind(
    orders, HeldOrderRow, changes=("status", "payment_id", "paid_at", "cashier", "shift")
)


class HoldService:
    """Everything about pre-authorisations."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        posting: Posting,
        facts: Facts,
        config: Config,
    ) -> None:
        """Wire the service."""
        self._writer = writer
        self._posting = posting
        self._facts = facts
        self._config = config
        self.shelf = HoldShelf(engine, facts)
        self.told: Callable[[str, payment_rules.Target], None] = lambda _user_id, _target: None
        self.by_key = ByKey(
            engine, writer, route=ROUTE, not_found="hold_not_found", document=self.shelf.document
        )

    # --- the person holds

    async def hold(self, principal: Principal, key: str | None, request: HoldRequest) -> Answer:
        """Hold an order's amount back; checked like a payment, posted by nobody yet.

        Raises:
            KBeanError: ``idempotency_key_missing``, ``forbidden``, ``device_revoked``,
                ``signature_invalid``, ``order_not_found``, ``order_not_hold``, ``busy``.
        """
        intent = request.intent
        signed = await check_signed(self._facts, principal, key, intent, request.signature)
        target = None if intent.order_id is None else await self._facts.order(intent.order_id)
        if target is None:
            raise KBeanError("order_not_found")
        if not target.hold:
            raise KBeanError("order_not_hold")
        plan = await self._hold_plan(principal, request, signed, target)
        answer = await self._writer.submit(plan)
        if answer.status == 201 and not answer.replayed:
            self.told(principal.id, target)
        return answer

    async def _hold_plan(
        self,
        principal: Principal,
        request: HoldRequest,
        signed: bytes,
        target: payment_rules.Target,
    ) -> Plan:
        intent = request.intent
        find = self._posting.directory.find
        payer = await find(intent.payer, "person", target.currency)
        if payer is None:
            raise KBeanError("currency_unsupported", params={"currency": target.currency})
        trade_no = await self.shelf.trade_no(target.code_id)
        hold_id = new_id()
        spending = self._spending(intent.payer, target.currency, intent.time)
        order_id = target.code_id

        def decide(draft: Draft) -> Answer:
            self._guard(draft, principal, intent, target)
            count_spending(
                draft,
                spending,
                intent.amount,
                way="order",
                static_cap=self._config.static_code_daily_cap,
            )
            order = draft.get(ORDERS, order_id)
            if order is None:
                raise KBeanError("order_not_found")
            payment_rules.check_payable(order.status, order.expires_at, draft.now)
            draft.change(ORDERS, order._replace(status="held"))
            until = draft.now + self._config.hold_days * _DAY_MS
            open_hold(draft, hold_id, payer, intent.amount, kind=rules.HOLD_KIND, expires_at=until)
            row = AuthRow(
                id=hold_id,
                idempotency_key=intent.key,
                payer_id=intent.payer,
                device_id=intent.device,
                merchant_id=target.merchant_id,
                order_id=order_id,
                out_trade_no=trade_no,
                amount=intent.amount,
                currency=target.currency,
                intent=signed,
                signature=request.signature,
                intent_time=intent.time,
                state="held",
                held_at=draft.now,
                expires_at=until,
                out_request_no=None,
                captured=0,
                payment_id=None,
                ended_at=None,
            )
            draft.insert(AUTHS, row)
            return Answer(201, msgspec.json.encode(message(row, target, draft.now)))

        return Plan(
            decide=decide,
            accounts=(payer,),
            needs=[
                (SESSIONS, (principal.session,)),
                (MERCHANTS, (target.merchant_id,)),
                (SPENDING, (spending,)),
                (LIMITS, (spending[:2],)),
                (ORDERS, (order_id,)),
            ],
            idempotency=Idempotency(principal.id, ROUTE, intent.key, sha256(signed).digest()),
        )

    def _guard(
        self,
        draft: Draft,
        principal: Principal,
        intent: PaymentIntent,
        target: payment_rules.Target,
    ) -> None:
        session = draft.get(SESSIONS, principal.session)
        if session is None or session.ended_at is not None:
            raise KBeanError("session_ended")
        check_clock(intent.time, draft.now, self._config.clock_tolerance)
        payment_rules.check_intent(intent, target, self._config.payment_max)
        if intent.points or intent.coupon_id is not None:
            # What will be captured is not known yet, so nothing can be deducted from it.
            code = "points_invalid" if intent.points else "coupon_unfit"
            raise KBeanError(code, "not with a pre-authorisation")
        merchant = draft.get(MERCHANTS, target.merchant_id)
        if merchant is None or merchant.state != "active":
            raise KBeanError("merchant_closed")

    def _spending(self, payer: str, currency: str, time: int) -> tuple[str, str, int]:
        return payer, currency, self._posting.calendar.day(time)

    # --- the till captures or releases

    async def capture(self, till: Principal, request: CaptureRequest) -> Authorisation:
        """Turn what is held, or a part of it, into a payment; the rest goes back with it.

        Raises:
            KBeanError: ``hold_not_found``, ``hold_closed``, ``capture_too_large``,
                ``merchant_closed``, ``busy``.
        """
        row = await self.shelf.of_till(till, request.out_trade_no)
        target = await self.shelf.target(row)
        wish = Wish(
            payer=row.payer_id,
            device=row.device_id,
            key=row.idempotency_key,
            target=target,
            amount=request.amount,
            event_at=row.intent_time,
            evidence=row.intent,
            signature=row.signature,
            note="",
            way="held",
            order_is_new=True,
        )
        ready = await self._posting.prepare(wish)

        def decide(draft: Draft) -> Answer:
            now = _locked(draft, row.id)
            if rules.captured_before(now, request.out_request_no, request.amount):
                return Answer(200, b"")
            rules.check_open(now, draft.now)
            take_from_hold(draft, row.id, request.amount)
            payment, _ = self._posting.post(draft, ready)
            rest = end_hold(draft, row.id, "posted")
            give_back_spending(draft, ready.spending, rest)
            _pay_order(draft, now, payment.payment_id, request)
            captured = now._replace(
                state="captured",
                out_request_no=request.out_request_no,
                captured=request.amount,
                payment_id=payment.payment_id,
                ended_at=draft.now,
            )
            draft.change(AUTHS, captured)
            return Answer(201, b"")

        needs = [
            *ready.needs,
            (AUTHS, (row.id,)),
            (HOLDS, (row.id,)),
            (HELD_ORDERS, (row.order_id,)),
        ]
        await self._submit(row, Plan(decide=decide, accounts=ready.accounts, needs=needs))
        return await self.shelf.by_trade_no(till, request.out_trade_no)

    async def release(self, till: Principal, request: ReleaseRequest) -> Authorisation:
        """Let go of everything that is held; safe to repeat.

        Raises:
            KBeanError: ``hold_not_found``, ``hold_closed`` where it was captured, ``busy``.
        """
        row = await self.shelf.of_till(till, request.out_trade_no)
        await self._let_go(row, "released")
        return await self.shelf.by_trade_no(till, request.out_trade_no)

    async def expire(self) -> int:
        """End what ran out; how many. For a tick on every node: each is ended once."""
        rows = await self.shelf.run_out(PORTION)
        for row in rows:
            await self._let_go(row, "expired")
        return len(rows)

    async def _let_go(self, row: AuthRow, state: str) -> None:
        find = self._posting.directory.find
        payer = await find(row.payer_id, "person", row.currency)
        spending = self._spending(row.payer_id, row.currency, row.intent_time)

        def decide(draft: Draft) -> Answer:
            now = _locked(draft, row.id)
            if now.state == "captured":
                raise KBeanError("hold_closed", params={"state": now.state})
            if now.state != "held":
                return Answer(200, b"")
            # A till that releases what has run out is told that it has run out.
            over = rules.state_of(now, draft.now) == "expired"
            ended = "expired" if over else state
            rest = end_hold(draft, row.id, "expired" if over else "voided")
            give_back_spending(draft, spending, rest)
            order = draft.get(HELD_ORDERS, row.order_id)
            if order is not None:
                draft.change(HELD_ORDERS, order._replace(status="cancelled"))
            draft.change(AUTHS, now._replace(state=ended, ended_at=draft.now))
            return Answer(201, b"")

        await self._submit(
            row,
            Plan(
                decide=decide,
                accounts=() if payer is None else (payer,),
                needs=(
                    (AUTHS, (row.id,)),
                    (HOLDS, (row.id,)),
                    (HELD_ORDERS, (row.order_id,)),
                    (SPENDING, (spending,)),
                ),
            ),
            captured_is_fine=state == "expired",
        )

    async def _submit(self, row: AuthRow, plan: Plan, *, captured_is_fine: bool = False) -> None:
        answer = await self._writer.submit(plan)
        if not captured_is_fine:
            raise_refusal(answer)
        if answer.status == 201:
            self.told(row.payer_id, await self.shelf.target(row))


def _locked(draft: Draft, hold_id: str) -> AuthRow:
    row = draft.get(AUTHS, hold_id)
    if row is None:
        raise KBeanError("hold_not_found")
    return row


def _pay_order(draft: Draft, row: AuthRow, payment_id: str, request: CaptureRequest) -> None:
    """The order is paid, and counts for whoever captured it."""
    order = draft.get(HELD_ORDERS, row.order_id)
    if order is None:
        raise KBeanError("hold_not_found", "its order is not there")
    draft.change(
        HELD_ORDERS,
        HeldOrderRow(
            row.order_id,
            "paid",
            payment_id,
            draft.now,
            request.cashier or order.cashier,
            request.shift or order.shift,
        ),
    )
