"""Routes of webhooks: parse, call, answer."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from app.protocol.messages.settlement import Delivery, DeliveryList, Webhook, WebhookRequest
from app.server.http.application import SIGNED_IN, refusals
from app.server.http.bodies import StrictBody
from app.server.http.tokens import Principal
from app.server.payments.settlement.routes import AS_MERCHANT
from app.server.payments.settlement.webhooks import WebhookBook


def webhook_routes(book: WebhookBook) -> list[Any]:
    """Where a merchant is told, and what."""

    @put(
        "/v1/webhooks",
        dto=StrictBody[WebhookRequest],
        return_dto=None,
        responses=refusals(
            *SIGNED_IN, "webhook_invalid", "validation_failed", "unsupported_media_type"
        ),
        **AS_MERCHANT,
    )
    async def put_webhook(
        till: NamedDependency[Principal], data: JSONBody[WebhookRequest]
    ) -> Webhook:
        """Set the merchant's address; a new one has a new secret, shown only now."""
        return await book.put(till.merchant, data)

    @get("/v1/webhooks", responses=refusals(*SIGNED_IN, "webhook_not_found"), **AS_MERCHANT)
    async def webhook(till: NamedDependency[Principal]) -> Webhook:
        """The merchant's address, without its secret."""
        return await book.get(till.merchant)

    @delete("/v1/webhooks", status_code=204, responses=refusals(*SIGNED_IN), **AS_MERCHANT)
    async def delete_webhook(till: NamedDependency[Principal]) -> None:
        """Tell nobody any more; safe to repeat."""
        await book.delete(till.merchant)

    @get(
        "/v1/webhooks/deliveries",
        responses=refusals(*SIGNED_IN, "validation_failed"),
        **AS_MERCHANT,
    )
    async def delivery_list(
        till: NamedDependency[Principal],
        before: Annotated[str | None, QueryParameter(max_length=36)] = None,
    ) -> DeliveryList:
        """What was told and what became of it, newest first."""
        return await book.deliveries(till.merchant, before)

    @post(
        "/v1/webhooks/deliveries/{delivery_id:str}/replay",
        status_code=200,
        responses=refusals(*SIGNED_IN, "webhook_not_found", "unsupported_media_type"),
        **AS_MERCHANT,
    )
    async def replay(till: NamedDependency[Principal], delivery_id: FromPath[str]) -> Delivery:
        """Send an event again, byte for byte and under its old id."""
        return await book.replay(till.merchant, delivery_id)

    return [put_webhook, webhook, delete_webhook, delivery_list, replay]
