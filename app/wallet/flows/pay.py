"""Pay a merchant's code: read, confirm, authenticate, send, and always reach the truth."""

from __future__ import annotations

import dataclasses
from typing import Any

from app.protocol.errors import KBeanError
from app.protocol.messages.charges import Confirmation
from app.protocol.messages.holds import Authorisation
from app.protocol.messages.payments import Payment, Receipt
from app.wallet.beans import deduction
from app.wallet.beans.deduction import Deduction
from app.wallet.failures import Failure, failure_of
from app.wallet.flows.base import FlowStateError
from app.wallet.flows.spending import Because, PayState, Spending
from app.wallet.offers import Explanation, Offer, offer_of, read_code
from app.wallet.payments import Wanted
from app.wallet.people.trades import HoldWanted
from app.wallet.session import WalletSession
from app.wallet.snapshot import Topic
from app.wallet.trade import Signed
from app.wallet.vault.errors import VaultError

__all__ = ["Explanation", "Offer", "PayFlow", "PayState", "PayView"]


@dataclasses.dataclass(frozen=True, slots=True)
class PayView:
    """What the pay pages draw.

    Attributes:
        state: Where the flow stands.
        offer: From CHOOSING_AMOUNT on.
        explanation: In EXPLAINED.
        failure: In REFUSED (final) and UNKNOWN (why the answer is missing).
        authenticate_because: In AUTHENTICATING: ``amount`` (above the threshold) or ``idle``
            (the last authentication is too long ago).
        keychain_available: Whether AUTHENTICATING may use the keychain.
        payment: In SUCCEEDED.
        receipt: In SUCCEEDED, verified and matched with the intent.
        authorisation: In SUCCEEDED, where money is held and not paid.
        key: The intent's key from SENDING on; what a person may quote for UNKNOWN.
        asked: How many times UNKNOWN asked for the outcome.
    """

    state: PayState
    offer: Offer | None = None
    explanation: Explanation | None = None
    failure: Failure | None = None
    authenticate_because: Because | None = None
    keychain_available: bool = False
    payment: Payment | None = None
    receipt: Receipt | None = None
    authorisation: Authorisation | None = None
    key: str | None = None
    asked: int = 0


class PayFlow(Spending[PayView]):
    """One payment after another; ``read`` starts anew."""

    def __init__(self, session: WalletSession) -> None:
        super().__init__(session, PayView(PayState.IDLE))
        self._readings = 0
        self._declining: str | None = None
        self._deaf = session.observe(self._heard)

    async def read(self, text: str) -> None:
        """Take a code; → READING → EXPLAINED, CHOOSING_AMOUNT, CONFIRMING or REFUSED.

        Allowed in every state but SENDING and UNKNOWN. A second ``read`` while one is under way
        takes its place. Nothing is raised for what was read: what can't be paid is EXPLAINED,
        what the service refuses is REFUSED.
        """
        self._forbid(PayState.SENDING, PayState.UNKNOWN)
        self._readings += 1
        mine = self._readings
        self._show(PayView(PayState.READING))
        try:
            found = await read_code(self._session, text)
            view = _view_of(found)
        except (KBeanError, VaultError) as error:
            view = PayView(PayState.REFUSED, failure=failure_of(error, money="not_moved"))
        except BaseException:
            if mine == self._readings:
                self._show(PayView(PayState.IDLE))
            raise
        if mine == self._readings and self.view.state is PayState.READING:
            self._show(view)
            self._look_for_deductions()

    async def confirm_charge(self, charge: Confirmation) -> None:
        """Take a charge that waits for the person's word; → CONFIRMING.

        ``confirm`` is yes and goes the way of every payment, ``decline`` is no, ``cancel`` is
        later: the charge waits until it runs out. Where it ends otherwise meanwhile (the till
        took it back, time ran out) the flow is REFUSED by itself.
        """
        self._forbid(PayState.SENDING, PayState.UNKNOWN)
        self._readings += 1
        self._show(PayView(PayState.CONFIRMING, offer=offer_of(self._session, charge)))
        self._look_for_deductions()

    async def decline(self) -> None:
        """CONFIRMING or AUTHENTICATING → IDLE, charges only: the till is told no.

        Raises:
            KBeanError: ``confirmation_not_found`` where it ended otherwise, ``service_*``; the
                state stays.
        """
        self._require(PayState.CONFIRMING, PayState.AUTHENTICATING)
        offer = self._offer
        if offer.kind != "charge":
            raise FlowStateError("nobody waits for a no")
        self._declining = offer.order_id
        try:
            await self._session.confirmations.decline(offer.order_id or "")
        finally:
            self._declining = None
        if self.view.offer is not None and self.view.offer.order_id == offer.order_id:
            self._readings += 1
            self._show(PayView(PayState.IDLE))

    async def use_beans(self, beans: int) -> None:
        """CONFIRMING: let K-Beans settle a part; 0 uses none.

        Raises:
            KBeanError: ``points_invalid``; the state stays.
        """
        self._require(PayState.CONFIRMING)
        offer = self._offer
        self._deduct(deduction.by_beans(offer.offered, beans))

    async def use_coupon(self, coupon_id: str) -> None:
        """CONFIRMING: let a coupon settle a part.

        Raises:
            KBeanError: ``coupon_unfit``; the state stays.
        """
        self._require(PayState.CONFIRMING)
        offer = self._offer
        self._deduct(deduction.by_coupon(offer.offered, coupon_id, offer.amount or 0))

    async def choose_amount(self, minor: int) -> None:
        """CHOOSING_AMOUNT → CONFIRMING.

        Raises:
            KBeanError: ``amount_invalid``, ``amount_too_large`` (params ``maximum``),
                ``limit_exceeded`` (params ``limit``), ``insufficient_funds`` (params
                ``available``); the state stays.
        """
        self._require(PayState.CHOOSING_AMOUNT)
        offer = await self._offer.with_amount(self._session, minor)
        self._require(PayState.CHOOSING_AMOUNT)
        self._show(PayView(PayState.CONFIRMING, offer=offer))
        self._look_for_deductions()

    async def change_amount(self) -> None:
        """CONFIRMING → CHOOSING_AMOUNT, static codes only."""
        self._require(PayState.CONFIRMING)
        if self._offer.kind != "static":
            raise FlowStateError("the order fixes the amount")
        offer = dataclasses.replace(
            self._offer, amount=None, points=None, offered=None, deduction=deduction.NOTHING
        )
        self._show(PayView(PayState.CHOOSING_AMOUNT, offer=offer))

    async def cancel(self) -> bool:
        """Back to IDLE where nothing is under way; False in SENDING and UNKNOWN."""
        if not await super().cancel():
            return False
        self._readings += 1
        return True

    async def close(self) -> None:
        """Nobody looks any more: an open payment is left to the session, its end to a notice."""
        self._deaf()
        await super().close()

    # --- what K-Beans and coupons could settle

    def _deduct(self, chosen: Deduction) -> None:
        self._show(self._with(offer=dataclasses.replace(self._offer, deduction=chosen)))

    def _look_for_deductions(self) -> None:
        """Ask behind the sheet; it stands there without waiting for this."""
        if self.view.state is not PayState.CONFIRMING or self._offer.hold:
            return  # nothing settles a part of what is only held
        if self._offer.offered is None:
            self._session.spawn(self._ask_for_deductions(self._offer))

    async def _ask_for_deductions(self, offer: Offer) -> None:
        merchant, amount = offer.payee.merchant_id, offer.amount or 0
        try:
            found = await self._session.beans.deductions(merchant, amount, offer.currency)
        except KBeanError:
            return  # without them it is paid as it stands
        if self.view.state is PayState.CONFIRMING and self.view.offer is offer:
            self._show(self._with(offer=dataclasses.replace(offer, offered=found)))

    # --- charges

    def _heard(self, topics: frozenset[Topic]) -> None:
        """A charge that is shown may have ended otherwise: say so instead of asking on."""
        if "confirmations" not in topics or self.view.offer is None:
            return
        offer, waits = self._offer, self._session.confirmations
        asking = self.view.state in (PayState.CONFIRMING, PayState.AUTHENTICATING)
        if not asking or offer.kind != "charge" or offer.order_id == self._declining:
            return
        if waits.find(offer.order_id or "") is None:
            late = self._session.clock.time_ms() >= (offer.expires_at or 0)
            failure = (
                Failure("yours", "order_expired", "not_moved")
                if late
                else Failure("yours", "confirmation_not_found", "none")
            )
            self._show(PayView(PayState.REFUSED, offer=offer, failure=failure))

    # --- pieces

    @property
    def _offer(self) -> Offer:
        assert self.view.offer is not None
        return self.view.offer

    async def _prepare(self, offer: Any, passphrase: str | None) -> Signed[Any]:
        del passphrase
        wanted = HoldWanted if offer.hold else Wanted
        return await self._session.desk.prepare(
            wanted(
                payee=offer.payee.merchant_id,
                payee_name=offer.payee_name(self._session.locale),
                code_id=offer.code_id,
                order_id=offer.order_id,
                amount=offer.amount or 0,
                currency=offer.currency,
                note=offer.note,
                points=offer.deduction.points,
                coupon_id=offer.deduction.coupon_id,
            )
        )

    def _ended(self, view: PayView, answer: Any) -> PayView:
        if view.offer is not None and view.offer.kind == "charge":
            self._session.confirmations.answered(view.offer.order_id or "")
        if isinstance(answer, Authorisation):
            self._session.people.told({"holds"})
            held = dataclasses.replace(view, state=PayState.SUCCEEDED, failure=None)
            return dataclasses.replace(held, authorisation=answer)
        return dataclasses.replace(
            view,
            state=PayState.SUCCEEDED,
            failure=None,
            payment=answer,
            receipt=answer.receipt,
        )


def _view_of(found: Explanation | Offer) -> PayView:
    if isinstance(found, Explanation):
        return PayView(PayState.EXPLAINED, explanation=found)
    state = PayState.CHOOSING_AMOUNT if found.amount is None else PayState.CONFIRMING
    return PayView(state, offer=found)
