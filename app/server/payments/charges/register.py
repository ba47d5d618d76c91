"""What became of charges, read from the rows: for tills, for payers, for the ticks."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.ids import order_number
from app.protocol.messages.charges import (
    Charge,
    CodeUse,
    CodeUses,
    Confirmation,
    ConfirmationList,
)
from app.protocol.messages.payments import Payee
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.payments.charges import rules
from app.server.payments.charges.tables import WORKING, charges, code_cutoffs
from app.server.payments.facts import known_name
from app.server.payments.rules import Target
from app.server.payments.tables import merchants, orders, payments, stores

USES = 50
"""Uses of codes that are told at once."""

CONFIRM_MAX_MS = 600_000
"""The longest that a payer may be asked (``Config.confirm_seconds``)."""

_STORES = 10_000

_CHARGE = (
    sa.select(
        orders.c.id,
        orders.c.payer_id,
        orders.c.handle,
        orders.c.payer,
        orders.c.body_hash,
        orders.c.created_at,
        sa.func.coalesce(charges.c.state, "success").label("state"),
        sa.func.coalesce(charges.c.changed_at, orders.c.created_at).label("changed_at"),
        charges.c.failure,
        charges.c.asked,
        charges.c.reverse_reason,
        charges.c.reverse_cashier,
        sa.func.coalesce(charges.c.tries, 0).label("tries"),
        orders.c.merchant_id,
        orders.c.terminal_id,
        orders.c.out_trade_no,
        orders.c.amount,
        orders.c.currency,
        orders.c.subject,
        orders.c.kind,
        orders.c.status,
        orders.c.expires_at,
        orders.c.payment_id,
        orders.c.paid_at,
        payments.c.points,
    )
    .select_from(orders)
    .outerjoin(charges, charges.c.id == orders.c.id)
    .outerjoin(payments, payments.c.id == orders.c.payment_id)
)

_SHOP = (
    merchants.c.name.label("latin_name"),
    merchants.c.names,
    merchants.c.mcc,
    stores.c.id.label("store_id"),
    stores.c.name.label("store_name"),
    stores.c.city.label("place"),
)


class Register:
    """Reads charges."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read from ``engine``."""
        self._engine = engine
        self._targets: OrderedDict[str, Target] = OrderedDict()

    async def target(self, store_id: str) -> Target:
        """Who is paid at a store; remembered, for it never changes.

        The order's id, amount, currency and subject are the caller's to fill in.
        """
        known = self._targets.get(store_id)
        if known is not None:
            return known
        query = (
            sa.select(stores.c.merchant_id, *_SHOP)
            .join(merchants, merchants.c.id == stores.c.merchant_id)
            .where(stores.c.id == store_id)
        )
        async with reading(self._engine) as connection:
            row = (await connection.execute(query)).one()
        target = Target(
            code_id="",
            order_id=None,
            merchant_id=row.merchant_id,
            payee_name=known_name(row.latin_name, row.names),
            mcc=row.mcc,
            store_id=row.store_id,
            store_name=row.store_name,
            currency="",
            amount=None,
            subject="",
        )
        self._targets[store_id] = target
        if len(self._targets) > _STORES:
            self._targets.popitem(last=False)
        return target

    async def by_number(self, merchant_id: str, out_trade_no: str) -> Any:
        """A merchant's order under its own number, with its charge's columns; or None.

        An order that is no charge has another ``kind``: what the charge's columns say of it means
        nothing.
        """
        return await self._one(
            sa.and_(orders.c.merchant_id == merchant_id, orders.c.out_trade_no == out_trade_no)
        )

    async def by_id(self, charge_id: str) -> Any:
        """The same by the charge's id."""
        return await self._one(orders.c.id == charge_id)

    async def _one(self, which: sa.ColumnElement[bool]) -> Any:
        async with reading(self._engine) as connection:
            return (await connection.execute(_CHARGE.where(which))).one_or_none()

    # --- the payer's side

    async def uses(self, user_id: str, after: int) -> CodeUses:
        """What became of a person's codes since a moment, newest first."""
        now = now_ms()
        # A payer's yes comes within the confirmation's life: two indexes find the rest.
        made = sa.select(orders.c.id).where(
            orders.c.payer_id == user_id, orders.c.created_at > after - CONFIRM_MAX_MS
        )
        changed = sa.select(charges.c.id).where(
            charges.c.payer_id == user_id, charges.c.changed_at > after
        )
        query = (
            _CHARGE.add_columns(*_SHOP)
            .join(merchants, merchants.c.id == orders.c.merchant_id)
            .join(stores, stores.c.id == orders.c.store_id)
            .where(
                orders.c.id.in_(made.union(changed)),
                sa.or_(
                    orders.c.created_at > after,
                    charges.c.changed_at > after,
                    orders.c.paid_at > after,
                ),
            )
            .order_by(orders.c.created_at.desc(), orders.c.id.desc())
            .limit(USES)
        )
        async with reading(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return CodeUses([_use(row, now) for row in rows], now)

    async def confirmations(self, user_id: str) -> ConfirmationList:
        """The charges that wait for a person's word, the oldest first."""
        now = now_ms()
        query = (
            _CHARGE.add_columns(*_SHOP)
            .join(merchants, merchants.c.id == orders.c.merchant_id)
            .join(stores, stores.c.id == orders.c.store_id)
            .where(
                charges.c.payer_id == user_id,
                charges.c.state == "userpaying",
                orders.c.status == "open",
                orders.c.expires_at > now,
            )
            .order_by(charges.c.created_at, charges.c.id)
        )
        async with reading(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return ConfirmationList([_confirmation(row) for row in rows], now)

    # --- for the ticks

    async def due(self, limit: int) -> list[str]:
        """Charges whose rows have to follow their order, the time, or a freeze."""
        query = (
            sa.select(charges.c.id)
            .join(orders, orders.c.id == charges.c.id)
            .outerjoin(code_cutoffs, code_cutoffs.c.user_id == charges.c.payer_id)
            .where(
                WORKING,
                charges.c.state == "userpaying",
                sa.or_(
                    orders.c.status != "open",
                    orders.c.expires_at <= now_ms(),
                    code_cutoffs.c.at >= charges.c.created_at,
                ),
            )
            .limit(limit)
        )
        async with reading(self._engine) as connection:
            return list((await connection.execute(query)).scalars())


def message(row: Any, at_ms: int) -> Charge:
    """A row of the register as the till is told it."""
    state = rules.state_of(row.state, row.status, row.expires_at, at_ms)
    paid = row.payment_id is not None
    return Charge(
        charge_id=row.id,
        out_trade_no=row.out_trade_no,
        state=state,
        amount=row.amount,
        currency=row.currency,
        subject=row.subject,
        created_at=row.created_at,
        deadline=row.expires_at,
        failure=_failure(row, state),
        payer=row.payer or "",
        payment_id=row.payment_id,
        paid_at=row.paid_at,
        order_number=order_number(row.payment_id, row.paid_at) if paid else "",
        points_earned=row.points or 0,
    )


def _failure(row: Any, state: str) -> str:
    if row.failure is None and state == "closed":
        return "expired" if row.status == "open" else "reversed"
    return row.failure or ""


def _use(row: Any, at_ms: int) -> CodeUse:
    state = rules.state_of(row.state, row.status, row.expires_at, at_ms)
    return CodeUse(
        handle=row.handle,
        charge_id=row.id,
        state=state,
        amount=row.amount,
        currency=row.currency,
        payee_name=known_name(row.latin_name, row.names),
        at=max(row.changed_at, row.paid_at or 0),
        payment_id=row.payment_id,
        failure=_failure(row, state),
    )


def _confirmation(row: Any) -> Confirmation:
    payee = Payee(
        merchant_id=row.merchant_id,
        name=row.latin_name,
        names=row.names,
        mcc=row.mcc,
        store_id=row.store_id,
        store_name=row.store_name,
        city=row.place,
        terminal_id=row.terminal_id,
    )
    return Confirmation(
        charge_id=row.id,
        payee=payee,
        amount=row.amount,
        currency=row.currency,
        subject=row.subject,
        reason=row.asked,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
