"""Routes of identity: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.protocol.messages.identity import (
    Profile,
    RefreshRequest,
    RegistrationRequest,
    Session,
    SignInRequest,
)
from app.server.config import Config
from app.server.http.access import PERSON, client_address
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit, SharedCounts
from app.server.http.tokens import Principal
from app.server.identity.freezing_routes import freezing_routes
from app.server.identity.service import IdentityService

_DEVICE = ("device_key_invalid", "signature_invalid", "clock_off", "contact_invalid")


def identity_routes(
    service: IdentityService, config: Config, counts: SharedCounts | None
) -> list[Any]:
    """The handlers; ``counts`` is where all nodes count who comes to the door."""
    limited = config.rate_limits
    each = config.sign_in_per_minute if limited else None
    registering = RateLimit(
        config.register_per_minute if limited else None, name="register", shared=counts
    )
    signing_in = RateLimit(each, name="sign_in", shared=counts)
    refreshing = RateLimit(each, name="refresh", shared=counts)

    @post(
        "/v1/registrations",
        dto=StrictBody[RegistrationRequest],
        return_dto=None,
        status_code=201,
        tags=["identity"],
        responses=refusals(
            *_DEVICE,
            "display_name_invalid",
            "passphrase_weak",
            "contact_taken",
            "too_many_requests",
            "unsupported_media_type",
            "credentials_wrong",
            "account_locked",
        ),
    )
    async def register(
        request: Request[Any, Any, Any], data: JSONBody[RegistrationRequest]
    ) -> Session:
        """Register a person and enrol the device that signs the request."""
        await registering.check_everywhere(client_address(request))
        return await service.register(data)

    @post(
        "/v1/sessions",
        dto=StrictBody[SignInRequest],
        return_dto=None,
        status_code=201,
        tags=["identity"],
        responses=refusals(
            *_DEVICE,
            "credentials_wrong",
            "account_locked",
            "device_revoked",
            "too_many_requests",
            "unsupported_media_type",
        ),
    )
    async def sign_in(request: Request[Any, Any, Any], data: JSONBody[SignInRequest]) -> Session:
        """Sign an existing person in on a known or a new device."""
        await signing_in.check_everywhere(client_address(request))
        return await service.sign_in(data)

    @post(
        "/v1/sessions/refresh",
        dto=StrictBody[RefreshRequest],
        return_dto=None,
        status_code=200,
        tags=["identity"],
        responses=refusals(
            "refresh_invalid",
            "session_ended",
            "device_revoked",
            "signature_invalid",
            "clock_off",
            "too_many_requests",
            "unsupported_media_type",
        ),
    )
    async def refresh(data: JSONBody[RefreshRequest]) -> Session:
        """Exchange a refresh token, signed by the device it is bound to."""
        await refreshing.check_everywhere(data.device_id)
        return await service.refresh(data)

    @delete(
        "/v1/sessions/current",
        status_code=204,
        tags=["identity"],
        dependencies=PERSON,
        security=[{"person": []}],
        responses=refusals(*SIGNED_IN),
    )
    async def sign_out(person: NamedDependency[Principal]) -> None:
        """End this session; its tokens die within a second on every node."""
        await service.sign_out(person)

    @delete(
        "/v1/devices/{device_id:str}",
        status_code=204,
        tags=["identity"],
        dependencies=PERSON,
        security=[{"person": []}],
        responses=refusals(*SIGNED_IN, "not_found"),
    )
    async def revoke_device(person: NamedDependency[Principal], device_id: FromPath[str]) -> None:
        """Sign one of the person's devices out for good."""
        await service.revoke_device(person.id, device_id)

    @get(
        "/v1/me",
        tags=["identity"],
        dependencies=PERSON,
        security=[{"person": []}],
        responses=refusals(*SIGNED_IN, "not_found"),
    )
    async def me(person: NamedDependency[Principal]) -> Profile:
        """Who is signed in."""
        return await service.profile(person.id)

    freezing = freezing_routes(service.freezing)
    return [register, sign_in, refresh, sign_out, revoke_device, me, *freezing]
