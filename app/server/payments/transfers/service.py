"""Transfers: a signed intent becomes a plan, the ledger posts it, a signed receipt answers."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.protocol.messages.transfers import TransferRequest
from app.server.config import Config
from app.server.db.engine import reading
from app.server.http.tokens import Principal
from app.server.identity.rules import check_clock
from app.server.identity.step_up import StepUp
from app.server.ledger.plan import Answer, Draft, Idempotency, Plan, PlanWriter
from app.server.payments.by_key import ByKey
from app.server.payments.facts import Facts
from app.server.payments.rows import SESSIONS
from app.server.payments.signed import check_signed
from app.server.payments.transfers import rules
from app.server.payments.transfers.moving import Move, Moving, Ready
from app.server.payments.transfers.people import Payee, People, check_alive
from app.server.payments.transfers.rows import REQUESTS, RequestRow
from app.server.payments.transfers.tables import transfers

ROUTE = "transfers"

Moved = Callable[[str, str, str | None], None]
"""(payer, payee, request id): money went from one person to another; after the commit."""


class TransferService:
    """Posts transfers and tells what became of them."""

    def __init__(
        self,
        engine: AsyncEngine,
        writer: PlanWriter,
        *,
        moving: Moving,
        people: People,
        facts: Facts,
        step_up: StepUp,
        config: Config,
    ) -> None:
        """Wire the service."""
        self._engine = engine
        self._writer = writer
        self._moving = moving
        self._people = people
        self._facts = facts
        self._step_up = step_up
        self._config = config
        self.moved: Moved = lambda _payer, _payee, _request: None
        self.by_key = ByKey(
            engine,
            writer,
            route=ROUTE,
            not_found="transfer_not_found",
            document=lambda person, key: self._document(transfers.c.idempotency_key == key, person),
        )

    async def transfer(
        self, principal: Principal, key: str | None, request: TransferRequest
    ) -> Answer:
        """Check the signature, step up where needed, post, and answer a signed receipt.

        Whether the passphrase is needed is decided before the posting and never kept under the
        key: the same request with the passphrase is the same transfer. A request that has its
        answer already is told it again without a new proof.

        Raises:
            KBeanError: ``idempotency_key_missing``, ``forbidden``, ``signature_invalid``,
                ``payee_not_found``, ``step_up_needed``, ``proof_failed``, ``account_locked``,
                ``currency_unsupported``, ``amount_too_large``, ``busy``.
        """
        intent = request.intent
        signed = await check_signed(self._facts, principal, key, intent, request.signature)
        self._moving.check_amount(intent.amount, intent.currency)
        payee = await self._people.payee(principal.id, intent.payee_ref)
        if not await self.by_key.is_answered(principal.id, intent.key):
            await self._prove(principal.id, request, payee)
        names = await self._people.names([principal.id])
        ready = await self._moving.prepare(
            Move(
                payer=principal.id,
                payer_name=names.get(principal.id, ""),
                device=intent.device,
                payee=payee.user_id,
                payee_name=payee.name,
                key=intent.key,
                amount=intent.amount,
                currency=intent.currency,
                event_at=intent.time,
                evidence=signed,
                signature=request.signature,
                note=request.note,
                request_id=intent.request_id,
            )
        )
        answer = await self._writer.submit(self._plan(principal, ready, payee))
        if answer.status == 201 and not answer.replayed:
            self.moved(principal.id, payee.user_id, intent.request_id)
        return answer

    async def _prove(self, user_id: str, request: TransferRequest, payee: Payee) -> None:
        """Ask for the passphrase where it is the first time or much (design/1 A2)."""
        much = request.intent.amount > self._config.step_up_above
        if payee.known and not much:
            return
        if request.passphrase is None:
            raise KBeanError(
                "step_up_needed",
                field="passphrase",
                params={"reason": "amount" if payee.known else "new_payee"},
            )
        await self._step_up.passphrase(user_id, request.passphrase)

    def _plan(self, principal: Principal, ready: Ready, payee: Payee) -> Plan:
        move = ready.move
        ready.needs.append((SESSIONS, (principal.session,)))
        if move.request_id is not None:
            ready.needs.append((REQUESTS, (move.request_id,)))

        def decide(draft: Draft) -> Answer:
            session = draft.get(SESSIONS, principal.session)
            if session is None or session.ended_at is not None:
                raise KBeanError("session_ended")
            check_clock(move.event_at, draft.now, self._config.clock_tolerance)
            check_alive(payee, draft.now)
            asked = _asked(draft, ready)
            _, document = self._moving.post(draft, ready)
            if asked is not None:
                paid = asked._replace(
                    state="paid",
                    payer_id=move.payer,
                    transfer_id=ready.transfer_id,
                    ended_at=draft.now,
                )
                draft.change(REQUESTS, paid)
            return Answer(201, document)

        return Plan(
            decide=decide,
            accounts=ready.accounts,
            needs=ready.needs,
            idempotency=Idempotency(
                principal.id, ROUTE, move.key, sha256(move.evidence + move.note.encode()).digest()
            ),
        )

    async def find(self, payer: str, transfer_id: str) -> bytes:
        """A transfer of the person, as it was answered.

        Raises:
            KBeanError: ``transfer_not_found``.
        """
        found = None
        if is_uuid7(transfer_id):
            found = await self._document(transfers.c.id == transfer_id, payer)
        if found is None:
            raise KBeanError("transfer_not_found", money="none")
        return found

    async def _document(self, which: sa.ColumnElement[bool], payer: str) -> bytes | None:
        async with reading(self._engine) as connection:
            document: bytes | None = await connection.scalar(
                sa.select(transfers.c.document).where(which, transfers.c.payer_id == payer)
            )
            return document


def _asked(draft: Draft, ready: Ready) -> RequestRow | None:
    """The request for money that is paid, if one is."""
    move = ready.move
    if move.request_id is None:
        return None
    return rules.check_request(
        draft.get(REQUESTS, move.request_id),
        payer=move.payer,
        payee=move.payee,
        amount=move.amount,
        currency=move.currency,
        now_ms=draft.now,
    )
