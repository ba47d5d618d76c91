"""Surveys the operator opens for everybody (design/1 S10): asked once, and answered in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.cases import (
    NewQuestionnaire,
    Question,
    Questionnaire,
    QuestionnaireAnswers,
    QuestionnaireOutcome,
    QuestionnaireResult,
)
from app.server.db.engine import insert_of, reading, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.identity.staff_audit import AuditBook
from app.server.support.cases.store import Actor, hold_person
from app.server.support.cases.tables import questionnaire_answers, questionnaires
from app.server.support.talk.numbers import next_number

_TEXTS_MAX = 500
"""Free texts that a result carries; the newest."""


def check_questions(request: NewQuestionnaire) -> None:
    """Refuse a questionnaire that can't be answered.

    Raises:
        KBeanError: ``validation_failed``.
    """
    ids = [question.id for question in request.questions]
    if len(set(ids)) != len(ids):
        raise KBeanError("validation_failed", "two questions have the same id", field="questions")
    if request.closes_at <= request.opens_at:
        raise KBeanError("validation_failed", "it closes before it opens", field="closes_at")
    for question in request.questions:
        fits = len(question.choices_zh) == len(question.choices_en)
        if question.kind == "choice" and (not fits or len(question.choices_zh) < 2):
            words = f"{question.id} needs the same two or more choices in both languages"
            raise KBeanError("validation_failed", words, field="questions")


def check_answers(questions: Sequence[Question], answers: dict[str, str]) -> None:
    """Refuse answers that don't fit; a text may be left out.

    Raises:
        KBeanError: ``validation_failed`` with the question's id as the field.
    """
    known = {question.id: question for question in questions}
    for name in answers:
        if name not in known:
            raise KBeanError("validation_failed", "there is no such question", field=name)
    for question in questions:
        allowed = {
            "stars": {"1", "2", "3", "4", "5"},
            "choice": {str(at) for at in range(len(question.choices_en))},
        }.get(question.kind)
        if allowed is not None and answers.get(question.id) not in allowed:
            raise KBeanError("validation_failed", "this is no answer to it", field=question.id)


class Questionnaires:
    """All of the operator's surveys."""

    def __init__(
        self, engine: AsyncEngine, *, sealer: Sealer, audit: AuditBook, zone: ZoneInfo
    ) -> None:
        """Seal what people answer; numbers begin anew at the zone's midnight."""
        self._audit = audit
        self._engine = engine
        self._sealer = sealer
        self._zone = zone

    async def make(self, actor: Actor, request: NewQuestionnaire, key: str) -> Questionnaire:
        """Open one; the key is its id.

        Raises:
            KBeanError: ``validation_failed``.
        """
        check_questions(request)
        now = now_ms()
        async with writing(self._engine) as connection:
            row = await self._find(connection, key)
            if row is None:
                # Two at once meet here; the number that the second one took is left out.
                await connection.execute(
                    insert_of(connection)(questionnaires)
                    .values(
                        id=key,
                        number=await next_number(connection, "KU", now, self._zone),
                        title_zh=request.title_zh,
                        title_en=request.title_en,
                        questions=msgspec.to_builtins(request.questions),
                        opens_at=request.opens_at,
                        closes_at=request.closes_at,
                        outcome_zh="",
                        outcome_en="",
                        created_by=actor.name,
                    )
                    .on_conflict_do_nothing()
                )
                await self._audit.write(connection, actor.id, "questionnaire_open", key)
                row = await self._find(connection, key)
        return _shown(row, answered=False)

    async def offered(self, user_id: str) -> list[Questionnaire]:
        """What a person can answer now, and what came of earlier ones; newest first."""
        now = now_ms()
        asked = questionnaires.c
        query = (
            sa.select(questionnaires, questionnaire_answers.c.user_id)
            .outerjoin(
                questionnaire_answers,
                (questionnaire_answers.c.questionnaire_id == asked.id)
                & (questionnaire_answers.c.user_id == user_id),
            )
            .where(asked.opens_at <= now, (asked.closes_at > now) | (asked.outcome_en != ""))
            .order_by(asked.opens_at.desc())
            .limit(50)
        )
        async with reading(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        return [_shown(row, answered=row.user_id is not None) for row in rows]

    async def all(self) -> list[Questionnaire]:
        """For staff: every one, newest first."""
        query = sa.select(questionnaires).order_by(questionnaires.c.opens_at.desc()).limit(200)
        async with reading(self._engine) as connection:
            return [_shown(row, answered=False) for row in await connection.execute(query)]

    async def answer(self, user_id: str, survey_id: str, request: QuestionnaireAnswers) -> None:
        """A person's answers, once; the same again changes nothing.

        Raises:
            KBeanError: ``request_not_found``, ``survey_closed``, ``request_answered``,
                ``validation_failed``.
        """
        now = now_ms()
        async with writing(self._engine) as connection:
            await hold_person(connection, user_id)
            row = await self._find(connection, survey_id)
            if row is None or row.opens_at > now:
                raise KBeanError("request_not_found")
            before = await connection.scalar(
                sa.select(questionnaire_answers.c.answers).where(
                    questionnaire_answers.c.questionnaire_id == survey_id,
                    questionnaire_answers.c.user_id == user_id,
                )
            )
            if before is not None:
                if self._open(survey_id, user_id, before) != request.answers:
                    raise KBeanError("request_answered")
                return
            if row.closes_at <= now:
                raise KBeanError("survey_closed")
            check_answers(_questions(row), request.answers)
            sealed = self._sealer.seal(
                msgspec.json.encode(request.answers), _context(survey_id, user_id)
            )
            await connection.execute(
                sa.insert(questionnaire_answers).values(
                    questionnaire_id=survey_id, user_id=user_id, answers=sealed, answered_at=now
                )
            )

    async def result(self, survey_id: str) -> QuestionnaireResult:
        """What people answered: counts, and free texts without names.

        Raises:
            KBeanError: ``request_not_found``.
        """
        async with reading(self._engine) as connection:
            row = await self._find(connection, survey_id)
            if row is None:
                raise KBeanError("request_not_found")
            given = await connection.execute(
                sa.select(questionnaire_answers)
                .where(questionnaire_answers.c.questionnaire_id == survey_id)
                .order_by(questionnaire_answers.c.answered_at.desc())
            )
            answers = [self._open(survey_id, one.user_id, one.answers) for one in given]
        counts: dict[str, dict[str, int]] = {}
        texts: dict[str, list[str]] = {}
        for question in _questions(row):
            said = [one[question.id] for one in answers if one.get(question.id)]
            if question.kind == "text":
                texts[question.id] = said[:_TEXTS_MAX]
            else:
                counts[question.id] = dict(Counter(said))
        return QuestionnaireResult(_shown(row, answered=False), len(answers), counts, texts)

    async def conclude(self, actor: Actor, survey_id: str, outcome: QuestionnaireOutcome) -> None:
        """Tell people what came of it.

        Raises:
            KBeanError: ``request_not_found``.
        """
        async with writing(self._engine) as connection:
            if await self._find(connection, survey_id) is None:
                raise KBeanError("request_not_found")
            await self._audit.write(connection, actor.id, "questionnaire_outcome", survey_id)
            await connection.execute(
                sa.update(questionnaires)
                .where(questionnaires.c.id == survey_id)
                .values(outcome_zh=outcome.outcome_zh, outcome_en=outcome.outcome_en)
            )

    async def _find(self, connection: AsyncConnection, survey_id: str) -> Any:
        if not is_uuid7(survey_id):
            return None
        query = sa.select(questionnaires).where(questionnaires.c.id == survey_id)
        return (await connection.execute(query)).one_or_none()

    def _open(self, survey_id: str, user_id: str, sealed: bytes) -> dict[str, str]:
        raw = self._sealer.open(sealed, _context(survey_id, user_id))
        return msgspec.json.decode(raw, type=dict[str, str])


def _context(survey_id: str, user_id: str) -> str:
    return f"questionnaire:{survey_id}:{user_id}"


def _questions(row: Any) -> list[Question]:
    return msgspec.convert(row.questions, list[Question])


def _shown(row: Any, *, answered: bool) -> Questionnaire:
    return Questionnaire(
        id=row.id,
        number=row.number,
        title_zh=row.title_zh,
        title_en=row.title_en,
        questions=_questions(row),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        answered=answered,
        outcome_zh=row.outcome_zh,
        outcome_en=row.outcome_en,
    )
