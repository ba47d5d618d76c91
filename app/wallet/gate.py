"""Who is there: passphrase, keychain or recovery code, with a pause after several misses."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

from app.protocol.errors import KBeanError
from app.wallet.vault.errors import WrongPassphraseError, WrongRecoveryCodeError
from app.wallet.vault.vault import Credential
from app.wallet.vault.worker import VaultWorker

FREE_MISSES = 3
_LONGEST = 60.0


class Gate:
    """Opens the vault and proves again who is there (before a payment).

    The pause only slows a person at this window down; a thief with the file meets Argon2id.
    """

    def __init__(
        self, worker: VaultWorker, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._worker = worker
        self._monotonic = monotonic
        self._refused_until = 0.0
        self._proved_at: float | None = None
        self.misses = 0

    @property
    def wait_seconds(self) -> int:
        """How long the next try is refused, whole seconds rounded up."""
        return max(0, math.ceil(self._refused_until - self._monotonic()))

    def idle_for(self) -> float:
        """Seconds since somebody last proved who they are; infinite when nobody has."""
        return math.inf if self._proved_at is None else self._monotonic() - self._proved_at

    async def prove(self, credential: Credential) -> None:
        """Open the vault, or prove the credential where it is open.

        Raises:
            KBeanError: ``too_many_requests`` with ``retry_after`` during the pause.
            VaultError: as :func:`app.wallet.vault.vault.open_vault`.
        """
        if (wait := self.wait_seconds) > 0:
            raise KBeanError(
                "too_many_requests", retry_after=wait, params={"wait": wait}, money="none"
            )
        try:
            await asyncio.wrap_future(self._worker.unlock(credential))
        except (WrongPassphraseError, WrongRecoveryCodeError):
            self.misses += 1
            if self.misses >= FREE_MISSES:
                pause = min(_LONGEST, 2.0 ** (self.misses - FREE_MISSES + 1))
                self._refused_until = self._monotonic() + pause
            raise
        self.passed()

    def passed(self) -> None:
        """Somebody proved who they are just now (also by creating the vault)."""
        self.misses = 0
        self._refused_until = 0.0
        self._proved_at = self._monotonic()

    def forget(self) -> None:
        """Nobody is there any more."""
        self._proved_at = None
