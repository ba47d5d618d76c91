"""Routes of payments: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.protocol.messages.identity import TerminalSession, TerminalSignInRequest
from app.protocol.messages.payments import (
    AccountList,
    ActivityPage,
    Order,
    OrderRequest,
    Payment,
    PaymentRequest,
    PointsSummary,
    Resolution,
    ResolveRequest,
)
from app.server.config import Config
from app.server.http.access import client_address
from app.server.http.application import SIGNED_IN, answered, documented, refusals
from app.server.http.bodies import StrictBody
from app.server.http.limits import RateLimit, SharedCounts
from app.server.http.preamble import AS_PERSON, AS_TILL, KEY_REFUSALS, Key
from app.server.http.tokens import Principal
from app.server.payments.activity import ActivityService
from app.server.payments.merchants import BeansFor, MerchantBook
from app.server.payments.orders import OrderService
from app.server.payments.service import PaymentService


def payment_routes(
    paying: PaymentService,
    merchants: MerchantBook,
    activity: ActivityService,
    config: Config,
    beans_for: BeansFor,
) -> list[Any]:
    """What a person asks; ``beans_for`` tells how many K-Beans a sale earns."""
    resolving = RateLimit(config.resolve_per_minute if config.rate_limits else None)

    @post(
        "/v1/codes/resolve",
        dto=StrictBody[ResolveRequest],
        return_dto=None,
        status_code=200,
        tags=["payments"],
        responses=refusals(
            *SIGNED_IN,
            "code_malformed",
            "code_foreign",
            "code_unsigned",
            "code_forged",
            "code_revoked",
            "merchant_closed",
            "order_not_found",
            "order_expired",
            "order_paid",
            "order_cancelled",
            "currency_unsupported",
            "too_many_requests",
            "unsupported_media_type",
        ),
        **AS_PERSON,
    )
    async def resolve(
        person: NamedDependency[Principal], data: JSONBody[ResolveRequest]
    ) -> Resolution:
        """Say what a scanned code stands for now."""
        resolving.check(person.id)
        return await merchants.resolve(data.code, beans_for)

    @post(
        "/v1/payments",
        dto=StrictBody[PaymentRequest],
        return_dto=None,
        status_code=201,
        tags=["payments"],
        responses=documented(201, Payment)
        | refusals(
            *SIGNED_IN,
            *KEY_REFUSALS,
            "signature_invalid",
            "device_revoked",
            "clock_off",
            "code_forged",
            "code_revoked",
            "merchant_closed",
            "order_not_found",
            "order_expired",
            "order_paid",
            "order_cancelled",
            "order_mismatch",
            "amount_invalid",
            "amount_too_large",
            "currency_unsupported",
            "currency_mismatch",
            "insufficient_funds",
            "limit_exceeded",
            "account_frozen",
            "unsupported_media_type",
        ),
        **AS_PERSON,
    )
    async def pay(
        person: NamedDependency[Principal],
        data: JSONBody[PaymentRequest],
        idempotency_key: Key = None,
    ) -> Response[bytes]:
        """Pay: a signed intent in, a signed receipt out."""
        return answered(await paying.pay(person, idempotency_key, data))

    @get(
        "/v1/payments/{payment_id:str}",
        tags=["payments"],
        responses=documented(200, Payment) | refusals(*SIGNED_IN, "payment_not_found"),
        **AS_PERSON,
    )
    async def payment(
        person: NamedDependency[Principal], payment_id: FromPath[str]
    ) -> Response[bytes]:
        """One of the person's payments."""
        return Response(await paying.find(person.id, payment_id), media_type="application/json")

    @get(
        "/v1/payments/by-key/{key:str}",
        tags=["payments"],
        responses=documented(200, Payment)
        | refusals(*SIGNED_IN, "payment_not_found", "idempotency_key_invalid"),
        **AS_PERSON,
    )
    async def payment_by_key(
        person: NamedDependency[Principal], key: FromPath[str], fence: FromQuery[bool] = False
    ) -> Response[bytes]:
        """What became of an idempotency key; with ``fence`` nothing can become of it any more."""
        found = await paying.find_by_key(person.id, key, fence=fence)
        return Response(found, media_type="application/json")

    @get("/v1/accounts", tags=["accounts"], responses=refusals(*SIGNED_IN), **AS_PERSON)
    async def account_list(person: NamedDependency[Principal]) -> AccountList:
        """Balances, money and K-Beans."""
        return await activity.account_list(person.id)

    @get("/v1/points", tags=["accounts"], responses=refusals(*SIGNED_IN), **AS_PERSON)
    async def points(person: NamedDependency[Principal]) -> PointsSummary:
        """K-Beans by lot, soonest expiry first."""
        return await activity.points(person.id)

    @get("/v1/activity", tags=["accounts"], responses=refusals(*SIGNED_IN), **AS_PERSON)
    async def activity_page(
        person: NamedDependency[Principal],
        currency: Annotated[str | None, QueryParameter(pattern="^[A-Z]{3}$")] = None,
        cursor: Annotated[str | None, QueryParameter(max_length=400)] = None,
        after: Annotated[int | None, QueryParameter(ge=0, le=2**53)] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> ActivityPage:
        """Movements, newest first; with ``after`` the newer ones, oldest first."""
        return await activity.page(
            person.id, currency=currency, cursor=cursor, after=after, limit=limit
        )

    return [resolve, pay, payment, payment_by_key, account_list, points, activity_page]


def till_routes(
    orders: OrderService, merchants: MerchantBook, config: Config, counts: SharedCounts | None
) -> list[Any]:
    """What a till asks; ``counts`` is where all nodes count who comes to the door."""
    each = config.sign_in_per_minute if config.rate_limits else None
    signing_in = RateLimit(each, name="till_sign_in", shared=counts)

    @post(
        "/v1/terminal-sessions",
        dto=StrictBody[TerminalSignInRequest],
        return_dto=None,
        status_code=201,
        tags=["tills"],
        responses=refusals(
            "credentials_wrong",
            "device_revoked",
            "clock_off",
            "too_many_requests",
            "unsupported_media_type",
        ),
    )
    async def terminal_sign_in(
        request: Request[Any, Any, Any], data: JSONBody[TerminalSignInRequest]
    ) -> TerminalSession:
        """Sign a till in by its key."""
        # By address: counted by its id, anybody could keep a till out.
        await signing_in.check_everywhere(client_address(request))
        return await merchants.sign_in(data)

    @post(
        "/v1/orders",
        dto=StrictBody[OrderRequest],
        return_dto=None,
        status_code=201,
        tags=["tills"],
        responses=documented(201, Order)
        | refusals(
            *SIGNED_IN,
            *KEY_REFUSALS,
            "amount_invalid",
            "amount_too_large",
            "currency_unsupported",
            "merchant_closed",
            "out_trade_no_used",
            "unsupported_media_type",
        ),
        **AS_TILL,
    )
    async def create_order(
        till: NamedDependency[Principal], data: JSONBody[OrderRequest], idempotency_key: Key = None
    ) -> Response[bytes]:
        """Make a dynamic order and its code."""
        return answered(await orders.create(till, idempotency_key, data))

    @get(
        "/v1/orders/{order_id:str}",
        tags=["tills"],
        responses=refusals(*SIGNED_IN, "order_not_found"),
        **AS_TILL,
    )
    async def order(till: NamedDependency[Principal], order_id: FromPath[str]) -> Order:
        """An order of the till's merchant."""
        return await orders.find(till, order_id)

    @get(
        "/v1/orders",
        tags=["tills"],
        responses=refusals(*SIGNED_IN, "order_not_found"),
        **AS_TILL,
    )
    async def order_by_trade_no(
        till: NamedDependency[Principal],
        out_trade_no: Annotated[str, QueryParameter(pattern="^[A-Za-z0-9_.-]{1,64}$")],
    ) -> Order:
        """The order behind the merchant's own number."""
        return await orders.find_by_trade_no(till, out_trade_no)

    @post(
        "/v1/orders/{order_id:str}/cancel",
        status_code=200,
        tags=["tills"],
        responses=refusals(*SIGNED_IN, "order_not_found", "order_paid", "unsupported_media_type"),
        **AS_TILL,
    )
    async def cancel_order(till: NamedDependency[Principal], order_id: FromPath[str]) -> Order:
        """Withdraw an order that nobody has paid."""
        return await orders.cancel(till, order_id)

    return [terminal_sign_in, create_order, order, order_by_trade_no, cancel_order]
