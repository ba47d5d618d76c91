"""The steps a case takes, in the caller's transaction; its words, clocks and cards go along."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import CaseCard
from app.protocol.messages.cases import Stage
from app.protocol.messages.stream import Changed
from app.server.identity.staff_audit import AuditBook
from app.server.support.cases import clocks, rules
from app.server.support.cases.clock_book import ClockBook
from app.server.support.cases.store import SYSTEM, Actor, CaseStore, Line
from app.server.support.talk.change import Change
from app.server.support.talk.drafts import SYSTEM as BY_SERVICE

_DAY_MS = 86_400_000


class Steps:
    """What every way of working on a case is made of."""

    def __init__(
        self, store: CaseStore, book: ClockBook, audit: AuditBook, amount_above: int
    ) -> None:
        """Stand on rows and clocks; from ``amount_above`` minor units somebody above looks."""
        self.store = store
        self.book = book
        self.audit = audit
        self.above = amount_above

    def card(self, case: Any) -> CaseCard:
        """What a conversation shows of a case."""
        return CaseCard(case.id, case.number, self.store.title(case), case.stage)

    async def lock(self, change: Change, case_id: str) -> Any:
        """Lock a case, its conversation first: everybody locks in this order.

        Raises:
            KBeanError: ``case_not_found``.
        """
        known = await self.store.find(change.connection, case_id)
        if known is None:
            raise KBeanError("case_not_found")
        if known.conversation_id:
            await change.conversation(known.conversation_id)
        return await self.store.locked(change.connection, case_id)

    async def mine(self, change: Change, case_id: str, actor: Actor) -> Any:
        """Lock a case that the actor may work on.

        Raises:
            KBeanError: ``case_not_found``, also for another person's, and for one that a member
                of the staff may not change.
        """
        case = await self.lock(change, case_id)
        if actor.side == "agent" and not rules.may_work(actor.roles, actor.id, case):
            raise KBeanError("case_not_found")
        if actor.side == "person" and case.user_id != actor.id:
            raise KBeanError("case_not_found")
        return case

    async def to_stage(
        self,
        change: Change,
        case: Any,
        actor: Actor,
        stage: Stage,
        text: str = "",
        *,
        cycle: int | None = None,
        key: str | None = None,
    ) -> Any:
        """Move a locked case to a stage; with a new ``cycle`` it is reopened.

        The key is that of the request that asks for it; its line carries it, so that a repeated
        request is known again.

        Raises:
            KBeanError: ``case_stage``.
        """
        rules.check_move(case.stage, stage)
        connection, now = change.connection, change.now
        kind = "reopened" if cycle is not None else "stage"
        line = Line(kind, text, stage, key=key)
        await self.store.add_line(connection, case, actor, line, now)
        resolved = stage == "resolved"
        changed = await self.store.change(
            connection,
            case,
            now,
            stage=stage,
            cycle=cycle or case.cycle,
            closes_at=now + rules.CLOSES_AFTER_DAYS * _DAY_MS if resolved else None,
            closed_at=None,
        )
        event: clocks.EventKind = "resume"
        if resolved:
            event = "fulfil"
        elif rules.pauses(stage):
            event = "pause"
        running = await self.book.load(connection, [case.id])
        running.happen(case.id, event, now, "resolution")
        await running.save(connection)
        if cycle is not None:
            await self.start_clock(connection, changed, now)
        await self.show(change, changed)
        return changed

    async def reopen(self, change: Change, case: Any, actor: Actor, text: str, key: str) -> None:
        """Open a resolved or closed case again: a new cycle; the second time one level up.

        Raises:
            KBeanError: ``case_stage``.
        """
        if not rules.may_reopen(case.stage, case.closed_at, change.now):
            raise KBeanError("case_stage", "this case can't be reopened")
        case = await self.to_stage(
            change, case, actor, "working", text, cycle=case.cycle + 1, key=key
        )
        if rules.escalates_at_once(above=self.above, cycle=case.cycle, asked=False):
            await self.escalate(change, case, SYSTEM, "reopened")

    async def close(
        self, change: Change, case: Any, actor: Actor, text: str = "", key: str | None = None
    ) -> None:
        """Close a resolved case.

        Raises:
            KBeanError: ``case_stage``.
        """
        rules.check_move(case.stage, "closed")
        now = change.now
        line = Line("closed", text, "closed", key=key)
        await self.store.add_line(change.connection, case, actor, line, now)
        closed = await self.store.change(
            change.connection, case, now, stage="closed", closes_at=None, closed_at=now
        )
        await self.show(change, closed)

    async def escalate(
        self,
        change: Change,
        case: Any,
        actor: Actor,
        why: rules.Reason,
        text: str = "",
        *,
        key: str | None = None,
    ) -> Any:
        """One level and one priority up; whoever works there is told."""
        connection, now = change.connection, change.now
        level, priority = rules.raised(case.level, case.priority)
        words = f"{why}: {text}" if text else why
        line = Line("escalated", words, key=key)
        await self.store.add_line(connection, case, actor, line, now)
        raised = await self.store.change(
            connection,
            case,
            now,
            level=level,
            priority=priority,
            team=rules.TEAM_OF_LEVEL[level],
        )
        self.tell(change, raised)
        return raised

    async def start_clock(self, connection: AsyncConnection, case: Any, now: int) -> None:
        """Start the clock of a case's resolution, against the target of its priority."""
        running = await self.book.load(connection, [case.id])
        running.start(
            case.id,
            "resolution",
            cycle=case.cycle,
            target=clocks.TARGETS[case.priority]["resolution"],
            at=now,
            case_id=case.id,
        )
        await running.save(connection)

    async def show(self, change: Change, case: Any) -> None:
        """Let the conversation and both sides know where the case stands."""
        if case.conversation_id:
            row = await change.conversation(case.conversation_id)
            await change.append(row, BY_SERVICE, "card", card=self.card(case))
        self.tell(change, case)

    def tell(self, change: Change, case: Any) -> None:
        """Both sides ask again, after the commit."""
        change.tell(f"person:{case.user_id}", Changed(["cases"]))
        change.tell("staff", Changed(["cases"]))
