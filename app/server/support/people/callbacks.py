"""Call-backs: booked by the person, taken by an agent (design/4 §Queue and people)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.cards import CallbackCard
from app.protocol.messages.desk import CallbackOutcome, StaffCallback
from app.protocol.messages.support import Callback, CallbackRequest, Sender, Slot
from app.server.db.engine import insert_of, reading
from app.server.db.sealing import Sealer
from app.server.http.roles import FRONT
from app.server.http.tokens import Principal
from app.server.identity.staff_audit import AuditBook
from app.server.identity.staff_tables import staff
from app.server.identity.tables import users
from app.server.support.people import callback_rules as rules
from app.server.support.people.hours import Hours
from app.server.support.people.tables import callback_slots, callbacks, consults
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk
from app.server.support.talk.tables import conversations

_SYSTEM = Sender("system")
_PAST_MS = 86_400_000
"""How far back the desk's list goes."""

Note = Callable[[Change, ConversationRow, Sender, str], Awaitable[object]]
"""Writes on the notes stream of a conversation."""


class CallbackBook:
    """Booked calls."""

    def __init__(
        self,
        talk: Talk,
        hours: Hours,
        sealer: Sealer,
        audit: AuditBook,
        *,
        minutes: int,
        region: str,
    ) -> None:
        """Offer slots of so many minutes; numbers without ``+`` are of ``region``."""
        self._talk = talk
        self._hours = hours
        self._sealer = sealer
        self._audit = audit
        self._minutes = minutes
        self._region = region

    # --- the person's side

    async def slots(self) -> list[Slot]:
        """What can be booked now."""
        async with reading(self._talk.engine) as connection:
            capacity = await _capacity(connection)
            rows = await connection.execute(
                sa.select(callback_slots).where(
                    callback_slots.c.start_at >= self._talk.clock(),
                    callback_slots.c.booked >= capacity,
                )
            )
            full = {row.start_at for row in rows}
        return [slot for slot in self._offered() if slot.start not in full] if capacity else []

    def _offered(self) -> list[Slot]:
        now = self._talk.clock()
        spans = self._hours.spans(now + rules.LEAD_MS, now + rules.AHEAD_DAYS * 86_400_000)
        return rules.slots_of(spans, self._minutes)

    async def book(self, user_id: str, key: str, request: CallbackRequest) -> Callback:
        """Book a call; one that is booked in the same conversation already is moved.

        Raises:
            KBeanError: ``contact_invalid``, ``conversation_not_found``, ``conversation_closed``,
                ``slot_invalid``, ``slot_taken``, ``idempotency_body_differs``.
        """
        number = rules.phone_number(request.phone, self._region)
        digest = sha256(msgspec.json.encode(request)).digest()
        async with self._talk.change() as change:
            row = await change.conversation(request.conversation_id)
            if row.user_id != user_id or row.kind != "person":
                raise KBeanError("conversation_not_found")
            before = await self._by_key(change.connection, user_id, key)
            if before is not None:
                if before.body_hash != digest:
                    raise KBeanError("idempotency_body_differs")
                return _shown(before)
            if row.owner == "nobody":
                raise KBeanError("conversation_closed")
            slot = next((one for one in self._offered() if one.start == request.start), None)
            if slot is None:
                raise KBeanError("slot_invalid", field="start")
            # Its place first: a full slot must not cost the call that is booked already.
            await _occupy(change.connection, slot.start)
            for old in await _booked_in(change.connection, row.id):
                await self._settle(change, old, "cancelled")
            made = await self._insert(
                change, request, slot, user_id=user_id, key=key, digest=digest, number=number
            )
            card = CallbackCard(made.id, made.start, made.end, "booked")
            await change.append(change.row(row.id), _SYSTEM, "card", card=card)
            change.after_commit(self._changed)
            return made

    async def _insert(
        self,
        change: Change,
        request: CallbackRequest,
        slot: Slot,
        *,
        user_id: str,
        key: str,
        digest: bytes,
        number: str,
    ) -> Callback:
        callback_id = new_id()
        masked = rules.masked_phone(number)
        await change.connection.execute(
            sa.insert(callbacks).values(
                id=callback_id,
                conv_id=request.conversation_id,
                user_id=user_id,
                idempotency_key=key,
                body_hash=digest,
                start_at=slot.start,
                end_at=slot.end,
                phone=self._sealer.seal(number.encode(), f"callback.phone:{callback_id}"),
                phone_masked=masked,
                topic=self._sealer.seal(request.topic.encode(), f"callback.topic:{callback_id}"),
                state="booked",
                created_at=change.now,
            )
        )
        return Callback(
            callback_id, request.conversation_id, slot.start, slot.end, masked, "booked"
        )

    async def cancel(self, user_id: str, callback_id: str) -> Callback:
        """Cancel a booked call; one that is over stays as it is.

        Raises:
            KBeanError: ``request_not_found``.
        """
        async with self._talk.change() as change:
            row = await self._locked(change, callback_id)
            if row.user_id != user_id:
                raise KBeanError("request_not_found")
            if row.state != "booked":
                return _shown(row)
            change.after_commit(self._changed)
            return await self._settle(change, row, "cancelled")

    async def of_conversation(self, connection: AsyncConnection, conv_id: str) -> list[Callback]:
        """The calls of a conversation, as everybody may see them."""
        rows = await connection.execute(
            sa.select(callbacks).where(callbacks.c.conv_id == conv_id).order_by(callbacks.c.id)
        )
        return [_shown(row) for row in rows]

    # --- the desk's side

    async def for_staff(self, principal: Principal) -> list[StaffCallback]:
        """Calls of the last day and to come, the soonest first."""
        since = self._talk.clock() - _PAST_MS
        async with reading(self._talk.engine) as connection:
            rows = await connection.execute(
                _STAFF_VIEW.where(
                    callbacks.c.start_at >= since, callbacks.c.state != "cancelled"
                ).order_by(callbacks.c.start_at, callbacks.c.id)
            )
            return [self._staff_view(principal, row) for row in rows]

    async def settle(
        self,
        principal: Principal,
        name: str,
        callback_id: str,
        outcome: CallbackOutcome,
        note: Note,
    ) -> StaffCallback:
        """Take a call, or say how it went; the call's note goes on the notes stream.

        Whoever takes a call may read its conversation from then on.

        Raises:
            KBeanError: ``request_not_found``, ``already_claimed``, ``not_owner``,
                ``request_answered``.
        """
        async with self._talk.change() as change:
            row = await self._locked(change, callback_id)
            mine = row.staff_id == principal.id
            if outcome.state == "taken":
                await self._take(change, row, principal.id)
            elif not mine:
                raise KBeanError("not_owner")
            elif row.state == "booked":
                await self._settle(change, row, outcome.state)
            elif row.state != outcome.state:
                raise KBeanError("request_answered")
            if outcome.note.strip():
                sender = Sender("agent", principal.id, name)
                await note(change, change.row(row.conv_id), sender, outcome.note)
            await self._audit.write(
                change.connection, principal.id, f"callback_{outcome.state}", callback_id
            )
            found = await change.connection.execute(
                _STAFF_VIEW.where(callbacks.c.id == callback_id)
            )
            change.after_commit(self._changed)
            return self._staff_view(principal, found.one())

    async def _take(self, change: Change, row: Any, staff_id: str) -> None:
        if row.state != "booked":
            raise KBeanError("request_answered")
        taken = await change.connection.execute(
            sa.update(callbacks)
            .where(
                callbacks.c.id == row.id,
                sa.or_(callbacks.c.staff_id.is_(None), callbacks.c.staff_id == staff_id),
            )
            .values(staff_id=staff_id)
        )
        if not taken.rowcount:
            raise KBeanError("already_claimed")
        await change.connection.execute(
            insert_of(change.connection)(consults)
            .values(conv_id=row.conv_id, staff_id=staff_id, asked_by=staff_id, asked_at=change.now)
            .on_conflict_do_nothing()
        )

    # --- pieces

    async def _locked(self, change: Change, callback_id: str) -> Any:
        """A call, with its conversation locked before it, as everywhere.

        Raises:
            KBeanError: ``request_not_found``.
        """
        conv_id = None
        if is_uuid7(callback_id):
            conv_id = await change.connection.scalar(
                sa.select(callbacks.c.conv_id).where(callbacks.c.id == callback_id)
            )
        if conv_id is None:
            raise KBeanError("request_not_found")
        await change.conversation(conv_id)
        found = await change.connection.execute(
            sa.select(callbacks).where(callbacks.c.id == callback_id).with_for_update()
        )
        return found.one()

    async def _settle(self, change: Change, row: Any, state: Any) -> Callback:
        """End a booked call and say so in the conversation."""
        await change.connection.execute(
            sa.update(callbacks).where(callbacks.c.id == row.id).values(state=state)
        )
        if state == "cancelled":
            await change.connection.execute(
                sa.update(callback_slots)
                .where(callback_slots.c.start_at == row.start_at)
                .values(booked=callback_slots.c.booked - 1)
            )
        card = CallbackCard(row.id, row.start_at, row.end_at, state)
        await change.append(change.row(row.conv_id), _SYSTEM, "card", card=card)
        return msgspec.structs.replace(_shown(row), state=state)

    async def _by_key(self, connection: AsyncConnection, user_id: str, key: str) -> Any:
        found = await connection.execute(
            sa.select(callbacks).where(
                callbacks.c.user_id == user_id, callbacks.c.idempotency_key == key
            )
        )
        return found.one_or_none()

    async def _changed(self) -> None:
        self._talk.hub.changed("staff", "callbacks")

    def _staff_view(self, principal: Principal, row: Any) -> StaffCallback:
        phone = ""
        if row.staff_id == principal.id and row.state == "booked":
            phone = self._sealer.open(row.phone, f"callback.phone:{row.id}").decode()
        return StaffCallback(
            callback=_shown(row),
            person_name=row.person_name,
            number=row.number,
            agent_name=row.agent_name or "",
            phone=phone,
            topic=self._sealer.open(row.topic, f"callback.topic:{row.id}").decode(),
        )


_STAFF_VIEW = (
    sa.select(
        callbacks,
        users.c.display_name.label("person_name"),
        conversations.c.number,
        staff.c.display_name.label("agent_name"),
    )
    .join(users, users.c.id == callbacks.c.user_id)
    .join(conversations, conversations.c.id == callbacks.c.conv_id)
    .outerjoin(staff, staff.c.id == callbacks.c.staff_id)
)


def _shown(row: Any) -> Callback:
    return Callback(
        id=row.id,
        conversation_id=row.conv_id,
        start=row.start_at,
        end=row.end_at,
        phone_masked=row.phone_masked,
        state=row.state,
    )


async def _booked_in(connection: AsyncConnection, conv_id: str) -> list[Any]:
    rows = await connection.execute(
        sa.select(callbacks)
        .where(callbacks.c.conv_id == conv_id, callbacks.c.state == "booked")
        .with_for_update()
    )
    return list(rows)


async def _capacity(connection: AsyncConnection) -> int:
    """How many calls at the same time: one for each who talks with people."""
    rows = await connection.execute(
        sa.select(staff.c.roles).where(staff.c.disabled_at.is_(None), staff.c.capacity > 0)
    )
    return sum(1 for row in rows if FRONT.intersection(row.roles.split()))


async def _occupy(connection: AsyncConnection, start: int) -> None:
    """Take one of a slot's places: one conditional update.

    Raises:
        KBeanError: ``slot_taken``.
    """
    await connection.execute(
        insert_of(connection)(callback_slots)
        .values(start_at=start, booked=0)
        .on_conflict_do_nothing()
    )
    taken = await connection.execute(
        sa.update(callback_slots)
        .where(
            callback_slots.c.start_at == start,
            callback_slots.c.booked < await _capacity(connection),
        )
        .values(booked=callback_slots.c.booked + 1)
    )
    if not taken.rowcount:
        raise KBeanError("slot_taken", field="start")
