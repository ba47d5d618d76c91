"""Routes of K-Beans: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.protocol.messages.points import (
    Catalogue,
    CouponList,
    DeductionRequest,
    Deductions,
    RedeemRequest,
    Redemption,
    RedemptionList,
)
from app.server.http.application import SIGNED_IN, answered, documented, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit
from app.server.http.preamble import AS_PERSON, AS_TILL, KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.points.catalogue import CatalogueBook
from app.server.points.shop import PointShop

_AS_PERSON: dict[str, Any] = AS_PERSON | {"tags": ["points"]}
_AS_TILL: dict[str, Any] = AS_TILL | {"tags": ["tills"]}


def point_routes(
    shop: PointShop, catalogue: CatalogueBook, codes_per_minute: int | None
) -> list[Any]:
    """What people and tills ask; a till may try so many redemption codes a minute."""
    handing_over = RateLimit(codes_per_minute)

    @get("/v1/points/items", responses=refusals(*SIGNED_IN), **_AS_PERSON)
    async def items(person: NamedDependency[Principal]) -> Catalogue:
        """What K-Beans can be exchanged for now."""
        return await catalogue.offered(person.id)

    @post(
        "/v1/points/redemptions",
        dto=StrictBody[RedeemRequest],
        return_dto=None,
        status_code=201,
        responses=documented(201, Redemption)
        | refusals(
            *SIGNED_IN,
            *KEY_REFUSALS,
            "item_not_found",
            "item_sold_out",
            "redemption_limit",
            "points_short",
            "account_frozen",
            "busy",
            "unsupported_media_type",
        ),
        **_AS_PERSON,
    )
    async def redeem(
        person: NamedDependency[Principal],
        data: JSONBody[RedeemRequest],
        idempotency_key: Key = None,
    ) -> Response[bytes]:
        """Give K-Beans for something: a coupon at once, a gift by reserving them."""
        return answered(await shop.redeem(person.id, idempotency_key, data))

    @get("/v1/points/redemptions", responses=refusals(*SIGNED_IN), **_AS_PERSON)
    async def taken(person: NamedDependency[Principal]) -> RedemptionList:
        """What the person took, newest first."""
        return await shop.redemptions(person.id)

    @post(
        "/v1/points/redemptions/{redemption_id:str}/cancel",
        status_code=200,
        responses=documented(200, Redemption)
        | refusals(
            *SIGNED_IN, "redemption_not_found", "redemption_ended", "unsupported_media_type"
        ),
        **_AS_PERSON,
    )
    async def cancel(
        person: NamedDependency[Principal], redemption_id: FromPath[str]
    ) -> Response[bytes]:
        """Let go of a reserved gift."""
        return answered(await shop.cancel(person.id, redemption_id))

    @get("/v1/points/coupons", responses=refusals(*SIGNED_IN), **_AS_PERSON)
    async def coupons(person: NamedDependency[Principal]) -> CouponList:
        """The person's coupons, open ones first."""
        return await shop.coupons(person.id)

    @post(
        "/v1/payments/deductions",
        dto=StrictBody[DeductionRequest],
        return_dto=None,
        status_code=200,
        responses=refusals(*SIGNED_IN, "currency_unsupported", "unsupported_media_type"),
        **_AS_PERSON,
    )
    async def deductions(
        person: NamedDependency[Principal], data: JSONBody[DeductionRequest]
    ) -> Deductions:
        """What K-Beans and coupons could settle of a payment."""
        return await shop.deductions(person.id, data)

    @post(
        "/v1/redemptions/{code:str}/commit",
        status_code=200,
        responses=documented(200, Redemption)
        | refusals(
            *SIGNED_IN,
            "redemption_not_found",
            "redemption_ended",
            "too_many_requests",
            "account_frozen",
            "unsupported_media_type",
        ),
        **_AS_TILL,
    )
    async def commit(till: NamedDependency[Principal], code: FromPath[str]) -> Response[bytes]:
        """Hand a gift over by the customer's code."""
        handing_over.check(till.id)
        return answered(await shop.commit(till, code))

    return [items, redeem, taken, cancel, coupons, deductions, commit]
