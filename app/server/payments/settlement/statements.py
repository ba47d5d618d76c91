"""A person's statement of account: out of the ledger, on paper, under seal (design/1 M6)."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.payments import Movement
from app.protocol.messages.settlement import StatementRequest
from app.server.config import Config
from app.server.db.engine import snapshot
from app.server.http.front import now_ms
from app.server.identity.tables import users
from app.server.keys import ServiceKeys
from app.server.ledger.tables import accounts
from app.server.payments.activity import ActivityService
from app.server.payments.rules import encode_cursor
from app.server.payments.settlement import rules
from app.server.payments.settlement.bills import Position, position
from app.server.payments.settlement.paper_words import words_of
from app.server.payments.settlement.statement import Statement

_DAYS_MOST = 366
_LINES_MOST = 10_000
_PAGE = 200


class StatementService:
    """Makes statements, one at a time in each process: drawing takes the processor a while."""

    def __init__(
        self, engine: AsyncEngine, activity: ActivityService, keys: ServiceKeys, config: Config
    ) -> None:
        """Wire the service."""
        self._engine = engine
        self._activity = activity
        self._keys = keys
        self._config = config
        self._zone = ZoneInfo(config.timezone)
        self._drawing = asyncio.Lock()

    async def make(self, user_id: str, request: StatementRequest) -> bytes:
        """Write, draw and seal.

        Raises:
            KBeanError: ``statement_invalid``, ``validation_failed``, ``currency_unsupported``.
        """
        if request.currency not in self._config.currencies:
            raise KBeanError("currency_unsupported", field="currency", money="none")
        first = rules.parse_day(request.first, field="first")
        last = rules.parse_day(request.last, field="last")
        self._check_days(first, last)
        statement = await self._written(user_id, request, first, last)
        async with self._drawing:
            return await asyncio.to_thread(self._sealed, statement)

    def _check_days(self, first: date, last: date) -> None:
        today = datetime.fromtimestamp(now_ms() / 1000, self._zone).date()
        if first > last:
            raise KBeanError("statement_invalid", "the last day is before the first", field="last")
        if last > today:
            raise KBeanError("statement_invalid", "the last day is not there yet", field="last")
        if (last - first).days >= _DAYS_MOST:
            raise KBeanError(
                "statement_invalid",
                "too many days",
                field="first",
                params={"most_days": _DAYS_MOST},
            )

    async def _written(
        self, user_id: str, request: StatementRequest, first: date, last: date
    ) -> Statement:
        span = rules.span_of(first, last, self._zone)
        async with snapshot(self._engine) as connection:
            holder = await connection.scalar(
                sa.select(users.c.display_name).where(users.c.id == user_id)
            )
            account_id = await connection.scalar(
                sa.select(accounts.c.id).where(
                    accounts.c.owner == user_id,
                    accounts.c.kind == "person",
                    accounts.c.currency == request.currency,
                )
            )
            if account_id is None:
                raise KBeanError("currency_unsupported", field="currency", money="none")
            opening = await position(connection, account_id, span.start)
            closing = await position(connection, account_id, span.end)
        now = now_ms()
        config = self._config
        return Statement(
            number=f"KS-{new_id()[-12:].upper()}",
            operator=config.operator,
            licence=config.licence,
            demo=config.mode == "demo",
            holder=holder or "",
            account=user_id,
            currency=request.currency,
            language=request.language,
            first=request.first,
            last=request.last,
            opening=opening.balance,
            closing=closing.balance,
            lines=await self._lines(user_id, request.currency, account_id, opening, closing),
            made_at=now,
            zone=self._zone,
        )

    async def _lines(
        self, user_id: str, currency: str, account_id: int, opening: Position, closing: Position
    ) -> list[Movement]:
        """The account's lines between two positions, oldest first, as its owner sees them."""
        count = closing.version - opening.version
        if count > _LINES_MOST:
            raise KBeanError(
                "statement_invalid",
                "too many movements for one document",
                field="first",
                params={"most_lines": _LINES_MOST},
            )
        lines: list[Movement] = []
        cursor: str | None = encode_cursor({account_id: closing.version + 1})
        while len(lines) < count and cursor is not None:
            page = await self._activity.page(
                user_id,
                currency=currency,
                cursor=cursor,
                after=None,
                limit=min(_PAGE, count - len(lines)),
            )
            lines += page.items
            cursor = page.next_cursor
        return lines[::-1]

    def _sealed(self, statement: Statement) -> bytes:
        # Heavy parts that a service needs for nothing else: loaded with the first statement.
        from app.server.payments.settlement.fonts import find_font
        from app.server.payments.settlement.paper import render
        from app.server.payments.settlement.seal import Sealing

        document = render(statement, find_font(self._config.statement_font))
        sealing = Sealing(self._keys, self._config)
        return sealing.seal(document, words_of(statement.language)["title"])
