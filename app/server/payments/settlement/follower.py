"""Finds what merchants are to be told of, and writes it down as deliveries.

Money is followed along the version of the merchant's account: versions have no gaps and commit in
their order, because the account's row is locked while it is posted to. So nothing can slip in
behind the mark, and nothing is ever read twice. Charges and holds have no such number; their rows
are looked at again for some minutes, and each event's unique key keeps it from being told twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.ids import new_id, order_number
from app.server.db.engine import insert_of, reading, writing
from app.server.http.front import now_ms
from app.server.ledger.tables import accounts, entries
from app.server.payments.charges.tables import charges
from app.server.payments.holds.tables import authorisations
from app.server.payments.refunds.tables import refunds
from app.server.payments.settlement.tables import deliveries, webhook_marks, webhooks
from app.server.payments.settlement.webhook_rules import payload
from app.server.payments.tables import orders, payments

_BATCH = 500
_AGAIN_MS = 600_000
"""How far back charges and holds are looked at again: longer than any commit takes."""
_STEP_MS = 60_000
"""How far their mark may stand behind while nothing happens."""


class Event(NamedTuple):
    """Something a merchant may be told of, of one payment, refund, charge or hold."""

    name: str
    subject_id: str
    at: int
    data: dict[str, Any]


class Follower:
    """Runs in every node; they meet at the webhook's row."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read and write in ``engine``."""
        self._engine = engine

    async def run(self) -> None:
        """Write down everything new."""
        for merchant_id, source in await self._behind():
            while await self._follow_money(merchant_id, source):
                pass
        await self._follow_others()

    async def _behind(self) -> list[tuple[str, str]]:
        """Marks of money that the merchant's account has left behind."""
        query = (
            sa.select(webhook_marks.c.merchant_id, webhook_marks.c.source)
            .join(
                accounts,
                sa.and_(
                    accounts.c.owner == webhook_marks.c.merchant_id,
                    accounts.c.kind == "merchant",
                    sa.literal("money:") + accounts.c.currency == webhook_marks.c.source,
                ),
            )
            .where(accounts.c.version > webhook_marks.c.position)
        )
        async with reading(self._engine) as connection:
            return [(row.merchant_id, row.source) for row in await connection.execute(query)]

    async def _follow_money(self, merchant_id: str, source: str) -> bool:
        """One batch of entries; whether there may be more."""
        async with writing(self._engine) as connection:
            hook = await _held(connection, merchant_id)
            if hook is None:
                return False
            mine = sa.and_(
                webhook_marks.c.merchant_id == merchant_id, webhook_marks.c.source == source
            )
            position = await connection.scalar(sa.select(webhook_marks.c.position).where(mine))
            rows = list(
                await connection.execute(
                    _ENTRY.where(
                        accounts.c.owner == merchant_id,
                        accounts.c.kind == "merchant",
                        accounts.c.currency == source.partition(":")[2],
                        entries.c.version > position,
                    )
                    .order_by(entries.c.version)
                    .limit(_BATCH)
                )
            )
            if not rows:
                return False
            seen = [event for row in rows if (event := _money_event(row)) is not None]
            told = [event for event in seen if event.name in hook.events]
            await _write(connection, merchant_id, told)
            await connection.execute(
                sa.update(webhook_marks).where(mine).values(position=rows[-1].version)
            )
        return len(rows) == _BATCH

    async def _follow_others(self) -> None:
        """Charges that ended without a payment, holds that began or ended without one."""
        began = now_ms()
        async with reading(self._engine) as connection:
            oldest = await connection.scalar(_OLDEST)
            if oldest is None:
                return
            hooks = list(await connection.execute(sa.select(webhooks)))
            since = oldest - _AGAIN_MS
            found: list[tuple[str, Event]] = []
            for other in _OTHERS:
                wanting = [hook.merchant_id for hook in hooks if other.name in hook.events]
                rows = await _fresh(connection, other, wanting, since)
                found += [(row.merchant_id, other.read(other.name, row)) for row in rows]
        if not found and began - oldest < _STEP_MS:
            return
        async with writing(self._engine) as connection:
            for merchant_id, event in found:
                await _write(connection, merchant_id, [event])
            if len(found) < _BATCH:
                await connection.execute(
                    sa.update(webhook_marks)
                    .where(webhook_marks.c.source == "others", webhook_marks.c.position < began)
                    .values(position=began)
                )


_ENTRY = (
    sa.select(
        entries.c.version,
        payments.c.id.label("payment_id"),
        payments.c.posted_at.label("paid_at"),
        payments.c.amount,
        payments.c.currency,
        payments.c.store_id,
        orders.c.id.label("order_id"),
        orders.c.out_trade_no,
        orders.c.kind.label("order_kind"),
        refunds.c.id.label("refund_id"),
        refunds.c.kind.label("refund_kind"),
        refunds.c.payment_id.label("refunded_id"),
        refunds.c.out_trade_no.label("refunded_trade_no"),
        refunds.c.out_request_no,
        refunds.c.amount.label("refund_amount"),
        refunds.c.currency.label("refund_currency"),
        refunds.c.store_id.label("refund_store_id"),
        refunds.c.posted_at.label("refunded_at"),
    )
    .join(accounts, accounts.c.id == entries.c.account_id)
    .outerjoin(payments, payments.c.journal_id == entries.c.journal_id)
    .outerjoin(orders, orders.c.id == payments.c.order_id)
    .outerjoin(refunds, refunds.c.journal_id == entries.c.journal_id)
)

_OLDEST = sa.select(sa.func.min(webhook_marks.c.position)).where(webhook_marks.c.source == "others")

_CLOSED = (
    sa.select(
        charges.c.id.label("subject_id"),
        charges.c.state,
        charges.c.failure,
        charges.c.changed_at.label("at"),
        orders.c.merchant_id,
        orders.c.store_id,
        orders.c.out_trade_no,
        orders.c.amount,
        orders.c.currency,
    )
    .join(orders, orders.c.id == charges.c.id)
    .join(webhooks, webhooks.c.merchant_id == orders.c.merchant_id)
    .where(charges.c.state.in_(("closed", "failed")))
)

_HOLD = sa.select(
    authorisations.c.id.label("subject_id"),
    authorisations.c.state,
    authorisations.c.merchant_id,
    authorisations.c.order_id,
    authorisations.c.out_trade_no,
    authorisations.c.amount,
    authorisations.c.currency,
    authorisations.c.expires_at,
).join(webhooks, webhooks.c.merchant_id == authorisations.c.merchant_id)
_HELD = _HOLD.add_columns(authorisations.c.held_at.label("at"))
_RELEASED = _HOLD.add_columns(authorisations.c.ended_at.label("at")).where(
    authorisations.c.state.in_(("released", "expired"))
)


async def _fresh(
    connection: AsyncConnection, other: _Other, wanting: list[str], since: int
) -> list[Any]:
    """What merchants who want to hear of it were not told yet, of the last minutes."""
    told = sa.exists().where(
        deliveries.c.subject_id == other.query.selected_columns.subject_id,
        deliveries.c.event == other.name,
    )
    rows = await connection.execute(
        other.query.where(
            other.moment >= since,
            other.moment >= webhooks.c.created_at,
            webhooks.c.merchant_id.in_(wanting),
            ~told,
        )
        .order_by(other.moment)
        .limit(_BATCH)
    )
    return list(rows)


async def _held(connection: AsyncConnection, merchant_id: str) -> Any:
    """The merchant's webhook, unless another node is at it."""
    return (
        await connection.execute(
            sa.select(webhooks)
            .where(webhooks.c.merchant_id == merchant_id)
            .with_for_update(skip_locked=True)
        )
    ).one_or_none()


async def _write(connection: AsyncConnection, merchant_id: str, events: list[Event]) -> None:
    now = now_ms()
    rows = [
        {
            "id": new_id(),
            "merchant_id": merchant_id,
            "event": event.name,
            "subject_id": event.subject_id,
            "payload": payload(event.name, _iso(event.at), event.data),
            "state": "waiting",
            "tries": 0,
            "next_at": now,
            "created_at": now,
        }
        for event in events
    ]
    if rows:
        insert = insert_of(connection)(deliveries)
        await connection.execute(insert.on_conflict_do_nothing(), rows)


def _money_event(row: Any) -> Event | None:
    """What an entry tells a merchant; nothing of who paid."""
    if row.refund_id is not None:
        return Event(
            "refund.succeeded",
            row.refund_id,
            row.refunded_at,
            {
                "refund_id": row.refund_id,
                "kind": row.refund_kind,
                "out_trade_no": row.refunded_trade_no,
                "out_request_no": row.out_request_no,
                "payment_id": row.refunded_id,
                "store_id": row.refund_store_id,
                "amount": row.refund_amount,
                "currency": row.refund_currency,
                "posted_at": row.refunded_at,
            },
        )
    if row.payment_id is None:
        return None
    return Event(
        "payment.succeeded",
        row.payment_id,
        row.paid_at,
        {
            "payment_id": row.payment_id,
            "order_number": order_number(row.payment_id, row.paid_at),
            "order_id": row.order_id,
            "order_kind": row.order_kind,
            "out_trade_no": row.out_trade_no,
            "store_id": row.store_id,
            "amount": row.amount,
            "currency": row.currency,
            "posted_at": row.paid_at,
        },
    )


def _charge_event(name: str, row: Any) -> Event:
    return Event(
        name,
        row.subject_id,
        row.at,
        {
            "charge_id": row.subject_id,
            "state": row.state,
            "failure": row.failure,
            "out_trade_no": row.out_trade_no,
            "store_id": row.store_id,
            "amount": row.amount,
            "currency": row.currency,
            "closed_at": row.at,
        },
    )


def _hold_event(name: str, row: Any) -> Event:
    return Event(
        name,
        row.subject_id,
        row.at,
        {
            "hold_id": row.subject_id,
            "state": "held" if name == "hold.held" else row.state,
            "order_id": row.order_id,
            "out_trade_no": row.out_trade_no,
            "amount": row.amount,
            "currency": row.currency,
            "expires_at": row.expires_at,
            "at": row.at,
        },
    )


class _Other(NamedTuple):
    """A source beside money: its rows, when they came to be, what they say."""

    name: str
    query: sa.Select[Any]
    moment: sa.ColumnElement[Any]
    read: Callable[[str, Any], Event]


_OTHERS = (
    _Other("charge.closed", _CLOSED, charges.c.changed_at, _charge_event),
    _Other("hold.held", _HELD, authorisations.c.held_at, _hold_event),
    _Other("hold.released", _RELEASED, authorisations.c.ended_at, _hold_event),
)


def _iso(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
