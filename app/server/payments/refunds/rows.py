"""The rows a refund's plan reads, changes and adds, and what is read of a sale beforehand."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.payments import Payment
from app.server.ledger.plan import RowKind
from app.server.ledger.tables import journals
from app.server.payments.refunds.rules import Sale
from app.server.payments.refunds.tables import refund_totals, refunds
from app.server.payments.tables import merchants, orders, payments
from app.server.points.tables import point_lots, point_uses


class RefundRow(NamedTuple):
    """A posted refund; see :data:`app.server.payments.refunds.tables.refunds`."""

    id: str
    merchant_id: str
    store_id: str
    out_trade_no: str
    out_request_no: str
    order_id: str | None
    payment_id: str
    payer_id: str
    terminal_id: str | None
    kind: str
    asked: int | None
    amount: int
    discount: int
    currency: str
    points_returned: int
    points_taken_back: int
    cashier: str | None
    shift: str | None
    journal_id: int
    posted_at: int
    document: bytes


class Totals(NamedTuple):
    """What was refunded of a payment so far."""

    payment_id: str
    amount: int = 0
    discount: int = 0
    points_returned: int = 0
    points_taken_back: int = 0
    points_lapsed: int = 0


REFUNDS = RowKind(
    refunds, RefundRow, key=("merchant_id", "out_trade_no", "out_request_no"), lock=False
)
TOTALS = RowKind(
    refund_totals,
    Totals,
    key=("payment_id",),
    changes=("amount", "discount", "points_returned", "points_taken_back", "points_lapsed"),
)

_read_payment = msgspec.json.Decoder(Payment).decode


class Paid(NamedTuple):
    """A payment, with its order where it has one, and all of it that never changes.

    Attributes:
        out_trade_no: The order's; of a payment of the printed code its own id.
        order_id: None for a payment of the printed code.
        spent_on: When it was authorised, Unix milliseconds: whose day's spending it counts in.
        own_lot: The lot of the K-Beans it earned.
        lots_used: The lots whose K-Beans it spent.
    """

    merchant_id: str
    store_id: str
    out_trade_no: str
    order_id: str | None
    payment: Payment
    payer_id: str
    sale: Sale
    coupon_id: str | None
    journal_id: int
    mcc: str
    spent_on: int
    own_lot: str | None
    lots_used: tuple[str, ...]


_PAID = (payments, merchants.c.mcc, journals.c.event_at, point_lots.c.id.label("own_lot"))


async def read_paid(
    connection: AsyncConnection, merchant_id: str, which: sa.ColumnElement[bool]
) -> Paid:
    """A paid order of a merchant.

    Raises:
        KBeanError: ``order_not_found``, ``not_refundable`` where nobody has paid it.
    """
    query = (
        sa.select(orders.c.id.label("paid_order"), orders.c.out_trade_no, *_PAID)
        .join(merchants, merchants.c.id == orders.c.merchant_id)
        .outerjoin(payments, payments.c.id == orders.c.payment_id)
        .outerjoin(journals, journals.c.id == payments.c.journal_id)
        .outerjoin(point_lots, point_lots.c.payment_id == payments.c.id)
        .where(which, orders.c.merchant_id == merchant_id)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise KBeanError("order_not_found")
    if row.id is None:
        raise KBeanError("not_refundable", "nobody has paid this order")
    return await _paid(connection, row, row.out_trade_no, row.paid_order)


async def read_numbered(connection: AsyncConnection, merchant_id: str, number: str) -> Paid:
    """What a merchant sold under a number: a paid order, or a payment of its printed code.

    Such a payment has no order; its id stands for the number, unless an order has that number.

    Raises:
        KBeanError: as :func:`read_paid`.
    """
    try:
        return await read_paid(connection, merchant_id, orders.c.out_trade_no == number)
    except KBeanError as error:
        if error.code != "order_not_found" or not is_uuid7(number):
            raise
    query = (
        sa.select(*_PAID)
        .join(merchants, merchants.c.id == payments.c.merchant_id)
        .join(journals, journals.c.id == payments.c.journal_id)
        .outerjoin(point_lots, point_lots.c.payment_id == payments.c.id)
        .where(
            payments.c.id == number,
            payments.c.merchant_id == merchant_id,
            payments.c.order_id.is_(None),
        )
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise KBeanError("order_not_found")
    return await _paid(connection, row, row.id, None)


async def _paid(
    connection: AsyncConnection, row: Any, out_trade_no: str, order_id: str | None
) -> Paid:
    used = ()
    if row.points_spent:
        found = await connection.scalars(
            sa.select(point_uses.c.lot_id).where(point_uses.c.source_id == row.id)
        )
        used = tuple(found)
    return Paid(
        merchant_id=row.merchant_id,
        store_id=row.store_id,
        out_trade_no=out_trade_no,
        order_id=order_id,
        payment=_read_payment(row.document),
        payer_id=row.payer_id,
        sale=Sale(row.amount, row.discount, row.points, row.points_spent, row.currency),
        coupon_id=row.coupon_id,
        journal_id=row.journal_id,
        mcc=row.mcc,
        spent_on=row.event_at,
        own_lot=row.own_lot,
        lots_used=used,
    )
