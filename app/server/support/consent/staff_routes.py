"""Routes of consent for staff: parse, call, answer.

A question carries an ``Idempotency-Key`` where the desk wants to be able to repeat it; the key is
then the question's own id.
"""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from app.protocol.ids import new_id
from app.protocol.messages.cards import Scope
from app.protocol.messages.consent import BreakGlassList
from app.protocol.messages.desk import (
    AccountView,
    AskAccess,
    Asked,
    AskVerification,
    BreakGlassRequest,
    Propose,
)
from app.protocol.messages.support import FreezeRequest, FreezeState, Grant
from app.server.http.access import STAFF, checked_key
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.tokens import Principal
from app.server.support.consent.service import Consent

_AS_STAFF: dict[str, Any] = {
    "tags": ["staff consent"],
    "dependencies": STAFF,
    "security": [{"staff": []}],
}
_SENT = (*SIGNED_IN, "unsupported_media_type", "validation_failed", "conversation_not_found")
_ASKING = (*_SENT, "not_owner", "idempotency_key_invalid", "idempotency_body_differs")
_CONV = "/v1/staff/conversations/{conv_id:str}"

Key = Annotated[str | None, HeaderParameter(name="Idempotency-Key")]


def _id(key: str | None) -> str:
    return new_id() if key is None else checked_key(key)


def consent_staff_routes(consent: Consent) -> list[Any]:
    """The handlers."""

    @post(
        f"{_CONV}/verifications",
        dto=StrictBody[AskVerification],
        return_dto=None,
        status_code=201,
        responses=refusals(*_ASKING),
        **_AS_STAFF,
    )
    async def ask_verification(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[AskVerification],
        key: Key = None,
    ) -> Asked:
        """Ask the person to prove who they are."""
        return await consent.verifications.ask(staff, conv_id, _id(key), data)

    @post(
        f"{_CONV}/access",
        dto=StrictBody[AskAccess],
        return_dto=None,
        status_code=201,
        responses=refusals(*_ASKING),
        **_AS_STAFF,
    )
    async def ask_access(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[AskAccess],
        key: Key = None,
    ) -> Asked:
        """Ask the person to be shown something of their account."""
        return await consent.access.ask(staff, conv_id, _id(key), data)

    @post(
        f"{_CONV}/proposals",
        dto=StrictBody[Propose],
        return_dto=None,
        status_code=201,
        responses=refusals(
            *_ASKING,
            "proof_needed",
            "grant_missing",
            "contact_invalid",
            "display_name_invalid",
            "not_found",
        ),
        **_AS_STAFF,
    )
    async def propose_change(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[Propose],
        key: Key = None,
    ) -> Asked:
        """Propose a change that the person confirms or declines."""
        return await consent.help.propose(staff, conv_id, _id(key), data)

    @get(
        f"{_CONV}/account",
        responses=refusals(
            *SIGNED_IN, "validation_failed", "conversation_not_found", "grant_missing"
        ),
        **_AS_STAFF,
    )
    async def account(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        wanted: Annotated[Scope, QueryParameter(name="scope")],
    ) -> AccountView:
        """Look at what a live grant opens; the look is written down first."""
        return await consent.gateway.view(staff, conv_id, wanted)

    @post(
        f"{_CONV}/freeze",
        dto=StrictBody[FreezeRequest],
        return_dto=None,
        status_code=200,
        responses=refusals(*_SENT, "not_owner", "not_found"),
        **_AS_STAFF,
    )
    async def freeze_person(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[FreezeRequest],
    ) -> FreezeState:
        """Freeze the person's accounts at once; every session of theirs ends."""
        return await consent.freeze(staff, conv_id, data.reason)

    @post(
        f"{_CONV}/break-glass",
        dto=StrictBody[BreakGlassRequest],
        return_dto=None,
        status_code=201,
        responses=refusals(*_SENT, "idempotency_key_invalid", "idempotency_body_differs"),
        **_AS_STAFF,
    )
    async def break_glass(
        staff: NamedDependency[Principal],
        conv_id: FromPath[str],
        data: JSONBody[BreakGlassRequest],
        key: Key = None,
    ) -> Asked:
        """The first of the two people it needs."""
        return await consent.glass.ask(staff, conv_id, _id(key), data)

    @get("/v1/staff/break-glass", responses=refusals(*SIGNED_IN), **_AS_STAFF)
    async def waiting(staff: NamedDependency[Principal]) -> BreakGlassList:
        """What waits for a second person."""
        return await consent.glass.waiting()

    @post(
        "/v1/staff/break-glass/{request_id:str}",
        status_code=200,
        responses=refusals(
            *SIGNED_IN, "request_not_found", "request_expired", "second_person_needed"
        ),
        **_AS_STAFF,
    )
    async def second_person(staff: NamedDependency[Principal], request_id: FromPath[str]) -> Grant:
        """The second of the two agrees; the person is told."""
        return await consent.glass.confirm(staff, request_id)

    return [
        ask_verification,
        ask_access,
        propose_change,
        account,
        freeze_person,
        break_glass,
        waiting,
        second_person,
    ]
