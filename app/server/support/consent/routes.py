"""Routes of consent for persons: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.protocol.messages.cards import RequestEvent
from app.protocol.messages.consent import SecurityQuestion, SecurityQuestionRequest
from app.protocol.messages.support import (
    AccessAnswer,
    Grant,
    LookList,
    ProposalAnswer,
    VerificationAnswer,
)
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.preamble import AS_PERSON
from app.server.http.tokens import Principal
from app.server.support.consent.service import Consent

_AS_PERSON: dict[str, Any] = AS_PERSON | {"tags": ["consent"]}
_SIGNED = (*SIGNED_IN, "clock_off", "device_revoked", "signature_invalid")
_SENT = ("unsupported_media_type", "validation_failed")
_ASKED = (*_SIGNED, *_SENT, "request_not_found", "request_answered", "request_expired")
_PROVED = ("proof_failed", "account_locked")


def consent_routes(consent: Consent) -> list[Any]:
    """The handlers."""

    @post(
        "/v1/support/verifications/{request_id:str}",
        dto=StrictBody[VerificationAnswer],
        return_dto=None,
        status_code=200,
        responses=refusals(*_ASKED, *_PROVED),
        **_AS_PERSON,
    )
    async def verify(
        person: NamedDependency[Principal],
        request_id: FromPath[str],
        data: JSONBody[VerificationAnswer],
    ) -> RequestEvent:
        """Prove who one is, or decline; the same answer again is told the same."""
        return await consent.verifications.answer(person, request_id, data)

    @post(
        "/v1/support/access/{request_id:str}",
        dto=StrictBody[AccessAnswer],
        return_dto=None,
        status_code=200,
        responses=refusals(*_ASKED),
        **_AS_PERSON,
    )
    async def allow(
        person: NamedDependency[Principal],
        request_id: FromPath[str],
        data: JSONBody[AccessAnswer],
    ) -> Grant:
        """Allow an agent to see something for some minutes, or decline."""
        return await consent.access.answer(person, request_id, data)

    @post(
        "/v1/support/access/{grant_id:str}/revoke",
        status_code=200,
        responses=refusals(*SIGNED_IN, "request_not_found"),
        **_AS_PERSON,
    )
    async def revoke(person: NamedDependency[Principal], grant_id: FromPath[str]) -> Grant:
        """End a grant at once; ending it twice is harmless."""
        return await consent.access.revoke(person, grant_id)

    @get(
        "/v1/support/looks",
        responses=refusals(*SIGNED_IN, "validation_failed"),
        **_AS_PERSON,
    )
    async def looks(
        person: NamedDependency[Principal],
        before: Annotated[int | None, QueryParameter(ge=0, lt=2**53)] = None,
    ) -> LookList:
        """Who saw what and when, newest first; and the grants that are live."""
        return await consent.access.looks(person.id, before)

    @post(
        "/v1/support/proposals/{request_id:str}",
        dto=StrictBody[ProposalAnswer],
        return_dto=None,
        status_code=200,
        responses=refusals(*_ASKED, *_PROVED, "contact_taken", "thaw_by_operator", "not_found"),
        **_AS_PERSON,
    )
    async def propose(
        person: NamedDependency[Principal],
        request_id: FromPath[str],
        data: JSONBody[ProposalAnswer],
    ) -> RequestEvent:
        """Confirm a change that an agent proposed, or decline."""
        return await consent.help.answer(person, request_id, data)

    @get("/v1/me/security-question", responses=refusals(*SIGNED_IN), **_AS_PERSON)
    async def question(person: NamedDependency[Principal]) -> SecurityQuestion:
        """The person's own security question."""
        return await consent.questions.get(person.id)

    @put(
        "/v1/me/security-question",
        dto=StrictBody[SecurityQuestionRequest],
        return_dto=None,
        status_code=200,
        responses=refusals(*_SIGNED, *_SENT, *_PROVED),
        **_AS_PERSON,
    )
    async def set_question(
        person: NamedDependency[Principal], data: JSONBody[SecurityQuestionRequest]
    ) -> SecurityQuestion:
        """Set or replace it: with the passphrase, signed by the device."""
        return await consent.questions.set(person, data)

    return [verify, allow, revoke, looks, propose, question, set_question]
