"""What staff did that is privileged: who, what, to what. Names of fields, never their values."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.ids import is_uuid7, new_id
from app.protocol.messages.desk import AuditEntry, AuditPage
from app.server.db.engine import reading
from app.server.http.front import now_ms
from app.server.identity.staff_tables import staff, staff_audit

OPERATOR = "operator"
"""Who did it where it was the command line."""

_PAGE = 100


class AuditBook:
    """Writes into the caller's transaction, so that nothing privileged happens without its row."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Use the service's database."""
        self._engine = engine

    async def write(
        self,
        connection: AsyncConnection,
        actor_id: str | None,
        action: str,
        subject: str,
        **names: str,
    ) -> str:
        """Add a row to the caller's transaction; its id.

        Args:
            connection: The transaction in which the action happens.
            actor_id: Who of the staff; None for the operator's command line.
            action: ``claim``, ``close``, ``sign_in`` … at most 40 characters.
            subject: The id of what it is done to.
            names: What else is to be known: kinds, names of fields, an outcome; never a value of
                somebody's account, never words that somebody wrote.
        """
        row_id = new_id()
        await connection.execute(
            sa.insert(staff_audit).values(
                id=row_id,
                at=now_ms(),
                actor_id=actor_id,
                action=action,
                subject=subject,
                detail=msgspec.json.encode(names).decode(),
            )
        )
        return row_id

    async def page(
        self, *, before: str | None = None, subject: str | None = None, actor: str | None = None
    ) -> AuditPage:
        """Rows, newest first; ``before`` is the id of the last one a page showed.

        Args:
            before: Only older rows; what is no id finds nothing.
            subject: Only rows about this id.
            actor: Only rows of the member with this name.
        """
        query = (
            sa.select(staff_audit, staff.c.name)
            .outerjoin(staff, staff.c.id == staff_audit.c.actor_id)
            .order_by(staff_audit.c.id.desc())
            .limit(_PAGE + 1)
        )
        if before is not None:
            if not is_uuid7(before):
                return AuditPage([], more=False)
            query = query.where(staff_audit.c.id < before)
        if subject is not None:
            query = query.where(staff_audit.c.subject == subject)
        if actor is not None:
            query = query.where(staff.c.name == actor)
        async with reading(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return AuditPage([_entry(row) for row in rows[:_PAGE]], more=len(rows) > _PAGE)


def _entry(row: sa.Row[tuple[object, ...]]) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        actor=row.name or OPERATOR,
        action=row.action,
        subject=row.subject,
        detail=msgspec.json.decode(row.detail, type=dict[str, str]),
    )
