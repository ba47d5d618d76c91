"""Paying what plans ordered: every day of a plan exactly once, on any number of nodes.

A tick finds plans that are due and submits one ledger plan for each. That plan locks the row and
looks again: the occurrence it was made for must still be the next one. Posting, the run's row and
the step to the next occurrence are one transaction, so a node that dies leaves either all of it or
nothing, and whoever ticks next goes on. Behind that lock stand two more: a run has one row a day,
and the transfer's key follows from the plan and the day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import tzinfo
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.ledger.plan import Answer, Draft, Plan, PlanWriter
from app.server.payments.transfers import plan_rules as rules
from app.server.payments.transfers.moving import Move, Moving, Ready
from app.server.payments.transfers.people import People
from app.server.payments.transfers.plan_rules import PlanRow
from app.server.payments.transfers.plans import PLANS, RUNS, RunRow, write_run
from app.server.payments.transfers.tables import plans

PORTION = 100
"""Plans that are looked at together; the ledger's writer posts them in few transactions."""

_COLUMNS = [plans.c[name] for name in PlanRow._fields]


def run_key(plan_id: str, day: str) -> str:
    """The one key that a day of a plan can have."""
    return str(uuid5(UUID(plan_id), day))


class PlanRuns:
    """The tick."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        moving: Moving,
        people: People,
        zone: tzinfo,
    ) -> None:
        """Wire it; days are those of ``zone``."""
        self._engine = engine
        self._writer = writer
        self._moving = moving
        self._people = people
        self._zone = zone
        self.clock: Callable[[], int] = now_ms
        self.moved: Callable[[str, str], None] = lambda _payer, _payee: None
        self.told: Callable[[str], None] = lambda _user_id: None

    async def run(self) -> int:
        """Do what is due now; how many occurrences were settled, paid or not.

        A plan whose days were missed is due again as soon as one is done, so it goes on until
        nothing is due, or other nodes do it.
        """
        settled = 0
        while done := await self._portion():
            settled += done
        return settled

    async def _portion(self) -> int:
        async with reading(self._engine) as connection:
            found = await connection.execute(
                sa.select(*_COLUMNS)
                .where(plans.c.state == "active", plans.c.due_at <= self.clock())
                .order_by(plans.c.due_at, plans.c.id)
                .limit(PORTION)
            )
            due = [PlanRow(*row) for row in found]
        names = await self._people.names({p for row in due for p in (row.payer_id, row.payee_id)})
        return sum(await asyncio.gather(*(self._settle(row, names) for row in due)))

    async def _settle(self, row: PlanRow, names: dict[str, str]) -> int:
        day = row.next_on or ""
        ready = await self._moving.prepare(
            Move(
                payer=row.payer_id,
                payer_name=names.get(row.payer_id, ""),
                device=row.device_id,
                payee=row.payee_id,
                payee_name=names.get(row.payee_id, ""),
                key=run_key(row.id, day),
                amount=row.amount,
                currency=row.currency,
                event_at=self.clock(),
                evidence=row.mandate,
                signature=row.signature,
                note=row.note,
                plan_id=row.id,
            )
        )
        ready.needs.append((PLANS, (row.id,)))
        ready.needs.append((RUNS, ((row.id, day),)))

        def decide(draft: Draft) -> Answer:
            now = draft.get(PLANS, row.id)
            if (
                now is None
                or now.state != "active"
                or (now.next_on, now.due_at)
                != (
                    row.next_on,
                    row.due_at,
                )
            ):
                # Another node was faster, or the person paused it meanwhile.
                return Answer(204, b"")
            return self._decide(draft, ready, now, day)

        answer = await self._writer.submit(
            Plan(decide=decide, accounts=ready.accounts, needs=ready.needs)
        )
        if answer.status == 204:
            return 0
        self.told(row.payer_id)
        if answer.status == 201:
            self.moved(row.payer_id, row.payee_id)
        return 1

    def _decide(self, draft: Draft, ready: Ready, row: PlanRow, day: str) -> Answer:
        at = self.clock()
        try:
            draft.attempt(lambda: self._moving.post(draft, ready))
        except KBeanError as refusal:
            write_run(draft, RunRow(row.id, day, "failed", at, None, refusal.code))
            draft.change(PLANS, rules.after_failure(row, refusal.code, at, self._zone))
            return Answer(200, b"")
        write_run(draft, RunRow(row.id, day, "paid", at, ready.transfer_id))
        paid = row._replace(done=row.done + 1)
        draft.change(PLANS, rules.moved_on(paid, row.number + 1, at, self._zone))
        return Answer(201, b"")
