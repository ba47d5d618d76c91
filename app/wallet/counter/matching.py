"""Which payment of the printed code an offline sale was paid by (C6). Pure.

The eight digits are bound to the amount and to the minute in which the service posted the payment
(:mod:`app.protocol.codes.confirmation_code`). So a payment fits a sale by its digits, its amount
and its minute, and each of both has one partner at most.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.protocol.codes.confirmation_code import AFTER, BEFORE, STEP_MS
from app.protocol.messages.counter import Received
from app.wallet.counter.sale import Sale, SaleState

SPAN_MS = (BEFORE + AFTER + 1) * STEP_MS
"""No payment is further than this from the sale that it fits."""


def printed(paid: Received) -> Sale:
    """A payment of the printed code as the counter lists it."""
    return Sale(
        out_trade_no=paid.payment_id,
        kind="printed",
        state=SaleState.SUCCESS,
        amount=paid.amount,
        currency=paid.currency,
        at=paid.paid_at,
        key="",
        cashier="",
        cashier_name="",
        shift="",
        payer=paid.payer,
        order_number=paid.order_number,
        payment_id=paid.payment_id,
        paid_at=paid.paid_at,
        confirmation=paid.confirmation,
        refunded=paid.refunded,
    )


def fits(sale: Sale, paid: Sale) -> bool:
    """Whether a ``printed`` sale can be what an ``offline`` one was paid by."""
    steps = paid.paid_at // STEP_MS - sale.paid_at // STEP_MS
    return (
        (sale.confirmation, sale.amount, sale.currency)
        == (paid.confirmation, paid.amount, paid.currency)
        and bool(sale.confirmation)
        and paid.payment_id not in sale.lost
        # The minutes in which the counter took these digits.
        and -BEFORE <= steps <= AFTER
    )


def match(sales: Iterable[Sale], payments: Iterable[Sale]) -> list[tuple[Sale, Sale]]:
    """Give each offline sale the first payment that fits it and is still free."""
    free = list(payments)
    pairs = []
    for sale in sales:
        found = next((paid for paid in free if fits(sale, paid)), None)
        if found is not None:
            free.remove(found)
            pairs.append((sale, found))
    return pairs


def taken(sale: Sale, paid: Sale) -> Sale:
    """An offline sale with its payment."""
    return msgspec.structs.replace(
        sale,
        payment_id=paid.payment_id,
        order_number=paid.order_number,
        payer=paid.payer,
        paid_at=paid.paid_at,
        refunded=paid.refunded,
        missing=False,
    )


def released(sale: Sale) -> tuple[Sale, Sale]:
    """An offline sale without the payment that it had taken, and that payment by itself again.

    Another till's sale had it first, so this sale never takes it again.
    """
    paid = Received(
        payment_id=sale.payment_id,
        order_number=sale.order_number,
        amount=sale.amount,
        currency=sale.currency,
        payer=sale.payer,
        paid_at=sale.paid_at,
        confirmation=sale.confirmation,
        refunded=sale.refunded,
    )
    left = msgspec.structs.replace(
        sale,
        payment_id="",
        order_number="",
        payer="",
        paid_at=sale.at,
        refunded=0,
        lost=(*sale.lost, sale.payment_id),
    )
    return left, printed(paid)
