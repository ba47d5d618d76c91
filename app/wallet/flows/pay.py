"""Pay a merchant's code: read, confirm, authenticate, send, and always reach the truth."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum
import itertools
from typing import Literal

from app.protocol.errors import KBeanError
from app.protocol.messages.payments import Payment, Receipt
from app.wallet.failures import Failure, failure_of
from app.wallet.flows.base import Flow, FlowStateError
from app.wallet.offers import Explanation, Offer, read_code
from app.wallet.payments import Outcome, Refused, Succeeded, Unknown, Wanted
from app.wallet.session import WalletSession
from app.wallet.vault.errors import VaultError
from app.wallet.vault.vault import Credential, Passphrase, QuickUnlock

__all__ = ["Explanation", "Offer", "PayFlow", "PayState", "PayView"]

_REFRESH_AFTER = 0.4
"""Seconds after a payment's end; measured: its work beside the receipt's costs that 15 ms of 75."""
_ASK_AGAIN_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


class PayState(enum.StrEnum):
    """Where a payment stands; see the diagram in :mod:`app.wallet.flows`."""

    IDLE = "idle"
    READING = "reading"
    EXPLAINED = "explained"
    CHOOSING_AMOUNT = "choosing_amount"
    CONFIRMING = "confirming"
    AUTHENTICATING = "authenticating"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    REFUSED = "refused"


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
        key: The intent's key from SENDING on; what a person may quote for UNKNOWN.
        asked: How many times UNKNOWN asked for the outcome.
    """

    state: PayState
    offer: Offer | None = None
    explanation: Explanation | None = None
    failure: Failure | None = None
    authenticate_because: Literal["amount", "idle"] | None = None
    keychain_available: bool = False
    payment: Payment | None = None
    receipt: Receipt | None = None
    key: str | None = None
    asked: int = 0


class PayFlow(Flow[PayView]):
    """One payment after another; ``read`` starts anew."""

    def __init__(self, session: WalletSession) -> None:
        super().__init__(PayView(PayState.IDLE))
        self._session = session
        self._readings = 0
        self._carrying: asyncio.Task[None] | None = None
        self._asking = asyncio.Lock()
        self._cause: Failure | None = None
        self._closed = False

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

    async def change_amount(self) -> None:
        """CONFIRMING → CHOOSING_AMOUNT, static codes only."""
        self._require(PayState.CONFIRMING)
        if self._offer.kind != "static":
            raise FlowStateError("the order fixes the amount")
        offer = dataclasses.replace(self._offer, amount=None, points=None)
        self._show(PayView(PayState.CHOOSING_AMOUNT, offer=offer))

    async def confirm(self, note: str = "") -> None:
        """CONFIRMING → AUTHENTICATING, or SENDING and on to its end.

        Returns when the payment has reached AUTHENTICATING, SUCCEEDED, REFUSED or UNKNOWN. A
        second call while the first runs sends nothing and waits for the same end.
        """
        if self.view.state is PayState.AUTHENTICATING:
            return
        if self.view.state is PayState.SENDING:
            await self._wait_for_the_end()
            return
        self._require(PayState.CONFIRMING)
        offer = dataclasses.replace(self._offer, note=note)
        reason = self._why_authenticate(offer.amount or 0)
        if reason is None:
            await self._send(offer)
            return
        self._show(
            PayView(
                PayState.AUTHENTICATING,
                offer=offer,
                authenticate_because=reason,
                keychain_available=self._session.quick_unlock,
            )
        )

    async def authenticate_with_passphrase(self, passphrase: str) -> None:
        """AUTHENTICATING → SENDING and on to its end.

        Raises:
            WrongPassphraseError: wrong; the state stays.
            KBeanError: ``too_many_requests`` while the local back-off lasts; stays.
        """
        await self._authenticate(Passphrase(passphrase))

    async def authenticate_with_keychain(self) -> None:
        """The same through the OS keychain.

        Raises:
            VaultError: ``vault_quick_unlock_off`` or ``vault_keychain_unavailable``; stays.
        """
        await self._authenticate(QuickUnlock())

    async def ask_again(self) -> None:
        """UNKNOWN: ask for the outcome now; stays UNKNOWN when the service still can't be asked."""
        self._require(PayState.UNKNOWN)
        await self._ask()

    async def cancel(self) -> bool:
        """Back to IDLE where nothing is under way; False in SENDING and UNKNOWN."""
        if self.view.state in {PayState.SENDING, PayState.UNKNOWN}:
            return False
        self._readings += 1
        self._show(PayView(PayState.IDLE))
        return True

    async def dismiss(self) -> None:
        """UNKNOWN → IDLE: the session settles it and tells the outcome as a notice."""
        self._require(PayState.UNKNOWN)
        self._leave()
        self._session.refresh_soon()

    async def close(self) -> None:
        """Nobody looks any more: an open payment is left to the session, its end to a notice."""
        self._observers.clear()
        self._closed = True
        if self.view.state is PayState.UNKNOWN:
            self._leave()

    # --- pieces

    @property
    def _offer(self) -> Offer:
        assert self.view.offer is not None
        return self.view.offer

    def _forbid(self, *states: PayState) -> None:
        self._require(*(set(PayState) - set(states)))

    def _why_authenticate(self, amount: int) -> Literal["amount", "idle"] | None:
        settings = self._session.snapshot.settings
        if amount >= settings.authenticate_from:
            return "amount"
        idle = self._session.gate.idle_for() >= settings.authenticate_after
        return "idle" if idle else None

    async def _authenticate(self, credential: Credential) -> None:
        self._require(PayState.AUTHENTICATING)
        offer = self._offer
        await self._session.gate.prove(credential)
        if self.view.state is PayState.SENDING:
            await self._wait_for_the_end()
            return
        self._require(PayState.AUTHENTICATING)
        await self._send(offer)

    async def _send(self, offer: Offer) -> None:
        # From here to the task there is no await: a second click meets SENDING.
        self._show(PayView(PayState.SENDING, offer=offer))
        self._carrying = self._session.spawn(self._carry_out(offer))
        await self._wait_for_the_end()

    async def _wait_for_the_end(self) -> None:
        """Wait for the sending task; whoever gives up waiting doesn't stop it."""
        if self._carrying is not None:
            await asyncio.shield(self._carrying)

    async def _carry_out(self, offer: Offer) -> None:
        desk = self._session.desk
        try:
            request = await desk.prepare(
                Wanted(
                    payee=offer.payee.merchant_id,
                    payee_name=offer.payee_name(self._session.locale),
                    code_id=offer.code_id,
                    order_id=offer.order_id,
                    amount=offer.amount or 0,
                    currency=offer.currency,
                    note=offer.note,
                )
            )
        except (KBeanError, VaultError) as error:
            failure = failure_of(error, money="not_moved")
            self._show(PayView(PayState.REFUSED, offer=offer, failure=failure))
            return
        except asyncio.CancelledError:
            self._show(PayView(PayState.IDLE))
            raise
        self._show(PayView(PayState.SENDING, offer=offer, key=request.intent.key))
        try:
            outcome = await desk.send(request)
            await self._conclude(outcome)
        except asyncio.CancelledError:
            # Locked or closed meanwhile: the intent stands in the vault and is settled later.
            self._leave()
            raise
        except VaultError as error:
            await self._conclude(Unknown(failure_of(error, money="unknown")))

    async def _conclude(self, outcome: Outcome) -> None:
        view = self.view
        if self._closed:
            self._leave()
            self._session.refresh_soon()
            return
        if isinstance(outcome, Unknown):
            first = view.state is not PayState.UNKNOWN
            asked = 0 if first else view.asked + 1
            if first:
                self._cause = outcome.failure
            self._show(
                dataclasses.replace(
                    view, state=PayState.UNKNOWN, failure=outcome.failure, asked=asked
                )
            )
            if first:
                self._session.spawn(self._keep_asking())
            return
        if isinstance(outcome, Succeeded):
            payment = outcome.payment
            end = dataclasses.replace(
                view,
                state=PayState.SUCCEEDED,
                failure=None,
                payment=payment,
                receipt=payment.receipt,
            )
        else:
            end = dataclasses.replace(view, state=PayState.REFUSED, failure=outcome.failure)
        self._show(end)
        assert view.key is not None
        # Where this can't be written, the next start tells it as a notice; nothing is lost.
        with contextlib.suppress(VaultError):
            await self._session.desk.told(view.key)
        # Balances and history can wait until the receipt has been drawn.
        asyncio.get_running_loop().call_later(_REFRESH_AFTER, self._session.refresh_soon)

    async def _keep_asking(self) -> None:
        key = self.view.key
        waits = itertools.chain(_ASK_AGAIN_SECONDS, itertools.repeat(_ASK_AGAIN_SECONDS[-1]))
        try:
            for wait in waits:
                await asyncio.sleep(wait)
                if self.view.state is not PayState.UNKNOWN or self.view.key != key:
                    return
                await self._ask()
        except asyncio.CancelledError:
            # Locked or closed meanwhile: the next unlock settles it.
            if self.view.state is PayState.UNKNOWN and self.view.key == key:
                self._leave()
            raise

    async def _ask(self) -> None:
        async with self._asking:
            if self.view.state is not PayState.UNKNOWN or self.view.key is None:
                return
            outcome: Outcome
            try:
                outcome = await self._session.desk.ask(self.view.key)
            except VaultError as error:
                outcome = Unknown(failure_of(error, money="unknown"))
            if isinstance(outcome, Refused) and self._cause is not None:
                # What the person wants to know is why it failed, not how that was found out.
                outcome = Refused(dataclasses.replace(self._cause, money="not_moved"))
            await self._conclude(outcome)

    def _leave(self) -> None:
        """Give an open payment to the session."""
        key = self.view.key
        self._show(PayView(PayState.IDLE))
        if key is not None:
            self._session.desk.leave(key)


def _view_of(found: Explanation | Offer) -> PayView:
    if isinstance(found, Explanation):
        return PayView(PayState.EXPLAINED, explanation=found)
    state = PayState.CHOOSING_AMOUNT if found.amount is None else PayState.CONFIRMING
    return PayView(state, offer=found)
