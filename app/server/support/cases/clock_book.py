"""The clocks in the database: start them, let things happen to them, find the ones that are due.

Everything runs in the caller's transaction, so that a clock never tells of something that was
rolled back. What makes no sense for a clock's state is left out: repeating is harmless.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.ids import new_id
from app.protocol.messages.cases import Clock, Metric
from app.server.support.cases import clocks as rules
from app.server.support.cases.tables import clock_events, clocks


class DueClock(NamedTuple):
    """A clock that has come to a mark.

    Attributes:
        clock_id: Which.
        subject_id: The conversation or the case.
        case_id: The case, where it belongs to one.
        metric: What it measures.
        mark: ``warn``, ``breach`` or ``escalate``.
    """

    clock_id: str
    subject_id: str
    case_id: str | None
    metric: Metric
    mark: rules.EventKind


class ClockBook:
    """All clocks of the service, against one calendar."""

    def __init__(self, hours: rules.Hours) -> None:
        """Count in these service hours."""
        self.hours = hours

    async def start(
        self,
        connection: AsyncConnection,
        subject_id: str,
        metric: Metric,
        *,
        cycle: int,
        target: int,
        now: int,
        case_id: str | None = None,
    ) -> None:
        """Start a clock, unless one of this metric still runs or stands paused."""
        rows = await self._rows(connection, [subject_id], metric=metric, lock=True)
        if any(row.ended_at is None for row in rows):
            return
        turn = 1 + sum(row.cycle == cycle for row in rows)
        clock_id = new_id()
        events = [rules.Event("activate", now)]
        mark = rules.next_mark(events, target, self.hours)
        await connection.execute(
            sa.insert(clocks).values(
                id=clock_id,
                subject_id=subject_id,
                case_id=case_id,
                cycle=cycle,
                turn=turn,
                metric=metric,
                target=target,
                started_at=now,
                mark=mark.kind if mark else None,
                mark_at=mark.at if mark else None,
            )
        )
        await self._write(connection, clock_id, 1, events[0])

    async def happen(
        self,
        connection: AsyncConnection,
        subject_id: str,
        kind: rules.EventKind,
        now: int,
        *metrics: Metric,
    ) -> None:
        """Let something happen to the open clocks of these metrics; of all where none is named."""
        for row in await self._rows(connection, [subject_id], lock=True):
            if row.ended_at is None and (not metrics or row.metric in metrics):
                events = (await self._events(connection, [row.id]))[row.id]
                await self._apply(connection, row, events, kind, now)

    async def due(self, connection: AsyncConnection, now: int, limit: int = 50) -> list[DueClock]:
        """The clocks that have come to a mark. Nothing is locked: :meth:`make_mark` decides.

        Whoever acts on one locks its conversation or case first, as everybody else does.
        """
        found = await connection.execute(
            sa.select(clocks).where(clocks.c.mark_at <= now).order_by(clocks.c.mark_at).limit(limit)
        )
        return [
            DueClock(row.id, row.subject_id, row.case_id, row.metric, row.mark) for row in found
        ]

    async def make_mark(self, connection: AsyncConnection, due: DueClock, now: int) -> bool:
        """Make the mark, unless it was made or the clock stopped meanwhile."""
        query = sa.select(clocks).where(clocks.c.id == due.clock_id).with_for_update()
        row = (await connection.execute(query)).one()
        if row.mark != due.mark or row.mark_at > now:
            return False
        events = (await self._events(connection, [row.id]))[row.id]
        await self._apply(connection, row, events, due.mark, row.mark_at)
        return True

    async def views(
        self, connection: AsyncConnection, subjects: Sequence[str], now: int
    ) -> dict[str, list[Clock]]:
        """The clocks of some subjects as people see them, oldest first."""
        answer: dict[str, list[Clock]] = defaultdict(list)
        rows = await self._rows(connection, subjects)
        events = await self._events(connection, [row.id for row in rows])
        for row in rows:
            record = rules.Record(row.metric, row.cycle, row.target, events[row.id])
            answer[row.subject_id].append(rules.view(record, self.hours, now))
        return answer

    async def _apply(
        self,
        connection: AsyncConnection,
        row: Any,
        events: list[rules.Event],
        kind: rules.EventKind,
        now: int,
    ) -> None:
        if rules.refuse(events, kind):
            return
        event = rules.Event(kind, max(now, events[-1].at))
        events.append(event)
        mark = rules.next_mark(events, row.target, self.hours)
        over = rules.state(events) in {"fulfilled", "cancelled"}
        await self._write(connection, row.id, len(events), event)
        await connection.execute(
            sa.update(clocks)
            .where(clocks.c.id == row.id)
            .values(
                mark=mark.kind if mark else None,
                mark_at=mark.at if mark else None,
                ended_at=event.at if over else None,
                kept=rules.kept(events, row.target, self.hours),
            )
        )

    async def _rows(
        self,
        connection: AsyncConnection,
        subjects: Sequence[str],
        metric: Metric | None = None,
        *,
        lock: bool = False,
    ) -> Sequence[Any]:
        query = sa.select(clocks).where(clocks.c.subject_id.in_(subjects)).order_by(clocks.c.id)
        if lock:
            query = query.with_for_update()
        if metric is not None:
            query = query.where(clocks.c.metric == metric)
        return (await connection.execute(query)).all()

    async def _events(
        self, connection: AsyncConnection, clock_ids: Sequence[str]
    ) -> dict[str, list[rules.Event]]:
        found: dict[str, list[rules.Event]] = {clock_id: [] for clock_id in clock_ids}
        if clock_ids:
            rows = await connection.execute(
                sa.select(clock_events)
                .where(clock_events.c.clock_id.in_(clock_ids))
                .order_by(clock_events.c.clock_id, clock_events.c.seq)
            )
            for row in rows:
                found[row.clock_id].append(rules.Event(row.kind, row.at))
        return found

    async def _write(
        self, connection: AsyncConnection, clock_id: str, seq: int, event: rules.Event
    ) -> None:
        await connection.execute(
            sa.insert(clock_events).values(clock_id=clock_id, seq=seq, kind=event.kind, at=event.at)
        )
