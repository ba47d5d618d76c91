"""Reading cases: lists and single ones, for the person they belong to and for staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.messages.cases import Case, CaseDetail, CaseList, Stage
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.support.cases import rules
from app.server.support.cases.clock_book import ClockBook
from app.server.support.cases.store import CaseStore
from app.server.support.cases.tables import cases, clocks

PAGE = 50


class CaseShelf:
    """Answers what people and staff ask to see."""

    def __init__(self, engine: AsyncEngine, store: CaseStore, book: ClockBook) -> None:
        """Read rows and clocks."""
        self._engine = engine
        self._store = store
        self._book = book

    async def of_person(self, user_id: str, before: int | None) -> CaseList:
        """A person's cases, the newest change first."""
        query = sa.select(cases).where(cases.c.user_id == user_id)
        return await self._page(query, before, staff=False)

    async def for_person(self, user_id: str, case_id: str) -> CaseDetail:
        """One of the person's cases with everything they may read.

        Raises:
            KBeanError: ``case_not_found``.
        """
        async with reading(self._engine) as connection:
            row = await self._store.find(connection, case_id)
            if row is None or row.user_id != user_id:
                raise KBeanError("case_not_found")
            (case,) = await self._views(connection, [row], staff=False)
            return CaseDetail(case, await self._store.timeline(connection, row.id, internal=False))

    async def of_staff(
        self,
        staff: Principal,
        *,
        stage: Stage | None,
        team: str | None,
        mine: bool,
        late: bool,
        before: int | None,
    ) -> CaseList:
        """Cases that one of the staff may see, the newest change first.

        Args:
            staff: Who asks.
            stage: Only these; None: all that are not closed.
            team: Only this team's.
            mine: Only their own.
            late: Only those with a breached clock.
            before: ``updated_at`` of the last one of the page before.
        """
        stage_is = cases.c.stage != "closed" if stage is None else cases.c.stage == stage
        query = sa.select(cases).where(stage_is)
        if not rules.sees_all(staff.roles):
            query = query.where(
                (cases.c.assignee_id == staff.id)
                | (cases.c.assignee_id.is_(None) & (cases.c.level == 1))
            )
        if team is not None:
            query = query.where(cases.c.team == team)
        if mine:
            query = query.where(cases.c.assignee_id == staff.id)
        if late:
            breached = sa.select(clocks.c.case_id).where(clocks.c.kept.is_(False))
            query = query.where(cases.c.id.in_(breached))
        return await self._page(query, before, staff=True)

    async def for_staff(self, staff: Principal, case_id: str) -> CaseDetail:
        """One case by its id or number, internal lines and children included.

        Raises:
            KBeanError: ``case_not_found``, also for one they may not see.
        """
        async with reading(self._engine) as connection:
            row = await self._store.find(connection, case_id)
            if row is None:
                row = await self._store.numbered(connection, case_id)
            if row is None or not rules.may_see(staff.roles, staff.id, row):
                raise KBeanError("case_not_found")
            (case,) = await self._views(connection, [row], staff=True)
            children = sa.select(cases.c.number).where(cases.c.parent_id == row.id)
            return CaseDetail(
                case,
                await self._store.timeline(connection, row.id, internal=True),
                list(await connection.scalars(children.order_by(cases.c.number))),
            )

    async def numbers_of(self, connection: AsyncConnection, conversation_id: str) -> list[str]:
        """The numbers of a conversation's cases, oldest first."""
        query = sa.select(cases.c.number).where(cases.c.conversation_id == conversation_id)
        return list(await connection.scalars(query.order_by(cases.c.opened_at)))

    async def _page(self, query: Any, before: int | None, *, staff: bool) -> CaseList:
        if before is not None:
            query = query.where(cases.c.updated_at < before)
        query = query.order_by(cases.c.updated_at.desc(), cases.c.id.desc()).limit(PAGE + 1)
        async with reading(self._engine) as connection:
            rows = (await connection.execute(query)).all()
            return CaseList(
                await self._views(connection, rows[:PAGE], staff=staff), len(rows) > PAGE
            )

    async def _views(
        self, connection: AsyncConnection, rows: Sequence[Any], *, staff: bool
    ) -> list[Case]:
        """The messages for rows; names and clocks are the staff's business."""
        names = await self._store.names(connection, rows) if staff else {}
        running = (
            await self._book.views(connection, [row.id for row in rows], now_ms()) if staff else {}
        )
        wanted = [row.parent_id for row in rows if row.parent_id]
        parents = await connection.execute(
            sa.select(cases.c.id, cases.c.number).where(cases.c.id.in_(wanted))
        )
        numbers = {row.id: row.number for row in parents}
        return [
            self._store.view(
                row,
                parent=numbers.get(row.parent_id, ""),
                person=names.get(row.user_id, ""),
                clocks=running.get(row.id, ()),
            )
            for row in rows
        ]
