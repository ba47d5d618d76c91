"""Ready sentences and macros (design/4 §Desk)."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.desk import (
    CannedReply,
    CannedReplyRequest,
    Macro,
    MacroRequest,
    MacroStep,
)
from app.server.db.engine import reading, writing
from app.server.http.front import now_ms
from app.server.http.roles import LEADS, needs_role
from app.server.http.tokens import Principal
from app.server.identity.staff_audit import AuditBook
from app.server.support.people.tables import canned_replies, macros

_STEPS = msgspec.json.Decoder(list[MacroStep]).decode


def filled(body: str, *, person: str, agent: str, number: str) -> str:
    """A ready sentence with its places filled in; nothing else in braces means anything."""
    for name, value in (("{person}", person), ("{agent}", agent), ("{number}", number)):
        body = body.replace(name, value)
    return body


class ReadyWords:
    """The team's sentences and macros, and everybody's own sentences."""

    def __init__(self, engine: AsyncEngine, audit: AuditBook) -> None:
        """Keep them in the database."""
        self._engine = engine
        self._audit = audit

    # --- sentences

    async def replies(self, principal: Principal) -> list[CannedReply]:
        """The team's and one's own, by shortcut."""
        async with reading(self._engine) as connection:
            rows = await connection.execute(
                sa.select(canned_replies)
                .where(
                    sa.or_(
                        canned_replies.c.owner_id.is_(None),
                        canned_replies.c.owner_id == principal.id,
                    )
                )
                .order_by(canned_replies.c.shortcut, canned_replies.c.id)
            )
            return [_reply(row) for row in rows]

    async def add_reply(self, principal: Principal, request: CannedReplyRequest) -> CannedReply:
        """Add one, one's own or (seniors and supervisors) the team's.

        Raises:
            KBeanError: ``forbidden``.
        """
        return await self._put_reply(principal, new_id(), request, fresh=True)

    async def change_reply(
        self, principal: Principal, reply_id: str, request: CannedReplyRequest
    ) -> CannedReply:
        """Change one.

        Raises:
            KBeanError: ``not_found`` or ``forbidden``.
        """
        return await self._put_reply(principal, reply_id, request, fresh=False)

    async def _put_reply(
        self, principal: Principal, reply_id: str, request: CannedReplyRequest, *, fresh: bool
    ) -> CannedReply:
        if request.team:
            needs_role(principal, LEADS)
        values = {
            "owner_id": None if request.team else principal.id,
            "shortcut": request.shortcut,
            "title": request.title,
            "language": request.language,
            "body": request.body,
            "updated_at": now_ms(),
        }
        async with writing(self._engine) as connection:
            if fresh:
                query: Any = sa.insert(canned_replies).values(id=reply_id, **values)
            else:
                await self._may_change(connection, principal, reply_id)
                query = (
                    sa.update(canned_replies)
                    .where(canned_replies.c.id == reply_id)
                    .values(**values)
                )
            await connection.execute(query)
            if request.team:
                await self._audit.write(connection, principal.id, "canned_reply", reply_id)
        return CannedReply(
            id=reply_id,
            shortcut=request.shortcut,
            title=request.title,
            language=request.language,
            body=request.body,
            team=request.team,
        )

    async def remove_reply(self, principal: Principal, reply_id: str) -> None:
        """Remove one.

        Raises:
            KBeanError: ``not_found`` or ``forbidden``.
        """
        async with writing(self._engine) as connection:
            if await self._may_change(connection, principal, reply_id) is None:
                await self._audit.write(connection, principal.id, "canned_reply", reply_id)
            await connection.execute(
                sa.delete(canned_replies).where(canned_replies.c.id == reply_id)
            )

    async def _may_change(
        self, connection: AsyncConnection, principal: Principal, reply_id: str
    ) -> str | None:
        """The owner of a sentence that one may change; None: it is the team's."""
        row = await _locked(connection, canned_replies, reply_id)
        if row.owner_id is None:
            needs_role(principal, LEADS)
        elif row.owner_id != principal.id:
            # Nobody learns what a colleague keeps for themselves.
            raise KBeanError("not_found")
        owner: str | None = row.owner_id
        return owner

    # --- macros

    async def macro_list(self) -> list[Macro]:
        """All of them, by title."""
        async with reading(self._engine) as connection:
            rows = await connection.execute(sa.select(macros).order_by(macros.c.title, macros.c.id))
            return [Macro(row.id, row.title, _STEPS(row.steps)) for row in rows]

    async def macro(self, macro_id: str) -> Macro:
        """One of them.

        Raises:
            KBeanError: ``not_found``.
        """
        for one in await self.macro_list():
            if one.id == macro_id:
                return one
        raise KBeanError("not_found", "there is no such macro")

    async def put_macro(
        self, principal: Principal, request: MacroRequest, macro_id: str | None = None
    ) -> Macro:
        """Add one, or change the one with this id.

        Raises:
            KBeanError: ``not_found``, ``validation_failed``.
        """
        check_steps(request.steps)
        found = macro_id or new_id()
        values = {
            "title": request.title,
            "steps": msgspec.json.encode(request.steps).decode(),
            "updated_at": now_ms(),
        }
        async with writing(self._engine) as connection:
            if macro_id is None:
                await connection.execute(sa.insert(macros).values(id=found, **values))
            else:
                await _locked(connection, macros, macro_id)
                await connection.execute(
                    sa.update(macros).where(macros.c.id == macro_id).values(**values)
                )
            await self._audit.write(connection, principal.id, "macro", found)
        return Macro(found, request.title, request.steps)

    async def remove_macro(self, principal: Principal, macro_id: str) -> None:
        """Remove one.

        Raises:
            KBeanError: ``not_found``.
        """
        async with writing(self._engine) as connection:
            await _locked(connection, macros, macro_id)
            await connection.execute(sa.delete(macros).where(macros.c.id == macro_id))
            await self._audit.write(connection, principal.id, "macro", macro_id)


def check_steps(steps: list[MacroStep]) -> None:
    """Refuse steps that can't be run in this order.

    Raises:
        KBeanError: ``validation_failed``.
    """
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        allowed = {
            "reply": bool(step.value.strip()),
            "note": bool(step.value.strip()),
            "skill": bool(step.value),
            "priority": step.value in {"0", "1", "2", "3"},
            "hand_over": step.value in {"queue", "bot"} and last,
            "verify": step.value in {"1", "2"},
            "close": step.value in {"resolved", "unresolved", "no_answer", "spam"} and last,
        }
        if not allowed[step.do] or len(step.value) > 4000:
            raise KBeanError("validation_failed", f"step {number + 1} can't be run", field="steps")


async def _locked(connection: AsyncConnection, table: sa.Table, row_id: str) -> Any:
    row = None
    if is_uuid7(row_id):
        query = sa.select(table).where(table.c.id == row_id).with_for_update()
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise KBeanError("not_found")
    return row


def _reply(row: Any) -> CannedReply:
    return CannedReply(
        id=row.id,
        shortcut=row.shortcut,
        title=row.title,
        language=row.language,
        body=row.body,
        team=row.owner_id is None,
    )
