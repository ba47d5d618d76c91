"""Routes of staff identity: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from app.protocol.messages.desk import AuditPage, StaffSession, StaffSignIn
from app.server.config import Config
from app.server.http.access import STAFF, client_address
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit, SharedCounts
from app.server.http.tokens import Principal
from app.server.identity.staff import StaffService

_AS_STAFF: dict[str, Any] = {"dependencies": STAFF, "security": [{"staff": []}]}


def staff_routes(service: StaffService, config: Config, counts: SharedCounts | None) -> list[Any]:
    """The handlers; ``counts`` is where all nodes count who comes to the door."""
    each = config.sign_in_per_minute if config.rate_limits else None
    signing_in = RateLimit(each, name="staff_sign_in", shared=counts)

    @post(
        "/v1/staff/sessions",
        dto=StrictBody[StaffSignIn],
        return_dto=None,
        status_code=201,
        tags=["staff"],
        responses=refusals(
            "staff_credentials_wrong",
            "account_locked",
            "too_many_requests",
            "unsupported_media_type",
        ),
    )
    async def staff_sign_in(
        request: Request[Any, Any, Any], data: JSONBody[StaffSignIn]
    ) -> StaffSession:
        """Sign one of the staff in: name, passphrase and code together."""
        await signing_in.check_everywhere(client_address(request))
        return await service.sign_in(data)

    @delete(
        "/v1/staff/sessions/current",
        status_code=204,
        tags=["staff"],
        responses=refusals(*SIGNED_IN),
        **_AS_STAFF,
    )
    async def staff_sign_out(staff: NamedDependency[Principal]) -> None:
        """End this session; its token dies within a second on every node."""
        await service.sign_out(staff)

    @get("/v1/staff/audit", tags=["staff"], responses=refusals(*SIGNED_IN), **_AS_STAFF)
    async def audit(
        staff: NamedDependency[Principal],
        before: Annotated[str | None, QueryParameter(max_length=36)] = None,
        subject: Annotated[str | None, QueryParameter(max_length=64)] = None,
        actor: Annotated[str | None, QueryParameter(max_length=32)] = None,
    ) -> AuditPage:
        """What staff did that is privileged, newest first."""
        return await service.audit.page(before=before, subject=subject, actor=actor)

    return [staff_sign_in, staff_sign_out, audit]
