"""Routes of refunds: parse, call, answer."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from app.protocol.messages.refunds import Refund, RefundList, RefundRequest
from app.server.http.application import SIGNED_IN, answered, documented, refusals
from app.server.http.bodies import StrictBody
from app.server.http.preamble import AS_PERSON, AS_TILL
from app.server.http.tokens import Principal
from app.server.payments.refunds.service import RefundService


def refund_routes(refunds: RefundService) -> list[Any]:
    """What tills and payers ask."""

    @post(
        "/v1/refunds",
        dto=StrictBody[RefundRequest],
        return_dto=None,
        status_code=201,
        tags=["tills"],
        responses=documented(201, Refund)
        | refusals(
            *SIGNED_IN,
            "order_not_found",
            "not_refundable",
            "refund_differs",
            "refund_not_allowed",
            "refund_too_large",
            "merchant_funds_short",
            "amount_invalid",
            "busy",
            "unsupported_media_type",
        ),
        **AS_TILL,
    )
    async def refund(
        till: NamedDependency[Principal], data: JSONBody[RefundRequest]
    ) -> Response[bytes]:
        """Refund a paid order, or by its id a printed code's payment; a number refunds once."""
        return answered(await refunds.refund(till, data))

    @get(
        "/v1/refunds/{out_trade_no:str}/{out_request_no:str}",
        tags=["tills"],
        responses=refusals(*SIGNED_IN, "refund_not_found"),
        **AS_TILL,
    )
    async def one(
        till: NamedDependency[Principal],
        out_trade_no: FromPath[str],
        out_request_no: FromPath[str],
    ) -> Refund:
        """What became of a refund."""
        return await refunds.find(till, out_trade_no, out_request_no)

    @get(
        "/v1/refunds/{out_trade_no:str}",
        tags=["tills"],
        responses=refusals(*SIGNED_IN, "order_not_found", "not_refundable"),
        **AS_TILL,
    )
    async def of_order(till: NamedDependency[Principal], out_trade_no: FromPath[str]) -> RefundList:
        """All refunds of an order or of a payment of the printed code, and what is left of it."""
        return await refunds.of_order(till, out_trade_no)

    @get(
        "/v1/payments/{payment_id:str}/refunds",
        tags=["payments"],
        responses=refusals(*SIGNED_IN, "payment_not_found"),
        **AS_PERSON,
    )
    async def of_payment(
        person: NamedDependency[Principal], payment_id: FromPath[str]
    ) -> RefundList:
        """What came back of one of the person's payments."""
        return await refunds.of_payment(person.id, payment_id)

    return [refund, one, of_order, of_payment]
