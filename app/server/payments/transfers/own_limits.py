"""What a person allows at most (design/1 M11): tighter at once, looser with the passphrase.

Payments, transfers, charges and plans read the row in their own transaction, so a tighter limit
counts for everything that is decided after it was saved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.messages.limits import Limits, LimitsRequest
from app.server.config import Config
from app.server.db.engine import insert_of, reading, writing
from app.server.http.front import now_ms
from app.server.identity.step_up import StepUp
from app.server.payments.limits import LimitsRow
from app.server.payments.rules import Calendar
from app.server.payments.tables import spending, user_limits

_FIELDS = ("per_payment", "per_day", "small_each", "small_day")


def loosens(before: LimitsRow | None, wish: LimitsRequest) -> bool:
    """Whether a wish allows more than what holds; None allows everything."""
    for field in _FIELDS:
        old = None if before is None else getattr(before, field)
        new = getattr(wish, field)
        if old is not None and (new is None or new > old):
            return True
    return False


def check_limits(wish: LimitsRequest, small_each: int, small_day: int) -> None:
    """Refuse limits that say nothing or more than the operator allows.

    Raises:
        KBeanError: ``limit_invalid``.
    """
    lines = {"small_each": small_each, "small_day": small_day}
    for field, line in lines.items():
        value = getattr(wish, field)
        if value is not None and value > line:
            raise KBeanError("limit_invalid", field=field, params={"limit": line})


class OwnLimits:
    """Reads and sets limits."""

    def __init__(
        self, engine: AsyncEngine, step_up: StepUp, config: Config, calendar: Calendar
    ) -> None:
        """Wire the service."""
        self._engine = engine
        self._step_up = step_up
        self._config = config
        self._calendar = calendar
        self.told: Callable[[str], None] = lambda _user_id: None

    async def of(self, user_id: str, currency: str | None = None) -> Limits:
        """What holds, and what today has cost.

        Raises:
            KBeanError: ``currency_unsupported``.
        """
        currency = self._checked(currency or self._config.currency)
        async with reading(self._engine) as connection:
            row = await _row(connection, user_id, currency)
            spent = await self._spent(connection, user_id, currency)
        return self._message(currency, row, spent)

    async def set(self, user_id: str, wish: LimitsRequest) -> Limits:
        """Set all four at once.

        Raises:
            KBeanError: ``limit_invalid``, ``step_up_needed``, ``proof_failed``,
                ``account_locked``, ``currency_unsupported``.
        """
        config = self._config
        currency = self._checked(wish.currency)
        check_limits(wish, config.small_each, config.small_day)
        if wish.passphrase is not None:
            await self._step_up.passphrase(user_id, wish.passphrase)
        async with writing(self._engine) as connection:
            await _lock(connection, user_id, currency)
            row = await _row(connection, user_id, currency)
            if wish.passphrase is None and loosens(row, wish):
                raise KBeanError("step_up_needed", field="passphrase", params={"reason": "limits"})
            await connection.execute(
                sa.update(user_limits)
                .where(user_limits.c.user_id == user_id, user_limits.c.currency == currency)
                .values(updated_at=now_ms(), **{field: getattr(wish, field) for field in _FIELDS})
            )
            row = await _row(connection, user_id, currency)
            spent = await self._spent(connection, user_id, currency)
        self.told(user_id)
        return self._message(currency, row, spent)

    def _checked(self, currency: str) -> str:
        if currency not in self._config.currencies:
            raise KBeanError("currency_unsupported", params={"currency": currency})
        return currency

    async def _spent(self, connection: AsyncConnection, user_id: str, currency: str) -> Any:
        query = sa.select(spending.c.total, spending.c.small).where(
            spending.c.user_id == user_id,
            spending.c.currency == currency,
            spending.c.day == self._calendar.day(now_ms()),
        )
        return (await connection.execute(query)).one_or_none()

    def _message(self, currency: str, row: LimitsRow | None, spent: Any) -> Limits:
        return Limits(
            currency=currency,
            per_payment=row.per_payment if row else None,
            per_day=row.per_day if row else None,
            small_each=row.small_each if row else None,
            small_day=row.small_day if row else None,
            operator_small_each=self._config.small_each,
            operator_small_day=self._config.small_day,
            spent_today=spent.total if spent is not None else 0,
            small_today=spent.small if spent is not None else 0,
            server_time=now_ms(),
        )


async def _row(connection: AsyncConnection, user_id: str, currency: str) -> LimitsRow | None:
    found = await connection.execute(
        sa.select(*(user_limits.c[name] for name in LimitsRow._fields)).where(
            user_limits.c.user_id == user_id, user_limits.c.currency == currency
        )
    )
    row = found.one_or_none()
    return None if row is None else LimitsRow(*row)


async def _lock(connection: AsyncConnection, user_id: str, currency: str) -> None:
    """The person's row, made where it is missing, locked until the transaction ends."""
    table = user_limits
    fresh = insert_of(connection)(table).values(
        user_id=user_id, currency=currency, updated_at=now_ms()
    )
    await connection.execute(
        fresh.on_conflict_do_update(
            index_elements=[table.c.user_id, table.c.currency],
            set_={"updated_at": table.c.updated_at},
        )
    )
