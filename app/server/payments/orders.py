"""Dynamic orders: a till makes one, shows its code, asks, cancels."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.codes import merchant_code
from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.payments import Order, OrderRequest
from app.server.config import Config
from app.server.db.engine import reading
from app.server.http.access import checked_key
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.keys import ServiceKeys
from app.server.ledger.plan import Answer, Draft, Idempotency, Plan, PlanWriter, RowKind
from app.server.payments import rules
from app.server.payments.merchants import MerchantBook
from app.server.payments.rows import MERCHANTS, ORDERS
from app.server.payments.tables import orders

ROUTE = "orders"


class FullOrder(NamedTuple):
    """A whole order, found by what is unique for ever; see :data:`tables.orders`."""

    id: str
    merchant_id: str
    store_id: str
    terminal_id: str
    out_trade_no: str
    amount: int
    currency: str
    subject: str
    code: str
    status: str
    created_at: int
    expires_at: int
    payment_id: str | None
    paid_at: int | None
    kind: str = "scan"
    payer_id: str | None = None
    cashier: str | None = None
    shift: str | None = None
    device_id: str | None = None
    handle: int | None = None
    step: int | None = None
    counter: int | None = None
    payer: str | None = None
    body_hash: bytes | None = None


BY_TRADE_NO = RowKind(orders, FullOrder, key=("merchant_id", "out_trade_no"))


class OrderService:
    """A till's orders."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        merchants: MerchantBook,
        keys: ServiceKeys,
        config: Config,
    ) -> None:
        """Wire the service."""
        self._engine = engine
        self._writer = writer
        self._merchants = merchants
        self._keys = keys
        self._config = config

    async def create(self, till: Principal, key: str | None, request: OrderRequest) -> Answer:
        """Make an order; the same ``out_trade_no`` with the same wish is the same order.

        Raises:
            KBeanError: ``idempotency_key_missing``, ``currency_unsupported``,
                ``amount_too_large``, ``busy``.
        """
        config = self._config
        if request.currency not in config.currencies:
            raise KBeanError("currency_unsupported", field="currency")
        if request.amount > config.payment_max:
            raise KBeanError(
                "amount_too_large",
                field="amount",
                params={"limit": config.payment_max, "currency": request.currency},
            )
        order_id = new_id()
        code = await self._code(till, order_id, request)
        trade = (till.merchant, request.out_trade_no)

        def decide(draft: Draft) -> Answer:
            merchant = draft.get(MERCHANTS, till.merchant)
            if merchant is None or merchant.state != "active":
                raise KBeanError("merchant_closed")
            found = draft.get(BY_TRADE_NO, trade)
            if found is None:
                found = FullOrder(
                    order_id,
                    till.merchant,
                    till.store,
                    till.id,
                    request.out_trade_no,
                    request.amount,
                    request.currency,
                    request.subject,
                    code,
                    "open",
                    draft.now,
                    draft.now + request.expires_in * 1000,
                    None,
                    None,
                    "hold" if request.hold else "scan",
                    None,
                    request.cashier or None,
                    request.shift or None,
                )
                draft.insert(BY_TRADE_NO, found)
            elif not rules.same_order(found, request):
                raise KBeanError("out_trade_no_used", field="out_trade_no")
            return Answer(201, msgspec.json.encode(_message(found, draft.now)))

        return await self._writer.submit(
            Plan(
                decide=decide,
                needs=((MERCHANTS, (till.merchant,)), (BY_TRADE_NO, (trade,))),
                idempotency=Idempotency(
                    till.id, ROUTE, checked_key(key), sha256(msgspec.json.encode(request)).digest()
                ),
            )
        )

    async def _code(self, till: Principal, order_id: str, request: OrderRequest) -> str:
        details = await self._merchants.code_details(till.store)
        return merchant_code.build_dynamic(
            self._keys.code,
            self._keys.code_key_id,
            amount=request.amount,
            code_id=order_id,
            currency=request.currency,
            **details,
        )

    async def find(self, till: Principal, order_id: str) -> Order:
        """An order of the till's merchant.

        Raises:
            KBeanError: ``order_not_found``.
        """
        if not is_uuid7(order_id):
            raise KBeanError("order_not_found")
        return await self._one(till, orders.c.id == order_id)

    async def find_by_trade_no(self, till: Principal, out_trade_no: str) -> Order:
        """The same by the merchant's own number.

        Raises:
            KBeanError: ``order_not_found``.
        """
        return await self._one(till, orders.c.out_trade_no == out_trade_no)

    async def _one(self, till: Principal, which: sa.ColumnElement[bool]) -> Order:
        async with reading(self._engine) as connection:
            row = (
                await connection.execute(
                    sa.select(orders).where(which, orders.c.merchant_id == till.merchant)
                )
            ).one_or_none()
        if row is None:
            raise KBeanError("order_not_found")
        return _message(row, now_ms())

    async def cancel(self, till: Principal, order_id: str) -> Order:
        """Withdraw an order nobody paid; to cancel again changes nothing.

        Raises:
            KBeanError: ``order_not_found``, ``order_paid``, ``busy``.
        """
        await self.find(till, order_id)

        def decide(draft: Draft) -> Answer:
            order = draft.get(ORDERS, order_id)
            if order is None:
                raise KBeanError("order_not_found")
            if order.status in {"paid", "held"}:
                raise KBeanError("order_paid")
            if order.status == "open":
                draft.change(ORDERS, order._replace(status="cancelled"))
            return Answer(200, b"")

        answer = await self._writer.submit(Plan(decide=decide, needs=((ORDERS, (order_id,)),)))
        if answer.status >= 400:
            raise KBeanError(str(msgspec.json.decode(answer.body)["code"]))
        return await self.find(till, order_id)


def _message(row: Any, at_ms: int) -> Order:
    return Order(
        order_id=row.id,
        out_trade_no=row.out_trade_no,
        status=rules.order_status(row.status, row.expires_at, at_ms),
        amount=row.amount,
        currency=row.currency,
        subject=row.subject,
        code=row.code,
        created_at=row.created_at,
        expires_at=row.expires_at,
        payment_id=row.payment_id,
        paid_at=row.paid_at,
        hold=row.kind == "hold",
    )
