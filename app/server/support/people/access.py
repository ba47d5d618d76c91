"""Which of the staff may see a conversation, and who may answer in it (design/4)."""

from __future__ import annotations

import contextlib

import sqlalchemy as sa

from app.protocol.errors import KBeanError
from app.server.db.engine import reading
from app.server.http.roles import FRONT, LEADS, READERS
from app.server.http.tokens import Principal
from app.server.identity.staff import StaffService
from app.server.support.people.tables import consults
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk

ALL_READERS = LEADS | {"auditor"}
"""Who may read every conversation; the others theirs, and those they are asked about."""

_NOTE_MS = 60_000


class Access:
    """The staff's door to conversations (``StaffDoor`` of talk)."""

    def __init__(self, staff: StaffService, talk: Talk) -> None:
        """Ask the staff's identities and the conversations."""
        self._staff = staff
        self._talk = talk
        self._noted: dict[str, int] = {}

    async def seen(self, principal: Principal) -> Principal:
        """One of the staff asks for something: the roles of now.

        Raises:
            KBeanError: ``session_ended``.
        """
        return await self._staff.seen(principal)

    async def display_name(self, staff_id: str) -> str:
        """The name that people know one of the staff by; empty where there is nobody."""
        try:
            return (await self._staff.member(staff_id)).display_name
        except KBeanError:
            return ""

    async def may_read(self, principal: Principal, row: ConversationRow) -> bool:
        """Whether one of the staff may see a conversation, or the notes that belong to one.

        The owner, also after it was closed; who was asked for advice; senior and supervisor for
        their team; auditors. Nobody reads in the queue before it is theirs.
        """
        roles = set(principal.roles)
        if principal.kind != "staff" or not roles & READERS:
            return False
        if roles & ALL_READERS:
            return True
        if row.kind == "notes":
            try:
                row = await self._talk.find(row.parent_id)
            except KBeanError:
                return False
        if row.agent_id == principal.id and row.owner in {"agent", "nobody"}:
            return True
        return await self._is_consulted(principal.id, row.id)

    async def may_reply(self, principal: Principal, row: ConversationRow) -> bool:
        """Whether one of the staff may answer the person: the owner alone.

        Whoever answers by the stream alone, without asking for anything else, is there too.
        """
        self._keep_alive(principal)
        return (
            principal.kind == "staff"
            and row.kind == "person"
            and row.owner == "agent"
            and row.agent_id == principal.id
            and bool(FRONT.intersection(principal.roles))
        )

    def _keep_alive(self, principal: Principal) -> None:
        """Note once a minute that a session is in use."""
        now = self._talk.clock()
        if now - self._noted.get(principal.session, 0) < _NOTE_MS:
            return
        self._noted = {
            session: at for session, at in self._noted.items() if now - at < _NOTE_MS
        } | {principal.session: now}

        async def note() -> None:
            with contextlib.suppress(KBeanError, sa.exc.DBAPIError, OSError):
                await self._staff.seen(principal)

        self._talk.later(note)

    async def _is_consulted(self, staff_id: str, conv_id: str) -> bool:
        async with reading(self._talk.engine) as connection:
            found = await connection.scalar(
                sa.select(consults.c.conv_id).where(
                    consults.c.conv_id == conv_id, consults.c.staff_id == staff_id
                )
            )
        return found is not None
