"""The rows a refund's plan reads, changes and adds, and what is read of a sale beforehand."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
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
    order_id: str
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
    """A paid order, with all of it that never changes.

    Attributes:
        spent_on: When it was authorised, Unix milliseconds: whose day's spending it counts in.
        own_lot: The lot of the K-Beans it earned.
        lots_used: The lots whose K-Beans it spent.
    """

    merchant_id: str
    store_id: str
    out_trade_no: str
    order_id: str
    payment: Payment
    payer_id: str
    sale: Sale
    coupon_id: str | None
    journal_id: int
    mcc: str
    spent_on: int
    own_lot: str | None
    lots_used: tuple[str, ...]


async def read_paid(
    connection: AsyncConnection, merchant_id: str, which: sa.ColumnElement[bool]
) -> Paid:
    """A paid order of a merchant.

    Raises:
        KBeanError: ``order_not_found``, ``not_refundable`` where nobody has paid it.
    """
    query = (
        sa.select(
            orders.c.id.label("order_id"),
            orders.c.out_trade_no,
            orders.c.store_id,
            payments,
            merchants.c.mcc,
            journals.c.event_at,
            point_lots.c.id.label("own_lot"),
        )
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
    used = ()
    if row.points_spent:
        found = await connection.scalars(
            sa.select(point_uses.c.lot_id).where(point_uses.c.source_id == row.id)
        )
        used = tuple(found)
    return Paid(
        merchant_id=merchant_id,
        store_id=row.store_id,
        out_trade_no=row.out_trade_no,
        order_id=row.order_id,
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
