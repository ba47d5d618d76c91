"""Routes of requests for money: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.protocol.messages.transfers import AskMoney, MoneyRequest, MoneyRequestList, Split
from app.server.http.application import SIGNED_IN, answered, documented, refusals
from app.server.http.bodies import StrictBody
from app.server.http.preamble import AS_PERSON, KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.payments.transfers.requests import RequestService
from app.server.payments.transfers.routes import NO_JSON

_ASKING = (
    "payee_not_found",
    "payee_ref_expired",
    "amount_invalid",
    "amount_too_large",
    "currency_unsupported",
    "too_many_requests",
    NO_JSON,
)
_CHANGING: dict[str, Any] = {
    "status_code": 200,
    "tags": ["transfers"],
    "responses": refusals(
        *SIGNED_IN, "money_request_not_found", "money_request_closed", "too_many_requests", NO_JSON
    ),
    **AS_PERSON,
}


def request_routes(requests: RequestService) -> list[Any]:
    """Asking for money, and what becomes of it."""

    @post(
        "/v1/money-requests",
        dto=StrictBody[AskMoney],
        return_dto=None,
        status_code=201,
        tags=["transfers"],
        responses=documented(201, MoneyRequest) | refusals(*SIGNED_IN, *KEY_REFUSALS, *_ASKING),
        **AS_PERSON,
    )
    async def ask(
        person: NamedDependency[Principal], data: JSONBody[AskMoney], idempotency_key: Key = None
    ) -> Response[bytes]:
        """Ask somebody for money, or make a link that anybody pays once."""
        return answered(await requests.ask(person.id, idempotency_key, data))

    @post(
        "/v1/money-requests/split",
        dto=StrictBody[Split],
        return_dto=None,
        status_code=201,
        tags=["transfers"],
        responses=documented(201, MoneyRequestList)
        | refusals(*SIGNED_IN, *KEY_REFUSALS, *_ASKING, "split_unequal", "payment_not_found"),
        **AS_PERSON,
    )
    async def split(
        person: NamedDependency[Principal], data: JSONBody[Split], idempotency_key: Key = None
    ) -> Response[bytes]:
        """Split a bill: everybody but the asker is asked for a part."""
        return answered(await requests.split(person.id, idempotency_key, data))

    @get("/v1/money-requests", tags=["transfers"], responses=refusals(*SIGNED_IN), **AS_PERSON)
    async def all_of(person: NamedDependency[Principal]) -> MoneyRequestList:
        """The person's requests, open ones first."""
        return await requests.all_of(person.id)

    @post("/v1/money-requests/{request_id:str}/decline", **_CHANGING)
    async def decline(
        person: NamedDependency[Principal], request_id: FromPath[str]
    ) -> MoneyRequestList:
        """Say no to a request."""
        return await requests.decline(person.id, request_id)

    @post("/v1/money-requests/{request_id:str}/cancel", **_CHANGING)
    async def cancel(
        person: NamedDependency[Principal], request_id: FromPath[str]
    ) -> MoneyRequestList:
        """Take a request back."""
        return await requests.cancel(person.id, request_id)

    @post("/v1/money-requests/{request_id:str}/remind", **_CHANGING)
    async def remind(
        person: NamedDependency[Principal], request_id: FromPath[str]
    ) -> MoneyRequestList:
        """Tell the person who is asked once more; once a day."""
        return await requests.remind(person.id, request_id)

    return [ask, split, all_of, decline, cancel, remind]
