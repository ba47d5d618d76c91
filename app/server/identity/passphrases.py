"""Argon2id, off the event loop and never more than a few at once."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.protocol.errors import KBeanError

_R = TypeVar("_R")

_WAITING_MAX = 64
"""Tries that may wait for a turn; more are refused as ``busy`` instead of piling up."""


class PassphraseHasher:
    """Hashes and checks passphrases (RFC 9106)."""

    def __init__(self, *, memory: int, passes: int, parallel: int) -> None:
        """Use ``memory`` KiB and ``passes``; ``parallel`` hashes at a time bound the memory."""
        self._argon = PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)
        self._threads = ThreadPoolExecutor(parallel, thread_name_prefix="argon2")
        self._waiting = 0
        # What an unknown contact is checked against: it must cost what a known one costs.
        self._nobody = self._argon.hash(secrets.token_urlsafe(32))

    async def hash(self, passphrase: str) -> str:
        """The hash to keep.

        Raises:
            KBeanError: ``busy``.
        """
        return await self._run(partial(self._argon.hash, passphrase))

    async def verify(self, passphrase_hash: str | None, passphrase: str) -> bool:
        """Whether the passphrase is right; None (nobody) takes as long as a wrong one.

        Raises:
            KBeanError: ``busy``.
        """
        stored = passphrase_hash or self._nobody
        right = await self._run(partial(self._check, stored, passphrase))
        return right and passphrase_hash is not None

    def _check(self, stored: str, passphrase: str) -> bool:
        try:
            return self._argon.verify(stored, passphrase)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: partial[_R]) -> _R:
        if self._waiting >= _WAITING_MAX:
            raise KBeanError("busy", "too many sign-ins at once", retry_after=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)
