"""What a till is and may, and who sells at it."""

from __future__ import annotations

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.counter import (
    Cashier,
    CashierList,
    CashierRequest,
    CashierRole,
    CounterInfo,
)
from app.protocol.signing import encode_bytes
from app.server.config import Config
from app.server.db.engine import reading, writing
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.identity.passphrases import PassphraseHasher
from app.server.payments.counter import rules
from app.server.payments.counter.rules import CashierRow
from app.server.payments.counter.store_keys import StoreKeys
from app.server.payments.counter.tables import cashiers
from app.server.payments.posting import Posting
from app.server.payments.tables import merchant_codes, merchants, stores, terminals


class CounterService:
    """A merchant's counters."""

    def __init__(
        self,
        engine: AsyncEngine,
        keys: StoreKeys,
        hasher: PassphraseHasher,
        *,
        posting: Posting,
        config: Config,
    ) -> None:
        """Wire the service; payments get their codes for counters without internet from here."""
        self._engine = engine
        self._hasher = hasher
        self._config = config
        self.keys = keys
        posting.confirming = keys.confirm

    # --- the till

    async def info(self, till: Principal) -> CounterInfo:
        """What a till needs to sell, with and without internet.

        Raises:
            KBeanError: ``busy``.
        """
        key = await self.keys.key(till.store)
        async with reading(self._engine) as connection:
            row = (await connection.execute(_INFO.where(terminals.c.id == till.id))).one()
            code = await connection.scalar(
                sa.select(merchant_codes.c.text)
                .where(
                    merchant_codes.c.store_id == till.store,
                    merchant_codes.c.currency == self._config.currency,
                    merchant_codes.c.revoked_at.is_(None),
                )
                .order_by(merchant_codes.c.created_at.desc(), merchant_codes.c.id.desc())
                .limit(1)
            )
        config = self._config
        return CounterInfo(
            terminal_id=row.id,
            terminal_name=row.name,
            merchant_id=row.merchant_id,
            merchant_name=row.merchant_name,
            merchant_names=row.merchant_names,
            store_id=row.store_id,
            store_name=row.store_name,
            currency=config.currency,
            operator=config.operator,
            mode=config.mode,
            confirmation_key=encode_bytes(key),
            static_code=code or "",
            query_seconds=config.charge_query_seconds,
            give_up_seconds=config.charge_give_up_seconds,
            server_time=now_ms(),
        )

    # --- cashiers

    async def people(self, merchant_id: str) -> CashierList:
        """All cashiers of a merchant, by number, those who left included."""
        async with reading(self._engine) as connection:
            rows = await _people(connection, merchant_id)
        return CashierList([_shown(row) for row in rows], now_ms())

    async def change(
        self, merchant_id: str, cashier_id: str, request: CashierRequest
    ) -> CashierList:
        """Add or change somebody in a manager's name; everybody as they are then.

        Raises:
            KBeanError: ``role_missing``, ``cashier_taken``, ``validation_failed``, ``busy``.
        """
        if not is_uuid7(cashier_id):
            raise KBeanError("validation_failed", "ids are UUIDv7", field="cashier_id")
        # Before the transaction: hashing takes its time.
        pin_hash = None if request.pin is None else await self._hasher.hash(request.pin)
        try:
            async with writing(self._engine) as connection:
                await _lock(connection, merchant_id)
                rows = await _people(connection, merchant_id)
                before = rules.check_change(rows, cashier_id, request)
                await _write(
                    connection,
                    merchant_id,
                    cashier_id,
                    request,
                    known=before is not None,
                    pin_hash=pin_hash,
                )
                rows = await _people(connection, merchant_id)
        except IntegrityError:
            # The id is another merchant's.
            raise KBeanError("cashier_taken", field="cashier_id") from None
        return CashierList([_shown(row) for row in rows], now_ms())

    async def add(
        self, merchant_id: str, number: str, name: str, role: CashierRole, pin: str
    ) -> str:
        """The operator's way, for a merchant's first manager; the cashier's id.

        Raises:
            KBeanError: ``not_found`` for an unknown merchant, ``cashier_taken``.
        """
        cashier_id = new_id()
        request = CashierRequest(cashier_id, number, name, role, pin=pin)
        pin_hash = await self._hasher.hash(pin)
        async with writing(self._engine) as connection:
            if not is_uuid7(merchant_id) or not await _lock(connection, merchant_id):
                raise KBeanError("not_found", f"no such merchant: {merchant_id}")
            if any(row.number == number for row in await _people(connection, merchant_id)):
                raise KBeanError("cashier_taken", field="number")
            await _write(
                connection, merchant_id, cashier_id, request, known=False, pin_hash=pin_hash
            )
        return cashier_id

    async def role_of(self, merchant_id: str, cashier_id: str) -> CashierRole | None:
        """What somebody may do at a merchant's counters; None for strangers and those who left."""
        if not is_uuid7(cashier_id):
            return None
        async with reading(self._engine) as connection:
            role = await connection.scalar(
                sa.select(cashiers.c.role).where(
                    cashiers.c.id == cashier_id,
                    cashiers.c.merchant_id == merchant_id,
                    cashiers.c.active.is_(True),
                )
            )
        return cast("CashierRole | None", role)


_INFO = (
    sa.select(
        terminals.c.id,
        terminals.c.name,
        terminals.c.merchant_id,
        terminals.c.store_id,
        merchants.c.name.label("merchant_name"),
        merchants.c.names.label("merchant_names"),
        stores.c.name.label("store_name"),
    )
    .join(merchants, merchants.c.id == terminals.c.merchant_id)
    .join(stores, stores.c.id == terminals.c.store_id)
)

_CASHIER = sa.select(*(cashiers.c[name] for name in CashierRow._fields))


async def _lock(connection: AsyncConnection, merchant_id: str) -> bool:
    """One change of a merchant's people at a time; False where there is no such merchant."""
    query = sa.select(merchants.c.id).where(merchants.c.id == merchant_id)
    # Not so strong that it would stop orders, whose foreign key looks at the merchant's row.
    return (await connection.scalar(query.with_for_update(key_share=True))) is not None


async def _people(connection: AsyncConnection, merchant_id: str) -> list[CashierRow]:
    rows = await connection.execute(_CASHIER.where(cashiers.c.merchant_id == merchant_id))
    found = [CashierRow._make(row) for row in rows]
    return sorted(found, key=lambda row: (int(row.number), row.number))


async def _write(
    connection: AsyncConnection,
    merchant_id: str,
    cashier_id: str,
    request: CashierRequest,
    *,
    known: bool,
    pin_hash: str | None,
) -> None:
    now = now_ms()
    values: dict[str, Any] = {
        "number": request.number,
        "name": request.name,
        "role": request.role,
        "active": request.active,
        "updated_at": now,
    }
    if pin_hash is not None:
        values["pin_hash"] = pin_hash
    if not known:
        made = {"id": cashier_id, "merchant_id": merchant_id, "created_at": now}
        await connection.execute(sa.insert(cashiers).values(**values, **made))
    else:
        await connection.execute(
            sa.update(cashiers).where(cashiers.c.id == cashier_id).values(**values)
        )


def _shown(row: CashierRow) -> Cashier:
    return Cashier(row.id, row.number, row.name, row.role, row.active, row.pin_hash)
