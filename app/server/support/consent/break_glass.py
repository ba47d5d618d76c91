"""Break-glass: without the person, but never quietly (design/4 §Identity and consent).

Two different people with the right role (the routes' table), a reason, ten minutes, and the person
reads in their own conversation who did it and why.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.cards import AccessCard
from app.protocol.messages.consent import BreakGlass, BreakGlassList
from app.protocol.messages.desk import Asked, BreakGlassRequest, StaffMember
from app.protocol.messages.stream import Changed
from app.protocol.messages.support import Grant
from app.server.db.engine import reading
from app.server.http.tokens import Principal
from app.server.identity.staff_audit import AuditBook
from app.server.support.consent import rules
from app.server.support.consent.access import Access
from app.server.support.consent.tables import grants
from app.server.support.talk.change import SYSTEM
from app.server.support.talk.service import Talk
from app.server.support.talk.tables import conversations

FindMember = Callable[[str], Awaitable[StaffMember]]
"""One of the staff by id."""


class Glass:
    """Breaks it, with two."""

    def __init__(
        self, talk: Talk, access: Access, audit: AuditBook, find_member: FindMember
    ) -> None:
        """Wire it."""
        self._talk = talk
        self._access = access
        self._audit = audit
        self._find_member = find_member

    async def ask(
        self, staff: Principal, conv_id: str, request_id: str, request: BreakGlassRequest
    ) -> Asked:
        """The first of the two asks; nothing is open yet and the person is not told yet.

        Raises:
            KBeanError: ``conversation_not_found``, ``forbidden``.
        """
        again = await self._access.asking.again(request_id, staff, conv_id)
        if again is not None:
            return again
        member = await self._find_member(staff.id)
        scopes = " ".join(rules.in_order(request.scopes))
        async with self._talk.change() as change:
            row = await change.conversation(conv_id)
            if row.kind != "person":
                raise KBeanError("conversation_not_found")
            if not row.user_id:
                raise KBeanError("forbidden", "nobody with a wallet is on the other side")
            expires = change.now + rules.QUESTION_MS
            await change.connection.execute(
                sa.insert(grants).values(
                    id=request_id,
                    conv_id=conv_id,
                    user_id=row.user_id,
                    agent_id=staff.id,
                    agent_name=member.display_name,
                    state="waiting",
                    created_at=change.now,
                    expires_at=expires,
                    scopes=scopes,
                    minutes=rules.BREAK_GLASS_MS // 60_000,
                    reason=self._access.sealed_reason(request_id, request.reason),
                    break_glass=True,
                )
            )
            await self._audit.write(
                change.connection, staff.id, "break_glass_ask", conv_id, scopes=scopes
            )
            change.tell("staff", Changed(["break_glass"]))
        return Asked(request_id, expires)

    async def waiting(self) -> BreakGlassList:
        """What waits for a second person."""
        query = (
            sa.select(grants, conversations.c.number)
            .join(conversations, conversations.c.id == grants.c.conv_id)
            .where(grants.c.state == "waiting", grants.c.expires_at > self._talk.clock())
            .order_by(grants.c.id)
        )
        async with reading(self._talk.engine) as connection:
            rows = (await connection.execute(query)).all()
        return BreakGlassList([self._shown(row) for row in rows])

    async def confirm(self, staff: Principal, request_id: str) -> Grant:
        """The second of the two agrees: it is open, and the person is told.

        Raises:
            KBeanError: ``request_not_found``, ``second_person_needed``, ``request_expired``.
        """
        if not is_uuid7(request_id):
            raise KBeanError("request_not_found")
        async with reading(self._talk.engine) as connection:
            query = sa.select(grants).where(grants.c.id == request_id, grants.c.break_glass)
            found = (await connection.execute(query)).one_or_none()
        if found is None:
            raise KBeanError("request_not_found")
        if found.agent_id == staff.id:
            raise KBeanError("second_person_needed")
        async with self._talk.change() as change:
            there = await self._access.asking.locked(change, found)
            if there.state == "active" and there.second_id == staff.id:
                return self._access.shown(there)
            if there.state != "waiting" or there.expires_at <= change.now:
                raise KBeanError("request_expired")
            until = change.now + rules.BREAK_GLASS_MS
            card = AccessCard(
                request_id=there.id,
                agent_id=there.agent_id,
                agent_name=there.agent_name,
                scopes=list(rules.in_order(there.scopes.split())),
                reason=self._access.opened_reason(there),
                minutes=rules.BREAK_GLASS_MS // 60_000,
                # Not a question: there is nothing to answer.
                expires_at=change.now,
            )
            row = change.row(there.conv_id)
            await change.append(row, SYSTEM, "access_request", card=card, cmid=there.id)
            await self._access.open_glass(change, there, until, staff.id)
            await self._audit.write(
                change.connection, staff.id, "break_glass", there.conv_id, scopes=there.scopes
            )
            opened = await self._access.asking.locked(change, there)
        return self._access.shown(opened)

    def _shown(self, row: Any) -> BreakGlass:
        return BreakGlass(
            request_id=row.id,
            conversation_id=row.conv_id,
            number=row.number,
            agent_id=row.agent_id,
            agent_name=row.agent_name,
            scopes=list(rules.in_order(row.scopes.split())),
            reason=self._access.opened_reason(row),
            expires_at=row.expires_at,
        )
