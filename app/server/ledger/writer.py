"""The batch writer: many plans, one transaction (design/3 §Posting).

Each process has one. It drains the plans that wait, loads every row they need, decides them in
order in memory, writes all results at once, commits once, and answers each caller. While the
database works on one batch the next one gathers, so batches grow with the load by themselves.

Batches of several nodes meet on the accounts that everybody pays to. What is locked there at the
moment is passed over: those plans go to the front of the next batch, the others don't wait.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.server.ledger.draft import Batch, WorkingDraft
from app.server.ledger.journal import ACCOUNTS, FREE_ACCOUNTS, KEPT_ANSWERS, KeptAnswer
from app.server.ledger.plan import Answer, Idempotency, Plan, RowKind
from app.server.ledger.store import Collision, ConnectionLost, open_store

_log = structlog.get_logger(__name__)

NOT_KEPT = frozenset({401, 408, 425, 429})
"""Refusals that the same request may well overcome later; every other 4xx is final."""

TRIES = 5
"""How often a plan is tried before its caller is told that it can't be done now."""

BACKOFF_S = 0.004
"""The longest pause before the second try; it grows fourfold, so all tries take half a second."""

PATIENCE = 8
"""How often a plan is passed over, because another node's batch has one of its accounts, until a
batch waits for that account."""

RETRY_AFTER_S = 1


@dataclass(slots=True)
class _Waiting:
    plan: Plan
    done: asyncio.Future[Answer]
    in_doubt: bool = False
    """A commit that carried this plan was under way when the database went away."""
    passed_over: int = 0
    """See :data:`PATIENCE`."""


class Writer:
    """Takes plans and posts them in batches; :class:`app.server.ledger.plan.PlanWriter`."""

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        queue_limit: int = 2000,
        batch_limit: int = 256,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """Make a writer; it works between :meth:`start` and :meth:`stop`.

        Args:
            engine: The database.
            queue_limit: How many plans may wait; one more is answered ``busy`` (503).
            batch_limit: How many plans share a transaction at most.
            clock: The time that postings carry, Unix milliseconds; must not run backwards.
        """
        self.clock = clock
        self._store = open_store(engine)
        self._queue: deque[_Waiting] = deque()
        self._queue_limit = queue_limit
        self._batch_limit = batch_limit
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self.batches = 0
        self.plans = 0

    @property
    def waiting(self) -> int:
        """How many plans wait now."""
        return len(self._queue)

    async def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._work(), name="ledger-writer")

    async def stop(self) -> None:
        """Take no new plans, finish those that wait, and let go of the database; once."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            task, self._task = self._task, None
            await task
            await self._store.close()

    async def submit(self, plan: Plan) -> Answer:
        """See :meth:`app.server.ledger.plan.PlanWriter.submit`."""
        if self._stopping:
            raise KBeanError("shutting_down", retry_after=RETRY_AFTER_S)
        if len(self._queue) >= self._queue_limit:
            raise KBeanError("busy", "the ledger's queue is full", retry_after=RETRY_AFTER_S)
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(plan, done))
        self._wake.set()
        return await done

    async def _work(self) -> None:
        while True:
            if not self._queue:
                if self._stopping:
                    return
                self._wake.clear()
                await self._wake.wait()
                continue
            size = min(len(self._queue), self._batch_limit)
            batch = [self._queue.popleft() for _ in range(size)]
            try:
                await self._post(batch)
            except Exception:
                # A bug of ours must not leave callers waiting nor stop the writer.
                _log.exception("ledger.batch_failed", plans=len(batch))
                _fail(batch, KBeanError("internal_error"))

    async def _post(self, batch: list[_Waiting]) -> None:
        """Try until it is posted, refused or hopeless, and answer every caller."""
        trouble = await self._attempt(batch)
        if isinstance(trouble, Collision) and len(batch) > 1:
            # One of them is to blame; alone, only that one fails.
            for waiting in batch:
                await self._post([waiting])
        elif trouble is not None:
            for waiting in batch:
                _fail([waiting], _words_for(trouble, in_doubt=waiting.in_doubt))

    async def _attempt(self, batch: list[_Waiting]) -> Collision | ConnectionLost | None:
        """Post and answer; after enough tries, what was in the way."""
        trouble: Collision | ConnectionLost | None = None
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(random.uniform(0, BACKOFF_S) * 4 ** (attempt - 1))  # noqa: S311
            try:
                outcomes = await self._guarded(batch)
            except Collision as collision:
                trouble = collision
                _log.info("ledger.collision", plans=len(batch), reason=str(collision))
                if not collision.passing or (attempt and len(batch) > 1):
                    break
            except ConnectionLost as lost:
                trouble = lost
                _log.warning("ledger.connection_lost", plans=len(batch), reason=str(lost))
                if lost.committing:
                    batch[:] = _mark_in_doubt(batch)
            else:
                # Before all others, in their order.
                self._queue.extendleft(reversed(_answer(batch, outcomes)))
                return None
        return trouble

    async def _guarded(self, waiting: list[_Waiting]) -> list[Answer | KBeanError | None]:
        """Like :meth:`_try`; a plan that is no plan at all makes a collision, not an outage."""
        try:
            return await self._try(waiting)
        except (Collision, ConnectionLost):
            raise
        except Exception as error:
            _log.exception("ledger.plan_broken", plans=len(waiting))
            await self._store.rollback()
            raise Collision(type(error).__name__, passing=False) from error

    async def _try(self, waiting: list[_Waiting]) -> list[Answer | KBeanError | None]:
        """Post a batch; None for a plan that was passed over."""
        if len(waiting) == 1:
            waiting[0].passed_over = PATIENCE  # there is nobody who could go before it
        needs = _gather(waiting)
        loaded, journal_ids = await self._store.begin(needs, len(waiting))
        batch = Batch(self.clock(), iter(journal_ids))
        for kind, keys in needs.items():
            if kind is ACCOUNTS or kind is FREE_ACCOUNTS:
                batch.accounts.update((row.id, row) for row in loaded.get(kind, ()))
            else:
                batch.add_loaded(kind, keys, loaded.get(kind, ()))
        taken = set(needs.get(FREE_ACCOUNTS, ())).difference(batch.accounts)
        outcomes = [
            None if taken and _lets_pass(w, taken) else _decide(batch, w.plan) for w in waiting
        ]
        passed_over = outcomes.count(None)
        await self._write(batch, more=bool(self._queue) or passed_over > 0)
        self.batches += 1
        self.plans += len(waiting) - passed_over
        return outcomes

    async def _write(self, batch: Batch, *, more: bool) -> None:
        inserts, updates = batch.inserts, {k: list(v.values()) for k, v in batch.changed.items()}
        kept = inserts.get(KEPT_ANSWERS)
        if kept:
            # In one order on every node, so that two of them can't wait for each other.
            kept.sort()
        if batch.changed_accounts:
            updates[ACCOUNTS] = [batch.accounts[n] for n in sorted(batch.changed_accounts)]
        if inserts or updates:
            await self._store.commit(inserts, updates, more=more)
        else:
            await self._store.rollback()


def _gather(batch: Iterable[_Waiting]) -> dict[RowKind[Any], list[Any]]:
    """Every key that is needed, kind by kind, in one order on every node; accounts last.

    Locks are taken in this order, so writers wait for each other but never in a circle
    (design/3, invariant 6). Accounts that nobody waits for come after those that are waited for.
    """
    keys: dict[RowKind[Any], set[Any]] = {}
    accounts: set[int] = set()
    free: set[int] = set()
    kept: set[tuple[str, str, str]] = set()
    for waiting in batch:
        plan = waiting.plan
        (accounts if waiting.passed_over >= PATIENCE else free).update(plan.accounts)
        for kind, wanted in plan.needs:
            if kind in keys:
                keys[kind].update(wanted)
            else:
                keys[kind] = set(wanted)
        if plan.idempotency is not None:
            kept.add(_kept_key(plan.idempotency))
    needs: dict[RowKind[Any], list[Any]] = {}
    if kept:
        needs[KEPT_ANSWERS] = sorted(kept)
    for kind in sorted(keys, key=lambda kind: kind.table.name):
        needs[kind] = sorted(keys[kind])
    if accounts:
        # The hottest rows, so they are locked last and for the shortest time.
        needs[ACCOUNTS] = sorted(accounts)
    if free := free - accounts:
        needs[FREE_ACCOUNTS] = sorted(free)
    return needs


def _lets_pass(waiting: _Waiting, taken: set[int]) -> bool:
    """Whether a plan lets others go first, because one of its accounts is locked elsewhere."""
    return waiting.passed_over < PATIENCE and not taken.isdisjoint(waiting.plan.accounts)


def _kept_key(idempotency: Idempotency) -> tuple[str, str, str]:
    return idempotency.key, idempotency.principal, idempotency.route


def _decide(batch: Batch, plan: Plan) -> Answer | KBeanError:
    """Decide one plan; only an accepted draft and final answers leave a mark on the batch."""
    idempotency = plan.idempotency
    if idempotency is not None:
        kept = batch.rows[KEPT_ANSWERS][_kept_key(idempotency)]
        if kept is not None:
            return _replay(kept, idempotency)
    draft = WorkingDraft(batch)
    try:
        answer = plan.decide(draft)
    except KBeanError as refusal:
        if refusal.status >= 500:
            return refusal
        answer = Answer(refusal.status, msgspec.json.encode(refusal.problem()))
        draft = WorkingDraft(batch)
    except Exception:
        _log.exception("ledger.decide_failed")
        return KBeanError("internal_error", money="not_moved")
    if idempotency is not None and answer.status not in NOT_KEPT:
        kept_body = answer.body if answer.kept is None else answer.kept
        row = KeptAnswer(
            *_kept_key(idempotency), idempotency.body_hash, answer.status, kept_body, batch.now
        )
        draft.insert(KEPT_ANSWERS, row)
    batch.merge(draft)
    return answer


def _replay(kept: KeptAnswer, asked: Idempotency) -> Answer | KBeanError:
    fenced = kept.body_hash is None or asked.body_hash is None
    if fenced or kept.body_hash == asked.body_hash:
        return Answer(kept.status, kept.answer, replayed=True)
    refusal = KBeanError("idempotency_body_differs")
    return Answer(refusal.status, msgspec.json.encode(refusal.problem()))


def _words_for(trouble: Collision | ConnectionLost, *, in_doubt: bool) -> KBeanError:
    """What the caller of a plan is told that could not be posted."""
    if in_doubt:
        return KBeanError("internal_error", "the commit's outcome is not known")
    if isinstance(trouble, Collision) and not trouble.passing:
        return KBeanError("internal_error", "the database refused a row", money="not_moved")
    return KBeanError("busy", "the database is away or crowded", retry_after=RETRY_AFTER_S)


def _mark_in_doubt(batch: list[_Waiting]) -> list[_Waiting]:
    """What may be tried again after a lost commit: only plans whose key would tell.

    A retry meets the kept answer if the commit went through after all. A plan without a key
    can't find out, so its caller is told the truth: it is not known.
    """
    again = []
    for waiting in batch:
        waiting.in_doubt = True
        if waiting.plan.idempotency is None:
            _fail([waiting], KBeanError("internal_error", "the commit's outcome is not known"))
        else:
            again.append(waiting)
    return again


def _answer(batch: list[_Waiting], outcomes: list[Answer | KBeanError | None]) -> list[_Waiting]:
    """Tell the callers; who was passed over is given back, to come first in the next batch."""
    alone = not any(outcomes)
    passed_over = []
    for waiting, outcome in zip(batch, outcomes, strict=True):
        if outcome is None:
            # Where nobody could go before them, there is nothing better to do than to wait.
            waiting.passed_over += PATIENCE if alone else 1
            passed_over.append(waiting)
            continue
        if waiting.done.done():
            continue
        if isinstance(outcome, KBeanError):
            waiting.done.set_exception(outcome)
        else:
            waiting.done.set_result(outcome)
    return passed_over


def _fail(batch: list[_Waiting], error: KBeanError) -> None:
    for waiting in batch:
        if not waiting.done.done():
            waiting.done.set_exception(error)
