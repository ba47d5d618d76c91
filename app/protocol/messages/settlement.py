"""Daily bills, webhooks, statements (``/v1/bills``, ``/v1/webhooks``, ``/v1/statements``), C8, M6.

Webhooks follow the Standard Webhooks specification (headers ``webhook-id``, ``webhook-timestamp``,
``webhook-signature`` with ``v1,`` HMAC-SHA256 over ``id.timestamp.body``).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from app.protocol.messages import END, Currency

Day = Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}" + END)]

EVENTS = ("payment.succeeded", "charge.closed", "refund.succeeded", "hold.held", "hold.released")
"""What a merchant's server may be told."""


class BillTotals(msgspec.Struct, frozen=True):
    """``GET /v1/bills/{day}?currency=&preliminary=`` by a till: a day in the operator's time zone.

    ``GET /v1/bills/{day}/csv`` is the bill itself (RFC 4180, UTF-8 with BOM): one line for every
    payment, refund and other movement of the merchant's account; its sums are these.
    A day is ready some minutes after it ended (``bill_not_ready`` with ``ready_in`` seconds);
    ``preliminary=true`` gives what there is, with ``final`` false. ``change`` is what the ledger
    says the account changed by: it equals ``payments_amount - refunds_amount + other``. The day
    begins at ``start`` and is over at ``end`` (Unix milliseconds, the operator's midnights).
    """

    day: str
    currency: str
    payments: int
    payments_amount: int
    refunds: int
    refunds_amount: int
    other: int
    opening: int
    closing: int
    change: int
    final: bool
    start: int = 0
    end: int = 0


class WebhookRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT /v1/webhooks`` by a till → 200 :class:`Webhook`. HTTPS, or this machine in demo."""

    url: Annotated[str, msgspec.Meta(min_length=8, max_length=500)]
    events: Annotated[list[str], msgspec.Meta(min_length=1, max_length=10)]


class Webhook(msgspec.Struct, frozen=True):
    """Where a merchant is told; ``secret`` (``whsec_…``) is shown once, when it is made."""

    url: str
    events: list[str]
    created_at: int
    secret: str = ""


class Delivery(msgspec.Struct, frozen=True):
    """One event and what became of telling it; ``GET /v1/webhooks/deliveries?before=``.

    ``POST /v1/webhooks/deliveries/{delivery_id}/replay`` sends it again, byte for byte.
    """

    delivery_id: str
    event: str
    created_at: int
    state: Literal["waiting", "delivered", "failed"]
    tries: int
    next_at: int | None
    status: int | None
    payload: dict[str, Any]


class DeliveryList(msgspec.Struct, frozen=True):
    """Newest first."""

    items: list[Delivery]
    server_time: int


class StatementRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/statements`` by a person → 200 ``application/pdf``, sealed by the service.

    Both days count; at most 366 of them, the last not in the future.
    """

    first: Day
    last: Day
    currency: Currency
    language: Literal["zh-CN", "en"] = "zh-CN"
