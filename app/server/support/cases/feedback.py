"""Feedback, suggestions, complaints, community questions (design/1 S10): a number, an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.cases import Feedback, FeedbackAnswer, FeedbackList, FeedbackRequest
from app.protocol.messages.stream import Changed
from app.server.db.engine import insert_of, reading
from app.server.db.sealing import Sealer
from app.server.identity.staff_audit import AuditBook
from app.server.support.cases.service import Cases
from app.server.support.cases.store import Actor, hold_person
from app.server.support.cases.tables import cases as case_table
from app.server.support.cases.tables import feedback, helpful
from app.server.support.talk.numbers import next_number
from app.server.support.talk.service import Talk

_PAGE = 50
PREFIX = {"feedback": "KF", "suggestion": "KF", "complaint": "KB", "question": "KQ"}
"""Kind → the letters its number begins with."""


class FeedbackBook:
    """Everything people tell the operator outside a conversation."""

    def __init__(
        self,
        engine: AsyncEngine,
        talk: Talk,
        cases: Cases,
        *,
        sealer: Sealer,
        audit: AuditBook,
        zone: ZoneInfo,
    ) -> None:
        """Stand on the cases: a complaint is one."""
        self._audit = audit
        self._engine = engine
        self._talk = talk
        self._cases = cases
        self._sealer = sealer
        self._zone = zone

    async def give(self, user_id: str, key: str, request: FeedbackRequest) -> Feedback:
        """Keep what a person says; a complaint opens a case. The key is its id.

        Raises:
            KBeanError: ``idempotency_body_differs`` where the key has something else.
        """
        async with self._talk.change() as change:
            connection = change.connection
            await hold_person(connection, user_id)
            known = await self._find(connection, key)
            if known is not None:
                if known.user_id != user_id or self._words(known)[:2] != (
                    request.title,
                    request.text,
                ):
                    raise KBeanError("idempotency_body_differs")
                return (await self._shown(connection, [known], user_id))[0]
            case_id = None
            if request.kind == "complaint":
                card = await self._cases.open(
                    change,
                    None,
                    user_id=user_id,
                    title=request.title,
                    actor=Actor("person", user_id),
                    text=request.text,
                    priority=2,
                )
                case_id = card.case_id
            await connection.execute(
                sa.insert(feedback).values(
                    id=key,
                    number=await next_number(
                        connection, PREFIX[request.kind], change.now, self._zone
                    ),
                    user_id=user_id,
                    kind=request.kind,
                    language=request.language,
                    title=self._sealer.seal(request.title.encode(), f"feedback:{key}:title"),
                    text=self._sealer.seal(request.text.encode(), f"feedback:{key}:text"),
                    public=request.public and request.kind == "question",
                    answered_by="",
                    case_id=case_id,
                    created_at=change.now,
                )
            )
            change.tell("staff", Changed(["cases"]))
            row = await self._find(connection, key)
            return (await self._shown(connection, [row], user_id))[0]

    async def mine(self, user_id: str, before: int | None) -> FeedbackList:
        """What a person said, newest first."""
        query = sa.select(feedback).where(feedback.c.user_id == user_id)
        return await self._page(query, feedback.c.created_at, before, user_id)

    async def community(self, user_id: str, before: int | None) -> FeedbackList:
        """Questions that were answered for everybody, newest first, without names."""
        query = sa.select(feedback).where(feedback.c.published_at.is_not(None))
        return await self._page(query, feedback.c.published_at, before, user_id)

    async def inbox(self, state: str, before: int | None) -> FeedbackList:
        """For staff: what is open, or was answered."""
        query = sa.select(feedback).where(feedback.c.state == state)
        return await self._page(query, feedback.c.created_at, before, None)

    async def answer(self, feedback_id: str, actor: Actor, answer: FeedbackAnswer) -> Feedback:
        """Answer it; a question the person allowed to be shown can be published with it.

        Raises:
            KBeanError: ``feedback_not_found``.
        """
        async with self._talk.change() as change:
            connection = change.connection
            row = await self._find(connection, feedback_id, lock=True)
            if row is None:
                raise KBeanError("feedback_not_found")
            await self._audit.write(connection, actor.id, "feedback_answer", feedback_id)
            publish = answer.publish and row.public and answer.state == "answered"
            await connection.execute(
                sa.update(feedback)
                .where(feedback.c.id == feedback_id)
                .values(
                    state=answer.state,
                    answer=self._sealer.seal(
                        answer.answer.encode(), f"feedback:{feedback_id}:answer"
                    ),
                    answered_by=actor.name,
                    answered_at=change.now,
                    published_at=change.now if publish else None,
                )
            )
            change.tell(f"person:{row.user_id}", Changed(["feedback"]))
            row = await self._find(connection, feedback_id)
            return (await self._shown(connection, [row], None))[0]

    async def find_helpful(self, user_id: str, feedback_id: str) -> None:
        """A published answer helped somebody; once a person.

        Raises:
            KBeanError: ``feedback_not_found``.
        """
        async with self._talk.change() as change:
            connection = change.connection
            row = await self._find(connection, feedback_id)
            if row is None or row.published_at is None:
                raise KBeanError("feedback_not_found")
            await connection.execute(
                insert_of(connection)(helpful)
                .values(feedback_id=feedback_id, user_id=user_id)
                .on_conflict_do_nothing()
            )

    # --- pieces

    async def _find(
        self, connection: AsyncConnection, feedback_id: str, *, lock: bool = False
    ) -> Any:
        if not is_uuid7(feedback_id):
            return None
        query = sa.select(feedback).where(feedback.c.id == feedback_id)
        if lock:
            query = query.with_for_update()
        return (await connection.execute(query)).one_or_none()

    async def _page(
        self,
        query: Any,
        order: sa.ColumnElement[int],
        before: int | None,
        user_id: str | None,
    ) -> FeedbackList:
        if before is not None:
            query = query.where(order < before)
        async with reading(self._engine) as connection:
            rows = (await connection.execute(query.order_by(order.desc()).limit(_PAGE + 1))).all()
            items = await self._shown(connection, rows[:_PAGE], user_id)
        return FeedbackList(items, len(rows) > _PAGE)

    def _words(self, row: Any) -> tuple[str, str, str]:
        def opened(name: str, sealed: bytes | None) -> str:
            if sealed is None:
                return ""
            return self._sealer.open(sealed, f"feedback:{row.id}:{name}").decode()

        return opened("title", row.title), opened("text", row.text), opened("answer", row.answer)

    async def _shown(
        self, connection: AsyncConnection, rows: Sequence[Any], user_id: str | None
    ) -> list[Feedback]:
        ids = [row.id for row in rows]
        counted = sa.select(helpful.c.feedback_id, sa.func.count()).where(
            helpful.c.feedback_id.in_(ids)
        )
        counted = counted.group_by(helpful.c.feedback_id)
        counts = {row[0]: row[1] for row in await connection.execute(counted)}
        theirs = sa.select(helpful.c.feedback_id).where(
            helpful.c.feedback_id.in_(ids), helpful.c.user_id == user_id
        )
        found_helpful = set(await connection.scalars(theirs)) if user_id else set()
        numbers = await connection.execute(
            sa.select(case_table.c.id, case_table.c.number).where(
                case_table.c.id.in_([row.case_id for row in rows if row.case_id])
            )
        )
        case_numbers = {row.id: row.number for row in numbers}
        shown = []
        for row in rows:
            title, text, answer = self._words(row)
            mine = user_id is None or row.user_id == user_id
            shown.append(
                Feedback(
                    id=row.id,
                    number=row.number,
                    kind=row.kind,
                    title=title,
                    text=text,
                    state=row.state,
                    created_at=row.created_at,
                    language=row.language,
                    public=row.public,
                    mine=mine,
                    answer=answer,
                    answered_by=row.answered_by,
                    answered_at=row.answered_at,
                    case_number=case_numbers.get(row.case_id, "") if mine else "",
                    helpful=counts.get(row.id, 0),
                    found_helpful=row.id in found_helpful,
                )
            )
        return shown
