"""From what a person agreed to its end: the steps that paying, transferring and planning share.

A flow of this kind stands in CONFIRMING with an offer; :meth:`Spending.confirm` carries it through
AUTHENTICATING and SENDING to SUCCEEDED, REFUSED or UNKNOWN, and UNKNOWN to the truth.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import enum
import itertools
from abc import abstractmethod
from typing import Any, Generic, Literal, Protocol, TypeVar

from app.protocol.errors import KBeanError
from app.wallet.failures import Failure, failure_of
from app.wallet.flows.base import Flow
from app.wallet.session import WalletSession
from app.wallet.trade import Outcome, Refused, Signed, Succeeded, Unknown
from app.wallet.vault.errors import VaultError
from app.wallet.vault.vault import Credential, Passphrase, QuickUnlock

_REFRESH_AFTER = 0.4
"""Seconds after a payment's end; measured: its work beside the receipt's costs that 15 ms of 75."""
_ASK_AGAIN_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)

Because = Literal["amount", "idle", "step_up"]
"""Why it is asked who is there: the amount, a long pause, or the service wants the passphrase."""


class PayState(enum.StrEnum):
    """Where a payment or transfer stands; see the diagram in :mod:`app.wallet.flows`."""

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


class _Offer(Protocol):
    @property
    def amount(self) -> int | None: ...


class _View(Protocol):
    """What every view of such a flow holds; see :class:`app.wallet.flows.pay.PayView`."""

    @property
    def state(self) -> PayState: ...
    @property
    def offer(self) -> _Offer | None: ...
    @property
    def failure(self) -> Failure | None: ...
    @property
    def authenticate_because(self) -> Because | None: ...
    @property
    def key(self) -> str | None: ...
    @property
    def asked(self) -> int: ...


ViewT = TypeVar("ViewT", bound=_View)


class Spending(Flow[ViewT], Generic[ViewT]):
    """The second half of a flow that spends. The view is a dataclass with the fields above."""

    def __init__(self, session: WalletSession, idle: ViewT) -> None:
        super().__init__(idle)
        self._session = session
        self._idle = idle
        self._carrying: asyncio.Task[None] | None = None
        self._asking = asyncio.Lock()
        self._cause: Failure | None = None
        self._closed = False

    # --- what a kind of spending says

    @abstractmethod
    async def _prepare(self, offer: Any, passphrase: str | None) -> Signed[Any]:
        """Sign what was agreed and put it on the disk."""

    @abstractmethod
    def _ended(self, view: ViewT, answer: Any) -> ViewT:
        """The view of SUCCEEDED."""

    def _needs_passphrase(self, offer: Any) -> bool:
        """Whether the service will want the passphrase itself (design/1 A2)."""
        del offer
        return False

    # --- what the person does

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
        offer = self._noted(self.view.offer, note)
        reason = self._why_authenticate(offer)
        if reason is None:
            await self._send(offer)
        else:
            self._ask_who(offer, reason)

    async def authenticate_with_passphrase(self, passphrase: str) -> None:
        """AUTHENTICATING → SENDING and on to its end.

        Raises:
            WrongPassphraseError: wrong; the state stays.
            KBeanError: ``too_many_requests`` while the local back-off lasts; stays.
        """
        wanted = self.view.authenticate_because == "step_up"
        await self._authenticate(Passphrase(passphrase), passphrase if wanted else None)

    async def authenticate_with_keychain(self) -> None:
        """The same through the OS keychain; not where the service wants the passphrase.

        Raises:
            VaultError: ``vault_quick_unlock_off`` or ``vault_keychain_unavailable``; stays.
        """
        await self._authenticate(QuickUnlock(), None)

    async def ask_again(self) -> None:
        """UNKNOWN: ask for the outcome now; stays UNKNOWN when the service still can't be asked."""
        self._require(PayState.UNKNOWN)
        await self._ask()

    async def cancel(self) -> bool:
        """Back to IDLE where nothing is under way; False in SENDING and UNKNOWN."""
        if self.view.state in {PayState.SENDING, PayState.UNKNOWN}:
            return False
        self._show(self._idle)
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

    def _forbid(self, *states: PayState) -> None:
        self._require(*(set(PayState) - set(states)))

    def _with(self, **changes: Any) -> ViewT:
        """The present view with other fields."""
        changed: ViewT = dataclasses.replace(self.view, **changes)  # type: ignore[type-var]
        return changed

    def _noted(self, offer: Any, note: str) -> Any:
        return dataclasses.replace(offer, note=note)

    def _why_authenticate(self, offer: Any) -> Because | None:
        if self._needs_passphrase(offer):
            return "step_up"
        settings = self._session.snapshot.settings
        if (offer.amount or 0) >= settings.authenticate_from:
            return "amount"
        idle = self._session.gate.idle_for() >= settings.authenticate_after
        return "idle" if idle else None

    def _ask_who(self, offer: Any, reason: Because) -> None:
        blank: ViewT = dataclasses.replace(
            self._idle,  # type: ignore[type-var]
            state=PayState.AUTHENTICATING,
            offer=offer,
            authenticate_because=reason,
            keychain_available=self._session.quick_unlock and reason != "step_up",
        )
        self._show(blank)

    async def _authenticate(self, credential: Credential, passphrase: str | None) -> None:
        self._require(PayState.AUTHENTICATING)
        offer = self.view.offer
        await self._session.gate.prove(credential)
        if self.view.state is PayState.SENDING:
            await self._wait_for_the_end()
            return
        self._require(PayState.AUTHENTICATING)
        await self._send(offer, passphrase)

    async def _send(self, offer: Any, passphrase: str | None = None) -> None:
        # From here to the task there is no await: a second click meets SENDING.
        self._show(self._blank(PayState.SENDING, offer))
        self._carrying = self._session.spawn(self._carry_out(offer, passphrase))
        await self._wait_for_the_end()

    def _blank(self, state: PayState, offer: Any, **more: Any) -> ViewT:
        made: ViewT = dataclasses.replace(
            self._idle,  # type: ignore[type-var]
            state=state,
            offer=offer,
            **more,
        )
        return made

    async def _wait_for_the_end(self) -> None:
        """Wait for the sending task; whoever gives up waiting doesn't stop it."""
        if self._carrying is not None:
            await asyncio.shield(self._carrying)

    async def _carry_out(self, offer: Any, passphrase: str | None) -> None:
        try:
            signed = await self._prepare(offer, passphrase)
        except (KBeanError, VaultError) as error:
            failure = failure_of(error, money="not_moved")
            self._show(self._blank(PayState.REFUSED, offer, failure=failure))
            return
        except asyncio.CancelledError:
            self._show(self._idle)
            raise
        self._show(self._blank(PayState.SENDING, offer, key=signed.key))
        try:
            outcome = await self._session.desk.send(signed)
            await self._conclude(outcome)
        except asyncio.CancelledError:
            # Locked or closed meanwhile: the intent stands in the vault and is settled later.
            self._leave()
            raise
        except VaultError as error:
            await self._conclude(Unknown(failure_of(error, money="unknown")))

    async def _conclude(self, outcome: Outcome[Any]) -> None:
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
            self._show(self._with(state=PayState.UNKNOWN, failure=outcome.failure, asked=asked))
            if first:
                self._session.spawn(self._keep_asking())
            return
        if isinstance(outcome, Succeeded):
            self._show(self._ended(view, outcome.answer))
        elif outcome.failure.code == "step_up_needed" and view.state is PayState.SENDING:
            # Nothing has moved and this key is spent; the next try is signed anew.
            self._ask_who(view.offer, "step_up")
        else:
            self._show(self._with(state=PayState.REFUSED, failure=outcome.failure))
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
            outcome: Outcome[Any]
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
        self._show(self._idle)
        if key is not None:
            self._session.desk.leave(key)
