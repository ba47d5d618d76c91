"""Plans: mandates a person signs, sees, pauses, stops; their payments are :mod:`.plan_runs`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.transfers import Plan as PlanMessage
from app.protocol.messages.transfers import PlanList, PlanRequest, PlanRun
from app.server.config import Config
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.identity.rules import check_clock
from app.server.identity.step_up import StepUp
from app.server.ledger.plan import Answer, Draft, Idempotency, Plan, PlanWriter, RowKind
from app.server.payments.by_key import ByKey, raise_refusal
from app.server.payments.facts import Facts
from app.server.payments.rows import SESSIONS
from app.server.payments.signed import check_signed
from app.server.payments.transfers import plan_rules as rules
from app.server.payments.transfers.moving import Moving
from app.server.payments.transfers.people import People, check_alive
from app.server.payments.transfers.plan_rules import PlanRow
from app.server.payments.transfers.tables import plan_runs, plans

ROUTE = "plans"
_MOST = 100
_RUNS_SHOWN = 12
_COLUMNS = [plans.c[name] for name in PlanRow._fields]


class RunRow(NamedTuple):
    """What became of a day of a plan."""

    plan_id: str
    day: str
    state: str
    at: int
    transfer_id: str | None = None
    failure: str | None = None


PLANS = RowKind(
    plans,
    PlanRow,
    changes=("state", "done", "number", "tries", "next_on", "due_at", "ended_at"),
)
RUNS = RowKind(
    plan_runs,
    RunRow,
    key=("plan_id", "day"),
    changes=("state", "at", "transfer_id", "failure"),
)


class PlanService:
    """What a person does with plans."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        moving: Moving,
        people: People,
        facts: Facts,
        step_up: StepUp,
        config: Config,
        zone: tzinfo,
    ) -> None:
        """Wire the service; days are those of ``zone``."""
        self._engine = engine
        self._writer = writer
        self._moving = moving
        self._people = people
        self._facts = facts
        self._step_up = step_up
        self._config = config
        self._zone = zone
        self.clock: Callable[[], int] = now_ms
        self.told: Callable[[str], None] = lambda _user_id: None
        self._by_key = ByKey(
            engine, writer, route=ROUTE, not_found="plan_not_found", document=self._document
        )

    # --- making

    async def make(self, principal: Principal, key: str | None, request: PlanRequest) -> Answer:
        """Take a signed mandate; it always carries the passphrase.

        Raises:
            KBeanError: ``idempotency_key_missing``, ``forbidden``, ``signature_invalid``,
                ``payee_not_found``, ``proof_failed``, ``account_locked``,
                ``currency_unsupported``, ``amount_too_large``, ``busy``.
        """
        intent = request.intent
        signed = await check_signed(self._facts, principal, key, intent, request.signature)
        self._moving.check_amount(intent.amount, intent.currency)
        payee = await self._people.payee(principal.id, intent.payee_ref)
        if payee.user_id == principal.id:
            raise KBeanError("payee_is_payer")
        if not await self._by_key.is_answered(principal.id, intent.key):
            rules.check_plan(intent, rules.today_at(self.clock(), self._zone))
            await self._step_up.passphrase(principal.id, request.passphrase)

        def decide(draft: Draft) -> Answer:
            session = draft.get(SESSIONS, principal.session)
            if session is None or session.ended_at is not None:
                raise KBeanError("session_ended")
            check_clock(intent.time, draft.now, self._config.clock_tolerance)
            check_alive(payee, draft.now)
            if draft.get(PLANS, intent.key) is not None:
                raise KBeanError("idempotency_body_differs", "the key was used for a plan")
            row = self._fresh(request, signed, payee.user_id, draft.now)
            draft.insert(PLANS, row)
            return Answer(201, msgspec.json.encode(_shown(row, payee.name, [])))

        answer = await self._writer.submit(
            Plan(
                decide=decide,
                needs=((PLANS, (intent.key,)), (SESSIONS, (principal.session,))),
                idempotency=Idempotency(
                    principal.id, ROUTE, intent.key, sha256(signed + request.note.encode()).digest()
                ),
            )
        )
        if answer.status == 201 and not answer.replayed:
            self.told(principal.id)
        return answer

    def _fresh(self, request: PlanRequest, signed: bytes, payee_id: str, now: int) -> PlanRow:
        intent = request.intent
        return PlanRow(
            id=intent.key,
            payer_id=intent.payer,
            device_id=intent.device,
            payee_id=payee_id,
            amount=intent.amount,
            currency=intent.currency,
            note=request.note,
            first_on=intent.first_on,
            unit=intent.unit,
            every=intent.every,
            times=intent.times,
            mandate=signed,
            signature=request.signature,
            state="active",
            done=0,
            number=0,
            tries=0,
            next_on=intent.first_on,
            due_at=rules.due_at(rules.read_day(intent.first_on), self._zone),
            created_at=now,
        )

    async def _document(self, person: str, key: str) -> bytes | None:
        try:
            return msgspec.json.encode(await self.find(person, key))
        except KBeanError:
            return None

    # --- seeing

    async def all_of(self, user_id: str) -> PlanList:
        """The person's plans, running ones first, with their last runs."""
        over = sa.case((plans.c.state.in_(("active", "paused")), 0), else_=1)
        async with reading(self._engine) as connection:
            found = await connection.execute(
                sa.select(*_COLUMNS)
                .where(plans.c.payer_id == user_id)
                .order_by(over, plans.c.created_at.desc(), plans.c.id)
                .limit(_MOST)
            )
            rows = [PlanRow(*row) for row in found]
            runs = await _runs(connection, [row.id for row in rows])
        names = await self._people.names([row.payee_id for row in rows])
        items = [_shown(row, names.get(row.payee_id, ""), runs.get(row.id, [])) for row in rows]
        return PlanList(items, now_ms())

    async def find(self, user_id: str, plan_id: str) -> PlanMessage:
        """One plan.

        Raises:
            KBeanError: ``plan_not_found``.
        """
        found = None
        if is_uuid7(plan_id):
            async with reading(self._engine) as connection:
                query = sa.select(*_COLUMNS).where(
                    plans.c.id == plan_id, plans.c.payer_id == user_id
                )
                found = (await connection.execute(query)).one_or_none()
                runs = await _runs(connection, [plan_id])
        if found is None:
            raise KBeanError("plan_not_found")
        row = PlanRow(*found)
        names = await self._people.names([row.payee_id])
        return _shown(row, names.get(row.payee_id, ""), runs.get(row.id, []))

    # --- changing

    async def pause(self, user_id: str, plan_id: str) -> PlanMessage:
        """Pay nothing until it is resumed; harmless to repeat.

        Raises:
            KBeanError: ``plan_not_found``, ``plan_ended``, ``busy``.
        """
        return await self._change(
            user_id, plan_id, lambda row, _now: row._replace(state="paused", tries=0)
        )

    async def resume(self, user_id: str, plan_id: str) -> PlanMessage:
        """Go on with the first day that isn't over.

        Raises:
            KBeanError: ``plan_not_found``, ``plan_ended``, ``busy``.
        """

        def change(row: PlanRow, now: int) -> PlanRow:
            return row if row.state == "active" else rules.resumed(row, now, self._zone)

        return await self._change(user_id, plan_id, change)

    async def stop(self, user_id: str, plan_id: str) -> PlanMessage:
        """End it for good; harmless to repeat.

        Raises:
            KBeanError: ``plan_not_found``, ``plan_ended``, ``busy``.
        """
        return await self._change(
            user_id,
            plan_id,
            lambda row, now: row._replace(state="stopped", next_on=None, due_at=None, ended_at=now),
        )

    async def skip(self, user_id: str, plan_id: str) -> PlanMessage:
        """Leave the next occurrence out.

        Raises:
            KBeanError: ``plan_not_found``, ``plan_ended``, ``busy``.
        """
        # The day is read first, because the plan must name the run it writes.
        shown = await self.find(user_id, plan_id)
        day = shown.next_on or ""

        def change(row: PlanRow, now: int) -> PlanRow:
            if row.next_on != day:
                raise KBeanError("busy", "the plan just moved on", retry_after=1)
            return rules.moved_on(row, row.number + 1, now, self._zone)

        return await self._change(user_id, plan_id, change, skipped=day)

    async def _change(
        self,
        user_id: str,
        plan_id: str,
        change: Callable[[PlanRow, int], PlanRow],
        *,
        skipped: str = "",
    ) -> PlanMessage:
        shown = await self.find(user_id, plan_id)

        def decide(draft: Draft) -> Answer:
            row = draft.get(PLANS, plan_id)
            if row is None or row.payer_id != user_id:
                raise KBeanError("plan_not_found")
            if row.state in {"stopped", "ended"}:
                raise KBeanError("plan_ended", params={"state": row.state})
            if skipped:
                write_run(draft, RunRow(plan_id, skipped, "skipped", draft.now))
            draft.change(PLANS, change(row, self.clock()))
            return Answer(200, b"")

        needs: list[Any] = [(PLANS, (plan_id,))]
        if skipped:
            needs.append((RUNS, ((plan_id, skipped),)))
        answer = await self._writer.submit(Plan(decide=decide, needs=needs))
        if answer.status >= 400 and shown.state == "stopped":
            # Stopped already: what the person wanted is so.
            return shown
        raise_refusal(answer)
        self.told(user_id)
        return await self.find(user_id, plan_id)


def write_run(draft: Draft, run: RunRow) -> None:
    """Say what became of a day; a later word replaces an earlier try in vain."""
    if draft.get(RUNS, (run.plan_id, run.day)) is None:
        draft.insert(RUNS, run)
    else:
        draft.change(RUNS, run)


async def _runs(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[PlanRun]]:
    """The last runs of each plan, the newest first."""
    if not ids:
        return {}
    t = plan_runs.c
    nth = sa.func.row_number().over(partition_by=t.plan_id, order_by=t.day.desc()).label("nth")
    ranked = sa.select(plan_runs, nth).where(t.plan_id.in_(ids)).subquery()
    rows = await connection.execute(
        sa.select(ranked)
        .where(ranked.c.nth <= _RUNS_SHOWN)
        .order_by(ranked.c.plan_id, ranked.c.day.desc())
    )
    runs: dict[str, list[PlanRun]] = {}
    for row in rows:
        run = PlanRun(row.day, row.state, row.at, row.transfer_id, row.failure or "")
        runs.setdefault(row.plan_id, []).append(run)
    return runs


def _shown(row: PlanRow, payee_name: str, runs: list[PlanRun]) -> PlanMessage:
    unit: Any = row.unit
    state: Any = row.state
    return PlanMessage(
        plan_id=row.id,
        payee_name=payee_name,
        amount=row.amount,
        currency=row.currency,
        note=row.note,
        unit=unit,
        every=row.every,
        times=row.times,
        done=row.done,
        state=state,
        first_on=row.first_on,
        next_on=row.next_on,
        created_at=row.created_at,
        runs=runs,
    )
