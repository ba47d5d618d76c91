"""What a window draws without asking: one immutable snapshot, replaced as a whole."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any, Literal

import msgspec

from app.protocol.messages.identity import Profile, ServiceInfo
from app.protocol.messages.payments import Account, Payment, PointsSummary
from app.wallet.changes import Observers
from app.wallet.failures import Failure

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
    "support",  # session.support: its state or the transcript
    "grants",  # consent began or ended
    "cases",  # session.cases: cases, feedback or surveys
    "codes",  # session.codes: handles, or a shown code was used
    "confirmations",  # session.confirmations: charges that wait for the person's word
    "shop",  # session.beans: catalogue, coupons, redemptions
    "transfers",  # session.people: payees, requests for money
    "plans",  # session.people: scheduled and recurring payments
    "holds",  # session.people: pre-authorisations
    "limits",  # session.people: the person's own limits
    "marks",  # labels, categories and notes on movements
]
"""What an event may name; one event carries a set of them."""

IntentKind = Literal["payment", "transfer", "plan", "hold"]
"""What a person signs and the desk carries to its end (:mod:`app.wallet.intents`)."""


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
            never will) or ``points_expiring`` (``amount`` K-Beans run out at ``until``).
        at: Unix milliseconds when it was found out.
        payee_name: Who was to be paid.
        amount: Minor units.
        currency: ISO 4217.
        key: The intent's key, which a person may quote.
        payment_id: The payment, transfer, plan or hold, when it succeeded.
        failure: Why not, when it was refused; ``failure.money`` is ``not_moved``.
        what: What was signed.
        until: When K-Beans expire, Unix milliseconds.
    """

    notice_id: str
    kind: Literal["payment_succeeded", "payment_refused", "points_expiring"]
    at: int
    payee_name: str
    amount: int
    currency: str
    key: str
    payment_id: str | None = None
    failure: Failure | None = None
    what: IntentKind = "payment"
    until: int | None = None


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
        open_payments: Payments whose outcome isn't known yet; asked about again by themselves.
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
    open_payments: int = 0

    def money(self, currency: str | None = None) -> Account | None:
        """The money account of a currency (the service's main one by default)."""
        wanted = currency or (self.service.currency if self.service else None)
        for account in self.accounts:
            if account.kind == "money" and wanted in (None, account.currency):
                return account
        return None

    def after(self, payment: Payment) -> tuple[Account, ...]:
        """The accounts as a payment's answer left them, until the next refresh."""
        return tuple(_after(account, payment) for account in self.accounts)

    def with_money(self, currency: str, posted: int) -> tuple[Account, ...]:
        """The accounts with another balance of one currency, until the next refresh."""
        return tuple(
            _posted(account, posted)
            if account.kind == "money" and account.currency == currency
            else account
            for account in self.accounts
        )


def _after(account: Account, payment: Payment) -> Account:
    if account.kind == "points":
        posted = payment.points_after
    elif account.currency == payment.receipt.currency:
        posted = payment.balance_after
    else:
        return account
    return _posted(account, posted)


def _posted(account: Account, posted: int) -> Account:
    available = posted - account.pending
    return msgspec.structs.replace(account, posted=posted, available=available)


class Board:
    """Holds the snapshot and tells everybody what changed."""

    def __init__(self) -> None:
        self.snapshot = Snapshot()
        self.observers: Observers[frozenset[Topic]] = Observers()

    def post(self, *topics: Topic, **changes: Any) -> None:
        """Replace fields; nothing is told where nothing differs and no topic is forced."""
        new = dataclasses.replace(self.snapshot, **changes)
        if new == self.snapshot and changes:
            return
        self.snapshot = new
        if topics:
            self.observers.tell(frozenset(topics))

    def clear(self) -> None:
        """Forget everything, as locking does."""
        self.snapshot = Snapshot()
