"""From a service's address to a wallet that is ready: register or sign in, vault, recovery."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import hashlib
from collections.abc import Awaitable, Callable
from typing import Literal

from app.protocol.errors import KBeanError
from app.protocol.messages.identity import Contact, ServiceInfo, Session
from app.sdk.address import ServiceAddress
from app.wallet import strength
from app.wallet.enrolment import Enrolment, Stage
from app.wallet.failures import Failure, failure_of
from app.wallet.flows.base import Flow, FlowStateError
from app.wallet.session import SessionState, WalletSession
from app.wallet.strength import Strength
from app.wallet.vault.errors import VaultError, WrongRecoveryCodeError
from app.wallet.vault.recovery_code import parse_recovery_code

__all__ = ["OnboardingFlow", "OnboardingState", "OnboardingView", "Strength"]

_PATIENCE = 8.0
"""Seconds an address may take to answer before the person may correct it."""


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
        contact: What was given before the interruption, to be filled in again.
        display_name: The same for the name; empty when the person was signing in.
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
    contact: Contact | None = None
    display_name: str = ""
    failure: Failure | None = None


class OnboardingFlow(Flow[OnboardingView]):
    """Set a wallet up. One per window; a finished or abandoned one is thrown away."""

    def __init__(self, session: WalletSession) -> None:
        super().__init__(
            OnboardingView(OnboardingState.ADDRESS, keychain_available=session.keychain_possible)
        )
        self._session = session
        self._ca_file: str | None = None

    async def resume(self) -> None:
        """Go on after an interruption: the vault is unlocked and ``onboarding_pending`` is true.

        Where it isn't known whether registration or sign-in worked, PERSON is shown again (with
        contact and name filled in; the service knows the device, so registering again is safe);
        afterwards a fresh recovery code is shown.

        Raises:
            FlowStateError: if the session isn't unlocked with onboarding pending.
            KBeanError: ``service_*`` when the service can't be asked who it is; try again.
        """
        self._require(OnboardingState.ADDRESS)
        if not self._session.onboarding_pending:
            raise FlowStateError("there is no set-up to go on with")
        enrolment = self._session.enrolment
        if enrolment is None:
            self._change(resumed=True)
            return
        self._ca_file = enrolment.ca_file
        self._change(
            resumed=True,
            address=enrolment.address,
            service=self._session.snapshot.service,
            contact=enrolment.contact,
            display_name=enrolment.display_name,
        )
        if enrolment.stage == "account":
            await self._look_at(enrolment.address)
            self._change(state=OnboardingState.PERSON)
        elif enrolment.stage == "recovery":
            await self._show_recovery(None)
        else:
            self._change(state=OnboardingState.QUICK_UNLOCK)

    async def set_service(self, address: str, *, ca_file: str | None = None) -> None:
        """ADDRESS → SERVICE: fetch who runs the service and its keys.

        Args:
            address: What the person typed; ``https://`` is added where no scheme is given.
            ca_file: An organisation's own certificate authority (PEM), where it has one.

        Raises:
            KBeanError: ``validation_failed`` (field ``address``), ``plain_http_refused``,
                ``service_untrusted``, ``service_unreachable``, ``service_garbled``; the state
                stays ADDRESS.
        """
        self._require(OnboardingState.ADDRESS)
        self._ca_file = ca_file
        await self._look_at(ServiceAddress.parse(address).url)
        self._change(state=OnboardingState.SERVICE)

    async def accept_service(self) -> None:
        """SERVICE → PERSON: the person agrees; these keys are pinned from now on."""
        self._require(OnboardingState.SERVICE)
        self._change(state=OnboardingState.PERSON)

    async def back(self) -> None:
        """One step back from SERVICE or PERSON."""
        self._require(OnboardingState.SERVICE, OnboardingState.PERSON)
        at_person = self.view.state is OnboardingState.PERSON
        state = OnboardingState.SERVICE if at_person else OnboardingState.ADDRESS
        self._change(state=state, failure=None)

    async def passphrase_strength(
        self, passphrase: str, *, hints: tuple[str, ...] = ()
    ) -> Strength:
        """Judge a passphrase off the loop's thread (zxcvbn is imported at the first call).

        Args:
            passphrase: What is typed so far.
            hints: Words that make it weak here: the contact, the name.
        """
        return await strength.judge(passphrase, hints)

    async def register(self, contact: Contact, passphrase: str, display_name: str) -> None:
        """PERSON → WORKING → RECOVERY: make the vault, then the account.

        The device's key stands in the vault before the registration is sent. A lost answer costs
        nothing: the service knows the device, so that calling again (now, or after the next
        start) is a sign-in. On a refusal the state is PERSON again.

        Raises:
            KBeanError: ``passphrase_weak``, ``contact_invalid``, ``contact_taken``,
                ``display_name_invalid``, ``clock_off``, ``service_*`` …
            VaultError: the disk refused.
        """
        self._require(OnboardingState.PERSON)
        await strength.require(passphrase, (contact.value, display_name))
        enrolment = self._enrolment(contact, display_name)
        session = self._session
        await self._enrol(
            enrolment,
            passphrase,
            "registration",
            lambda: session.line.register(enrolment, passphrase, session.locale),
        )

    async def sign_in(self, contact: Contact, passphrase: str) -> None:
        """PERSON → WORKING → RECOVERY for a person who has an account already.

        The passphrase opens the new vault too.

        Raises:
            KBeanError: ``credentials_wrong``, ``account_locked``, ``clock_off``, ``service_*`` …
            VaultError: the disk refused.
        """
        self._require(OnboardingState.PERSON)
        enrolment = self._enrolment(contact, "")
        session = self._session
        # Making the vault may replace the session's line: it is looked up when it is used.
        await self._enrol(
            enrolment, passphrase, "sign_in", lambda: session.line.sign_in(enrolment, passphrase)
        )

    async def confirm_recovery(self, typed: str) -> None:
        """RECOVERY → QUICK_UNLOCK when the person typed the recovery code rightly.

        Spaces, dashes and case don't matter. Without a keychain on this machine the flow goes
        straight on to DONE.

        Raises:
            VaultError: ``vault_recovery_code_mistyped`` or ``vault_recovery_code_wrong``.
        """
        self._require(OnboardingState.RECOVERY)
        shown = self.view.recovery_code or ""
        if parse_recovery_code(typed) != parse_recovery_code(shown):
            raise WrongRecoveryCodeError
        if self._session.keychain_possible:
            await self._reach("quick_unlock")
            self._change(state=OnboardingState.QUICK_UNLOCK, recovery_code=None)
        else:
            await self._finish()

    async def choose_quick_unlock(self, wanted: bool) -> None:
        """QUICK_UNLOCK → DONE; with ``wanted`` the OS keychain gets its own key slot.

        Raises:
            VaultError: ``vault_keychain_unavailable``; the state stays, the person may go on
                without.
        """
        self._require(OnboardingState.QUICK_UNLOCK)
        if wanted:
            await self._session.set_quick_unlock(True)
        await self._finish()

    async def start_again(self) -> None:
        """Throw an unfinished set-up away and go back to ADDRESS.

        An account that was made meanwhile stays with the service; sign in to it.

        Raises:
            FlowStateError: in WORKING and once DONE.
        """
        self._require(*(set(OnboardingState) - {OnboardingState.WORKING, OnboardingState.DONE}))
        if self._session.state is not SessionState.NEW:
            await self._session.discard()
        self._show(
            OnboardingView(
                OnboardingState.ADDRESS, keychain_available=self._session.keychain_possible
            )
        )

    # --- pieces

    def _change(self, **changes: object) -> None:
        self._show(dataclasses.replace(self.view, **changes))  # type: ignore[arg-type]

    async def _look_at(self, url: str) -> None:
        line = self._session.line
        await line.connect(url, self._ca_file)
        info = await line.ask_public(lambda client: client.service_info(), patience=_PATIENCE)
        self._change(address=url, service=info, fingerprint=fingerprint(info))

    def _enrolment(self, contact: Contact, display_name: str) -> Enrolment:
        return Enrolment(
            stage="account",
            address=self.view.address,
            ca_file=self._ca_file,
            contact=contact,
            display_name=display_name,
            device_name=self._session.device_name,
            platform=self._session.platform,
        )

    async def _enrol(
        self,
        enrolment: Enrolment,
        passphrase: str,
        part: Literal["registration", "sign_in"],
        send: Callable[[], Awaitable[Session]],
    ) -> None:
        """Vault, device key, pinned service, then the service's yes; each on the disk in turn."""
        self._change(state=OnboardingState.WORKING, working="vault", failure=None)
        try:
            code = await self._prepare_vault(enrolment, passphrase)
            self._change(working=part)
            await self._session.line.adopt(await send())
        except (KBeanError, VaultError) as error:
            self._change(
                state=OnboardingState.PERSON, working=None, failure=failure_of(error, money="none")
            )
            raise
        except asyncio.CancelledError:
            self._change(state=OnboardingState.PERSON, working=None)
            raise
        await self._reach("recovery")
        await self._show_recovery(code)

    async def _prepare_vault(self, enrolment: Enrolment, passphrase: str) -> str | None:
        session = self._session
        service = self.view.service
        assert service is not None
        kept = session.enrolment
        if (
            session.state is not SessionState.NEW
            and kept is not None
            and (kept.address != enrolment.address)
        ):
            # The person turned to another service: nothing of the first one is of use.
            await session.discard()
        code = None
        if session.state is SessionState.NEW:
            code = await session.create(passphrase, enrolment)
        else:
            await session.worker.run(lambda vault: vault.set_passphrase(passphrase))
            await session.reach(enrolment)
        if session.line.address != enrolment.address:
            await session.line.open(enrolment.address, enrolment.ca_file)
        await session.line.pin(enrolment.address, service)
        await session.line.make_device_key()
        return code

    async def _reach(self, stage: Stage) -> None:
        enrolment = self._session.enrolment
        assert enrolment is not None
        await self._session.reach(enrolment.at(stage))

    async def _show_recovery(self, code: str | None) -> None:
        if code is None:
            code = await self._session.worker.run(lambda vault: vault.renew_recovery_code())
        self._change(state=OnboardingState.RECOVERY, working=None, recovery_code=code)

    async def _finish(self) -> None:
        await self._reach("done")
        self._change(state=OnboardingState.DONE, recovery_code=None)


def fingerprint(info: ServiceInfo) -> str:
    """What two people compare: SHA-256 over the service's id and keys, 32 hex digits in fours."""
    keys = sorted(f"{key.key_id}={key.public_key}" for key in info.keys)
    digest = hashlib.sha256("\n".join([info.service_id, *keys]).encode()).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))
