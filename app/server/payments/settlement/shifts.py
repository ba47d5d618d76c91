"""Shifts as they are handed in, held against the service's own books (design/1 C5)."""

from __future__ import annotations

import re
from hashlib import sha256

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.messages.counter import ShiftCheck, ShiftReport
from app.protocol.signing import encode_bytes
from app.server.config import Config
from app.server.db.engine import insert_of, reading, writing
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.payments.counter.tables import cashiers
from app.server.payments.refunds.tables import refunds
from app.server.payments.settlement import rules
from app.server.payments.settlement.tables import shift_reports
from app.server.payments.tables import orders, payments

_SHIFT_ID = re.compile(r"[A-Za-z0-9_.-]{1,36}")
_EARLIER_MS = 86_400_000
"""A counter's clock may be off; a refund of the shift was never posted a day before it began."""


class ShiftBook:
    """Z reports."""

    def __init__(self, engine: AsyncEngine, config: Config) -> None:
        """Wire the service."""
        self._engine = engine
        self._currencies = config.currencies

    async def hand_in(self, till: Principal, shift_id: str, report: ShiftReport) -> ShiftCheck:
        """Keep a report and compare it with what was posted under the shift's name.

        Raises:
            KBeanError: ``validation_failed``, ``currency_unsupported``, ``cashier_not_found``.
        """
        if _SHIFT_ID.fullmatch(shift_id) is None:
            raise KBeanError("validation_failed", "not a shift's name", field="shift_id")
        if report.currency not in self._currencies:
            raise KBeanError("currency_unsupported", field="currency", money="none")
        if report.closed_at < report.opened_at:
            raise KBeanError("validation_failed", "closed before it opened", field="closed_at")
        document = msgspec.json.encode(report)
        async with writing(self._engine) as connection:
            await _check_cashier(connection, till.merchant, report.cashier)
            await connection.execute(
                insert_of(connection)(shift_reports)
                .values(
                    merchant_id=till.merchant,
                    shift_id=shift_id,
                    digest=encode_bytes(sha256(document).digest()),
                    terminal_id=till.id,
                    document=document,
                    received_at=now_ms(),
                )
                .on_conflict_do_nothing()
            )
        return await self._check(till.merchant, shift_id, report)

    async def _check(self, merchant_id: str, shift_id: str, report: ShiftReport) -> ShiftCheck:
        since = report.opened_at - _EARLIER_MS
        async with reading(self._engine) as connection:
            reversed_too = await _reversed(connection, merchant_id, shift_id)
            trades = await _trades(connection, merchant_id, shift_id, report.currency)
            returns = await _returns(connection, merchant_id, shift_id, report.currency, since)
        sold = {number: amount for number, amount in trades.items() if number not in reversed_too}
        figures = rules.shift_figures(sold, returns)
        here = rules.missing(report.trades, sold) + rules.missing(report.returns, returns)
        there = rules.missing(sold, report.trades) + rules.missing(returns, report.returns)
        named = bool(report.trades or report.returns)
        agreed = figures == report.figures and not (named and (here or there))
        return ShiftCheck(
            shift_id=shift_id,
            agreed=agreed,
            service=figures,
            missing_here=[] if agreed else here,
            missing_there=[] if agreed else there,
            received_at=now_ms(),
        )


async def _check_cashier(connection: AsyncConnection, merchant_id: str, cashier_id: str) -> None:
    known = await connection.scalar(
        sa.select(cashiers.c.id).where(
            cashiers.c.id == cashier_id, cashiers.c.merchant_id == merchant_id
        )
    )
    if known is None:
        raise KBeanError("cashier_not_found", field="cashier")


async def _trades(
    connection: AsyncConnection, merchant_id: str, shift_id: str, currency: str
) -> dict[str, int]:
    """The shift's paid orders and charges, by the merchant's own number."""
    rows = await connection.execute(
        # The payment's amount: of a pre-authorisation less may have been captured than was held.
        sa.select(orders.c.out_trade_no, payments.c.amount)
        .join(payments, payments.c.id == orders.c.payment_id)
        .where(
            orders.c.shift == shift_id,
            orders.c.merchant_id == merchant_id,
            orders.c.currency == currency,
            orders.c.status == "paid",
        )
    )
    return {row.out_trade_no: row.amount for row in rows}


async def _reversed(connection: AsyncConnection, merchant_id: str, shift_id: str) -> set[str]:
    """Those of them that were revoked: money back, as if they had never been."""
    rows = await connection.scalars(
        sa.select(refunds.c.out_trade_no)
        .join(orders, orders.c.id == refunds.c.order_id)
        .where(
            orders.c.shift == shift_id,
            orders.c.merchant_id == merchant_id,
            refunds.c.kind == "reversal",
        )
    )
    return set(rows)


async def _returns(
    connection: AsyncConnection, merchant_id: str, shift_id: str, currency: str, since: int
) -> dict[str, int]:
    """The shift's refunds; those of other shifts' sales too."""
    rows = await connection.execute(
        sa.select(refunds.c.out_trade_no, refunds.c.out_request_no, refunds.c.amount).where(
            refunds.c.merchant_id == merchant_id,
            refunds.c.posted_at >= since,
            refunds.c.shift == shift_id,
            refunds.c.currency == currency,
            refunds.c.kind == "refund",
        )
    )
    return {f"{row.out_trade_no}/{row.out_request_no}": row.amount for row in rows}
