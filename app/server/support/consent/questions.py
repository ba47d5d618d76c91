"""Security questions: one factor among others, never alone (design/4 §Identity and consent)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.messages.consent import SecurityQuestion, SecurityQuestionRequest
from app.server.db.engine import insert_of, reading, writing
from app.server.db.sealing import Sealer
from app.server.http.front import now_ms
from app.server.http.tokens import Principal
from app.server.identity.passphrases import PassphraseHasher
from app.server.identity.step_up import StepUp
from app.server.support.consent.rules import one_spelling
from app.server.support.consent.tables import security_questions as table

SHORTEST = 2
"""Letters that an answer has at least, once spaces and punctuation are gone."""


class Questions:
    """Keeps each person's own question and a slow hash of its answer."""

    def __init__(
        self, engine: AsyncEngine, sealer: Sealer, hasher: PassphraseHasher, step_up: StepUp
    ) -> None:
        """Wire it."""
        self._engine = engine
        self._sealer = sealer
        self._hasher = hasher
        self._step_up = step_up

    async def set(self, person: Principal, request: SecurityQuestionRequest) -> SecurityQuestion:
        """Set or replace the person's question: passphrase and the device's signature.

        Raises:
            KBeanError: ``clock_off``, ``device_revoked``, ``signature_invalid``,
                ``proof_failed``, ``account_locked``, ``validation_failed``, ``busy``.
        """
        spelled = one_spelling(request.answer)
        if len(spelled) < SHORTEST:
            raise KBeanError("validation_failed", "the answer is too short", field="answer")
        message = request.signed_bytes(person.id)
        await self._step_up.signed(person, message, request.signature, request.time)
        await self._step_up.passphrase(person.id, request.passphrase)
        values = {
            "question": self._sealer.seal(request.question.encode(), _context(person.id)),
            "answer_hash": await self._hasher.hash(spelled),
            "set_at": now_ms(),
        }
        async with writing(self._engine) as connection:
            await connection.execute(
                insert_of(connection)(table)
                .values(user_id=person.id, **values)
                .on_conflict_do_update(index_elements=[table.c.user_id], set_=values)
            )
        return await self.get(person.id)

    async def get(self, user_id: str) -> SecurityQuestion:
        """The person's own question; empty where there is none."""
        async with reading(self._engine) as connection:
            row = (
                await connection.execute(sa.select(table).where(table.c.user_id == user_id))
            ).one_or_none()
        if row is None:
            return SecurityQuestion("", 0)
        question = self._sealer.open(row.question, _context(user_id)).decode()
        return SecurityQuestion(question, row.set_at)

    async def has(self, connection: AsyncConnection, user_id: str) -> bool:
        """Whether the person has set one."""
        found = await connection.scalar(sa.select(table.c.set_at).where(table.c.user_id == user_id))
        return found is not None

    async def check(self, user_id: str, answer: str) -> bool:
        """Whether an answer is right; as slow where there is no question.

        Raises:
            KBeanError: ``busy``.
        """
        async with reading(self._engine) as connection:
            kept = await connection.scalar(
                sa.select(table.c.answer_hash).where(table.c.user_id == user_id)
            )
        return await self._hasher.verify(kept, one_spelling(answer))


def _context(user_id: str) -> str:
    """What a sealed question is bound to."""
    return f"security_question:{user_id}"
