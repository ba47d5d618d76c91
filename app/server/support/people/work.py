"""What staff do with conversations: take, answer, note, ask a colleague, hand over, close."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.messages.desk import (
    CloseRequest,
    ConsultRequest,
    HandOver,
    Macro,
    MacroStep,
    Reply,
)
from app.protocol.messages.stream import Ack, Changed, Send
from app.protocol.messages.support import Conversation, Message, Sender
from app.server.db.engine import insert_of
from app.server.http.roles import LEADS
from app.server.http.tokens import Principal
from app.server.identity.staff import StaffService
from app.server.identity.tables import users
from app.server.support.people.access import Access
from app.server.support.people.queue import Queue
from app.server.support.people.queue_rows import put_desk_row
from app.server.support.people.ready import filled
from app.server.support.people.tables import consults
from app.server.support.talk.access import sender_of
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.sending import Sending
from app.server.support.talk.service import Talk

Verify = Callable[[Change, Principal, ConversationRow, int], Awaitable[object]]
"""Asks the person for a proof of identity, in the same transaction."""


class Work:
    """Every change that staff make to a conversation, and its row in the audit."""

    def __init__(
        self, talk: Talk, sending: Sending, queue: Queue, access: Access, staff: StaffService
    ) -> None:
        """Write through the conversations' one way in."""
        self._talk = talk
        self._sending = sending
        self._queue = queue
        self._access = access
        self._staff = staff
        self._audit = staff.audit
        self.verify: Verify | None = None
        """What a macro's ``verify`` does; the room of consent puts it in."""

    async def claim(self, principal: Principal, conv_id: str) -> None:
        """Take a conversation from the queue; claiming what one owns already is harmless.

        Raises:
            KBeanError: ``conversation_not_found``, ``conversation_closed``, ``already_claimed``,
                ``capacity_full``.
        """
        async with self._talk.change() as change:
            row = await self._person_row(change, conv_id)
            if row.owner == "agent" and row.agent_id == principal.id:
                return
            await self._queue.take(change, row, principal.id, "claimed", asked=True)
            await self._audit.write(change.connection, principal.id, "claim", conv_id)

    async def reply(self, principal: Principal, conv_id: str, reply: Reply) -> Ack:
        """Answer the person; only the owner may.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``message_empty``,
                ``message_differs``, ``attachment_not_found``.
        """
        sender = sender_of(principal, await self._access.display_name(principal.id))
        kind: Literal["text", "file"] = "text" if reply.file is None else "file"
        send = Send(conv_id, reply.cmid, kind, reply.body, file=reply.file)
        return await self._sending.send(principal, sender, send)

    async def note(self, principal: Principal, conv_id: str, note: Reply) -> Ack:
        """Write on the notes stream: everybody who may read the conversation.

        Raises:
            KBeanError: ``conversation_not_found``, ``message_empty``, ``message_differs``,
                ``attachment_refused``: notes are words.
        """
        if note.file is not None:
            raise KBeanError("attachment_refused", "notes carry no files", field="file")
        if not note.body.strip():
            raise KBeanError("message_empty", field="body")
        await self._check_readable(principal, conv_id)
        sender = sender_of(principal, await self._access.display_name(principal.id))
        async with self._talk.change() as change:
            row = await self._person_row(change, conv_id)
            written = await self.write_note(change, row, sender, note.body, note.cmid)
            return Ack(written.conv, note.cmid, written.seq, written.created_at)

    async def write_note(
        self,
        change: Change,
        row: ConversationRow,
        sender: Sender,
        body: str,
        cmid: str | None = None,
    ) -> Message:
        """Append to the notes of a locked conversation, and wake those who look at it."""
        notes = await change.notes_of(row)
        # Whoever watches the conversation hears of it; persons never listen there.
        change.tell(f"conv:{row.id}", Changed(["mine"]))
        return await change.append(notes, sender, "text", body, cmid=cmid)

    async def consult(self, principal: Principal, conv_id: str, request: ConsultRequest) -> None:
        """Let a colleague read and note, not reply; the question goes on the notes.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``not_found``,
                ``message_empty``.
        """
        if not request.question.strip():
            raise KBeanError("message_empty", field="question")
        colleague = await self._staff.member(request.agent_id)
        sender = sender_of(principal, await self._access.display_name(principal.id))
        async with self._talk.change() as change:
            row = await self._handled(change, principal, conv_id)
            await change.connection.execute(
                insert_of(change.connection)(consults)
                .values(
                    conv_id=conv_id,
                    staff_id=colleague.id,
                    asked_by=principal.id,
                    asked_at=change.now,
                )
                .on_conflict_do_nothing()
            )
            question = f"@{colleague.name} {request.question}"
            await self.write_note(change, row, sender, question)
            await self._audit.write(
                change.connection, principal.id, "consult", conv_id, colleague=colleague.name
            )
            change.tell(f"staff:{colleague.id}", Changed(["mine", "queue"]))

    async def hand_over(
        self, principal: Principal, conv_id: str, request: HandOver
    ) -> Conversation:
        """Give it to a colleague, to the queue or to the bot: the owner, or who leads the team.

        Raises:
            KBeanError: ``conversation_not_found``, ``conversation_closed``, ``not_owner``,
                ``agent_away``, ``capacity_full``, ``validation_failed``.
        """
        sender = sender_of(principal, await self._access.display_name(principal.id))
        async with self._talk.change() as change:
            row = await self._handled(change, principal, conv_id)
            await self._give(change, row, request)
            if request.note.strip():
                await self.write_note(change, change.row(conv_id), sender, request.note)
            await self._audit.write(
                change.connection, principal.id, "hand_over", conv_id, to=request.to
            )
            return change.row(conv_id).shown()

    async def _give(self, change: Change, row: ConversationRow, request: HandOver) -> None:
        skill = request.skill or row.skill
        if request.to == "agent":
            if request.agent_id is None:
                raise KBeanError("validation_failed", "to whom?", field="agent_id")
            if row.owner == "agent" and row.agent_id == request.agent_id:
                return
            name = await self._queue.reserve(change, request.agent_id, asked=False)
            await change.give(
                row,
                "agent",
                "handed_over",
                agent_id=request.agent_id,
                agent_name=name,
                skill=skill,
            )
        elif request.to == "queue":
            await change.give(row, "queue", "handed_over", skill=skill)
        else:
            await change.give(row, "bot", "returned")

    async def close(
        self, principal: Principal, conv_id: str, request: CloseRequest
    ) -> Conversation:
        """Close it with an outcome: the owner, or who leads the team. Closed twice is harmless.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``.
        """
        sender = sender_of(principal, await self._access.display_name(principal.id))
        async with self._talk.change() as change:
            row = await self._person_row(change, conv_id)
            if row.owner == "nobody" and row.agent_id == principal.id:
                return row.shown()
            row = await self._handled(change, principal, conv_id)
            if request.note.strip():
                await self.write_note(change, row, sender, request.note)
            await self._close(change, principal, row, request.outcome)
            return change.row(conv_id).shown()

    async def _close(
        self, change: Change, principal: Principal, row: ConversationRow, outcome: str
    ) -> None:
        await put_desk_row(change.connection, row.id, outcome=outcome)
        await change.give(change.row(row.id), "nobody", "closed")
        await self._audit.write(change.connection, principal.id, "close", row.id, outcome=outcome)

    # --- macros

    async def run(self, principal: Principal, conv_id: str, macro: Macro) -> Conversation:
        """Run a macro: all of its steps in one transaction, or none. The owner alone.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``forbidden``.
        """
        sender = sender_of(principal, await self._access.display_name(principal.id))
        async with self._talk.change() as change:
            row = await self._person_row(change, conv_id)
            if not await self._access.may_reply(principal, row):
                raise KBeanError("not_owner")
            person = ""
            if row.user_id:
                person = str(
                    await change.connection.scalar(
                        sa.select(users.c.display_name).where(users.c.id == row.user_id)
                    )
                )
            skill = ""
            for step in macro.steps:
                body = filled(step.value, person=person, agent=sender.name, number=row.number)
                skill = step.value if step.do == "skill" else skill
                await self._step(change, principal, change.row(conv_id), sender, step, body, skill)
            await self._audit.write(
                change.connection, principal.id, "macro_run", conv_id, macro=macro.id
            )
            return change.row(conv_id).shown()

    async def _step(  # noqa: PLR0917 - one step's whole surroundings
        self,
        change: Change,
        principal: Principal,
        row: ConversationRow,
        sender: Sender,
        step: MacroStep,
        body: str,
        skill: str,
    ) -> None:
        if step.do == "reply":
            await change.append(row, sender, "text", body)
        elif step.do == "note":
            await self.write_note(change, row, sender, body)
        elif step.do == "priority":
            await put_desk_row(change.connection, row.id, priority=int(step.value))
        elif step.do == "hand_over":
            to: Any = step.value
            await self._give(change, row, HandOver(to=to, skill=skill or None))
        elif step.do == "verify":
            if self.verify is None:
                raise KBeanError("forbidden", "nothing here asks for a proof of identity")
            await self.verify(change, principal, row, int(step.value))
        elif step.do == "close":
            await self._close(change, principal, row, step.value)

    # --- pieces

    async def _person_row(self, change: Change, conv_id: str) -> ConversationRow:
        """A person's conversation, locked; notes are reached through theirs alone."""
        row = await change.conversation(conv_id)
        if row.kind != "person":
            raise KBeanError("conversation_not_found")
        return row

    async def _handled(self, change: Change, principal: Principal, conv_id: str) -> ConversationRow:
        """A conversation that one may hand on or close: its owner, or who leads the team.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``conversation_closed``.
        """
        row = await self._person_row(change, conv_id)
        leads = bool(LEADS.intersection(principal.roles))
        if not leads and not await self._access.may_reply(principal, row):
            if not await self._access.may_read(principal, row):
                raise KBeanError("conversation_not_found")
            raise KBeanError("not_owner")
        if row.owner == "nobody":
            raise KBeanError("conversation_closed")
        return row

    async def _check_readable(self, principal: Principal, conv_id: str) -> None:
        row = await self._talk.find(conv_id)
        if not await self._access.may_read(principal, row):
            raise KBeanError("conversation_not_found")
