"""What came in by a store's printed code: for tills, which had no part in it (design/1 C4, C6).

Read from the ledger like a bill (:mod:`app.server.payments.settlement.bills`): by versions of the
merchant's account, which are dense and in the order of the commits. So a till that goes on where
it stopped misses nothing, and payments need no index of their own for it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, order_number
from app.protocol.messages.counter import Claim, Received, ReceivedList
from app.server.config import Config
from app.server.db.engine import insert_of, snapshot, writing
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.identity.tables import users
from app.server.ledger.tables import entries, journals
from app.server.payments.charges.rules import masked
from app.server.payments.refunds.tables import refund_totals, refunds
from app.server.payments.settlement.bills import MerchantAccount, merchant_account
from app.server.payments.settlement.tables import received_claims
from app.server.payments.tables import payments

NEWEST = 50
"""So many a till is told that asks for the first time."""
STEP = 1_000
"""So many entries of the account are looked at for one answer."""
_FIRST = 4 * STEP
"""So far back the first answer looks: a merchant may sell much and seldom by the printed code."""

_NUMBER = re.compile(r"[0-9]{18}")
_DAY_MS = 86_400_000
_SKEW_MS = 60_000
"""So far apart may the clocks of nodes be that wrote neighbouring versions."""


class ReceivedBook:
    """Tells tills what their store's printed codes brought in."""

    def __init__(self, engine: AsyncEngine, config: Config) -> None:
        """Wire the service."""
        self._engine = engine
        self._currency = config.currency

    async def received(self, till: Principal, after: int | None) -> ReceivedList:
        """Payments of the store's printed codes that came in, or were refunded, since ``after``.

        Raises:
            KBeanError: ``busy``.
        """
        async with snapshot(self._engine) as connection:
            account = await merchant_account(connection, till.merchant, self._currency)
            which = _printed(account, till)
            if after is None:
                upto = account.version
                query = _MOVED.where(which, entries.c.version > upto - _FIRST)
                # A payment has two entries at most, and may have been refunded since.
                items = (await _read(connection, query.limit(2 * NEWEST)))[-NEWEST:]
            else:
                upto = min(after + STEP, account.version)
                span = entries.c.version.between(after + 1, upto)
                items = [] if upto <= after else await _read(connection, _MOVED.where(which, span))
        return ReceivedList(items, upto, more=upto < account.version, server_time=now_ms())

    async def find(self, till: Principal, number: str) -> Received:
        """A payment of the store's printed code by the number that people quote.

        The number names its day; the day's entries of the account are found by halving, because
        versions grow with time, and are looked through in steps.

        Raises:
            KBeanError: ``order_not_found``, ``busy``.
        """
        start = _day(number)
        async with snapshot(self._engine) as connection:
            account = await merchant_account(connection, till.merchant, self._currency)
            after = await _reached(connection, account, start - _SKEW_MS) - 1
            end = await _reached(connection, account, start + _DAY_MS + _SKEW_MS) - 1
            while after < end:
                upto = min(after + STEP, end)
                span = entries.c.version.between(after + 1, upto)
                query = _MOVED.where(_printed(account, till), span)
                for one in await _read(connection, query):
                    if one.order_number == number:
                        return one
                after = upto
        raise KBeanError("order_not_found", money="none")

    async def claim(self, till: Principal, payment_id: str, out_trade_no: str) -> Claim:
        """Let a till's sale have a payment of the store's printed code, unless another sale has.

        The row's key decides: of two tills at once the database lets one in, and the other waits
        for it and then reads who was first.

        Raises:
            KBeanError: ``order_not_found``, ``confirmation_code_used``, ``busy``.
        """
        async with writing(self._engine) as connection:
            await _check_printed(connection, till, payment_id)
            mine = Claim(payment_id, out_trade_no, till.id, now_ms())
            await connection.execute(
                insert_of(connection)(received_claims)
                .values(
                    merchant_id=till.merchant, store_id=till.store, **msgspec.structs.asdict(mine)
                )
                .on_conflict_do_nothing()
            )
            row = (
                await connection.execute(
                    sa.select(*(received_claims.c[name] for name in Claim.__struct_fields__)).where(
                        received_claims.c.payment_id == payment_id
                    )
                )
            ).one()
        first = Claim(*row)
        if (first.terminal_id, first.out_trade_no) != (till.id, out_trade_no):
            raise KBeanError(
                "confirmation_code_used", "another sale has this payment", money="none"
            )
        return first


async def _check_printed(connection: AsyncConnection, till: Principal, payment_id: str) -> None:
    """A payment of the printed code of the till's store, or ``order_not_found``."""
    known = None
    if is_uuid7(payment_id):
        known = await connection.scalar(
            sa.select(payments.c.id).where(
                payments.c.id == payment_id,
                payments.c.merchant_id == till.merchant,
                payments.c.store_id == till.store,
                payments.c.order_id.is_(None),
            )
        )
    if known is None:
        raise KBeanError("order_not_found", money="none")


def _day(number: str) -> int:
    """The first moment of the day that an order number names (UTC), Unix milliseconds."""
    if _NUMBER.fullmatch(number) is None:
        raise KBeanError("order_not_found", money="none")
    try:
        day = datetime.strptime(number[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        raise KBeanError("order_not_found", money="none") from None
    return int(day.timestamp()) * 1000


async def _reached(connection: AsyncConnection, account: MerchantAccount, moment: int) -> int:
    """The first version of an account that was not written before a moment."""
    low, high = 1, account.version + 1
    while low < high:
        middle = (low + high) // 2
        written = await connection.scalar(
            sa.select(journals.c.created_at)
            .join(entries, entries.c.journal_id == journals.c.id)
            .where(entries.c.account_id == account.id, entries.c.version == middle)
        )
        if written is None or written >= moment:
            high = middle
        else:
            low = middle + 1
    return low


_sold = payments.alias("sold")
"""The payment that an entry is of, or that the entry's refund is of."""

_MOVED = (
    sa.select(
        _sold.c.id,
        _sold.c.amount,
        _sold.c.currency,
        _sold.c.posted_at,
        _sold.c.document,
        users.c.display_name,
        sa.func.coalesce(refund_totals.c.amount, 0).label("refunded"),
    )
    .select_from(entries)
    .outerjoin(payments, payments.c.journal_id == entries.c.journal_id)
    .outerjoin(refunds, refunds.c.journal_id == entries.c.journal_id)
    .join(_sold, _sold.c.id == sa.func.coalesce(payments.c.id, refunds.c.payment_id))
    .join(users, users.c.id == _sold.c.payer_id)
    .outerjoin(refund_totals, refund_totals.c.payment_id == _sold.c.id)
    .order_by(entries.c.version.desc())
)


def _printed(account: MerchantAccount, till: Principal) -> sa.ColumnElement[bool]:
    """What an account has had by the printed codes of a till's store."""
    return sa.and_(
        entries.c.account_id == account.id,
        _sold.c.store_id == till.store,
        _sold.c.order_id.is_(None),
    )


async def _read(connection: AsyncConnection, query: sa.Select[Any]) -> list[Received]:
    """Each payment once, oldest first."""
    rows = {row.id: row for row in await connection.execute(query)}
    return sorted(
        (_told(row) for row in rows.values()), key=lambda one: (one.paid_at, one.payment_id)
    )


class _Document(msgspec.Struct):
    """What of the kept answer tills are told."""

    confirmation_code: str = ""


_open = msgspec.json.Decoder(_Document).decode


def _told(row: Any) -> Received:
    return Received(
        payment_id=row.id,
        order_number=order_number(row.id, row.posted_at),
        amount=row.amount,
        currency=row.currency,
        payer=masked(row.display_name),
        paid_at=row.posted_at,
        confirmation=_open(row.document).confirmation_code,
        refunded=row.refunded,
    )
