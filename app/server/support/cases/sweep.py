"""What comes round: marks that clocks have come to, and cases that close by themselves."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.messages.stream import Changed
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.support.cases.clock_book import DueClock
from app.server.support.cases.service import Cases
from app.server.support.cases.steps import Steps
from app.server.support.cases.store import SYSTEM, Line
from app.server.support.talk.service import Talk


class CaseSweep:
    """A tick of every node.

    Each piece of work is decided again under its locks, so that any number of nodes may find the
    same one and do it once.
    """

    def __init__(self, engine: AsyncEngine, talk: Talk, cases: Cases, steps: Steps) -> None:
        """Look with ``engine``; act through ``cases`` and ``steps``."""
        self._engine = engine
        self._talk = talk
        self._cases = cases
        self._steps = steps

    async def run(self) -> None:
        """One round."""
        now = now_ms()
        async with reading(self._engine) as connection:
            due = await self._steps.book.due(connection, now)
            ripe = await self._steps.store.to_close(connection, now)
        for clock in due:
            await self._pass_mark(clock)
        for case_id in ripe:
            async with self._talk.change() as change:
                case = await self._steps.lock(change, case_id)
                if case.closes_at is not None and case.closes_at <= now:
                    await self._steps.close(change, case, SYSTEM)

    async def _pass_mark(self, due: DueClock) -> None:
        steps = self._steps
        async with self._talk.change() as change:
            now = now_ms()
            if due.case_id is None:
                row = await change.conversation(due.subject_id)
                if await steps.book.make_mark(change.connection, due, now):
                    change.tell("staff", Changed(["queue", "mine"]))
                    if due.mark == "escalate" and row.user_id:
                        await self._cases.raise_for(change, row, "late")
                return
            case = await steps.lock(change, due.case_id)
            if not await steps.book.make_mark(change.connection, due, now):
                return
            if due.mark == "escalate":
                await steps.escalate(change, case, SYSTEM, "late")
            else:
                line = Line("due", due.mark, internal=True)
                await steps.store.add_line(change.connection, case, SYSTEM, line, now)
            change.tell("staff", Changed(["cases"]))
