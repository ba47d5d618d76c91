"""Payers' codes, charges and their confirmation (``/v1/payer-codes``, ``/v1/charges`` …).

Source: design/3 §Payer's code, §At the counter. A charge is an order of the kind ``charge``: its
``charge_id`` is the order's id, its ``out_trade_no`` stands in the same register as every order's,
so one number is one sale for ever and refunds, bills and queries know no difference.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.messages import LINE, Currency, OutTradeNo
from app.protocol.messages.payments import Amount, Label, Payee

PayerCode = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
"""What the scanner read: 18 digits or the CPM text; the service reads both."""

ChargeState = Literal["success", "failed", "userpaying", "closed", "reversing", "revoked"]
"""``success`` paid · ``failed`` refused, the code is burned · ``userpaying`` the payer is asked ·
``closed`` never paid and never will be · ``reversing`` the money is on its way back · ``revoked``
it was paid and is back."""


# --- the wallet: codes that work offline


class CodesRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/payer-codes`` (no key; repeating gives fresh handles) → :class:`PayerCodes`.

    ``burn`` are handles that this device no longer has use for: they die at once.
    """

    burn: Annotated[
        list[Annotated[int, msgspec.Meta(ge=0, lt=10**9)]], msgspec.Meta(max_length=32)
    ] = []


class PayerHandle(msgspec.Struct, frozen=True):
    """One handle issued ahead: with its key the device makes codes without internet.

    Attributes:
        handle: Nine digits, random; says nothing about its owner.
        key: 32 secret bytes, base64url. Kept in the vault only.
        valid_from: First moment, Unix milliseconds (the service's clock).
        valid_until: Last moment; at most 24 hours after issue plus what offline use needs.
        must_confirm: Codes of this handle are always confirmed in the wallet: the one to use when
            the digits are shown to be read out (design/3: revealing marks the code).
    """

    handle: int
    key: str
    valid_from: int
    valid_until: int
    must_confirm: bool = False


class PayerCodes(msgspec.Struct, frozen=True):
    """Handles for this device: some for scanning, one for revealing. Replaces those it had.

    ``small_each`` and ``small_day`` say up to what amount a code is paid without a question.
    """

    handles: list[PayerHandle]
    currency: str
    small_each: int
    small_day: int
    server_time: int


class CodeUse(msgspec.Struct, frozen=True):
    """What became of a shown code; how the page that shows it learns that it was scanned."""

    handle: int
    charge_id: str
    state: ChargeState
    amount: int
    currency: str
    payee_name: str
    at: int
    payment_id: str | None = None
    failure: str = ""


class CodeUses(msgspec.Struct, frozen=True):
    """``GET /v1/payer-codes/uses?after=`` (Unix ms): uses of this person's codes, newest first.

    The event stream says ``changed: codes`` the moment there is a new one.
    """

    items: list[CodeUse]
    server_time: int


class Confirmation(msgspec.Struct, frozen=True):
    """A charge that waits for the payer's word (USERPAYING).

    The payer says yes by ``POST /v1/payments`` with an intent whose ``order_id`` and ``code_id``
    are ``charge_id`` and whose amount and payee are these: the same signed way as every payment.
    """

    charge_id: str
    payee: Payee
    amount: int
    currency: str
    subject: str
    reason: Literal["amount", "day", "revealed"]
    created_at: int
    expires_at: int


class ConfirmationList(msgspec.Struct, frozen=True):
    """``GET /v1/confirmations`` · ``POST /v1/confirmations/{charge_id}/decline`` → the rest.

    The event stream says ``changed: confirmations`` within a second of a charge.
    """

    items: list[Confirmation]
    server_time: int


# --- the till


class ChargeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/charges`` (``Idempotency-Key``) → 201 success, 202 userpaying, or the refusal.

    A refusal (expired, used, locked code, too little money …) is final for this ``out_trade_no``:
    the charge is kept as ``failed`` with that code, and its payer's code is burned.
    """

    out_trade_no: OutTradeNo
    amount: Amount
    currency: Currency
    code: PayerCode
    subject: Annotated[str, msgspec.Meta(max_length=120, pattern=LINE)] = ""
    cashier: Label = ""
    shift: Label = ""


class Charge(msgspec.Struct, frozen=True):
    """A charge as it stands. ``GET /v1/charges/{out_trade_no}``.

    Attributes:
        deadline: While ``userpaying``: until when the payer may say yes, Unix milliseconds.
        failure: While ``failed``: the refusal's code; while ``closed``: why (``payer_declined``,
            ``reversed``, ``expired``).
        payer: The payer's name, masked, for the slip.
        order_number: The number people quote, once paid.
        points_earned: K-Beans the payer got.
    """

    charge_id: str
    out_trade_no: str
    state: ChargeState
    amount: int
    currency: str
    subject: str
    created_at: int
    deadline: int
    failure: str = ""
    payer: str = ""
    payment_id: str | None = None
    paid_at: int | None = None
    order_number: str = ""
    points_earned: int = 0


class ReverseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/charges/{out_trade_no}/reverse`` → 200 :class:`Charge`; safe to repeat.

    Unpaid becomes ``closed``, paid becomes ``revoked`` (money, K-Beans and coupons back, as a full
    refund). A number the service has never seen is burned: a charge still under way with it can
    no longer be posted. ``reversing`` means that the service is still at it and will reach an end.
    What was paid longer ago than the operator allows (24 hours by default) is not reversed but
    refunded: ``charge_too_old``.
    """

    reason: Annotated[str, msgspec.Meta(max_length=120, pattern=LINE)] = ""
    cashier: Label = ""
