"""What the desk carries: a signed wish, its trade, and the three ways it can end."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import ClassVar, Generic, Protocol, TypeVar

import msgspec

from app.protocol.messages.identity import ServiceKey
from app.sdk.client import ServiceClient
from app.wallet.failures import Failure
from app.wallet.snapshot import Board, IntentKind
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.vault import Vault

AnswerT = TypeVar("AnswerT", bound=msgspec.Struct)


@dataclasses.dataclass(frozen=True, slots=True)
class Succeeded(Generic[AnswerT]):
    """It happened; the answer was verified and stands in the vault."""

    answer: AnswerT


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """No money moved, and with this intent none ever will."""

    failure: Failure


@dataclasses.dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell yet."""

    failure: Failure


Outcome = Succeeded[AnswerT] | Refused | Unknown


@dataclasses.dataclass(frozen=True, slots=True)
class Pen:
    """What a wish is signed with.

    Attributes:
        key: The idempotency key, UUIDv7.
        payer: The person.
        device: The device whose key signs.
        time: Unix milliseconds of the service's clock.
        sign: Signs canonical bytes with the device's key.
    """

    key: str
    payer: str
    device: str
    time: int
    sign: Callable[[bytes], str]


@dataclasses.dataclass(frozen=True, slots=True)
class Signed(Generic[AnswerT]):
    """A wish with its signature.

    Attributes:
        trade: What kind of thing it is.
        key: The idempotency key.
        body: The request as it stands in the vault: nothing secret is in it.
        signature: The device's signature over the intent.
        time: Unix milliseconds.
        sent: The bytes that go out: the same, perhaps with a proof that is kept nowhere.
    """

    trade: Trade[AnswerT]
    key: str
    body: bytes
    signature: str
    time: int
    sent: bytes = dataclasses.field(repr=False)


class Wish(Protocol[AnswerT]):
    """What a person confirmed, before it is signed."""

    @property
    def payee_name(self) -> str:
        """What the person saw; kept beside the intent for notices."""
        ...

    def signed(self, pen: Pen) -> Signed[AnswerT]:
        """Make the intent and the request."""
        ...


class Trade(ABC, Generic[AnswerT]):
    """What is special about one kind of intent."""

    kind: ClassVar[IntentKind]
    never: ClassVar[str]
    """The code for an intent that was never posted and never will be."""

    @abstractmethod
    def figures(self, body: bytes) -> tuple[int, str]:
        """Amount in minor units and currency of a request in the vault."""

    @abstractmethod
    async def send(self, client: ServiceClient, key: str, body: bytes) -> AnswerT:
        """Send the very bytes under the key."""

    @abstractmethod
    async def by_key(self, client: ServiceClient, row: Intent) -> AnswerT | None:
        """What became of it; None where it never happened and, from now on, never will."""

    @abstractmethod
    def decoded(self, raw: bytes) -> AnswerT:
        """An answer out of the vault."""

    @abstractmethod
    def check(self, answer: AnswerT, body: bytes, keys: Iterable[ServiceKey]) -> None:
        """See that an answer is for exactly this request, and signed where such are signed.

        Raises:
            UnknownKeyError: signed with a key that isn't pinned yet.
            KBeanError: ``receipt_invalid``.
        """

    @abstractmethod
    def keep(self, vault: Vault, answer: AnswerT, now: int) -> None:
        """Write down what is read later; in one transaction with the intent's end."""

    @abstractmethod
    def show(self, board: Board, answer: AnswerT) -> None:
        """Let the windows see the balances as they are now, until the next refresh."""

    @abstractmethod
    def reference(self, answer: AnswerT) -> str:
        """The id under which a notice leads to it."""
