"""Between people: transfers, requests for money, plans (design/1 M3, M11).

``/v1/payees``, ``/v1/transfers``, ``/v1/money-requests``, ``/v1/plans``, ``/v1/personal-code``.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from app.protocol.messages import LINE, Currency, Id
from app.protocol.messages.payments import Amount, Signature
from app.protocol.signing import canonical_bytes

Note = Annotated[str, msgspec.Meta(max_length=120, pattern=LINE)]
PayeeRef = Annotated[str, msgspec.Meta(min_length=20, max_length=200, pattern="^[A-Za-z0-9_.-]+$")]
"""An opaque word of the service for a payee that was looked up; lives some minutes, or for ever
where the person has paid them before (then it is the ``contact_id`` of a :class:`KnownPayee`)."""

Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


# --- who is paid


class PayeeLookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/payees/lookup`` → :class:`PayeeFound`.

    Limited per person and day, failures weigh more, so that nobody harvests names with it; whoever
    switched "find me by phone / e-mail" off is not found that way.
    """

    how: Literal["phone", "email", "wallet", "code"]
    value: Annotated[str, msgspec.Meta(min_length=3, max_length=600)]


class PayeeFound(msgspec.Struct, frozen=True):
    """Somebody who can be paid; the name is masked (``王*明``, ``Sa* Ri*``).

    Attributes:
        known: The payer has paid them before (then the name is masked no more than last time).
        amount: From a personal code or link that names one.
        request_id: From a link of a request for money.
    """

    payee_ref: str
    name: str
    expires_at: int
    known: bool = False
    amount: int | None = None
    currency: str | None = None
    note: str = ""
    request_id: str | None = None


class NameCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/payees/check`` → :class:`NameChecked`: does this full name fit?"""

    payee_ref: PayeeRef
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=LINE)]


class NameChecked(msgspec.Struct, frozen=True):
    """``matches``, and how many checks are left today."""

    matches: bool
    left: int


class KnownPayee(msgspec.Struct, frozen=True):
    """Somebody this person has paid before; ``contact_id`` serves as a ``payee_ref``."""

    contact_id: str
    name: str
    last_at: int
    times: int


class KnownPayees(msgspec.Struct, frozen=True):
    """``GET /v1/payees``: the latest first."""

    items: list[KnownPayee]
    server_time: int


class PersonalCode(msgspec.Struct, frozen=True):
    """``GET /v1/personal-code?amount=&note=``: what others scan to pay this person.

    ``text`` is EMVCo text signed by the service (design/3); ``wallet_no`` the number to tell.
    """

    text: str
    wallet_no: str
    find_by_phone: bool
    find_by_email: bool


class FindMe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``PUT /v1/personal-code/find-me``."""

    by_phone: bool
    by_email: bool


# --- transfers


class TransferIntent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the payer's device signs; ``key`` equals the ``Idempotency-Key``."""

    key: Id
    payer: Id
    device: Id
    payee_ref: PayeeRef
    request_id: Id | None
    amount: Amount
    currency: Currency
    time: int

    def signed_bytes(self) -> bytes:
        """Canonical bytes, fields in declared order."""
        return canonical_bytes(
            "transfer-intent",
            1,
            (
                self.key,
                self.payer,
                self.device,
                self.payee_ref,
                self.request_id,
                self.amount,
                self.currency,
                self.time,
            ),
        )


class TransferRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/transfers`` → 201 :class:`Transfer`.

    A first transfer to somebody, or one above the step-up amount, is refused with
    ``step_up_needed`` unless it carries the passphrase (design/1 A2).
    """

    intent: TransferIntent
    signature: Signature
    note: Note = ""
    passphrase: Secret | None = None


class TransferReceipt(msgspec.Struct, frozen=True):
    """What the service signs; verifies offline with the pinned receipt key."""

    transfer_id: str
    order_number: str
    intent_hash: str
    payer: str
    payee_name: str
    amount: int
    currency: str
    posted_at: int
    journal_id: int
    key_id: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """Canonical bytes, fields in declared order without the signature."""
        return canonical_bytes(
            "transfer-receipt",
            1,
            (
                self.transfer_id,
                self.order_number,
                self.intent_hash,
                self.payer,
                self.payee_name,
                self.amount,
                self.currency,
                self.posted_at,
                self.journal_id,
                self.key_id,
            ),
        )


class Transfer(msgspec.Struct, frozen=True):
    """A posted transfer, as its payer sees it.

    ``GET /v1/transfers/{transfer_id}`` · ``GET /v1/transfers/by-key/{key}?fence=`` with the same
    meaning as for payments (404 ``transfer_not_found``).
    """

    transfer_id: str
    receipt: TransferReceipt
    balance_after: int
    note: str = ""
    request_id: str | None = None


# --- requests for money, splits, links


class AskMoney(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/money-requests`` (``Idempotency-Key``, which becomes the id) → 201.

    Without ``payee_ref`` (here: who is asked) it is a payment link that anybody may pay once.
    """

    amount: Amount
    currency: Currency
    note: Note = ""
    payee_ref: PayeeRef | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 14


class SplitPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person's part of a bill; without ``payee_ref`` the asker's own."""

    amount: Amount
    payee_ref: PayeeRef | None = None


class Split(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/money-requests/split`` (``Idempotency-Key``) → 201 :class:`MoneyRequestList`.

    The parts add up to ``total`` (else ``split_unequal``); everybody but the asker is asked.
    """

    total: Amount
    currency: Currency
    parts: Annotated[list[SplitPart], msgspec.Meta(min_length=2, max_length=50)]
    note: Note = ""
    payment_id: Id | None = None


class MoneyRequest(msgspec.Struct, frozen=True):
    """A request for money. ``mine``: this person asks; else they are asked.

    Attributes:
        other: The other side's name (masked for links nobody took yet: empty).
        link: Text to share or show as a QR; empty where somebody in particular is asked and this
            person is the one.
        group_id: Of a split; ``POST …/{request_id}/remind`` once a day by the asker.
    """

    request_id: str
    mine: bool
    other: str
    amount: int
    currency: str
    note: str
    state: Literal["open", "paid", "declined", "cancelled", "expired"]
    created_at: int
    expires_at: int
    link: str = ""
    group_id: str | None = None
    payee_ref: str | None = None
    transfer_id: str | None = None
    reminded_at: int | None = None


class MoneyRequestList(msgspec.Struct, frozen=True):
    """``GET /v1/money-requests`` · ``POST …/{request_id}/decline`` · ``…/cancel`` · ``…/remind``.

    Open ones first, newest first. Stream topic ``requests``.
    """

    items: list[MoneyRequest]
    server_time: int


# --- plans: scheduled and recurring


class PlanIntent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The mandate a device signs: from ``first_on`` on, every ``every`` × ``unit``.

    Attributes:
        first_on: Day of the first payment, ``YYYY-MM-DD`` in the operator's time zone.
        unit: ``once`` for a single payment later. Months end where they must: the 31st is the
            last day of a shorter month.
        times: How often at most; None without end.
    """

    key: Id
    payer: Id
    device: Id
    payee_ref: PayeeRef
    amount: Amount
    currency: Currency
    first_on: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    unit: Literal["once", "day", "week", "month", "year"]
    every: Annotated[int, msgspec.Meta(ge=1, le=99)]
    times: Annotated[int, msgspec.Meta(ge=1, le=999)] | None
    time: int

    def signed_bytes(self) -> bytes:
        """Canonical bytes, fields in declared order."""
        return canonical_bytes(
            "plan-intent",
            1,
            (
                self.key,
                self.payer,
                self.device,
                self.payee_ref,
                self.amount,
                self.currency,
                self.first_on,
                self.unit,
                self.every,
                self.times,
                self.time,
            ),
        )


class PlanRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST /v1/plans`` (``Idempotency-Key`` = ``intent.key``, the plan's id) → 201 :class:`Plan`.

    A plan always carries the passphrase: it spends while nobody looks.
    """

    intent: PlanIntent
    signature: Signature
    passphrase: Secret
    note: Note = ""


class PlanRun(msgspec.Struct, frozen=True):
    """One payment of a plan: done, or why not (it is tried again on the two days after)."""

    on: str
    state: Literal["paid", "failed", "skipped"]
    at: int
    transfer_id: str | None = None
    failure: str = ""


class Plan(msgspec.Struct, frozen=True):
    """A plan. ``POST /v1/plans/{plan_id}/pause`` · ``/resume`` · ``/stop`` · ``/skip`` (the next).

    ``skipped`` days while paused are not made up for.
    """

    plan_id: str
    payee_name: str
    amount: int
    currency: str
    note: str
    unit: Literal["once", "day", "week", "month", "year"]
    every: int
    times: int | None
    done: int
    state: Literal["active", "paused", "stopped", "ended"]
    first_on: str
    next_on: str | None
    created_at: int
    runs: list[PlanRun] = []


class PlanList(msgspec.Struct, frozen=True):
    """``GET /v1/plans``: with the last runs of each. Stream topic ``plans``."""

    items: list[Plan]
    server_time: int
