"""Daily bills: every movement of a merchant's account, out of the ledger (design/1 C8).

A day's lines are a range of the account's versions, not of moments: the ranges of two days meet
without a gap or an overlap, so each movement stands on exactly one bill and the sums of a bill are
the ledger's change, whatever the clocks of the nodes did around midnight.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, order_number
from app.protocol.messages.settlement import BillTotals
from app.server.config import Config
from app.server.db.engine import snapshot
from app.server.http.front import now_ms
from app.server.ledger.tables import accounts, entries, journals
from app.server.payments.refunds.tables import refunds
from app.server.payments.settlement import rules
from app.server.payments.settlement.rules import BillLine
from app.server.payments.tables import merchants, orders, payments, stores, terminals


class Position(NamedTuple):
    """Where an account stood at a moment: how many entries it had, and its balance."""

    version: int
    balance: int


async def position(connection: AsyncConnection, account_id: int, before_ms: int) -> Position:
    """The last entry before a moment (design/3 §Ledger invariants, 7)."""
    query = (
        sa.select(entries.c.version, entries.c.balance_after)
        .join(journals, journals.c.id == entries.c.journal_id)
        .where(entries.c.account_id == account_id, journals.c.created_at < before_ms)
        .order_by(entries.c.version.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return Position(0, 0) if row is None else Position(row.version, row.balance_after)


class Bill(NamedTuple):
    """A merchant's day, whole."""

    totals: BillTotals
    lines: list[BillLine]


class BillService:
    """Makes bills; nothing is kept, because the ledger keeps everything."""

    def __init__(self, engine: AsyncEngine, config: Config) -> None:
        """Wire the service."""
        self._engine = engine
        self._currencies = config.currencies
        self.zone = ZoneInfo(config.timezone)

    async def bill(
        self, merchant_id: str, day: str, currency: str | None, *, preliminary: bool = False
    ) -> Bill:
        """One merchant's day in the operator's time zone.

        Args:
            merchant_id: Whose.
            day: ``YYYY-MM-DD``.
            currency: The service's first unless named.
            preliminary: Also of a day that is not over.

        Raises:
            KBeanError: ``validation_failed``, ``currency_unsupported``, ``bill_not_ready``,
                ``not_found`` for an unknown merchant.
        """
        currency = currency or self._currencies[0]
        if currency not in self._currencies:
            raise KBeanError("currency_unsupported", field="currency", money="none")
        date = rules.parse_day(day)
        span = rules.span_of(date, date, self.zone)
        final = rules.check_bill(span, now_ms(), preliminary=preliminary)
        async with snapshot(self._engine) as connection:
            account_id = (await merchant_account(connection, merchant_id, currency)).id
            opening = await position(connection, account_id, span.start)
            closing = await position(connection, account_id, span.end)
            lines = await _lines(connection, account_id, opening.version, closing.version)
        totals = rules.totals(
            day,
            currency,
            lines,
            opening=opening.balance,
            closing=closing.balance,
            final=final,
            span=span,
        )
        return Bill(totals, lines)

    def csv(self, bill: Bill) -> bytes:
        """The bill as a file."""
        return rules.to_csv(bill.lines, bill.totals.currency, self.zone)


class MerchantAccount(NamedTuple):
    """A merchant's account, and how many entries it has."""

    id: int
    version: int


async def merchant_account(
    connection: AsyncConnection, merchant_id: str, currency: str
) -> MerchantAccount:
    """Where a merchant's money stands.

    Raises:
        KBeanError: ``not_found`` for an unknown merchant.
    """
    row = None
    if is_uuid7(merchant_id):
        query = (
            sa.select(accounts.c.id, accounts.c.version)
            .join(merchants, merchants.c.id == accounts.c.owner)
            .where(
                accounts.c.owner == merchant_id,
                accounts.c.kind == "merchant",
                accounts.c.currency == currency,
            )
        )
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise KBeanError("not_found", f"no such merchant: {merchant_id}")
    return MerchantAccount(row.id, row.version)


_sold = payments.alias("sold")
"""The payment that a refund is of."""

_LINE = (
    sa.select(
        entries.c.journal_id,
        entries.c.amount,
        entries.c.balance_after,
        journals.c.kind,
        journals.c.created_at,
        sa.func.coalesce(payments.c.id, refunds.c.payment_id).label("payment_id"),
        sa.func.coalesce(payments.c.posted_at, _sold.c.posted_at).label("paid_at"),
        sa.func.coalesce(payments.c.discount, refunds.c.discount, 0).label("discount"),
        refunds.c.id.label("refund_id"),
        refunds.c.kind.label("refund_kind"),
        refunds.c.out_request_no,
        refunds.c.cashier.label("refund_cashier"),
        refunds.c.shift.label("refund_shift"),
        # A refund's pair of numbers stands whole in its line, also of a payment without an order.
        sa.func.coalesce(orders.c.out_trade_no, refunds.c.out_trade_no).label("out_trade_no"),
        orders.c.cashier,
        orders.c.shift,
        orders.c.subject,
        stores.c.name.label("store"),
        terminals.c.name.label("terminal"),
    )
    .join(journals, journals.c.id == entries.c.journal_id)
    .outerjoin(payments, payments.c.journal_id == entries.c.journal_id)
    .outerjoin(refunds, refunds.c.journal_id == entries.c.journal_id)
    .outerjoin(_sold, _sold.c.id == refunds.c.payment_id)
    .outerjoin(orders, orders.c.id == sa.func.coalesce(payments.c.order_id, refunds.c.order_id))
    .outerjoin(stores, stores.c.id == sa.func.coalesce(payments.c.store_id, refunds.c.store_id))
    .outerjoin(
        terminals,
        terminals.c.id
        == sa.case((refunds.c.id.is_not(None), refunds.c.terminal_id), else_=orders.c.terminal_id),
    )
)


async def _lines(
    connection: AsyncConnection, account_id: int, after: int, last: int
) -> list[BillLine]:
    """One line a posting: a payment that K-Beans settled in part has two entries."""
    rows = await connection.execute(
        _LINE.where(
            entries.c.account_id == account_id,
            entries.c.version > after,
            entries.c.version <= last,
        ).order_by(entries.c.version)
    )
    lines: list[BillLine] = []
    for row in rows:
        line = _line(row)
        if lines and lines[-1].journal_id == line.journal_id:
            line = line._replace(amount=lines.pop().amount + line.amount)
        lines.append(line)
    return lines


def _line(row: Any) -> BillLine:
    refunded = row.refund_id is not None
    paid = row.payment_id is not None
    return BillLine(
        posted_at=row.created_at,
        kind=row.refund_kind if refunded else row.kind,
        # Debits are positive in the journal; a merchant's account is the other way round.
        amount=-row.amount,
        balance=row.balance_after,
        discount=row.discount,
        order_number=order_number(row.payment_id, row.paid_at) if paid else "",
        out_trade_no=row.out_trade_no or "",
        out_request_no=row.out_request_no or "",
        payment_id=row.payment_id or "",
        refund_id=row.refund_id or "",
        store=row.store or "",
        terminal=row.terminal or "",
        cashier=(row.refund_cashier if refunded else row.cashier) or "",
        shift=(row.refund_shift if refunded else row.shift) or "",
        subject=row.subject or "",
        journal_id=row.journal_id,
    )
