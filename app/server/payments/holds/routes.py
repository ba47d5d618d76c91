"""Routes of pre-authorisations: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from app.protocol.messages.holds import (
    Authorisation,
    AuthorisationList,
    CaptureRequest,
    HoldRequest,
    ReleaseRequest,
)
from app.server.http.application import SIGNED_IN, answered, documented, refusals
from app.server.http.bodies import StrictBody
from app.server.http.preamble import AS_PERSON, AS_TILL, KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.payments.holds.service import HoldService
from app.server.payments.transfers.routes import NO_JSON


def hold_routes(holds: HoldService) -> list[Any]:
    """What a person asks, and what a till asks."""
    return [*_person_routes(holds), *_till_routes(holds)]


def _person_routes(holds: HoldService) -> list[Any]:
    @post(
        "/v1/holds",
        dto=StrictBody[HoldRequest],
        return_dto=None,
        status_code=201,
        tags=["holds"],
        responses=documented(201, Authorisation)
        | refusals(
            *SIGNED_IN,
            *KEY_REFUSALS,
            "signature_invalid",
            "device_revoked",
            "clock_off",
            "merchant_closed",
            "order_not_found",
            "order_not_hold",
            "order_expired",
            "order_paid",
            "order_cancelled",
            "order_mismatch",
            "amount_invalid",
            "amount_too_large",
            "currency_unsupported",
            "currency_mismatch",
            "points_invalid",
            "coupon_unfit",
            "insufficient_funds",
            "limit_exceeded",
            "account_frozen",
            NO_JSON,
        ),
        **AS_PERSON,
    )
    async def hold(
        person: NamedDependency[Principal],
        data: JSONBody[HoldRequest],
        idempotency_key: Key = None,
    ) -> Response[bytes]:
        """Let a merchant hold an order's amount."""
        return answered(await holds.hold(person, idempotency_key, data))

    @get("/v1/holds", tags=["holds"], responses=refusals(*SIGNED_IN), **AS_PERSON)
    async def all_of(person: NamedDependency[Principal]) -> AuthorisationList:
        """The person's pre-authorisations, open ones first."""
        return await holds.shelf.all_of(person.id)

    @get(
        "/v1/holds/by-key/{key:str}",
        tags=["holds"],
        responses=documented(200, Authorisation)
        | refusals(*SIGNED_IN, "hold_not_found", "idempotency_key_invalid"),
        **AS_PERSON,
    )
    async def by_key(
        person: NamedDependency[Principal], key: FromPath[str], fence: FromQuery[bool] = False
    ) -> Response[bytes]:
        """What became of an idempotency key; with ``fence`` nothing can become of it any more."""
        found = await holds.by_key.find(person.id, key, fence=fence)
        return Response(found, media_type="application/json")

    return [hold, all_of, by_key]


def _till_routes(holds: HoldService) -> list[Any]:
    @post(
        "/v1/holds/capture",
        dto=StrictBody[CaptureRequest],
        return_dto=None,
        status_code=201,
        tags=["holds"],
        responses=refusals(
            *SIGNED_IN,
            "hold_not_found",
            "hold_closed",
            "capture_too_large",
            "amount_invalid",
            "merchant_closed",
            NO_JSON,
        ),
        **AS_TILL,
    )
    async def capture(
        till: NamedDependency[Principal], data: JSONBody[CaptureRequest]
    ) -> Authorisation:
        """Turn what is held, or a part of it, into a payment."""
        return await holds.capture(till, data)

    @post(
        "/v1/holds/release",
        dto=StrictBody[ReleaseRequest],
        return_dto=None,
        status_code=200,
        tags=["holds"],
        responses=refusals(*SIGNED_IN, "hold_not_found", "hold_closed", NO_JSON),
        **AS_TILL,
    )
    async def release(
        till: NamedDependency[Principal], data: JSONBody[ReleaseRequest]
    ) -> Authorisation:
        """Let go of everything that is held."""
        return await holds.release(till, data)

    @get(
        "/v1/holds/by-trade-no/{out_trade_no:str}",
        tags=["holds"],
        responses=refusals(*SIGNED_IN, "hold_not_found"),
        **AS_TILL,
    )
    async def by_trade_no(
        till: NamedDependency[Principal], out_trade_no: FromPath[str]
    ) -> Authorisation:
        """What became of the merchant's own number."""
        return await holds.shelf.by_trade_no(till, out_trade_no)

    return [capture, release, by_trade_no]
