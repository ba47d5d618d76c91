"""Routes of plans and of a person's own limits: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.protocol.messages.limits import Limits, LimitsRequest
from app.protocol.messages.transfers import Plan, PlanList, PlanRequest
from app.server.http.application import SIGNED_IN, answered, documented, refusals
from app.server.http.bodies import StrictBody
from app.server.http.preamble import AS_PERSON, KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.payments.transfers.own_limits import OwnLimits
from app.server.payments.transfers.plans import PlanService
from app.server.payments.transfers.routes import NO_JSON, SIGNED

_CHANGING: dict[str, Any] = {
    "status_code": 200,
    "tags": ["transfers"],
    "responses": refusals(*SIGNED_IN, "plan_not_found", "plan_ended", NO_JSON),
    **AS_PERSON,
}


def plan_routes(plans: PlanService) -> list[Any]:
    """Making plans and changing them."""

    @post(
        "/v1/plans",
        dto=StrictBody[PlanRequest],
        return_dto=None,
        status_code=201,
        tags=["transfers"],
        responses=documented(201, Plan)
        | refusals(
            *SIGNED_IN,
            *KEY_REFUSALS,
            *SIGNED,
            "payee_not_found",
            "payee_ref_expired",
            "payee_is_payer",
            "plan_invalid",
            "amount_invalid",
            "amount_too_large",
            "currency_unsupported",
            NO_JSON,
        ),
        **AS_PERSON,
    )
    async def make(
        person: NamedDependency[Principal],
        data: JSONBody[PlanRequest],
        idempotency_key: Key = None,
    ) -> Response[bytes]:
        """Make a plan: a signed mandate with the passphrase."""
        return answered(await plans.make(person, idempotency_key, data))

    @get("/v1/plans", tags=["transfers"], responses=refusals(*SIGNED_IN), **AS_PERSON)
    async def all_of(person: NamedDependency[Principal]) -> PlanList:
        """The person's plans with their last runs."""
        return await plans.all_of(person.id)

    @post("/v1/plans/{plan_id:str}/pause", **_CHANGING)
    async def pause(person: NamedDependency[Principal], plan_id: FromPath[str]) -> Plan:
        """Pay nothing until it is resumed."""
        return await plans.pause(person.id, plan_id)

    @post("/v1/plans/{plan_id:str}/resume", **_CHANGING)
    async def resume(person: NamedDependency[Principal], plan_id: FromPath[str]) -> Plan:
        """Go on; days that passed are not made up for."""
        return await plans.resume(person.id, plan_id)

    @post("/v1/plans/{plan_id:str}/stop", **_CHANGING)
    async def stop(person: NamedDependency[Principal], plan_id: FromPath[str]) -> Plan:
        """End it for good."""
        return await plans.stop(person.id, plan_id)

    @post("/v1/plans/{plan_id:str}/skip", **_CHANGING)
    async def skip(person: NamedDependency[Principal], plan_id: FromPath[str]) -> Plan:
        """Leave the next payment out."""
        return await plans.skip(person.id, plan_id)

    return [make, all_of, pause, resume, stop, skip]


def limit_routes(limits: OwnLimits) -> list[Any]:
    """What a person allows at most."""

    @get(
        "/v1/limits",
        tags=["transfers"],
        responses=refusals(*SIGNED_IN, "currency_unsupported"),
        **AS_PERSON,
    )
    async def of(
        person: NamedDependency[Principal],
        currency: Annotated[str | None, QueryParameter(pattern="^[A-Z]{3}$")] = None,
    ) -> Limits:
        """The person's limits and what today has cost."""
        return await limits.of(person.id, currency)

    @put(
        "/v1/limits",
        dto=StrictBody[LimitsRequest],
        return_dto=None,
        tags=["transfers"],
        responses=refusals(
            *SIGNED_IN,
            "currency_unsupported",
            "limit_invalid",
            "step_up_needed",
            "proof_failed",
            "account_locked",
            NO_JSON,
        ),
        **AS_PERSON,
    )
    async def change(person: NamedDependency[Principal], data: JSONBody[LimitsRequest]) -> Limits:
        """Set them: tighter counts at once, looser needs the passphrase."""
        return await limits.set(person.id, data)

    return [of, change]
