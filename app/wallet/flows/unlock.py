"""Open the vault: passphrase, OS keychain, or recovery code with a new passphrase."""

from __future__ import annotations

import dataclasses
import enum

from app.wallet import strength
from app.wallet.flows.base import Flow
from app.wallet.session import SessionState, WalletSession
from app.wallet.vault.vault import Credential, Passphrase, QuickUnlock, RecoveryCode


class UnlockState(enum.StrEnum):
    """Where unlocking stands."""

    LOCKED = "locked"
    OPENING = "opening"
    UNLOCKED = "unlocked"


@dataclasses.dataclass(frozen=True, slots=True)
class UnlockView:
    """What the unlock page draws.

    Attributes:
        state: Where the flow stands.
        keychain_available: Whether quick unlock is enrolled.
        misses: Wrong tries in a row.
        wait_seconds: How long the next try is refused, counted from when the view was made.
    """

    state: UnlockState
    keychain_available: bool = False
    misses: int = 0
    wait_seconds: int = 0


class UnlockFlow(Flow[UnlockView]):
    """Unlock a session. Also used for "lock now, unlock again"."""

    def __init__(self, session: WalletSession) -> None:
        super().__init__(_view_of(session, UnlockState.LOCKED))
        self._session = session

    async def unlock_with_passphrase(self, passphrase: str) -> None:
        """LOCKED → OPENING → UNLOCKED.

        Raises:
            WrongPassphraseError: it doesn't open the vault (code ``vault_passphrase_wrong``).
            KBeanError: ``too_many_requests`` with ``retry_after`` while the local back-off lasts.
            VaultError: with its own ``code`` for damaged, foreign, newer files.
        """
        await self._open(Passphrase(passphrase))

    async def unlock_with_keychain(self) -> None:
        """The same through the OS keychain.

        Raises:
            VaultError: ``vault_quick_unlock_off`` or ``vault_keychain_unavailable``.
        """
        await self._open(QuickUnlock())

    async def unlock_with_recovery(self, code: str, new_passphrase: str) -> None:
        """The same with the recovery code; the vault gets the new passphrase in one go.

        The service's passphrase stays what it was: the words on the page say so.

        Raises:
            VaultError: ``vault_recovery_code_mistyped`` or ``vault_recovery_code_wrong``.
            KBeanError: ``passphrase_weak`` (``params["score"]``), ``too_many_requests``.
        """
        self._require(UnlockState.LOCKED)
        await strength.require(new_passphrase)
        await self._open(RecoveryCode(code), new_passphrase)

    async def _open(self, credential: Credential, new_passphrase: str | None = None) -> None:
        self._require(UnlockState.LOCKED)
        self._show(_view_of(self._session, UnlockState.OPENING))
        try:
            await self._session.unlock(credential, new_passphrase=new_passphrase)
        finally:
            opened = self._session.state is SessionState.UNLOCKED
            state = UnlockState.UNLOCKED if opened else UnlockState.LOCKED
            self._show(_view_of(self._session, state))


def _view_of(session: WalletSession, state: UnlockState) -> UnlockView:
    return UnlockView(
        state,
        keychain_available=session.quick_unlock,
        misses=session.gate.misses,
        wait_seconds=session.gate.wait_seconds,
    )
