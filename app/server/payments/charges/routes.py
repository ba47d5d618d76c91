"""Routes of payers' codes and charges: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter

from app.protocol.messages import END
from app.protocol.messages.charges import (
    Charge,
    ChargeRequest,
    CodesRequest,
    CodeUses,
    ConfirmationList,
    PayerCodes,
    ReverseRequest,
)
from app.server.http.application import SIGNED_IN, answered, documented, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit
from app.server.http.preamble import AS_PERSON, AS_TILL, KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.payments.charges.closing import Closing
from app.server.payments.charges.handles import HandleBook
from app.server.payments.charges.register import Register
from app.server.payments.charges.service import ChargeService

Number = Annotated[str, PathParameter(pattern="^[A-Za-z0-9_.-]{1,64}" + END)]
"""The till's own number of a sale."""


def code_routes(
    handles: HandleBook, register: Register, closing: Closing, per_minute: int | None
) -> list[Any]:
    """What a payer's wallet asks; ``per_minute`` bounds how often it gets fresh handles."""
    issuing = RateLimit(per_minute)

    @post(
        "/v1/payer-codes",
        dto=StrictBody[CodesRequest],
        return_dto=None,
        status_code=201,
        tags=["payments"],
        responses=refusals(
            *SIGNED_IN, "account_frozen", "too_many_requests", "unsupported_media_type"
        ),
        **AS_PERSON,
    )
    async def payer_codes(
        person: NamedDependency[Principal], data: JSONBody[CodesRequest]
    ) -> PayerCodes:
        """Issue handles to make payment codes with, offline."""
        issuing.check(person.id)
        return await handles.issue(person, data)

    @get("/v1/payer-codes/uses", tags=["payments"], responses=refusals(*SIGNED_IN), **AS_PERSON)
    async def code_uses(
        person: NamedDependency[Principal],
        after: Annotated[int, QueryParameter(ge=0, le=2**53)] = 0,
    ) -> CodeUses:
        """What became of the codes that were shown."""
        return await register.uses(person.id, after)

    @get("/v1/confirmations", tags=["payments"], responses=refusals(*SIGNED_IN), **AS_PERSON)
    async def confirmations(person: NamedDependency[Principal]) -> ConfirmationList:
        """Charges that wait for the person's word."""
        return await register.confirmations(person.id)

    @post(
        "/v1/confirmations/{charge_id:str}/decline",
        status_code=200,
        tags=["payments"],
        responses=refusals(
            *SIGNED_IN, "confirmation_not_found", "order_paid", "unsupported_media_type"
        ),
        **AS_PERSON,
    )
    async def decline(
        person: NamedDependency[Principal], charge_id: FromPath[str]
    ) -> ConfirmationList:
        """Say no to a charge; yes is an ordinary payment of its order."""
        return await closing.decline(person.id, charge_id)

    return [payer_codes, code_uses, confirmations, decline]


def charge_routes(charges: ChargeService, closing: Closing) -> list[Any]:
    """What a till asks."""

    @post(
        "/v1/charges",
        dto=StrictBody[ChargeRequest],
        return_dto=None,
        status_code=201,
        tags=["tills"],
        responses=documented(201, Charge)
        | documented(202, Charge)
        | refusals(
            *SIGNED_IN,
            *KEY_REFUSALS,
            "code_malformed",
            "code_foreign",
            "payer_code_unknown",
            "payer_code_expired",
            "payer_code_used",
            "payer_code_revoked",
            "payer_code_locked",
            "payer_declined",
            "charge_closed",
            "out_trade_no_used",
            "amount_invalid",
            "amount_too_large",
            "currency_unsupported",
            "merchant_closed",
            "insufficient_funds",
            "limit_exceeded",
            "account_frozen",
            "unsupported_media_type",
        ),
        **AS_TILL,
    )
    async def charge(
        till: NamedDependency[Principal], data: JSONBody[ChargeRequest], idempotency_key: Key = None
    ) -> Response[bytes]:
        """Charge a payer's code: paid, or the payer is asked (202), or refused for good."""
        return answered(await charges.charge(till, idempotency_key, data))

    @get(
        "/v1/charges/{out_trade_no:str}",
        tags=["tills"],
        responses=refusals(*SIGNED_IN, "charge_not_found", "validation_failed"),
        **AS_TILL,
    )
    async def find_charge(till: NamedDependency[Principal], out_trade_no: Number) -> Charge:
        """A charge as it stands."""
        return await closing.find(till, out_trade_no)

    @post(
        "/v1/charges/{out_trade_no:str}/reverse",
        dto=StrictBody[ReverseRequest],
        return_dto=None,
        status_code=200,
        tags=["tills"],
        responses=refusals(
            *SIGNED_IN,
            "charge_not_found",
            "charge_too_old",
            "validation_failed",
            "unsupported_media_type",
        ),
        **AS_TILL,
    )
    async def reverse(
        till: NamedDependency[Principal],
        out_trade_no: Number,
        data: JSONBody[ReverseRequest],
    ) -> Charge:
        """Make sure that a charge is not paid; what was paid goes back."""
        return await closing.reverse(till, out_trade_no, data)

    return [charge, find_charge, reverse]
