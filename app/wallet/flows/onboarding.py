"""From a service's address to a wallet that is ready: register or sign in, vault, recovery."""

from __future__ import annotations

import dataclasses
import enum
from typing import Literal

from app.protocol.messages.identity import Contact, ServiceInfo
from app.wallet.failures import Failure
from app.wallet.flows.base import Flow
from app.wallet.session import WalletSession


class OnboardingState(enum.StrEnum):
    """Where onboarding stands; see the diagram in :mod:`app.wallet.flows`."""

    ADDRESS = "address"
    SERVICE = "service"
    PERSON = "person"
    WORKING = "working"
    RECOVERY = "recovery"
    QUICK_UNLOCK = "quick_unlock"
    DONE = "done"


@dataclasses.dataclass(frozen=True, slots=True)
class Strength:
    """How hard a passphrase is to guess (zxcvbn).

    Attributes:
        score: 0 (at once) … 4 (very hard).
        enough: Whether a service takes it (3 or more).
        warning: zxcvbn's English warning, a key for the words; empty when there is none.
        suggestions: zxcvbn's English suggestions, keys for the words.
    """

    score: int
    enough: bool
    warning: str = ""
    suggestions: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class OnboardingView:
    """What the onboarding pages draw.

    Attributes:
        state: Where the flow stands.
        address: The service's address as it will be used (``https://…``).
        service: Operator, mode, licence, currency and keys, to be shown and pinned.
        fingerprint: Hexadecimal fingerprint of the service's keys in groups of four, to compare.
        working: Which part of the work is under way, in WORKING: ``vault``, ``registration``,
            ``sign_in``; else None.
        recovery_code: The code to write down, only in RECOVERY.
        keychain_available: Whether quick unlock can be offered.
        resumed: Whether this flow goes on after an interruption.
        failure: Why WORKING fell back to PERSON, else None.
    """

    state: OnboardingState
    address: str = ""
    service: ServiceInfo | None = None
    fingerprint: str = ""
    working: Literal["vault", "registration", "sign_in"] | None = None
    recovery_code: str | None = dataclasses.field(default=None, repr=False)
    keychain_available: bool = False
    resumed: bool = False
    failure: Failure | None = None


class OnboardingFlow(Flow[OnboardingView]):
    """Set a wallet up. One per window; a finished or abandoned one is thrown away."""

    def __init__(self, session: WalletSession) -> None:
        super().__init__(OnboardingView(OnboardingState.ADDRESS))
        self._session = session

    async def resume(self) -> None:
        """Go on after an interruption: the vault is unlocked and ``onboarding_pending`` is true.

        A registration whose answer was lost needs the passphrase again and lands in PERSON with
        the contact and name kept in ``session.snapshot``; otherwise a fresh recovery code is shown.

        Raises:
            FlowStateError: if the session isn't unlocked with onboarding pending.
        """
        raise NotImplementedError

    async def set_service(self, address: str, *, ca_file: str | None = None) -> None:
        """ADDRESS → SERVICE: fetch who runs the service and its keys.

        Args:
            address: What the person typed; ``https://`` is added where no scheme is given.
            ca_file: An organisation's own certificate authority (PEM), where it has one.

        Raises:
            KBeanError: ``plain_http_refused``, ``service_untrusted``, ``service_unreachable``,
                ``service_garbled``; the state stays ADDRESS.
        """
        raise NotImplementedError

    async def accept_service(self) -> None:
        """SERVICE → PERSON: the person agrees; these keys are pinned from now on."""
        raise NotImplementedError

    async def back(self) -> None:
        """One step back from SERVICE or PERSON."""
        raise NotImplementedError

    async def passphrase_strength(
        self, passphrase: str, *, hints: tuple[str, ...] = ()
    ) -> Strength:
        """Judge a passphrase off the loop's thread (zxcvbn is imported at the first call).

        Args:
            passphrase: What is typed so far.
            hints: Words that make it weak here: the contact, the name.
        """
        raise NotImplementedError

    async def register(self, contact: Contact, passphrase: str, display_name: str) -> None:
        """PERSON → WORKING → RECOVERY: make the vault, then the account.

        The device's key stands in the vault before the registration is sent. A lost answer is
        resolved by signing in with the same key. On a refusal the state is PERSON again.

        Raises:
            KBeanError: ``passphrase_weak``, ``contact_invalid``, ``contact_taken``,
                ``display_name_invalid``, ``clock_off``, ``service_*`` …
        """
        raise NotImplementedError

    async def sign_in(self, contact: Contact, passphrase: str) -> None:
        """PERSON → WORKING → RECOVERY for a person who has an account already.

        Raises:
            KBeanError: ``credentials_wrong``, ``account_locked``, ``clock_off``, ``service_*`` …
        """
        raise NotImplementedError

    async def confirm_recovery(self, typed: str) -> None:
        """RECOVERY → QUICK_UNLOCK when the person typed the recovery code rightly.

        Spaces, dashes and case don't matter.

        Raises:
            KBeanError: ``validation_failed`` with field ``recovery_code``.
        """
        raise NotImplementedError

    async def choose_quick_unlock(self, wanted: bool) -> None:
        """QUICK_UNLOCK → DONE; with ``wanted`` the OS keychain gets its own key slot.

        Raises:
            VaultError: ``vault_keychain_unavailable``; the state stays, the person may go on
                without.
        """
        raise NotImplementedError

    async def start_again(self) -> None:
        """Throw an unfinished set-up away and go back to ADDRESS.

        Raises:
            FlowStateError: once DONE.
        """
        raise NotImplementedError
