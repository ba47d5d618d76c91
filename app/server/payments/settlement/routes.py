"""Routes of shifts and bills: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.protocol.messages.counter import (
    Claim,
    ClaimRequest,
    Received,
    ReceivedList,
    ShiftCheck,
    ShiftReport,
)
from app.protocol.messages.settlement import BillTotals
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.preamble import AS_TILL
from app.server.http.tokens import Principal
from app.server.payments.settlement.bills import BillService
from app.server.payments.settlement.received import ReceivedBook
from app.server.payments.settlement.shifts import ShiftBook

AS_MERCHANT: dict[str, Any] = AS_TILL | {"tags": ["settlement"]}

Currency = Annotated[str | None, QueryParameter(pattern="^[A-Z]{3}$")]

After = Annotated[int | None, QueryParameter(ge=0, le=2**62)]

_BILL = (*SIGNED_IN, "validation_failed", "currency_unsupported", "bill_not_ready")


def file_of(media_type: str) -> ResponseSpec:
    """Describe an answer that is a file."""
    return ResponseSpec(bytes, description="", media_type=media_type, generate_examples=False)


def settlement_routes(shifts: ShiftBook, bills: BillService, received: ReceivedBook) -> list[Any]:
    """What a till hands in and takes home at the end of a day, and what came in without it."""

    @put(
        "/v1/counter/shifts/{shift_id:str}",
        dto=StrictBody[ShiftReport],
        return_dto=None,
        responses=refusals(
            *SIGNED_IN,
            "validation_failed",
            "currency_unsupported",
            "cashier_not_found",
            "unsupported_media_type",
        ),
        **AS_MERCHANT,
    )
    async def hand_in(
        till: NamedDependency[Principal], shift_id: FromPath[str], data: JSONBody[ShiftReport]
    ) -> ShiftCheck:
        """Hand a closed shift in; the service says what it counted itself. Safe to repeat."""
        return await shifts.hand_in(till, shift_id, data)

    @get("/v1/counter/received", responses=refusals(*SIGNED_IN, "validation_failed"), **AS_MERCHANT)
    async def came_in(till: NamedDependency[Principal], after: After = None) -> ReceivedList:
        """Payments of the store's printed code, oldest first, since the last answer's `after`."""
        return await received.received(till, after)

    @get("/v1/bills/{day:str}", responses=refusals(*_BILL), **AS_MERCHANT)
    async def bill(
        till: NamedDependency[Principal],
        day: FromPath[str],
        currency: Currency = None,
        preliminary: FromQuery[bool] = False,
    ) -> BillTotals:
        """A day's totals."""
        found = await bills.bill(till.merchant, day, currency, preliminary=preliminary)
        return found.totals

    @get(
        "/v1/bills/{day:str}/csv",
        media_type="text/csv",
        responses={200: file_of("text/csv")} | refusals(*_BILL),
        **AS_MERCHANT,
    )
    async def bill_csv(
        till: NamedDependency[Principal],
        day: FromPath[str],
        currency: Currency = None,
        preliminary: FromQuery[bool] = False,
    ) -> Response[bytes]:
        """The bill itself: one line for every movement of the merchant's account."""
        found = await bills.bill(till.merchant, day, currency, preliminary=preliminary)
        name = f"kbean-bill-{found.totals.day}-{found.totals.currency}.csv"
        return Response(
            bills.csv(found),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @get(
        "/v1/counter/received/{order_number:str}",
        responses=refusals(*SIGNED_IN, "order_not_found"),
        **AS_MERCHANT,
    )
    async def came_in_once(
        till: NamedDependency[Principal], order_number: FromPath[str]
    ) -> Received:
        """One payment of the store's printed code, by the number that people quote."""
        return await received.find(till, order_number)

    @post(
        "/v1/counter/received/{payment_id:str}/claim",
        status_code=200,
        dto=StrictBody[ClaimRequest],
        return_dto=None,
        responses=refusals(
            *SIGNED_IN,
            "validation_failed",
            "order_not_found",
            "confirmation_code_used",
            "unsupported_media_type",
        ),
        **AS_MERCHANT,
    )
    async def claim(
        till: NamedDependency[Principal], payment_id: FromPath[str], data: JSONBody[ClaimRequest]
    ) -> Claim:
        """Say which sale without internet one of them paid; the first wins. Safe to repeat."""
        return await received.claim(till, payment_id, data.out_trade_no)

    return [hand_in, came_in, came_in_once, claim, bill, bill_csv]
