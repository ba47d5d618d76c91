"""The open wallet: what a window keeps, reads at once and listens to.

One :class:`WalletSession` per profile folder. It owns the vault's worker, the SDK client and the
background work (settling, syncing, asking for the network). It never waits for the network where
the vault can answer: snapshots come from the vault at once and are refreshed behind.

All coroutines run on one asyncio loop; properties are safe from any thread.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from app.protocol.messages.identity import Profile, ServiceInfo
from app.protocol.messages.payments import Account, Movement, PointsSummary
from app.wallet.changes import Unsubscribe
from app.wallet.failures import Failure
from app.wallet.vault.keychain import Keychain

Topic = Literal[
    "lock",  # NEW / LOCKED / UNLOCKED changed
    "person",  # display name, contact, state
    "service",  # operator, keys
    "accounts",  # balances
    "activity",  # movements were added
    "points",  # lots
    "network",  # snapshot.network or snapshot.syncing
    "notices",  # "while you were away"
    "session",  # signed out by the service: sign_in_again() helps
    "settings",
]
"""What an event may name; one event carries a set of them."""


class SessionState(enum.StrEnum):
    """What the window must show."""

    NEW = "new"
    LOCKED = "locked"
    UNLOCKED = "unlocked"


class Network(enum.StrEnum):
    """What is known about the way to the service.

    ``UNKNOWN`` before the first request; ``ONLINE`` the last one was answered; ``OFFLINE`` it
    couldn't be reached; ``UNTRUSTED`` TLS failed (final until the person acts); ``TROUBLED`` the
    service answered, but with a fault of its own or garbage.
    """

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    UNTRUSTED = "untrusted"
    TROUBLED = "troubled"


@dataclasses.dataclass(frozen=True, slots=True)
class Notice:
    """Something that was found out while nobody looked; kept until dismissed.

    Attributes:
        notice_id: For :meth:`WalletSession.dismiss_notice`.
        kind: ``payment_succeeded`` (it had gone through), ``payment_refused`` (it did not, and
            never will), ``payment_open`` (still can't be told; asked again by itself).
        at: Unix milliseconds when it was found out.
        payee_name: Who was to be paid.
        amount: Minor units.
        currency: ISO 4217.
        payment_id: For the receipt, when it succeeded.
        failure: Why not, when it was refused.
        key: The intent's key, which a person may quote.
    """

    notice_id: str
    kind: Literal["payment_succeeded", "payment_refused", "payment_open"]
    at: int
    payee_name: str
    amount: int
    currency: str
    key: str
    payment_id: str | None = None
    failure: Failure | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """The person's choices that the wallet's core acts on; kept in the vault.

    Attributes:
        authenticate_from: Amounts from here on (minor units) are authenticated each time.
        authenticate_after: So many seconds after the last authentication, every payment is.
    """

    authenticate_from: int = 200_00
    authenticate_after: int = 300


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything pages draw without asking; replaced as a whole.

    Attributes:
        person: Who is signed in; None before the first answer.
        service: Operator, mode, licence, currencies, pinned keys.
        accounts: Money and points accounts as last known.
        points: Balance and lots, soonest expiry first, as last known.
        as_of: Unix milliseconds (service's clock) of the last refresh; None never.
        network: See :class:`Network`.
        syncing: Activity is being fetched now.
        session_ended: The service no longer knows this device's session; what is in the vault can
            be read, paying needs :meth:`WalletSession.sign_in_again`.
        notices: Newest first.
        settings: See :class:`Settings`.
        clock_offset_ms: Service's clock minus this machine's, as last seen.
    """

    person: Profile | None = None
    service: ServiceInfo | None = None
    accounts: tuple[Account, ...] = ()
    points: PointsSummary | None = None
    as_of: int | None = None
    network: Network = Network.UNKNOWN
    syncing: bool = False
    session_ended: bool = False
    notices: tuple[Notice, ...] = ()
    settings: Settings = Settings()
    clock_offset_ms: int = 0

    def money(self, currency: str | None = None) -> Account | None:
        """The money account of a currency (the service's main one by default)."""
        wanted = currency or (self.service.currency if self.service else None)
        for account in self.accounts:
            if account.kind == "money" and wanted in (None, account.currency):
                return account
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class ActivityPage:
    """A page of movements from the vault, newest first.

    Attributes:
        items: The movements.
        older: Give it to ``before`` for the next page; None on the last one.
    """

    items: tuple[Movement, ...]
    older: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class DayTotal:
    """What went out and came in on one local day.

    Attributes:
        day: ``YYYY-MM-DD``, local time.
        spent: Minor units, ≥ 0.
        received: Minor units, ≥ 0.
    """

    day: str
    spent: int
    received: int


class WalletSession:
    """A wallet on one profile folder; see the module and :mod:`app.wallet.flows`."""

    def __init__(
        self,
        directory: Path,
        *,
        locale: str = "zh-CN",
        device_name: str = "K-Bean Wallet",
        platform: str = "",
        keychain: Keychain | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Look at a profile folder; cheap, touches no network and opens nothing.

        Args:
            directory: The profile folder; made when the vault is.
            locale: The language sent at registration.
            device_name: How this device is called in the person's list of devices.
            platform: ``windows``, ``macos`` or ``linux``.
            keychain: The system's keychain; None means quick unlock isn't offered.
            clock: Seconds since 1970; the machine's clock by default.
        """
        raise NotImplementedError

    @property
    def state(self) -> SessionState:
        """NEW (no vault), LOCKED or UNLOCKED."""
        raise NotImplementedError

    @property
    def onboarding_pending(self) -> bool:
        """UNLOCKED, but set-up was interrupted: ``OnboardingFlow(session).resume()`` goes on."""
        raise NotImplementedError

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        raise NotImplementedError

    @property
    def quick_unlock(self) -> bool:
        """Whether the OS keychain can open this vault."""
        raise NotImplementedError

    def observe(self, callback: Callable[[frozenset[Topic]], None]) -> Unsubscribe:
        """Hear what changed, on the loop's thread; the answer unsubscribes."""
        raise NotImplementedError

    async def activity(
        self,
        *,
        text: str = "",
        kind: Literal["money", "points"] | None = None,
        direction: Literal["in", "out"] | None = None,
        since: int | None = None,
        until: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> ActivityPage:
        """Search the vault's movements, newest first; never asks the network.

        Args:
            text: Words, an amount, an order number, in any order; empty finds everything.
            kind: Money movements or K-Beans only.
            direction: In or out only.
            since: Unix milliseconds, inclusive.
            until: Unix milliseconds, exclusive.
            before: ``older`` of the page before.
            limit: Rows a page.
        """
        raise NotImplementedError

    async def daily_totals(self, currency: str, since: int, until: int) -> tuple[DayTotal, ...]:
        """What was spent and received per local day, days without movement left out."""
        raise NotImplementedError

    async def receipt(self, payment_id: str) -> ReceiptView:
        """A payment's receipt from the vault, fetched from the service where it isn't there yet.

        Raises:
            KBeanError: ``payment_not_found``, ``receipt_invalid``, ``service_*``.
        """
        raise NotImplementedError

    async def refresh(self) -> None:
        """Ask the service for everything now: accounts, points, person, new movements.

        Raises:
            KBeanError: why it couldn't be done; the snapshot says the same in ``network``.
        """
        raise NotImplementedError

    async def settle(self) -> tuple[Notice, ...]:
        """Ask about every payment without an answer; runs by itself after unlocking."""
        raise NotImplementedError

    async def dismiss_notice(self, notice_id: str) -> None:
        """The person has read it."""
        raise NotImplementedError

    async def change_settings(self, settings: Settings) -> None:
        """Keep the person's choices in the vault."""
        raise NotImplementedError

    async def set_quick_unlock(self, wanted: bool) -> None:
        """Enrol the OS keychain, or forget it."""
        raise NotImplementedError

    async def sign_in_again(self, passphrase: str) -> None:
        """After ``session_ended``: a new session for the same person on the same device key.

        Raises:
            KBeanError: ``credentials_wrong``, ``account_locked``, ``device_revoked`` …
        """
        raise NotImplementedError

    async def lock(self) -> None:
        """Close the vault, drop keys and snapshots from memory; LOCKED."""
        raise NotImplementedError

    async def sign_out(self) -> None:
        """End the session on the service, then lock. The vault keeps the history.

        A service that can't be reached doesn't keep the wallet open: the tokens are forgotten
        here and the session on the service runs out by itself.
        """
        raise NotImplementedError

    async def close(self) -> None:
        """Stop everything before the program ends; safe in every state and more than once."""
        raise NotImplementedError


@dataclasses.dataclass(frozen=True, slots=True)
class ReceiptView:
    """A verified receipt with everything a page, a text or a PDF shows.

    Attributes:
        payment_id: The payment.
        order_number: What people quote.
        payee_name: As the service signed it.
        store_name: As the service signed it.
        amount: Minor units, positive.
        currency: ISO 4217.
        points_earned: K-Beans.
        posted_at: Unix milliseconds.
        subject: Of the order.
        note: The payer's own.
        operator: Who runs the service.
        key_id: Which pinned key signed it.
        signature: Base64url.
        verified: Always True: a receipt whose signature doesn't hold is never returned.
    """

    payment_id: str
    order_number: str
    payee_name: str
    store_name: str
    amount: int
    currency: str
    points_earned: int
    posted_at: int
    subject: str
    note: str
    operator: str
    key_id: str
    signature: str
    verified: bool = True
