"""Pay a person: find them, amount, confirm a masked name, authenticate, send, reach the truth.

The same steps make a plan: with a :class:`~app.wallet.people.calendar.Schedule` on the offer what
is signed is the mandate, and nothing moves now.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from app.protocol.codes.emv import CodeError
from app.protocol.codes.personal_code import PersonalCode
from app.protocol.errors import KBeanError
from app.protocol.messages.transfers import (
    KnownPayee,
    MoneyRequest,
    PayeeFound,
    Plan,
    Transfer,
)
from app.wallet.failures import Failure, failure_of
from app.wallet.flows.base import FlowStateError
from app.wallet.flows.spending import Because, PayState, Spending
from app.wallet.offers import Explanation
from app.wallet.people.calendar import Schedule
from app.wallet.people.trades import PlanWish, TransferWish
from app.wallet.people.who import Typed, understand
from app.wallet.session import WalletSession
from app.wallet.trade import Signed
from app.wallet.vault.errors import VaultError

__all__ = ["PayState", "TransferFlow", "TransferOffer", "TransferView"]


@dataclasses.dataclass(frozen=True, slots=True)
class TransferOffer:
    """Who would be paid, all from the service's own answer.

    Attributes:
        payee_ref: The service's word for them.
        name: Masked.
        currency: ISO 4217.
        amount: Minor units; None until chosen.
        fixed: The amount belongs to a request for money and isn't chosen.
        known: Paid before: no passphrase is wanted for that.
        note: The payer's words to the payee.
        request_id: The request for money that would be answered.
        available: The payer's available money; None when not known.
        name_fits: Whether the full name that was typed fits; None before it was checked.
        checks_left: How many names can still be checked today, after a check.
        schedule: Where payments later are agreed instead of one now.
    """

    payee_ref: str
    name: str
    currency: str
    amount: int | None = None
    fixed: bool = False
    known: bool = False
    note: str = ""
    request_id: str | None = None
    available: int | None = None
    name_fits: bool | None = None
    checks_left: int | None = None
    schedule: Schedule | None = None

    @property
    def to_pay(self) -> int:
        """What leaves the payer's account; 0 until it is chosen."""
        return self.amount or 0


@dataclasses.dataclass(frozen=True, slots=True)
class TransferView:
    """What the transfer pages draw; the fields are :class:`app.wallet.flows.pay.PayView`'s.

    Attributes:
        state: Where the flow stands; READING while somebody is looked up.
        offer: From CHOOSING_AMOUNT on.
        explanation: In EXPLAINED: a code that isn't to be trusted.
        failure: In REFUSED and UNKNOWN.
        authenticate_because: In AUTHENTICATING; ``step_up``: the service wants the passphrase.
        keychain_available: Whether AUTHENTICATING may use the keychain.
        transfer: In SUCCEEDED, its receipt verified and matched with the intent.
        plan: In SUCCEEDED, where a plan was made.
        key: The intent's key from SENDING on.
        asked: How many times UNKNOWN asked for the outcome.
    """

    state: PayState
    offer: TransferOffer | None = None
    explanation: Explanation | None = None
    failure: Failure | None = None
    authenticate_because: Because | None = None
    keychain_available: bool = False
    transfer: Transfer | None = None
    plan: Plan | None = None
    key: str | None = None
    asked: int = 0


class TransferFlow(Spending[TransferView]):
    """One transfer after another; ``find``, ``pick`` and ``answer`` start anew."""

    def __init__(self, session: WalletSession) -> None:
        super().__init__(session, TransferView(PayState.IDLE))
        self._searches = 0

    async def find(self, text: str, *, later: bool = False) -> None:
        """Take what was typed, pasted or scanned; → READING → CHOOSING_AMOUNT or CONFIRMING.

        REFUSED where nobody is found, EXPLAINED for a code whose signature doesn't hold. A second
        ``find`` while one is under way takes its place.

        Args:
            text: A phone number, an e-mail address, a wallet number, a personal code.
            later: A plan is wanted: the amount and the days are chosen even where a code has one.
        """
        self._forbid(PayState.SENDING, PayState.UNKNOWN)
        self._searches += 1
        mine = self._searches
        self._show(TransferView(PayState.READING))
        try:
            view = await self._found(text, later=later)
        except (KBeanError, VaultError) as error:
            view = TransferView(PayState.REFUSED, failure=failure_of(error, money="not_moved"))
        except BaseException:
            if mine == self._searches:
                self._show(TransferView(PayState.IDLE))
            raise
        if mine == self._searches and self.view.state is PayState.READING:
            self._show(view)

    async def pick(self, payee: KnownPayee) -> None:
        """Somebody who was paid before; → CHOOSING_AMOUNT."""
        self._forbid(PayState.SENDING, PayState.UNKNOWN)
        self._searches += 1
        found = PayeeFound(payee.contact_id, payee.name, 0, known=True)
        self._show(self._offered(self._offer_of(found)))

    async def answer(self, request: MoneyRequest) -> None:
        """Pay a request for money that came; → CONFIRMING, or REFUSED where it has ended."""
        self._forbid(PayState.SENDING, PayState.UNKNOWN)
        self._searches += 1
        if request.state != "open" or request.payee_ref is None:
            failure = failure_of(KBeanError("money_request_closed"))
            self._show(TransferView(PayState.REFUSED, failure=failure))
            return
        known = any(p.contact_id == request.payee_ref for p in self._session.people.state.payees)
        found = PayeeFound(
            request.payee_ref,
            request.other,
            request.expires_at,
            known=known,
            amount=request.amount,
            currency=request.currency,
            note=request.note,
            request_id=request.request_id,
        )
        self._show(self._offered(self._offer_of(found)))

    async def choose_amount(
        self, minor: int, schedule: Schedule | None = None, note: str = ""
    ) -> None:
        """CHOOSING_AMOUNT → CONFIRMING.

        Args:
            minor: Minor units, each time.
            schedule: For a plan; then nothing is paid now and what is available may change.
            note: The payer's words so far.

        Raises:
            KBeanError: ``amount_invalid``, ``amount_too_large``, ``insufficient_funds``,
                ``plan_invalid``; the state stays.
        """
        self._require(PayState.CHOOSING_AMOUNT)
        offer = self._offer
        if minor < 1:
            raise KBeanError("amount_invalid", field="amount")
        service = self._session.snapshot.service
        if service is not None and minor > service.payment_max:
            raise KBeanError(
                "amount_too_large", field="amount", params={"maximum": service.payment_max}
            )
        if schedule is None and offer.available is not None and minor > offer.available:
            raise KBeanError(
                "insufficient_funds", field="amount", params={"available": offer.available}
            )
        if schedule is not None and not schedule.next_days(1):
            raise KBeanError("plan_invalid", field="first_on")
        offer = dataclasses.replace(offer, amount=minor, schedule=schedule, note=note or offer.note)
        self._show(TransferView(PayState.CONFIRMING, offer=offer))

    async def change_amount(self) -> None:
        """CONFIRMING → CHOOSING_AMOUNT; not where a request fixes the amount."""
        self._require(PayState.CONFIRMING)
        if self._offer.fixed:
            raise FlowStateError("the request fixes the amount")
        self._show(TransferView(PayState.CHOOSING_AMOUNT, offer=self._offer))

    async def check_name(self, name: str) -> None:
        """CONFIRMING: hold a full name against the payee's; the offer says whether it fits.

        Raises:
            KBeanError: ``name_check_exhausted``, ``payee_ref_expired``; the state stays.
        """
        self._require(PayState.CONFIRMING)
        checked = await self._session.people.check_name(self._offer.payee_ref, name.strip())
        self._require(PayState.CONFIRMING)
        offer = dataclasses.replace(
            self._offer, name_fits=checked.matches, checks_left=checked.left
        )
        self._show(TransferView(PayState.CONFIRMING, offer=offer))

    async def cancel(self) -> bool:
        """Back to IDLE where nothing is under way; False in SENDING and UNKNOWN."""
        if not await super().cancel():
            return False
        self._searches += 1
        return True

    # --- pieces

    @property
    def _offer(self) -> TransferOffer:
        assert self.view.offer is not None
        return self.view.offer

    async def _found(self, text: str, *, later: bool) -> TransferView:
        typed = understand(text)
        if typed is None:
            raise KBeanError("payee_not_found", "neither a number nor an address nor a code")
        if typed.code is not None:
            try:
                await self._verify(typed.code)
            except CodeError as error:
                return TransferView(PayState.EXPLAINED, explanation=_forged(typed, error))
        found = await self._session.people.lookup(typed.how, typed.value)
        return self._offered(self._offer_of(found), later=later)

    async def _verify(self, code: PersonalCode) -> None:
        """Hold the signature against the pinned keys; an unknown key is looked up once."""
        line = self._session.line
        try:
            code.verify(line.code_keys())
        except CodeError as error:
            if error.reason != "key_unknown":
                raise
            await line.refresh_service()
            code.verify(line.code_keys())

    def _offer_of(self, found: PayeeFound) -> TransferOffer:
        snapshot = self._session.snapshot
        account = snapshot.money(found.currency)
        if account is None and snapshot.accounts:
            raise KBeanError("currency_unsupported", params={"currency": found.currency or ""})
        currency = found.currency or (account.currency if account else "CNY")
        return TransferOffer(
            payee_ref=found.payee_ref,
            name=found.name,
            currency=currency,
            amount=found.amount,
            fixed=found.request_id is not None,
            known=found.known,
            note=found.note,
            request_id=found.request_id,
            available=account.available if account else None,
        )

    @staticmethod
    def _offered(offer: TransferOffer, *, later: bool = False) -> TransferView:
        chosen = offer.amount is not None and (offer.fixed or not later)
        state = PayState.CONFIRMING if chosen else PayState.CHOOSING_AMOUNT
        return TransferView(state, offer=offer)

    def _needs_passphrase(self, offer: Any) -> bool:
        return offer.schedule is not None or not offer.known

    async def _prepare(self, offer: Any, passphrase: str | None) -> Signed[Any]:
        desk = self._session.desk
        if offer.schedule is not None:
            return await desk.prepare(
                PlanWish(
                    payee_ref=offer.payee_ref,
                    payee_name=offer.name,
                    amount=offer.amount or 0,
                    currency=offer.currency,
                    schedule=offer.schedule,
                    passphrase=passphrase or "",
                    note=offer.note,
                )
            )
        return await desk.prepare(
            TransferWish(
                payee_ref=offer.payee_ref,
                payee_name=offer.name,
                amount=offer.amount or 0,
                currency=offer.currency,
                note=offer.note,
                request_id=offer.request_id,
                passphrase=passphrase,
            )
        )

    def _ended(self, view: TransferView, answer: Any) -> TransferView:
        people = self._session.people
        end = dataclasses.replace(view, state=PayState.SUCCEEDED, failure=None)
        if isinstance(answer, Plan):
            people.told({"plans"})
            return dataclasses.replace(end, plan=answer)
        people.told({"accounts", "requests"})
        return dataclasses.replace(end, transfer=answer)


def _forged(typed: Typed, error: CodeError) -> Explanation:
    code = typed.code
    return Explanation(
        kind="ours_forged",
        text=typed.value,
        reason=error.reason,
        claimed_amount=code.amount if code else None,
        claimed_currency=code.currency if code else "",
    )
