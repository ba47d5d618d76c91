"""What a person has and what moved: accounts, K-Beans, activity in pages that stay put."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.messages.payments import (
    Account,
    AccountList,
    ActivityPage,
    Movement,
    MovementKind,
    Payment,
    PointsSummary,
)
from app.server.config import Config
from app.server.db.engine import reading, snapshot
from app.server.http.front import now_ms
from app.server.ledger.chart import POINTS
from app.server.ledger.tables import accounts, entries, journals
from app.server.payments.notes import MovementNote, read_note
from app.server.payments.rules import decode_cursor, encode_cursor
from app.server.payments.tables import merchants, movement_notes, payments
from app.server.points.service import expiry_warnings, open_lots

_LINES = 256
"""Lines a journal may have, so that (journal, line) makes one growing number."""

_MONEY_KINDS: dict[str, MovementKind] = {"payment": "payment", "top_up": "top_up"}

_read_payment = msgspec.json.Decoder(Payment).decode


class ActivityService:
    """Reads; nothing here changes anything."""

    def __init__(self, engine: AsyncEngine, config: Config) -> None:
        """Wire the service."""
        self._engine = engine
        self._operator = config.operator
        self._zone = ZoneInfo(config.timezone)

    async def account_list(self, user_id: str) -> AccountList:
        """Balances as they are now."""
        async with reading(self._engine) as connection:
            rows = await _accounts(connection, user_id)
        return AccountList(
            accounts=[
                Account(
                    account_id=str(row.id),
                    kind="points" if row.currency == POINTS else "money",
                    currency=row.currency,
                    posted=row.posted,
                    pending=row.pending,
                    available=row.posted - row.pending,
                    version=row.version,
                )
                for row in rows
            ],
            server_time=now_ms(),
        )

    async def points(self, user_id: str) -> PointsSummary:
        """K-Beans: balance and open lots from the same moment."""
        async with snapshot(self._engine) as connection:
            rows = await _accounts(connection, user_id)
            held = next((row for row in rows if row.currency == POINTS), None)
            if held is None:
                return PointsSummary(balance=0, lots=[], server_time=now_ms())
            return PointsSummary(
                balance=held.posted,
                lots=await open_lots(connection, held.id),
                server_time=now_ms(),
                pending=held.pending,
                warnings=await expiry_warnings(connection, held.id, now_ms(), self._zone),
            )

    async def page(
        self,
        user_id: str,
        *,
        currency: str | None,
        cursor: str | None,
        after: int | None,
        limit: int,
    ) -> ActivityPage:
        """A page of movements.

        Args:
            user_id: Whose.
            currency: Only this account; K-Beans are ``KBN``.
            cursor: ``next_cursor`` of the page before (newest first).
            after: A ``cursor_key``: only newer lines, oldest first.
            limit: Lines at most.

        Raises:
            KBeanError: ``validation_failed`` for a cursor that is not ours.
        """
        positions = decode_cursor(cursor) if cursor is not None else {}
        async with snapshot(self._engine) as connection:
            held = await _accounts(connection, user_id)
            mine = {row.id: row for row in held if currency in (None, row.currency)}
            if after is not None:
                found = await self._newer(connection, list(mine), after, limit)
                return self._shown(found[:limit], mine, None)
            found = await self._older(connection, list(mine), positions, limit)
        page = found[:limit]
        following = None
        if len(found) > limit:
            ends = {number: positions[number] for number in mine if number in positions}
            # Lines come newest first, so the last one seen of an account is its oldest.
            ends.update({row.account_id: row.version for row in page})
            following = encode_cursor(ends)
        return self._shown(page, mine, following)

    async def _older(
        self, connection: AsyncConnection, numbers: list[int], ends: dict[int, int], limit: int
    ) -> list[Any]:
        """One short walk down the index of each account, merged: deep pages cost no more."""
        parts = []
        for number in numbers:
            part = _LINE.where(entries.c.account_id == number)
            if number in ends:
                part = part.where(entries.c.version < ends[number])
            parts.append(part.order_by(entries.c.version.desc()).limit(limit + 1).subquery())
        return await _merged(connection, parts, limit + 1, newest_first=True)

    async def _newer(
        self, connection: AsyncConnection, numbers: list[int], after: int, limit: int
    ) -> list[Any]:
        journal_id, line = divmod(after, _LINES)
        parts = []
        for number in numbers:
            seen = (
                sa.select(entries.c.version)
                .where(
                    entries.c.account_id == number,
                    sa.or_(
                        entries.c.journal_id < journal_id,
                        sa.and_(entries.c.journal_id == journal_id, entries.c.line <= line),
                    ),
                )
                .order_by(entries.c.version.desc())
                .limit(1)
                .scalar_subquery()
            )
            part = _LINE.where(
                entries.c.account_id == number,
                entries.c.version > sa.func.coalesce(seen, 0),
            )
            parts.append(part.order_by(entries.c.version).limit(limit).subquery())
        return await _merged(connection, parts, limit, newest_first=False)

    def _shown(self, rows: list[Any], mine: dict[int, Any], following: str | None) -> ActivityPage:
        items = [self._movement(row, mine[row.account_id]) for row in rows]
        return ActivityPage(items=items, next_cursor=following, server_time=now_ms())

    def _movement(self, row: Any, account: Any) -> Movement:
        if row.about is not None:
            return self._noted(row, account, read_note(row.about))
        points = account.currency == POINTS
        payment = _read_payment(row.document) if row.document is not None else None
        receipt = payment.receipt if payment is not None else None
        return Movement(
            movement_id=f"{row.journal_id}-{row.line}",
            cursor_key=row.journal_id * _LINES + row.line,
            account_id=str(row.account_id),
            kind=_kind(row.kind, points=points, out=row.amount > 0),
            # Debits are positive in the journal; a person's accounts are the other way round.
            amount=-row.amount,
            currency=account.currency,
            balance_after=row.balance_after,
            counterparty=receipt.payee_name if receipt is not None else self._operator,
            occurred_at=row.created_at,
            mcc=row.mcc or "",
            store_name=receipt.store_name if receipt is not None else "",
            subject=payment.subject if payment is not None else "",
            note=payment.note if payment is not None else "",
            order_number=receipt.order_number if receipt is not None else "",
            payment_id=receipt.payment_id if receipt is not None else None,
            points_earned=receipt.points_earned if receipt is not None and not points else 0,
        )

    def _noted(self, row: Any, account: Any, about: MovementNote) -> Movement:
        return Movement(
            movement_id=f"{row.journal_id}-{row.line}",
            cursor_key=row.journal_id * _LINES + row.line,
            account_id=str(row.account_id),
            kind=about.kind_of(points=account.currency == POINTS, out=row.amount > 0),
            amount=-row.amount,
            currency=account.currency,
            balance_after=row.balance_after,
            counterparty=about.counterparty,
            occurred_at=row.created_at,
            mcc=about.mcc,
            store_name=about.store_name,
            subject=about.subject,
            note=about.note,
            order_number=about.order_number,
            payment_id=about.payment_id,
            transfer_id=about.transfer_id,
        )


_LINE = sa.select(
    entries.c.account_id,
    entries.c.journal_id,
    entries.c.line,
    entries.c.version,
    entries.c.amount,
    entries.c.balance_after,
)


async def _accounts(connection: AsyncConnection, user_id: str) -> list[Any]:
    rows = await connection.execute(
        sa.select(accounts)
        .where(accounts.c.owner == user_id, accounts.c.kind.in_(("person", "points")))
        .order_by(accounts.c.id)
    )
    return list(rows)


async def _merged(
    connection: AsyncConnection, parts: list[Any], limit: int, *, newest_first: bool
) -> list[Any]:
    if not parts:
        return []
    lines = sa.union_all(*(sa.select(part) for part in parts)).subquery("lines")
    order = (lines.c.journal_id, lines.c.line)
    query = (
        sa.select(
            lines,
            journals.c.kind,
            journals.c.created_at,
            payments.c.document,
            movement_notes.c.document.label("about"),
            merchants.c.mcc,
        )
        .join(journals, journals.c.id == lines.c.journal_id)
        .join(accounts, accounts.c.id == lines.c.account_id)
        .outerjoin(payments, payments.c.journal_id == lines.c.journal_id)
        .outerjoin(
            movement_notes,
            sa.and_(
                movement_notes.c.journal_id == lines.c.journal_id,
                movement_notes.c.user_id == accounts.c.owner,
            ),
        )
        .outerjoin(merchants, merchants.c.id == payments.c.merchant_id)
        .order_by(*(column.desc() if newest_first else column for column in order))
        .limit(limit)
    )
    return list(await connection.execute(query))


def _kind(journal: str, *, points: bool, out: bool) -> MovementKind:
    if points and journal == "payment":
        return "points_spent" if out else "points_earned"
    if points:
        return "adjustment"
    return _MONEY_KINDS.get(journal, "adjustment")
