"""Pre-authorisations as they are read: by person, by till, by key."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import order_number
from app.protocol.messages.holds import Authorisation, AuthorisationList
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.payments.facts import Facts
from app.server.payments.holds import rules
from app.server.payments.holds.rules import AuthRow
from app.server.payments.holds.tables import authorisations
from app.server.payments.rules import Target
from app.server.payments.tables import orders

_MOST = 200
_COLUMNS = [authorisations.c[name] for name in AuthRow._fields]


class HoldShelf:
    """Reads; nothing here changes anything."""

    def __init__(self, engine: AsyncEngine, facts: Facts) -> None:
        """Wire it."""
        self._engine = engine
        self._facts = facts

    async def all_of(self, user_id: str) -> AuthorisationList:
        """The person's, open ones first, newest first."""
        t = authorisations.c
        closed = sa.case((t.state == "held", 0), else_=1)
        async with reading(self._engine) as connection:
            found = await connection.execute(
                sa.select(*_COLUMNS)
                .where(t.payer_id == user_id)
                .order_by(closed, t.held_at.desc(), t.id.desc())
                .limit(_MOST)
            )
            rows = [AuthRow(*row) for row in found]
        now = now_ms()
        targets = await asyncio.gather(*(self.target(row) for row in rows))
        items = [message(row, target, now) for row, target in zip(rows, targets, strict=True)]
        return AuthorisationList(items, now)

    async def by_trade_no(self, till: Principal, out_trade_no: str) -> Authorisation:
        """One of the till's merchant.

        Raises:
            KBeanError: ``hold_not_found``.
        """
        row = await self.of_till(till, out_trade_no)
        return message(row, await self.target(row), now_ms())

    async def document(self, person: str, key: str) -> bytes | None:
        """What a person's key made, as it is now."""
        t = authorisations.c
        row = await self._one(t.idempotency_key == key, t.payer_id == person)
        if row is None:
            return None
        return msgspec.json.encode(message(row, await self.target(row), now_ms()))

    async def of_till(self, till: Principal, out_trade_no: str) -> AuthRow:
        """The row behind the merchant's own number.

        Raises:
            KBeanError: ``hold_not_found``.
        """
        t = authorisations.c
        row = await self._one(t.merchant_id == till.merchant, t.out_trade_no == out_trade_no)
        if row is None:
            raise KBeanError("hold_not_found")
        return row

    async def _one(self, *which: sa.ColumnElement[bool]) -> AuthRow | None:
        async with reading(self._engine) as connection:
            found = (await connection.execute(sa.select(*_COLUMNS).where(*which))).one_or_none()
        return None if found is None else AuthRow(*found)

    async def target(self, row: AuthRow) -> Target:
        """Who holds, and what for.

        Raises:
            KBeanError: ``hold_not_found``.
        """
        target = await self._facts.order(row.order_id)
        if target is None:
            raise KBeanError("hold_not_found", "its order is not there")
        return target

    async def trade_no(self, order_id: str) -> str:
        """The merchant's own number of an order."""
        async with reading(self._engine) as connection:
            found: str | None = await connection.scalar(
                sa.select(orders.c.out_trade_no).where(orders.c.id == order_id)
            )
        return found or ""

    async def run_out(self, most: int) -> list[AuthRow]:
        """What is held although its time is over, the oldest first."""
        t = authorisations.c
        async with reading(self._engine) as connection:
            found = await connection.execute(
                sa.select(*_COLUMNS)
                .where(t.state == "held", t.expires_at <= now_ms())
                .order_by(t.expires_at)
                .limit(most)
            )
            return [AuthRow(*row) for row in found]


def message(row: AuthRow, target: Target, now: int) -> Authorisation:
    """A row as both sides are told it."""
    state: Any = rules.state_of(row, now)
    return Authorisation(
        hold_id=row.id,
        order_id=row.order_id,
        out_trade_no=row.out_trade_no,
        payee_name=target.payee_name,
        store_name=target.store_name,
        subject=target.subject,
        amount=row.amount,
        currency=row.currency,
        state=state,
        held_at=row.held_at,
        expires_at=row.expires_at,
        captured=row.captured,
        payment_id=row.payment_id,
        order_number=order_number(row.payment_id, row.ended_at)
        if row.payment_id is not None and row.ended_at is not None
        else "",
        ended_at=row.ended_at,
    )
