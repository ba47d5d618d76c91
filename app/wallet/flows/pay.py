"""Pay a merchant's code: read, confirm, authenticate, send, and always reach the truth."""

from __future__ import annotations

import dataclasses
from typing import Any

from app.protocol.errors import KBeanError
from app.protocol.messages.payments import Payment, Receipt
from app.wallet.failures import Failure, failure_of
from app.wallet.flows.base import FlowStateError
from app.wallet.flows.spending import Because, PayState, Spending
from app.wallet.intents import Signed
from app.wallet.offers import Explanation, Offer, read_code
from app.wallet.payments import Wanted
from app.wallet.session import WalletSession
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
    key: str | None = None
    asked: int = 0


class PayFlow(Spending[PayView]):
    """One payment after another; ``read`` starts anew."""

    def __init__(self, session: WalletSession) -> None:
        super().__init__(session, PayView(PayState.IDLE))
        self._readings = 0

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

    async def cancel(self) -> bool:
        """Back to IDLE where nothing is under way; False in SENDING and UNKNOWN."""
        if not await super().cancel():
            return False
        self._readings += 1
        return True

    # --- pieces

    @property
    def _offer(self) -> Offer:
        assert self.view.offer is not None
        return self.view.offer

    async def _prepare(self, offer: Any, passphrase: str | None) -> Signed[Any]:
        del passphrase
        return await self._session.desk.prepare(
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

    def _ended(self, view: PayView, answer: Any) -> PayView:
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
