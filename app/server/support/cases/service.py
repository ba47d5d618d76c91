"""Cases: opened, worked on, escalated, resolved, closed by the person's word or in time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.cards import CaseCard
from app.protocol.messages.cases import (
    CaseMove,
    CaseNote,
    CaseSay,
    Category,
    OpenCase,
    StaffOpenCase,
)
from app.server.support.cases import rules
from app.server.support.cases.steps import Steps
from app.server.support.cases.store import SYSTEM, Actor, Line, hold_person
from app.server.support.talk.change import Change
from app.server.support.talk.drafts import SYSTEM as BY_SERVICE
from app.server.support.talk.numbers import next_number
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

FindAmount = Callable[[AsyncConnection, str, str], Awaitable[int | None]]
"""(connection, user id, payment id) → minor units of that person's payment, None: not theirs."""


class Cases:
    """What happens to cases, in transactions."""

    def __init__(
        self,
        talk: Talk,
        steps: Steps,
        *,
        zone: ZoneInfo,
        find_amount: FindAmount,
    ) -> None:
        """Stand on the conversations.

        Args:
            talk: Conversations and transactions.
            steps: What working on a case is made of.
            zone: Whose midnight begins a day of case numbers.
            find_amount: What a payment was about.
        """
        self._talk = talk
        self._steps = steps
        self._zone = zone
        self._find_amount = find_amount

    # --- opening

    async def open(
        self,
        change: Change,
        row: ConversationRow | None,
        *,
        user_id: str,
        title: str,
        actor: Actor,
        category: Category = "other",
        priority: int | None = None,
        text: str = "",
        payment_id: str | None = None,
        parent_id: str | None = None,
        case_id: str | None = None,
    ) -> CaseCard:
        """Open a case in a transaction that is under way; the conversation shows it.

        Args:
            change: The transaction.
            row: The conversation it comes from, locked; None where there is none.
            user_id: Whose case.
            title: A line.
            actor: Who opens it.
            category: What it is about.
            priority: None: by the rules.
            text: The first words of the timeline.
            payment_id: The person's own payment that it is about.
            parent_id: A bigger case it belongs to.
            case_id: Its id where the caller has one (a request's key).

        Raises:
            KBeanError: ``payment_not_found`` where the payment isn't theirs.
        """
        connection, now = change.connection, change.now
        amount = None
        if payment_id is not None:
            amount = await self._find_amount(connection, user_id, payment_id)
            if amount is None:
                raise KBeanError("payment_not_found", money="none")
        if priority is None:
            priority = rules.first_priority(category, amount, self._steps.above)
        case_id = case_id or new_id()
        await self._steps.store.insert(
            connection,
            id=case_id,
            number=await next_number(connection, "KS", now, self._zone),
            user_id=user_id,
            conversation_id=row.id if row else None,
            payment_id=payment_id,
            amount=amount,
            parent_id=parent_id,
            title=title,
            category=category,
            priority=priority,
            stage="new",
            team="",
            assignee_name="",
            opened_at=now,
            updated_at=now,
        )
        case = await self._steps.store.locked(connection, case_id)
        await self._steps.store.add_line(connection, case, actor, Line("opened", text), now)
        await self._steps.start_clock(connection, case, now)
        why = rules.escalates_at_once(amount=amount, above=self._steps.above, cycle=1, asked=False)
        if why is not None:
            case = await self._steps.escalate(change, case, SYSTEM, why)
        card = self._steps.card(case)
        if row is not None:
            await change.append(row, BY_SERVICE, "card", card=card)
        self._steps.tell(change, case)
        return card

    async def open_for_person(self, user_id: str, key: str, request: OpenCase) -> str:
        """A case that a person opens themselves; the key is its id, so a retry opens no second.

        Raises:
            KBeanError: ``payment_not_found``, ``conversation_not_found``,
                ``idempotency_body_differs``.
        """
        async with self._talk.change() as change:
            # The person before the conversation, as everybody else who locks both.
            await hold_person(change.connection, user_id)
            row = None
            if request.conversation_id is not None:
                row = await change.conversation(request.conversation_id)
                if row.user_id != user_id or row.kind != "person":
                    raise KBeanError("conversation_not_found")
            known = await self._steps.store.find(change.connection, key)
            if known is not None:
                if known.user_id != user_id or self._steps.store.title(known) != request.title:
                    raise KBeanError("idempotency_body_differs")
                return key
            await self.open(
                change,
                row,
                user_id=user_id,
                title=request.title,
                actor=Actor("person", user_id),
                category=request.category,
                text=request.text,
                payment_id=request.payment_id,
                case_id=key,
            )
        return key

    async def open_for_staff(self, actor: Actor, key: str, request: StaffOpenCase) -> str:
        """A case that one of the staff opens from a conversation; the key is its id.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``case_not_found`` (the parent),
                ``idempotency_body_differs``.
        """
        async with self._talk.change() as change:
            connection = change.connection
            row = await change.conversation(request.conversation_id)
            if row.kind != "person" or not row.user_id:
                raise KBeanError("conversation_not_found")
            if row.agent_id != actor.id and not rules.sees_all(actor.roles):
                raise KBeanError("not_owner")
            known = await self._steps.store.find(connection, key)
            if known is not None:
                if known.conversation_id != row.id:
                    raise KBeanError("idempotency_body_differs")
                return key
            if request.parent is not None:
                parent = await self._steps.store.find(connection, request.parent)
                if parent is None or not rules.may_see(actor.roles, actor.id, parent):
                    raise KBeanError("case_not_found", field="parent")
            await self.open(
                change,
                row,
                user_id=row.user_id,
                title=request.title,
                actor=actor,
                category=request.category,
                priority=request.priority,
                text=request.text,
                parent_id=request.parent,
                case_id=key,
            )
            await self._steps.audit.write(connection, actor.id, "case_open", key)
        return key

    # --- both sides

    async def note(self, case_id: str, actor: Actor, key: str, note: CaseNote) -> None:
        """Annotate the timeline; a person's word on a case that waited for it sets it going again.

        Raises:
            KBeanError: ``case_not_found``; ``case_stage`` where it is closed.
        """
        async with self._talk.change() as change:
            case = await self._steps.mine(change, case_id, actor)
            if case.stage == "closed":
                raise KBeanError("case_stage", "the case is closed")
            internal = note.internal and actor.side == "agent"
            line = Line("note", note.text, internal=internal, key=f"{actor.side}:{key}")
            if not await self._steps.store.add_line(
                change.connection, case, actor, line, change.now
            ):
                return
            if actor.side == "person" and case.stage == "waiting_person":
                await self._steps.to_stage(change, case, actor, "working")
            else:
                await self._steps.store.change(change.connection, case, change.now)
            self._steps.tell(change, case)

    async def say(self, case_id: str, user_id: str, key: str, say: CaseSay) -> None:
        """The person's word: solved, not solved, or "somebody above, please"; a key's word once.

        Raises:
            KBeanError: ``case_not_found``, ``case_stage``.
        """
        actor = Actor("person", user_id)
        async with self._talk.change() as change:
            case = await self._steps.mine(change, case_id, actor)
            key = f"say:{key}"
            if await self._steps.store.has_line(change.connection, case, key):
                return
            if say.word == "solved":
                if case.stage == "closed":
                    return
                if case.stage != "resolved":
                    case = await self._steps.to_stage(change, case, actor, "resolved", say.text)
                await self._steps.close(change, case, actor, key=key)
            elif say.word == "not_solved":
                await self._steps.reopen(change, case, actor, say.text, key)
            else:
                if case.stage == "closed":
                    raise KBeanError("case_stage", "reopen the case first")
                await self._steps.escalate(change, case, actor, "asked", say.text, key=key)

    # --- staff

    async def move(self, case_id: str, actor: Actor, move: CaseMove, assignee: str = "") -> None:
        """Change stage, priority, team or assignee, or escalate; in one transaction.

        Args:
            case_id: Which.
            actor: One of the staff.
            move: What changes.
            assignee: The new assignee's display name.

        Raises:
            KBeanError: ``case_not_found``; ``case_stage`` where it isn't at ``expected`` any more
                or can't go there.
        """
        async with self._talk.change() as change:
            connection = change.connection
            case = await self._steps.mine(change, case_id, actor)
            await self._steps.audit.write(connection, actor.id, "case_move", case_id)
            if case.stage != move.expected:
                raise KBeanError("case_stage", f"the case is at {case.stage}")
            now = change.now
            if move.priority is not None and move.priority != case.priority:
                line = Line("priority", f"{case.priority} → {move.priority}", internal=True)
                await self._steps.store.add_line(connection, case, actor, line, now)
                case = await self._steps.store.change(connection, case, now, priority=move.priority)
            if move.team is not None and move.team != case.team:
                line = Line("assigned", move.team, internal=True)
                await self._steps.store.add_line(connection, case, actor, line, now)
                case = await self._steps.store.change(connection, case, now, team=move.team)
            if move.assignee_id is not None and move.assignee_id != case.assignee_id:
                await self._steps.store.add_line(
                    connection, case, actor, Line("assigned", assignee), now
                )
                case = await self._steps.store.change(
                    connection, case, now, assignee_id=move.assignee_id, assignee_name=assignee
                )
            if move.escalate:
                case = await self._steps.escalate(change, case, actor, "decided", move.text)
            if move.stage == "closed":
                await self._steps.close(change, case, actor, move.text)
            elif move.stage is not None and move.stage != case.stage:
                await self._steps.to_stage(change, case, actor, move.stage, move.text)
            self._steps.tell(change, case)

    async def raise_for(
        self, change: Change, row: ConversationRow, why: rules.Reason, text: str = ""
    ) -> None:
        """Take a conversation one level up: its case, reopened if need be, or a new one."""
        steps, connection = self._steps, change.connection
        known = await steps.store.latest_of(connection, row.id)
        if known is None:
            card = await self.open(
                change, row, user_id=row.user_id, title=row.subject or row.number, actor=SYSTEM
            )
            case = await steps.store.locked(connection, card.case_id)
        else:
            case = await steps.store.locked(connection, known.id)
            if case.stage in {"resolved", "closed"}:
                case = await steps.to_stage(change, case, SYSTEM, "working", cycle=case.cycle + 1)
        await steps.escalate(change, case, SYSTEM, why, text)
