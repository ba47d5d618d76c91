"""Pay a merchant's code: read, confirm, authenticate, send, and always reach the truth."""

from __future__ import annotations

import dataclasses
import enum
from typing import Literal

from app.protocol.codes.explain import Kind
from app.protocol.messages.payments import Payee, Payment, Receipt
from app.wallet.failures import Failure
from app.wallet.flows.base import Flow
from app.wallet.session import WalletSession


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
        kind: ``dynamic`` (amount fixed by the order) or ``static`` (the payer chooses).
        payee: The verified merchant.
        currency: ISO 4217.
        amount: Minor units; None until chosen.
        subject: What the order is for.
        points: K-Beans that this amount would earn, where the service said so.
        expires_at: Unix milliseconds, dynamic orders only.
        available: The payer's available money in that currency; None when not known.
        maximum: The most that can be chosen (limits and money), static codes only.
        order_id: The dynamic order.
        code_id: The signed code.
    """

    kind: Literal["static", "dynamic"]
    payee: Payee
    currency: str
    code_id: str
    order_id: str | None = None
    amount: int | None = None
    subject: str = ""
    points: int | None = None
    expires_at: int | None = None
    available: int | None = None
    maximum: int | None = None


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

    async def read(self, text: str) -> None:
        """Take a code; → READING → EXPLAINED, CHOOSING_AMOUNT, CONFIRMING or REFUSED.

        Allowed in every state but SENDING and UNKNOWN.

        A second ``read`` while one is under way takes its place. Nothing is raised for what was
        read: what can't be paid is EXPLAINED, what the service refuses is REFUSED.
        """
        raise NotImplementedError

    async def choose_amount(self, minor: int) -> None:
        """CHOOSING_AMOUNT → CONFIRMING.

        Raises:
            KBeanError: ``amount_invalid``, ``amount_too_large`` (params ``maximum``),
                ``insufficient_funds`` (params ``available``); the state stays.
        """
        raise NotImplementedError

    async def change_amount(self) -> None:
        """CONFIRMING → CHOOSING_AMOUNT, static codes only."""
        raise NotImplementedError

    async def confirm(self, note: str = "") -> None:
        """CONFIRMING → AUTHENTICATING, or SENDING and on to its end.

        Returns when the payment has reached AUTHENTICATING, SUCCEEDED, REFUSED or UNKNOWN. A
        second call while the first runs does nothing.
        """
        raise NotImplementedError

    async def authenticate_with_passphrase(self, passphrase: str) -> None:
        """AUTHENTICATING → SENDING and on to its end.

        Raises:
            WrongPassphraseError: wrong; the state stays.
            KBeanError: ``too_many_requests`` while the local back-off lasts; stays.
        """
        raise NotImplementedError

    async def authenticate_with_keychain(self) -> None:
        """The same through the OS keychain.

        Raises:
            VaultError: ``vault_quick_unlock_off`` or ``vault_keychain_unavailable``; stays.
        """
        raise NotImplementedError

    async def ask_again(self) -> None:
        """UNKNOWN: ask for the outcome now; stays UNKNOWN when the service still can't be asked."""
        raise NotImplementedError

    async def cancel(self) -> bool:
        """Back to IDLE where nothing is under way; False in SENDING and UNKNOWN."""
        raise NotImplementedError

    async def dismiss(self) -> None:
        """UNKNOWN → IDLE: the session settles it and tells the outcome as a notice."""
        raise NotImplementedError

    async def close(self) -> None:
        """Stop listening; an open payment is left to the session."""
        raise NotImplementedError
