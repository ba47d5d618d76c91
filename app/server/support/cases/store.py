"""Cases and their timelines in the database: sealed words in, messages out. No decisions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.cases import Case, CaseEvent, Clock
from app.server.db.sealing import Sealer
from app.server.identity.tables import users
from app.server.support.cases.tables import case_events, cases

Side = Literal["person", "agent", "bot", "system"]


@dataclasses.dataclass(frozen=True, slots=True)
class Actor:
    """Who does something to a case."""

    side: Side
    id: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()


SYSTEM = Actor("system")


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line for the timeline.

    Attributes:
        kind: See :class:`app.protocol.messages.cases.CaseEvent`.
        body: Words; sealed when they are kept.
        stage: The stage the case came to, where it moved.
        internal: For staff only.
        key: The request that wrote it; the same key writes no second line.
    """

    kind: str
    body: str = ""
    stage: str = ""
    internal: bool = False
    key: str | None = None


async def hold_person(connection: AsyncConnection, user_id: str) -> None:
    """Let what one person sends twice at once come one after the other."""
    query = sa.select(users.c.id).where(users.c.id == user_id)
    await connection.execute(query.with_for_update(key_share=True))


class CaseStore:
    """Rows of cases; every method runs in the caller's transaction."""

    def __init__(self, sealer: Sealer) -> None:
        """Seal and open words with this."""
        self._sealer = sealer

    async def insert(self, connection: AsyncConnection, *, title: str, **values: Any) -> None:
        """Keep a new case."""
        sealed = self._sealer.seal(title.encode(), f"case:{values['id']}:title")
        await connection.execute(sa.insert(cases).values(title=sealed, **values))

    async def locked(self, connection: AsyncConnection, case_id: str) -> Any:
        """A case's row, locked until the transaction ends.

        Raises:
            KBeanError: ``case_not_found``.
        """
        row = None
        if is_uuid7(case_id):
            query = sa.select(cases).where(cases.c.id == case_id).with_for_update()
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise KBeanError("case_not_found")
        return row

    async def find(self, connection: AsyncConnection, case_id: str) -> Any:
        """A case's row as it is now; None where there is none."""
        if not is_uuid7(case_id):
            return None
        query = sa.select(cases).where(cases.c.id == case_id)
        return (await connection.execute(query)).one_or_none()

    async def numbered(self, connection: AsyncConnection, number: str) -> Any:
        """The row of the case that people quote by this number; None where there is none."""
        query = sa.select(cases).where(cases.c.number == number)
        return (await connection.execute(query)).one_or_none()

    async def latest_of(self, connection: AsyncConnection, conversation_id: str) -> Any:
        """The newest case of a conversation; None where it has none."""
        query = sa.select(cases).where(cases.c.conversation_id == conversation_id)
        query = query.order_by(cases.c.opened_at.desc(), cases.c.id.desc()).limit(1)
        return (await connection.execute(query)).one_or_none()

    async def to_close(self, connection: AsyncConnection, now: int) -> list[str]:
        """Resolved cases that nobody said anything about in time."""
        ripe = sa.select(cases.c.id).where(cases.c.closes_at <= now).limit(50)
        return list(await connection.scalars(ripe))

    async def change(self, connection: AsyncConnection, row: Any, now: int, **values: Any) -> Any:
        """Change columns of a locked case; answers the row as it is then."""
        await connection.execute(
            sa.update(cases).where(cases.c.id == row.id).values(updated_at=now, **values)
        )
        return await self.find(connection, row.id)

    async def add_line(
        self, connection: AsyncConnection, row: Any, actor: Actor, line: Line, now: int
    ) -> bool:
        """Write a line below the others of a locked case; False where its key wrote one before."""
        if line.key is not None and await self.has_line(connection, row, line.key):
            return False
        counted = (
            sa.update(cases)
            .where(cases.c.id == row.id)
            .values(last_seq=cases.c.last_seq + 1)
            .returning(cases.c.last_seq)
        )
        seq = (await connection.execute(counted)).scalar_one()
        await connection.execute(
            sa.insert(case_events).values(
                case_id=row.id,
                seq=seq,
                at=now,
                kind=line.kind,
                actor=actor.side,
                actor_id=actor.id or None,
                actor_name=actor.name,
                stage=line.stage,
                internal=line.internal,
                body=self._seal_line(row.id, seq, line.body) if line.body else None,
                request_key=line.key,
            )
        )
        return True

    async def has_line(self, connection: AsyncConnection, row: Any, key: str) -> bool:
        """Whether a request's key wrote a line of a locked case."""
        known = sa.select(case_events.c.seq).where(
            case_events.c.case_id == row.id, case_events.c.request_key == key
        )
        return await connection.scalar(known) is not None

    async def timeline(
        self, connection: AsyncConnection, case_id: str, *, internal: bool
    ) -> list[CaseEvent]:
        """The lines, oldest first; ``internal`` ones only for staff."""
        query = sa.select(case_events).where(case_events.c.case_id == case_id)
        if not internal:
            query = query.where(case_events.c.internal.is_(False))
        rows = await connection.execute(query.order_by(case_events.c.seq))
        return [
            CaseEvent(
                seq=row.seq,
                at=row.at,
                kind=row.kind,
                actor=row.actor,
                actor_name=row.actor_name,
                body=self._open_line(case_id, row.seq, row.body) if row.body else "",
                stage=row.stage,
                internal=row.internal,
            )
            for row in rows
        ]

    async def names(self, connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, str]:
        """The display names of the people the cases belong to."""
        wanted = {row.user_id for row in rows}
        found = await connection.execute(
            sa.select(users.c.id, users.c.display_name).where(users.c.id.in_(wanted))
        )
        return {row.id: row.display_name for row in found}

    def title(self, row: Any) -> str:
        """A case's title, opened."""
        return self._sealer.open(row.title, f"case:{row.id}:title").decode()

    def view(
        self, row: Any, *, parent: str = "", person: str = "", clocks: Sequence[Clock] = ()
    ) -> Case:
        """The message for a row."""
        return Case(
            id=row.id,
            number=row.number,
            title=self.title(row),
            category=row.category,
            priority=row.priority,
            stage=row.stage,
            level=row.level,
            cycle=row.cycle,
            opened_at=row.opened_at,
            updated_at=row.updated_at,
            conversation_id=row.conversation_id or "",
            payment_id=row.payment_id or "",
            parent=parent,
            team=row.team,
            assignee_id=row.assignee_id or "",
            assignee_name=row.assignee_name,
            person_name=person,
            closes_at=row.closes_at,
            closed_at=row.closed_at,
            clocks=list(clocks),
        )

    def _seal_line(self, case_id: str, seq: int, body: str) -> bytes:
        return self._sealer.seal(body.encode(), f"case:{case_id}:{seq}")

    def _open_line(self, case_id: str, seq: int, sealed: bytes) -> str:
        return self._sealer.open(sealed, f"case:{case_id}:{seq}").decode()
