"""Routes of the emergency freeze: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from app.protocol.messages.support import FreezeRequest, FreezeState, ThawRequest
from app.server.http.access import PERSON
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.tokens import Principal
from app.server.identity.freezing import Freezing


def freezing_routes(service: Freezing) -> list[Any]:
    """The handlers."""

    @get(
        "/v1/me/freeze",
        tags=["identity"],
        dependencies=PERSON,
        security=[{"person": []}],
        responses=refusals(*SIGNED_IN),
    )
    async def look(person: NamedDependency[Principal]) -> FreezeState:
        """Whether debits are stopped, since when and by whom."""
        return await service.state(person.id)

    @post(
        "/v1/me/freeze",
        dto=StrictBody[FreezeRequest],
        return_dto=None,
        status_code=200,
        tags=["identity"],
        dependencies=PERSON,
        security=[{"person": []}],
        responses=refusals(*SIGNED_IN, "not_found", "unsupported_media_type", "validation_failed"),
    )
    async def freeze(
        person: NamedDependency[Principal], data: JSONBody[FreezeRequest]
    ) -> FreezeState:
        """One tap: no debits from now on, every other session ends. Harmless to repeat."""
        return await service.freeze(
            person.id, by="person", reason=data.reason, keep_session=person.session
        )

    @post(
        "/v1/me/thaw",
        dto=StrictBody[ThawRequest],
        return_dto=None,
        status_code=200,
        tags=["identity"],
        dependencies=PERSON,
        security=[{"person": []}],
        responses=refusals(
            *SIGNED_IN,
            "not_found",
            "clock_off",
            "device_revoked",
            "signature_invalid",
            "proof_failed",
            "account_locked",
            "thaw_by_operator",
            "request_answered",
            "unsupported_media_type",
            "validation_failed",
        ),
    )
    async def thaw(person: NamedDependency[Principal], data: JSONBody[ThawRequest]) -> FreezeState:
        """Lift what was frozen on the person's word: passphrase and the device's signature."""
        return await service.thaw_by_person(person, data)

    return [look, freeze, thaw]
