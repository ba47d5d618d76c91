"""The life that verifications, access requests and proposals have in common.

Locks are taken in one order: the person's row (where it is needed at all), the conversation, the
question.
"""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.cards import Card, RequestEvent
from app.protocol.messages.desk import Asked
from app.protocol.messages.stream import Changed
from app.protocol.messages.support import Kind, Sender
from app.server.db.engine import reading
from app.server.http.tokens import Principal
from app.server.support.consent.rules import QUESTION_MS
from app.server.support.talk.change import SYSTEM, Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

What = Literal["verification", "access", "proposal"]

_BATCH = 50
_SAID = {"active": "granted"}


class Asking:
    """One kind of question to a person: put, found, settled, lapsed."""

    def __init__(self, talk: Talk, table: sa.Table, what: What, kind: Kind) -> None:
        """Wire it.

        Args:
            talk: Where questions and outcomes are said.
            table: The kind's rows.
            what: Its word in a :class:`RequestEvent`.
            kind: The message kind of its card.
        """
        self.talk = talk
        self.table = table
        self.what = what
        self._kind = kind

    # --- asking

    async def again(self, request_id: str, staff: Principal, conv_id: str) -> Asked | None:
        """The answer to a question that was put under this key before.

        Raises:
            KBeanError: ``idempotency_body_differs`` where the key belongs to another one.
        """
        found = await self._find(self.table.c.id == request_id)
        if found is None:
            return None
        if (found.agent_id, found.conv_id) != (staff.id, conv_id):
            raise KBeanError("idempotency_body_differs")
        return Asked(found.id, found.expires_at)

    async def owned(self, change: Change, conv_id: str, staff: Principal) -> ConversationRow:
        """The conversation, locked, which this agent owns now.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``forbidden`` where nobody with
                a wallet is on the other side.
        """
        row = await change.conversation(conv_id)
        if row.kind != "person":
            raise KBeanError("conversation_not_found")
        if row.owner != "agent" or row.agent_id != staff.id:
            raise KBeanError("not_owner")
        if not row.user_id:
            raise KBeanError("forbidden", "nobody with a wallet is on the other side")
        return row

    async def put(
        self,
        change: Change,
        row: ConversationRow,
        request_id: str,
        card: Card,
        values: dict[str, Any],
    ) -> Asked:
        """Ask; an open question of the same kind is cancelled by it."""
        for earlier in await self._open_in(change, row.id):
            await self.settle(change, earlier, "cancelled")
        expires = change.now + QUESTION_MS
        await change.connection.execute(
            sa.insert(self.table).values(
                id=request_id,
                conv_id=row.id,
                user_id=row.user_id,
                agent_id=row.agent_id,
                agent_name=row.agent_name,
                state="open",
                created_at=change.now,
                expires_at=expires,
                **values,
            )
        )
        sender = Sender("agent", row.agent_id, row.agent_name)
        await change.append(change.row(row.id), sender, self._kind, card=card, cmid=request_id)
        return Asked(request_id, expires)

    # --- finding

    async def mine(self, request_id: str, user_id: str) -> Any:
        """A question that was put to this person, as it stands.

        Raises:
            KBeanError: ``request_not_found``, also for somebody else's.
        """
        found = await self._find(self.table.c.id == request_id) if is_uuid7(request_id) else None
        if found is None or found.user_id != user_id:
            raise KBeanError("request_not_found")
        return found

    async def locked(self, change: Change, request: Any) -> Any:
        """The question again, after its conversation, both locked; as it stands now."""
        await change.lock([request.conv_id])
        query = sa.select(self.table).where(self.table.c.id == request.id).with_for_update()
        return (await change.connection.execute(query)).one()

    async def _find(self, which: sa.ColumnElement[bool]) -> Any:
        async with reading(self.talk.engine) as connection:
            return (await connection.execute(sa.select(self.table).where(which))).one_or_none()

    async def _open_in(self, change: Change, conv_id: str) -> list[Any]:
        where = (self.table.c.conv_id == conv_id) & (self.table.c.state == "open")
        query = sa.select(self.table).where(where).order_by(self.table.c.id).with_for_update()
        return list((await change.connection.execute(query)).all())

    # --- settling

    def event(self, request: Any, state: str, until: int | None = None) -> RequestEvent:
        """What is said of a question's outcome: a grant that is active was "granted"."""
        return RequestEvent(request.id, self.what, _SAID.get(state, state), until or 0)

    async def settle(
        self, change: Change, request: Any, state: str, until: int | None = None, **values: Any
    ) -> RequestEvent:
        """Write the outcome down and say it in the conversation, to both."""
        if until is not None:
            values["until"] = until
        await change.connection.execute(
            sa.update(self.table).where(self.table.c.id == request.id).values(state=state, **values)
        )
        event = self.event(request, state, until)
        await change.append(change.row(request.conv_id), SYSTEM, "event", card=event)
        for address in (f"person:{request.user_id}", f"staff:{request.agent_id}"):
            change.tell(address, Changed(["grants"]))
        return event

    async def end_all(self, change: Change, row: ConversationRow, state: str) -> None:
        """Settle the open questions of whoever no longer owns the conversation."""
        for request in await self._open_in(change, row.id):
            if row.owner != "agent" or request.agent_id != row.agent_id:
                await self.settle(change, request, state)

    async def lapse(self) -> None:
        """Say of the questions that nobody answered in time that they have expired."""
        now = self.talk.clock()
        where = (self.table.c.state == "open") & (self.table.c.expires_at <= now)
        async with reading(self.talk.engine) as connection:
            query = sa.select(self.table).where(where).limit(_BATCH)
            late = (await connection.execute(query)).all()
        for request in late:
            async with self.talk.change() as change:
                there = await self.locked(change, request)
                if there.state == "open" and there.expires_at <= change.now:
                    await self.settle(change, there, "expired")


def evidence(principal: Principal, signature: str, signed_at: int, now: int) -> dict[str, Any]:
    """The columns of a signed answer."""
    return {
        "device_id": principal.device,
        "signature": signature,
        "signed_at": signed_at,
        "answered_at": now,
    }
