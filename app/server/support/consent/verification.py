"""Who is there? The agent asks, the person proves it in the wallet (design/4, design/1 S4)."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from app.protocol.errors import KBeanError
from app.protocol.messages.cards import RequestEvent, VerificationCard
from app.protocol.messages.desk import Asked, AskVerification
from app.protocol.messages.support import VerificationAnswer
from app.server.db.engine import writing
from app.server.http.tokens import Principal
from app.server.identity.staff_audit import AuditBook
from app.server.identity.step_up import StepUp
from app.server.identity.tables import users
from app.server.support.consent import rules
from app.server.support.consent.asking import Asking, evidence
from app.server.support.consent.postman import Postman
from app.server.support.consent.questions import Questions
from app.server.support.consent.rules import Verified
from app.server.support.consent.tables import verifications
from app.server.support.talk.change import Change
from app.server.support.talk.rows import ConversationRow
from app.server.support.talk.service import Talk


class Verifications:
    """Puts the question, judges the answer, remembers how long it counts."""

    def __init__(
        self,
        talk: Talk,
        step_up: StepUp,
        questions: Questions,
        audit: AuditBook,
        secret: bytes,
    ) -> None:
        """Wire it; ``secret`` keys the hashes of one-time codes."""
        self._talk = talk
        self._step_up = step_up
        self._questions = questions
        self._audit = audit
        self._secret = hmac.digest(secret, b"verification-code", "sha256")
        self.asking = Asking(talk, verifications, "verification", "verification")
        self.postman: Postman | None = None

    # --- the agent's side

    async def ask(
        self, staff: Principal, conv_id: str, request_id: str, request: AskVerification
    ) -> Asked:
        """Ask the person to prove who they are.

        Raises:
            KBeanError: ``conversation_not_found``, ``not_owner``, ``forbidden``,
                ``validation_failed`` for a factor that this person can't be asked for now.
        """
        again = await self.asking.again(request_id, staff, conv_id)
        if again is not None:
            return again
        async with self._talk.change() as change:
            return await self.ask_within(change, staff, conv_id, request_id, request)

    async def ask_within(
        self,
        change: Change,
        staff: Principal,
        conv_id: str,
        request_id: str,
        request: AskVerification,
    ) -> Asked:
        """The same in the caller's transaction (a macro's step)."""
        row = await self.asking.owned(change, conv_id, staff)
        contact = await self._contact(change.connection, row.user_id)
        available = await self._available(change.connection, row.user_id, contact)
        factors = rules.factors_for(request.level, request.factors, available)
        code_hash = None
        if "code" in factors and self.postman is not None:
            code = f"{secrets.randbelow(1_000_000):06}"
            code_hash = self._hash(request_id, code)
            await self.postman.send_code(
                change,
                address=contact.contact,
                language=row.language,
                code=code,
                minutes=rules.QUESTION_MS // 60_000,
            )
        level, expires = rules.level_of(factors), change.now + rules.QUESTION_MS
        card = VerificationCard(request_id, level, list(factors), expires)
        values = {"level": level, "factors": " ".join(factors), "code_hash": code_hash}
        asked = await self.asking.put(change, row, request_id, card, values)
        await self._audit.write(
            change.connection, staff.id, "ask_verification", row.id, level=str(level)
        )
        return asked

    async def _contact(self, connection: AsyncConnection, user_id: str) -> Any:
        query = sa.select(users.c.contact_kind, users.c.contact).where(users.c.id == user_id)
        return (await connection.execute(query)).one()

    async def _available(
        self, connection: AsyncConnection, user_id: str, contact: Any
    ) -> list[str]:
        found = ["question"] if await self._questions.has(connection, user_id) else []
        if self.postman is not None and contact.contact_kind == "email":
            found.append("code")
        return found

    # --- the person's side

    async def answer(
        self, person: Principal, request_id: str, answer: VerificationAnswer
    ) -> RequestEvent:
        """Judge an answer; the same answer again is told the same again.

        Raises:
            KBeanError: ``request_not_found``, ``request_answered``, ``request_expired``,
                ``clock_off``, ``device_revoked``, ``signature_invalid``, ``proof_failed``
                (params ``left``: tries), ``account_locked``, ``busy``.
        """
        request = await self.asking.mine(request_id, person.id)
        message = answer.signed_bytes(request_id)
        if request.signature == answer.signature:
            return self.asking.event(request, request.state, request.until)
        rules.check_open(request.state, request.expires_at, self._talk.clock())
        await self._step_up.signed(person, message, answer.signature, answer.time)
        if not answer.accept:
            return await self._finish(person, request, answer, "declined")
        left = await self._begin_try(request)
        try:
            await self._judge(person.id, request, answer)
        except KBeanError as error:
            if error.code == "proof_failed":
                error.params = {"left": left}
                if not left:
                    await self._finish(person, request, answer, "failed")
            raise
        return await self._finish(person, request, answer, "passed")

    async def _begin_try(self, request: Any) -> int:
        """Count a try before it is judged, so that many at once can't slip past; what is left."""
        table = verifications
        async with writing(self._talk.engine) as connection:
            tries = await connection.scalar(
                sa.update(table)
                .where(
                    table.c.id == request.id,
                    table.c.state == "open",
                    table.c.tries < rules.TRIES,
                )
                .values(tries=table.c.tries + 1)
                .returning(table.c.tries)
            )
        if tries is None:
            raise KBeanError("request_answered")
        return rules.TRIES - int(tries)

    async def _judge(self, user_id: str, request: Any, answer: VerificationAnswer) -> None:
        """Every factor that was asked for.

        Raises:
            KBeanError: ``proof_failed``, ``account_locked``, ``busy``.
        """
        factors = request.factors.split()
        if "code" in factors:
            given = self._hash(request.id, answer.code)
            if not hmac.compare_digest(request.code_hash or b"", given):
                raise KBeanError("proof_failed", "the code is wrong", field="code")
        if "question" in factors and not await self._questions.check(user_id, answer.answer):
            raise KBeanError("proof_failed", "the answer is wrong", field="answer")
        if "passphrase" in factors:
            await self._step_up.passphrase(user_id, answer.passphrase)

    async def _finish(
        self, person: Principal, request: Any, answer: VerificationAnswer, state: str
    ) -> RequestEvent:
        async with self._talk.change() as change:
            there = await self.asking.locked(change, request)
            if there.signature == answer.signature:
                return self.asking.event(there, there.state, there.until)
            rules.check_open(there.state, there.expires_at, change.now)
            until = change.now + rules.VERIFIED_MS if state == "passed" else None
            # A failed one keeps no signature: its last wrong answer is no answer to repeat.
            proof = evidence(person, answer.signature, answer.time, change.now)
            kept = proof if state != "failed" else {"answered_at": change.now}
            return await self.asking.settle(change, there, state, until, code_hash=None, **kept)

    # --- what counts

    async def verified(self, connection: AsyncConnection, conv_id: str) -> Verified:
        """What the person has proved in a conversation."""
        table = verifications
        rows = await connection.execute(
            sa.select(table.c.level, table.c.factors, table.c.until).where(
                table.c.conv_id == conv_id, table.c.state == "passed"
            )
        )
        return rules.verified([(r.level, r.factors, r.until) for r in rows], self._talk.clock())

    async def owner_changed(self, change: Change, row: ConversationRow) -> None:
        """Questions of an agent who is gone are cancelled; at the close proofs count no longer."""
        await self.asking.end_all(change, row, "cancelled")
        if row.owner == "nobody":
            table = verifications
            await change.connection.execute(
                sa.update(table)
                .where(table.c.conv_id == row.id, table.c.until > change.now)
                .values(until=change.now)
            )

    def _hash(self, request_id: str, code: str) -> bytes:
        return hmac.digest(self._secret, f"{request_id} {code}".encode(), "sha256")
