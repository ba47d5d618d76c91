"""How it was: the person's survey, and the scores of conversations drawn for it (design/1 S9)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.cards import RequestEvent
from app.protocol.messages.cases import QualitySample, QualityScore
from app.protocol.messages.support import SurveyAnswer
from app.server.db.engine import reading, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.identity.staff_audit import AuditBook
from app.server.support.cases import rules
from app.server.support.cases.follow import draw
from app.server.support.cases.service import Cases
from app.server.support.cases.store import Actor
from app.server.support.cases.tables import cycles, quality_samples, surveys
from app.server.support.talk.drafts import SYSTEM
from app.server.support.talk.service import Talk
from app.server.support.talk.tables import conversations


class Quality:
    """Surveys and samples."""

    def __init__(
        self, engine: AsyncEngine, talk: Talk, cases: Cases, *, sealer: Sealer, audit: AuditBook
    ) -> None:
        """Stand on the conversations and the cases."""
        self._audit = audit
        self._engine = engine
        self._talk = talk
        self._cases = cases
        self._sealer = sealer

    async def rate(self, user_id: str, survey_id: str, answer: SurveyAnswer) -> RequestEvent:
        """The person's answer, once; two stars or fewer go one level up at once.

        The same answer again is answered the same.

        Raises:
            KBeanError: ``request_not_found``; ``request_answered`` for another answer.
        """
        event = RequestEvent(survey_id, "survey", "answered")
        async with self._talk.change() as change:
            connection = change.connection
            known = await self._survey(change, user_id, survey_id)
            if known.answered_at is not None:
                if known.stars != answer.stars:
                    raise KBeanError("request_answered")
                return event
            comment = None
            if answer.comment:
                comment = self._sealer.seal(answer.comment.encode(), f"survey:{survey_id}")
            await connection.execute(
                sa.update(surveys)
                .where(surveys.c.id == survey_id)
                .values(stars=answer.stars, comment=comment, answered_at=change.now)
            )
            here = (cycles.c.conversation_id == known.conversation_id) & (
                cycles.c.cycle == known.cycle
            )
            await connection.execute(sa.update(cycles).where(here).values(stars=answer.stars))
            row = change.row(known.conversation_id)
            await change.append(row, SYSTEM, "event", card=event)
            if answer.stars <= rules.DISSATISFIED:
                fact = (await connection.execute(sa.select(cycles).where(here))).one()
                if fact.first_reply_at:
                    await draw(connection, fact, change.now)
                words = f"{answer.stars}/5"
                await self._cases.raise_for(change, row, "dissatisfied", words)
        return event

    async def _survey(self, change: Any, user_id: str, survey_id: str) -> Any:
        """A person's survey, behind the lock of its conversation."""
        query = sa.select(surveys).where(surveys.c.id == survey_id, surveys.c.user_id == user_id)
        known = None
        if is_uuid7(survey_id):
            known = (await change.connection.execute(query)).one_or_none()
        if known is None:
            raise KBeanError("request_not_found")
        await change.conversation(known.conversation_id)
        return (await change.connection.execute(query)).one()

    async def samples(self, *, scored: bool, limit: int = 100) -> list[QualitySample]:
        """Conversations drawn for scoring, oldest first; scored ones, newest first."""
        is_scored = quality_samples.c.scored_at.is_not(None)
        order = quality_samples.c.scored_at.desc() if scored else quality_samples.c.drawn_at
        query = (
            sa.select(quality_samples, conversations.c.number)
            .join(conversations, conversations.c.id == quality_samples.c.conversation_id)
            .where(is_scored if scored else sa.not_(is_scored))
            .order_by(order)
            .limit(limit)
        )
        async with reading(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return [self._sample(row) for row in rows]

    async def score(self, sample_id: str, actor: Actor, score: QualityScore) -> None:
        """Score a sample; scoring it again replaces the scores.

        Raises:
            KBeanError: ``not_found``.
        """
        comment = None
        if score.comment:
            comment = self._sealer.seal(score.comment.encode(), f"sample:{sample_id}")
        async with writing(self._engine) as connection:
            done = None
            if is_uuid7(sample_id):
                done = await connection.execute(
                    sa.update(quality_samples)
                    .where(quality_samples.c.id == sample_id)
                    .values(
                        scores=dict(score.scores),
                        comment=comment,
                        scored_by=actor.name,
                        scored_at=now_ms(),
                    )
                )
            if done is None or not done.rowcount:
                raise KBeanError("not_found")
            await self._audit.write(connection, actor.id, "quality_score", sample_id)

    def _sample(self, row: Any) -> QualitySample:
        comment = ""
        if row.comment:
            comment = self._sealer.open(row.comment, f"sample:{row.id}").decode()
        return QualitySample(
            id=row.id,
            conversation_id=row.conversation_id,
            number=row.number,
            cycle=row.cycle,
            agent_name=row.agent_name,
            drawn_at=row.drawn_at,
            scores=row.scores or {},
            comment=comment,
            scored_by=row.scored_by,
            scored_at=row.scored_at,
        )
