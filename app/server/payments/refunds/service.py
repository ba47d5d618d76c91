"""Refunds: a till wishes one, a charge that was paid too late is reversed, both sides look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError, Problem
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.refunds import Refund, RefundList, RefundRequest
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.ledger.chart import OPERATOR, POINTS
from app.server.ledger.plan import Answer
from app.server.ledger.writer import Writer
from app.server.payments.posting import Posting
from app.server.payments.refunds import rules
from app.server.payments.refunds.posting import Accounts, Refunding, Wish
from app.server.payments.refunds.rows import Paid, read_numbered, read_paid
from app.server.payments.refunds.tables import refund_totals, refunds
from app.server.payments.tables import orders, payments
from app.server.points.purse import read_purse, with_purse

REVERSAL = "~reversal"
"""The ``out_request_no`` of a reversal: no till can wish one under it."""

RoleOf = Callable[[str, str], Awaitable[str | None]]
"""(merchant id, cashier id) → the role of an active cashier of that merchant, or None."""

Find = Callable[[AsyncConnection], Awaitable[Paid]]
"""Reads what is to be refunded."""

_read = msgspec.json.Decoder(Refund).decode


class RefundService:
    """Posts refunds and tells what was refunded."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: Writer,
        posting: Posting,
        *,
        role_of: RoleOf,
    ) -> None:
        """Wire the service; ``moved`` is told whose money moved, after the commit."""
        self._engine = engine
        self._writer = writer
        self._directory = posting.directory
        self._calendar = posting.calendar
        self._role_of = role_of
        self.moved: Callable[[str], None] = lambda _user_id: None

    async def refund(self, till: Principal, request: RefundRequest) -> Answer:
        """Refund a paid order or a payment of the printed code, in part or all that is left.

        A payment of the printed code has no order: its id is the ``out_trade_no``.
        The same ``(out_trade_no, out_request_no)`` refunds once and is answered the same for
        ever; what makes it the same wish is the amount that was asked for.

        Raises:
            KBeanError: ``order_not_found``, ``not_refundable``, ``busy``. Refusals of the plan
                come back in the answer: ``refund_differs``, ``refund_not_allowed``,
                ``refund_too_large``, ``merchant_funds_short``.
        """
        refusal = None
        try:
            rules.check_allowed(await self._role_of(till.merchant, request.cashier))
        except KBeanError as error:
            refusal = error
        wish = Wish(
            request.out_request_no,
            request.amount,
            request.reason,
            request.cashier,
            request.shift,
            "refund",
            till.id,
            refusal,
        )
        return await self._submit(
            lambda connection: read_numbered(connection, till.merchant, request.out_trade_no), wish
        )

    async def revoke(self, merchant_id: str, order_id: str, *, reason: str, cashier: str) -> Refund:
        """Take a paid order back: all that is left of it, whatever the cashier's role.

        For a charge that was paid between its last query and its reversal (design/3 §At the
        counter). To revoke again answers the same; an order that refunds have emptied already
        answers its last refund.

        Raises:
            KBeanError: ``order_not_found``, ``not_refundable``, ``merchant_funds_short``, ``busy``.
        """
        if not is_uuid7(order_id):
            raise KBeanError("order_not_found")
        wish = Wish(REVERSAL, None, reason, cashier, "", "reversal", None)
        answer = await self._submit(
            lambda connection: read_paid(connection, merchant_id, orders.c.id == order_id), wish
        )
        if answer.status < 400:
            return _read(answer.body)
        refused = KBeanError.from_problem(msgspec.json.decode(answer.body, type=Problem))
        if refused.code != "refund_too_large":
            raise refused
        async with reading(self._engine) as connection:
            return (await _documents(connection, refunds.c.order_id == order_id))[-1]

    async def _submit(self, find: Find, wish: Wish) -> Answer:
        async def attempt() -> Answer:
            refunding = await self._prepare(find, wish)
            answer = await self._writer.submit(refunding.plan())
            if answer.status == 201 and not answer.replayed:
                self.moved(refunding.paid.payer_id)
            return answer

        return await with_purse(attempt)

    async def _prepare(self, find: Find, wish: Wish) -> Refunding:
        async with reading(self._engine) as connection:
            paid = await find(connection)
        accounts = await self._accounts(paid)
        async with reading(self._engine) as connection:
            purse = await read_purse(
                connection, accounts.beans, paid.sale.points, self._writer.clock()
            )
        currency = paid.sale.currency
        spending = (paid.payer_id, currency, self._calendar.day(paid.spent_on))
        return Refunding(wish, paid, accounts, purse, spending, new_id())

    async def _accounts(self, paid: Paid) -> Accounts:
        find, currency = self._directory.find, paid.sale.currency
        numbers = [
            await find(paid.payer_id, "person", currency),
            await find(paid.merchant_id, "merchant", currency),
            await find(OPERATOR, "promotions", currency),
            await find(paid.payer_id, "points", POINTS),
            await find(OPERATOR, "points_issued", POINTS),
        ]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            raise KBeanError("currency_unsupported", params={"currency": currency})
        return Accounts(*known)

    # --- what was refunded

    async def find(self, till: Principal, out_trade_no: str, out_request_no: str) -> Refund:
        """A refund of the till's merchant.

        Raises:
            KBeanError: ``refund_not_found``.
        """
        async with reading(self._engine) as connection:
            found = await _documents(
                connection,
                refunds.c.merchant_id == till.merchant,
                refunds.c.out_trade_no == out_trade_no,
                refunds.c.out_request_no == out_request_no,
            )
        if not found:
            raise KBeanError("refund_not_found")
        return found[0]

    async def of_order(self, till: Principal, out_trade_no: str) -> RefundList:
        """All refunds of what the till's merchant sold under a number, oldest first.

        Raises:
            KBeanError: ``order_not_found``, ``not_refundable`` where nobody has paid it.
        """
        async with reading(self._engine) as connection:
            paid = await read_numbered(connection, till.merchant, out_trade_no)
            return await _list(connection, paid.payment.payment_id, paid.sale.amount)

    async def of_payment(self, payer_id: str, payment_id: str) -> RefundList:
        """What was refunded of one of the person's payments, oldest first.

        Raises:
            KBeanError: ``payment_not_found``.
        """
        amount = None
        async with reading(self._engine) as connection:
            if is_uuid7(payment_id):
                amount = await connection.scalar(
                    sa.select(payments.c.amount).where(
                        payments.c.id == payment_id, payments.c.payer_id == payer_id
                    )
                )
            if amount is None:
                raise KBeanError("payment_not_found", money="none")
            return await _list(connection, payment_id, amount)


async def _documents(connection: AsyncConnection, *which: sa.ColumnElement[bool]) -> list[Refund]:
    query = sa.select(refunds.c.document).where(*which)
    rows = await connection.scalars(query.order_by(refunds.c.posted_at, refunds.c.journal_id))
    return [_read(document) for document in rows]


async def _list(connection: AsyncConnection, payment_id: str, amount: int) -> RefundList:
    items = await _documents(connection, refunds.c.payment_id == payment_id)
    refunded = await connection.scalar(
        sa.select(refund_totals.c.amount).where(refund_totals.c.payment_id == payment_id)
    )
    return RefundList(items=items, left=amount - (refunded or 0), server_time=now_ms())
