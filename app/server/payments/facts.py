"""What a payment needs to know that never changes, remembered by each process.

Whether a session, merchant, code or order still *counts* is decided in the posting's own
transaction; here is only what they are. So a remembered fact can never be stale.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.ids import is_uuid7
from app.server.db.engine import reading
from app.server.db.together import Together
from app.server.identity.tables import devices
from app.server.payments.rules import Target
from app.server.payments.tables import merchant_codes, merchants, orders, payments, stores

_SIZE = 100_000


class DeviceFact(NamedTuple):
    """Whose device it is, and its key."""

    user_id: str
    public_key: str


class Facts:
    """Devices, static codes and orders, looked up once."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read from ``engine``."""
        self._engine = engine
        self._devices: OrderedDict[str, DeviceFact] = OrderedDict()
        self._targets: OrderedDict[str, Target] = OrderedDict()
        self._device_rows: Together[str, DeviceFact] = Together(self._load_devices)
        self._code_rows: Together[str, Target] = Together(self._load_codes)
        self._order_rows: Together[str, Target] = Together(self._load_orders)

    async def device(self, device_id: str) -> DeviceFact | None:
        """A device that was enrolled once."""
        fact = self._devices.get(device_id)
        if fact is None:
            fact = await self._device_rows.get(device_id)
            if fact is not None:
                _remember(self._devices, device_id, fact)
        return fact

    async def code(self, code_id: str) -> Target | None:
        """A static code's target."""
        fact = self._targets.get(code_id)
        if fact is not None:
            return fact if fact.order_id is None else None
        return self._keep(await self._code_rows.get(code_id))

    async def order(self, order_id: str) -> Target | None:
        """An order's target."""
        fact = self._targets.get(order_id)
        if fact is not None:
            return fact if fact.order_id is not None else None
        return self._keep(await self._order_rows.get(order_id))

    def _keep(self, target: Target | None) -> Target | None:
        if target is not None:
            _remember(self._targets, target.code_id, target)
        return target

    async def _load_devices(self, ids: Sequence[str]) -> dict[str, DeviceFact]:
        rows = await self._rows(
            sa.select(devices.c.id, devices.c.user_id, devices.c.public_key).where(
                devices.c.id.in_(ids)
            )
        )
        return {row.id: DeviceFact(row.user_id, row.public_key) for row in rows}

    async def _load_codes(self, ids: Sequence[str]) -> dict[str, Target]:
        rows = await self._rows(
            _WHO.add_columns(merchant_codes.c.id.label("code_id"), merchant_codes.c.currency)
            .join(merchant_codes, merchant_codes.c.store_id == stores.c.id)
            .where(merchant_codes.c.id.in_(ids))
        )
        return {row.code_id: _target(row, row.code_id, None, None, "") for row in rows}

    async def _load_orders(self, ids: Sequence[str]) -> dict[str, Target]:
        rows = await self._rows(
            _WHO.add_columns(
                orders.c.id.label("order_id"),
                orders.c.currency,
                orders.c.amount,
                orders.c.subject,
                orders.c.payer_id,
                orders.c.terminal_id,
                (orders.c.kind == "hold").label("hold"),
            )
            .join(orders, orders.c.store_id == stores.c.id)
            .where(orders.c.id.in_(ids))
        )
        return {
            row.order_id: _target(
                row, row.order_id, row.order_id, row.amount, row.subject
            )._replace(payer_id=row.payer_id, hold=bool(row.hold), terminal_id=row.terminal_id)
            for row in rows
        }

    async def _rows(self, query: sa.Select[Any]) -> Sequence[Any]:
        async with reading(self._engine) as connection:
            found: Sequence[Any] = (await connection.execute(query)).all()
            return found


_WHO = sa.select(
    merchants.c.id.label("merchant_id"),
    merchants.c.name.label("latin_name"),
    merchants.c.names,
    merchants.c.mcc,
    stores.c.id.label("store_id"),
    stores.c.name.label("store_name"),
).join(stores, stores.c.merchant_id == merchants.c.id)


def known_name(latin: str, names: dict[str, str]) -> str:
    """The name people know a merchant by: the Chinese one where there is one."""
    return names.get("zh") or latin


def _target(
    row: Any, code_id: str, order_id: str | None, amount: int | None, subject: str
) -> Target:
    return Target(
        code_id=code_id,
        order_id=order_id,
        merchant_id=row.merchant_id,
        payee_name=known_name(row.latin_name, row.names),
        mcc=row.mcc,
        store_id=row.store_id,
        store_name=row.store_name,
        currency=row.currency,
        amount=amount,
        subject=subject,
    )


def _remember(kept: OrderedDict[str, Any], key: str, fact: Any) -> None:
    kept[key] = fact
    if len(kept) > _SIZE:
        kept.popitem(last=False)


async def find_amount(connection: AsyncConnection, user_id: str, payment_id: str) -> int | None:
    """Minor units of one of the person's own payments; None where they have no such payment."""
    query = sa.select(payments.c.amount).where(
        payments.c.id == payment_id, payments.c.payer_id == user_id
    )
    return await connection.scalar(query) if is_uuid7(payment_id) else None


class MerchantNames:
    """The names that people know merchants by; a callable, because lower domains ask it."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read from ``engine``."""
        self._engine = engine

    async def __call__(self, ids: Iterable[str]) -> dict[str, str]:
        """By id; unknown ones are left out."""
        wanted = [number for number in ids if is_uuid7(number)]
        if not wanted:
            return {}
        query = sa.select(merchants.c.id, merchants.c.name, merchants.c.names)
        async with reading(self._engine) as connection:
            rows = await connection.execute(query.where(merchants.c.id.in_(wanted)))
            return {row.id: known_name(row.name, row.names) for row in rows}
