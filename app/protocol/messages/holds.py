"""Pre-authorisations (design/1 M11): held by the payer, captured or released by the till.

A till makes an order with ``hold: true``; the payer scans it and signs an ordinary
:class:`~app.protocol.messages.payments.PaymentIntent`, which is sent to ``POST /v1/holds``.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from app.protocol.messages import OutTradeNo
from app.protocol.messages.payments import Amount, Label, PaymentIntent, Signature


class HoldRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/holds`` (``Idempotency-Key`` = ``intent.key``) → 201 :class:`Authorisation`."""

    intent: PaymentIntent
    signature: Signature


class CaptureRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/holds/capture`` by a till → 201 :class:`Authorisation`.

    Captures ``amount`` (at most what is held) as a payment and lets the rest go: a hold is
    captured once. The same pair of numbers captures once.
    """

    out_trade_no: OutTradeNo
    out_request_no: OutTradeNo
    amount: Amount
    cashier: Label = ""
    shift: Label = ""


class ReleaseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/holds/release`` by a till → 200 :class:`Authorisation`; safe to repeat."""

    out_trade_no: OutTradeNo
    cashier: Label = ""


class Authorisation(msgspec.Struct, frozen=True):
    """A pre-authorisation, for both sides.

    ``GET /v1/holds`` and ``GET /v1/holds/by-key/{key}?fence=`` (person, as for payments; 404
    ``hold_not_found``) · ``GET /v1/holds/by-trade-no/{out_trade_no}``
    (till). Money is ``held`` until ``expires_at`` at the latest.
    """

    hold_id: str
    order_id: str
    out_trade_no: str
    payee_name: str
    store_name: str
    subject: str
    amount: int
    currency: str
    state: Literal["held", "captured", "released", "expired"]
    held_at: int
    expires_at: int
    captured: int = 0
    payment_id: str | None = None
    order_number: str = ""
    ended_at: int | None = None


class AuthorisationList(msgspec.Struct, frozen=True):
    """Open ones first, newest first. Stream topic ``holds``."""

    items: list[Authorisation]
    server_time: int
