"""The counter's people and shifts as the service knows them (``/v1/counter/…``), design/1 C4-C6.

A counter works without internet: cashiers are known to it by their PIN's hash, a shift is kept in
its own vault and handed in. The service holds what was handed in against the ledger.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.messages import END, LINE, Currency, Id, OutTradeNo

CashierRole = Literal["cashier", "supervisor", "manager"]
"""``cashier`` sells, ``supervisor`` also refunds and moves cash, ``manager`` keeps the people."""

CashierNo = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,6}" + END)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40, pattern=LINE)]


class Cashier(msgspec.Struct, frozen=True):
    """Somebody who sells. ``pin_hash`` is Argon2id text, for tills only; PINs have 4 to 8 digits.

    ``GET /v1/counter/cashiers`` by a till → :class:`CashierList`.
    """

    cashier_id: str
    number: str
    name: str
    role: CashierRole
    active: bool
    pin_hash: str


class CashierList(msgspec.Struct, frozen=True):
    """All of the merchant's, by number."""

    items: list[Cashier]
    server_time: int


class CashierRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT /v1/counter/cashiers/{cashier_id}`` by a till, in the name of a manager.

    ``pin`` is absent where it stays. The first manager of a merchant is made by the operator
    (``kbean server cashier add``).
    """

    by: Id
    number: CashierNo
    name: Name
    role: CashierRole
    active: bool = True
    pin: Annotated[str, msgspec.Meta(pattern="^[0-9]{4,8}" + END)] | None = None


class CounterInfo(msgspec.Struct, frozen=True):
    """``GET /v1/counter``: what a till is and may.

    Attributes:
        confirmation_key: 32 secret bytes, base64url, for codes without internet (design/3).
        query_seconds, give_up_seconds: How a charge is asked after (3 s for 45 s by default).
    """

    terminal_id: str
    terminal_name: str
    merchant_id: str
    merchant_name: str
    merchant_names: dict[str, str]
    store_id: str
    store_name: str
    currency: str
    operator: str
    mode: str
    confirmation_key: str
    static_code: str
    query_seconds: int
    give_up_seconds: int
    server_time: int


class Received(msgspec.Struct, frozen=True):
    """A payment of the store's printed code: somebody paid it without any till's doing.

    ``GET /v1/counter/received/{order_number}`` by a till finds one, however old it is.

    Attributes:
        payment_id: What a refund of it names as its ``out_trade_no``.
        order_number: The number people quote.
        amount: Minor units that the merchant got, whatever K-Beans or a coupon settled of them.
        payer: The payer's name, masked as on a charge's slip.
        paid_at: Unix milliseconds.
        confirmation: The eight digits that the payer's wallet shows (design/3 §At the counter).
        refunded: How much of it went back so far.
    """

    payment_id: str
    order_number: str
    amount: int
    currency: str
    payer: str
    paid_at: int
    confirmation: str
    refunded: int


class ReceivedList(msgspec.Struct, frozen=True):
    """``GET /v1/counter/received?after=`` by a till: what came in by its store's printed code.

    A till asks again with the ``after`` of the last answer, every few seconds. It is told each
    payment at least once, and again when something of it was refunded, by whichever till.

    Attributes:
        items: Oldest first. Without ``after``: the newest, about fifty of them.
        after: How far the merchant's account was read; only ever grows.
        more: There is more to read: ask again at once.
    """

    items: list[Received]
    after: int
    more: bool
    server_time: int


class ClaimRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/counter/received/{payment_id}/claim`` by a till → :class:`Claim`.

    A till that sold without internet says which payment of the printed code paid for which sale.
    Two tills of a store can have taken the same eight digits; the first claim of a payment wins
    for ever, everybody else is refused with ``confirmation_code_used``. Safe to repeat.

    Attributes:
        out_trade_no: The till's own number of the sale.
    """

    out_trade_no: OutTradeNo


class Claim(msgspec.Struct, frozen=True):
    """Whose sale a payment of the printed code has paid; ``claimed_at`` is Unix milliseconds."""

    payment_id: str
    out_trade_no: str
    terminal_id: str
    claimed_at: int


class CounterSetup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file that sets a counter up, JSON.

    Written by ``kbean server terminal add STORE NAME --out FILE``, read by ``kbean counter``.

    Attributes:
        address: The service's.
        key: The terminal's private key: 32 secret bytes, base64url. Nobody else has it.
        ca_file: An organisation's own certificate authority (PEM) on the counter's machine.
    """

    address: Annotated[str, msgspec.Meta(min_length=8, max_length=300)]
    terminal_id: Id
    key: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
    ca_file: str | None = None


class ShiftFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a shift sold through the wallet, counted by one side.

    A sale is a paid order or charge of the shift; one that was revoked is neither a sale nor a
    refund. Amounts are those of the sales, whatever K-Beans or coupons settled of them.
    """

    sales: int
    sales_amount: int
    refunds: int
    refunds_amount: int


class ShiftReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT /v1/counter/shifts/{shift_id}`` by a till at the Z report → :class:`ShiftCheck`.

    Safe to repeat; a shift that was handed in with other figures is kept beside the first.

    Attributes:
        number: Counts up on each terminal.
        cashier: Whose shift it is.
        trades: ``out_trade_no`` → amount of every sale that ``figures`` count; may be left out
            (by a till that keeps no list, or of a shift with more), then only sums are compared.
        returns: ``out_trade_no/out_request_no`` → amount of every refund; the same.
        cash_in, cash_out: What was put in and taken out besides sales.
        expected_cash, counted_cash: The drawer; the float is part of both.
    """

    number: int
    cashier: Id
    currency: Currency
    opened_at: int
    closed_at: int
    figures: ShiftFigures
    float_amount: int
    cash_sales: int
    cash_in: int
    cash_out: int
    expected_cash: int
    counted_cash: int
    trades: Annotated[dict[str, int], msgspec.Meta(max_length=1500)] = {}
    returns: Annotated[dict[str, int], msgspec.Meta(max_length=1500)] = {}


class ShiftCheck(msgspec.Struct, frozen=True):
    """The service's own figures of a shift, out of the ledger, and whether they agree.

    Attributes:
        missing_here: Numbers that the counter named and the service has not, or with another
            amount.
        missing_there: Numbers that the service has and the counter has not, or with another
            amount; where the counter named none at all, these are all there are.
    """

    shift_id: str
    agreed: bool
    service: ShiftFigures
    missing_here: list[str]
    missing_there: list[str]
    received_at: int
