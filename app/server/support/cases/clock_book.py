"""The clocks in the database: load some, let things happen to them, write what changed.

Everything runs in the caller's transaction, so that a clock never tells of something that was
rolled back. What makes no sense for a clock's state is left out: repeating is harmless.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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


@dataclasses.dataclass(slots=True)
class _Kept:
    """One clock in memory; ``saved`` events are in the database already, none for a new one."""

    id: str
    subject_id: str
    case_id: str | None
    cycle: int
    turn: int
    metric: Metric
    target: int
    events: list[rules.Event]
    saved: int

    @property
    def open(self) -> bool:
        return rules.state(self.events) in {"running", "paused"}

    def columns(self, hours: rules.Hours) -> dict[str, Any]:
        mark = rules.next_mark(self.events, self.target, hours)
        return {
            "mark": mark.kind if mark else None,
            "mark_at": mark.at if mark else None,
            "ended_at": None if self.open else self.events[-1].at,
            "kept": rules.kept(self.events, self.target, hours),
        }


class Clocks:
    """The clocks of some subjects, loaded and locked; :meth:`save` writes what happened."""

    def __init__(
        self,
        hours: rules.Hours,
        kept: Sequence[_Kept],
        turns: Mapping[tuple[str, str, int], int] | None = None,
    ) -> None:
        """Hold open ones by subject; ``turns`` counts all by (subject, metric, cycle)."""
        self._hours = hours
        self._turns = Counter(turns or {})
        self._kept: dict[str, list[_Kept]] = defaultdict(list)
        for clock in kept:
            self._kept[clock.subject_id].append(clock)

    def start(
        self,
        subject_id: str,
        metric: Metric,
        *,
        cycle: int,
        target: int,
        at: int,
        case_id: str | None = None,
    ) -> None:
        """Start a clock, unless one of this metric still runs or stands paused."""
        same = [clock for clock in self._kept[subject_id] if clock.metric == metric]
        if not any(clock.open for clock in same):
            self._turns[subject_id, metric, cycle] += 1
            turn = self._turns[subject_id, metric, cycle]
            events = [rules.Event("activate", at)]
            self._kept[subject_id].append(
                _Kept(new_id(), subject_id, case_id, cycle, turn, metric, target, events, 0)
            )

    def happen(self, subject_id: str, kind: rules.EventKind, at: int, *metrics: Metric) -> None:
        """Let something happen to the subject's clocks of these metrics."""
        for clock in self._kept[subject_id]:
            if clock.metric in metrics and not rules.refuse(clock.events, kind):
                clock.events.append(rules.Event(kind, max(at, clock.events[-1].at)))

    def is_open(self, subject_id: str, metric: Metric) -> bool:
        """Whether a clock of this metric runs or stands paused."""
        return any(clock.metric == metric and clock.open for clock in self._kept[subject_id])

    async def save(self, connection: AsyncConnection) -> None:
        """Write new clocks, new events and what they mean for the next mark; a few statements."""
        touched = [
            clock
            for kept in self._kept.values()
            for clock in kept
            if len(clock.events) > clock.saved
        ]
        fresh = [
            {
                "id": clock.id,
                "subject_id": clock.subject_id,
                "case_id": clock.case_id,
                "cycle": clock.cycle,
                "turn": clock.turn,
                "metric": clock.metric,
                "target": clock.target,
                "started_at": clock.events[0].at,
                **clock.columns(self._hours),
            }
            for clock in touched
            if clock.saved == 0
        ]
        if fresh:
            await connection.execute(sa.insert(clocks), fresh)
        changed = [
            {"this_id": clock.id, **{f"new_{k}": v for k, v in clock.columns(self._hours).items()}}
            for clock in touched
            if clock.saved
        ]
        if changed:
            await connection.execute(_SAVE, changed)
        events = [
            {"clock_id": clock.id, "seq": seq, "kind": event.kind, "at": event.at}
            for clock in touched
            for seq, event in enumerate(clock.events, start=1)
            if seq > clock.saved
        ]
        if events:
            await connection.execute(sa.insert(clock_events), events)
        for clock in touched:
            clock.saved = len(clock.events)


_SAVE = (
    sa.update(clocks)
    .where(clocks.c.id == sa.bindparam("this_id"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("mark", "mark_at", "ended_at", "kept")})
)


class ClockBook:
    """All clocks of the service, against one calendar."""

    def __init__(self, hours: rules.Hours) -> None:
        """Count in these service hours."""
        self.hours = hours

    async def load(self, connection: AsyncConnection, subjects: Sequence[str]) -> Clocks:
        """The clocks of some subjects, whose own rows the caller has locked."""
        if not subjects:
            return Clocks(self.hours, [])
        here = (clocks.c.subject_id, clocks.c.metric, clocks.c.cycle)
        counted = (
            sa.select(*here, sa.func.count().label("number"))
            .where(clocks.c.subject_id.in_(subjects))
            .group_by(*here)
        )
        turns = {
            (row.subject_id, row.metric, row.cycle): row.number
            for row in await connection.execute(counted)
        }
        kept = await self._kept(connection, subjects, running=True)
        return Clocks(self.hours, kept, turns)

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
        for clock in await self._kept(connection, [due.subject_id], running=True):
            mark = rules.next_mark(clock.events, clock.target, self.hours)
            if clock.id == due.clock_id and mark and mark.kind == due.mark and mark.at <= now:
                clock.events.append(rules.Event(mark.kind, mark.at))
                await Clocks(self.hours, [clock]).save(connection)
                return True
        return False

    async def views(
        self, connection: AsyncConnection, subjects: Sequence[str], now: int
    ) -> dict[str, list[Clock]]:
        """The clocks of some subjects as people see them, oldest first."""
        answer: dict[str, list[Clock]] = defaultdict(list)
        for clock in await self._kept(connection, subjects):
            record = rules.Record(clock.metric, clock.cycle, clock.target, clock.events)
            answer[clock.subject_id].append(rules.view(record, self.hours, now))
        return answer

    async def _kept(
        self, connection: AsyncConnection, subjects: Sequence[str], *, running: bool = False
    ) -> list[_Kept]:
        if not subjects:
            return []
        which: sa.ColumnElement[bool] = clocks.c.subject_id.in_(subjects)
        if running:
            which &= clocks.c.ended_at.is_(None)
        rows = (
            await connection.execute(sa.select(clocks).where(which).order_by(clocks.c.id))
        ).all()
        found = {
            row.id: _Kept(
                row.id,
                row.subject_id,
                row.case_id,
                row.cycle,
                row.turn,
                row.metric,
                row.target,
                [],
                0,
            )
            for row in rows
        }
        # Of these, and not of one that came between the two questions.
        events = await connection.execute(
            sa.select(clock_events)
            .where(clock_events.c.clock_id.in_(list(found)))
            .order_by(clock_events.c.clock_id, clock_events.c.seq)
        )
        for row in events:
            found[row.clock_id].events.append(rules.Event(row.kind, row.at))
        for clock in found.values():
            clock.saved = len(clock.events)
        return list(found.values())
