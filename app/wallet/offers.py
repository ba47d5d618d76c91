"""From a text that was read to an offer to pay, or an explanation why there is none.

The signature is verified offline with the pinned keys before the service is asked; what is shown
and paid is the service's own answer, never the picture's (design/3 §Merchant and personal QR).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from app.protocol.codes.emv import CodeError
from app.protocol.codes.explain import Explained, Kind, explain
from app.protocol.codes.merchant_code import MerchantCode
from app.protocol.errors import KBeanError
from app.protocol.messages.charges import Confirmation
from app.protocol.messages.payments import Payee, Resolution
from app.protocol.messages.points import Deductions
from app.wallet.beans.deduction import NOTHING, Deduction

if TYPE_CHECKING:
    from app.wallet.line import Line
    from app.wallet.session import WalletSession

_PATIENCE = 10.0
"""Seconds a person with a code in hand waits for the service."""


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text that was read isn't payable, and what it is. Told without a network.

    Attributes:
        kind: As :data:`app.protocol.codes.explain.Kind` has it (``web``, ``foreign_merchant``,
            ``ours_unsigned``, ``damaged`` …), or ``ours_forged``: ours, but the signature doesn't
            hold under any pinned key.
        text: The text as read, for showing and copying.
        system: The other system, unique id or host, where it can be told.
        reason: The protocol's finer word for what is wrong (``crc``, ``signature`` …), or empty.
        claimed_name: The merchant name the code claims, *unverified*, never to be shown as true.
        claimed_city: The same for the city.
        claimed_amount: Minor units the code claims, where it is one of ours.
        claimed_currency: ISO 4217 code the code claims, where it is one of ours.
    """

    kind: Kind | Literal["ours_forged"]
    text: str
    system: str = ""
    reason: str = ""
    claimed_name: str = ""
    claimed_city: str = ""
    claimed_amount: int | None = None
    claimed_currency: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """What would be paid, all from the service's own answer (never from the picture).

    Attributes:
        kind: ``dynamic`` (amount fixed by the order), ``static`` (the payer chooses) or ``charge``
            (a till scanned the payer's code and waits for their word).
        payee: The verified merchant.
        currency: ISO 4217.
        amount: Minor units; None until chosen.
        subject: What the order is for.
        points: K-Beans that this amount would earn, where the service said so.
        expires_at: Unix milliseconds, dynamic orders only.
        note: The payer's own words.
        available: The payer's available money in that currency; None when not known.
        maximum: The most that can be chosen (limits and money), static codes only.
        order_id: The dynamic order.
        code_id: The signed code; a charge carries its own id.
        reason: Why a charge has to be confirmed: ``amount``, ``day`` or ``revealed``.
        offered: What K-Beans and coupons could settle of it; None until the service said so.
        deduction: What the payer chose of that.
        clock_offset_ms: The service's clock minus this machine's, for counting down.
        hold: A pre-authorisation: the money is held, not paid.
    """

    kind: Literal["static", "dynamic", "charge"]
    payee: Payee
    currency: str
    code_id: str
    order_id: str | None = None
    amount: int | None = None
    subject: str = ""
    points: int | None = None
    expires_at: int | None = None
    note: str = ""
    available: int | None = None
    maximum: int | None = None
    reason: str = ""
    offered: Deductions | None = None
    deduction: Deduction = NOTHING
    clock_offset_ms: int = 0
    hold: bool = False

    @property
    def to_pay(self) -> int:
        """What will leave the account: the amount less what was deducted."""
        return (self.amount or 0) - self.deduction.discount

    def payee_name(self, locale: str) -> str:
        """The merchant's verified name in a language, where it has one."""
        return self.payee.names.get(locale[:2], self.payee.name)

    async def with_amount(self, session: WalletSession, minor: int) -> Offer:
        """The same with an amount the payer chose.

        Raises:
            KBeanError: ``amount_invalid``, ``amount_too_large``, ``limit_exceeded``,
                ``insufficient_funds``.
        """
        if minor < 1:
            raise KBeanError("amount_invalid", field="amount")
        service = session.snapshot.service
        if service is not None and minor > service.payment_max:
            raise KBeanError(
                "amount_too_large", field="amount", params={"maximum": service.payment_max}
            )
        if service is not None and minor > service.static_code_daily_cap:
            limit = service.static_code_daily_cap
            raise KBeanError("limit_exceeded", field="amount", params={"limit": limit})
        available = self.available
        if available is not None and minor > available:
            # What is known here may be old; money may have come in.
            available = await _ask_available(session, self.currency, available)
            if minor > available:
                raise KBeanError(
                    "insufficient_funds", field="amount", params={"available": available}
                )
        return dataclasses.replace(self, amount=minor, available=available)


def offer_of(session: WalletSession, charge: Confirmation) -> Offer:
    """What a till waits for, as the confirm sheet shows it."""
    account = session.snapshot.money(charge.currency)
    return Offer(
        kind="charge",
        payee=charge.payee,
        currency=charge.currency,
        code_id=charge.charge_id,
        order_id=charge.charge_id,
        amount=charge.amount,
        subject=charge.subject,
        expires_at=charge.expires_at,
        available=account.available if account else None,
        reason=charge.reason,
        clock_offset_ms=session.clock.offset_ms,
    )


async def read_code(session: WalletSession, text: str) -> Explanation | Offer:
    """Read, verify, resolve.

    Raises:
        KBeanError: the service's refusal (paid, expired, cancelled …) or trouble on the way.
    """
    explained = explain(text)
    code = explained.code
    if code is None:
        return _explanation(explained)
    try:
        await _verify(session.line, code)
    except CodeError as error:
        return dataclasses.replace(_explanation(explained), kind="ours_forged", reason=error.reason)
    resolution = await session.line.ask(
        lambda client: client.resolve(code.text), patience=_PATIENCE
    )
    _check_same(code, resolution)
    return _offer(session, resolution)


async def _verify(line: Line, code: MerchantCode) -> None:
    """Hold the signature against the pinned keys; an unknown key is looked up once."""
    try:
        code.verify(line.code_keys())
    except CodeError as error:
        if error.reason != "key_unknown":
            raise
        await line.refresh_service()
        code.verify(line.code_keys())


def _check_same(code: MerchantCode, resolution: Resolution) -> None:
    """The service must speak of the very code that was signed."""
    same = resolution.code_id == code.code_id and resolution.currency == code.currency
    if code.dynamic:
        same = same and resolution.kind == "dynamic" and resolution.amount == code.amount
    else:
        same = same and resolution.kind == "static" and resolution.amount is None
    if not same:
        raise KBeanError("order_mismatch", "the service speaks of another code")


def _offer(session: WalletSession, resolution: Resolution) -> Offer:
    snapshot = session.snapshot
    account = snapshot.money(resolution.currency)
    if account is None and snapshot.accounts:
        raise KBeanError("currency_unsupported", params={"currency": resolution.currency})
    available = account.available if account else None
    maximum = None
    if resolution.kind == "static":
        service = snapshot.service
        limits = [service.payment_max, service.static_code_daily_cap] if service else []
        known = [*limits, *([available] if available is not None else [])]
        maximum = max(0, min(known)) if known else None
    return Offer(
        kind=resolution.kind,
        payee=resolution.payee,
        currency=resolution.currency,
        code_id=resolution.code_id,
        order_id=resolution.order_id,
        amount=resolution.amount,
        subject=resolution.subject,
        points=resolution.points,
        expires_at=resolution.expires_at,
        available=available,
        maximum=maximum,
        clock_offset_ms=session.clock.offset_ms,
        hold=resolution.hold,
    )


async def _ask_available(session: WalletSession, currency: str, known: int) -> int:
    """The available money as the service has it now, or as known where it can't be asked."""
    try:
        accounts = await session.line.ask(lambda client: client.accounts(), patience=_PATIENCE / 2)
    except KBeanError:
        return known
    for account in accounts.accounts:
        if account.kind == "money" and account.currency == currency:
            return account.available
    return known


def _explanation(explained: Explained) -> Explanation:
    code, error = explained.code, explained.error
    return Explanation(
        kind=explained.kind,
        text=explained.text,
        system=explained.system,
        reason=error.reason if error else "",
        claimed_name=code.name if code else "",
        claimed_city=code.fields.city if code else "",
        claimed_amount=code.amount if code else None,
        claimed_currency=code.currency if code else "",
    )
