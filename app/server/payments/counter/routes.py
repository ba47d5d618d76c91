"""Routes of the counter: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.protocol.messages.counter import CashierList, CashierRequest, CounterInfo
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.preamble import AS_TILL
from app.server.http.tokens import Principal
from app.server.payments.counter.service import CounterService

_AS_TILL: dict[str, Any] = AS_TILL | {"tags": ["counter"]}


def counter_routes(counter: CounterService) -> list[Any]:
    """What a till asks about itself and its people."""

    @get("/v1/counter", responses=refusals(*SIGNED_IN), **_AS_TILL)
    async def counter_info(till: NamedDependency[Principal]) -> CounterInfo:
        """What this till is and may, and its store's key for codes without internet."""
        return await counter.info(till)

    @get("/v1/counter/cashiers", responses=refusals(*SIGNED_IN), **_AS_TILL)
    async def cashier_list(till: NamedDependency[Principal]) -> CashierList:
        """Who sells for the merchant, with the hashes of their PINs."""
        return await counter.people(till.merchant)

    @put(
        "/v1/counter/cashiers/{cashier_id:str}",
        dto=StrictBody[CashierRequest],
        return_dto=None,
        responses=refusals(
            *SIGNED_IN,
            "role_missing",
            "cashier_taken",
            "validation_failed",
            "unsupported_media_type",
        ),
        **_AS_TILL,
    )
    async def put_cashier(
        till: NamedDependency[Principal],
        cashier_id: FromPath[str],
        data: JSONBody[CashierRequest],
    ) -> CashierList:
        """Add or change a cashier in a manager's name; safe to repeat."""
        return await counter.change(till.merchant, cashier_id, data)

    return [counter_info, cashier_list, put_cashier]
