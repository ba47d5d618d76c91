"""The one thread that owns the vault; everyone else hands it work (design/2 §Operations).

Unlocking (Argon2id), every read and every write run here, so neither the Qt thread nor the
asyncio loop ever waits for the disk, and writes happen in the order in which they were handed in.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from app.wallet.vault.backup import BackupInfo, restore_backup, write_backup
from app.wallet.vault.cipher import translated_errors
from app.wallet.vault.errors import VaultLockedError
from app.wallet.vault.layout import VaultLayout
from app.wallet.vault.vault import (
    Credential,
    Setup,
    Vault,
    create_vault,
    open_vault,
    quick_unlock_enrolled,
)

T = TypeVar("T")


class VaultWorker:
    """One vault folder, one thread. Safe to call from any thread.

    Futures are :class:`concurrent.futures.Future`; a coroutine uses :meth:`run` or
    ``asyncio.wrap_future``. Cancelling a future whose work has not begun drops the work.
    """

    def __init__(self, folder: Path, setup: Setup | None = None) -> None:
        """Name the folder; nothing is opened and no thread runs yet."""
        self._folder = folder
        self._setup = setup or Setup()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vault")
        self._vault: Vault | None = None
        self._closed = threading.Event()

    @property
    def exists(self) -> bool:
        """Whether a vault (whole or damaged) is in the folder."""
        return VaultLayout(self._folder).exists()

    @property
    def unlocked(self) -> bool:
        """Whether the vault is open."""
        return self._vault is not None

    @property
    def quick_unlock_enrolled(self) -> bool:
        """Whether the vault can be opened by the system's keychain."""
        return quick_unlock_enrolled(self._folder)

    def create(self, passphrase: str) -> Future[str]:
        """Make and open a new vault; the result is its recovery code. See :func:`create_vault`."""
        return self._hand_in(self._create, passphrase)

    def unlock(self, credential: Credential) -> Future[None]:
        """Open the vault; fails as :func:`open_vault`. An open vault proves the credential."""
        return self._hand_in(self._unlock, credential)

    def submit(self, work: Callable[[Vault], T]) -> Future[T]:
        """Run ``work`` with the open vault.

        The future fails with :class:`VaultLockedError` when the vault is not open at that moment,
        and with :class:`DamagedVaultError` or :class:`VaultStorageError` when the file or the disk
        gives way.
        """
        return self._hand_in(self._work, work)

    async def run(self, work: Callable[[Vault], T]) -> T:
        """Await :meth:`submit`; work that has begun is finished even if nobody waits any more."""
        return await asyncio.wrap_future(self.submit(work))

    def back_up(self, path: Path) -> Future[BackupInfo]:
        """Write the open vault to one file; see :func:`~app.wallet.vault.backup.write_backup`."""
        return self.submit(lambda vault: write_backup(vault, path))

    def restore(self, path: Path, credential: Credential) -> Future[BackupInfo]:
        """Lock, and make a backup the vault of this folder; it stays locked.

        See :func:`~app.wallet.vault.backup.restore_backup`; ``credential`` is the backup's.
        """
        return self._hand_in(self._restore, path, credential)

    def lock(self) -> Future[None]:
        """Close the vault after the work that was handed in before."""
        return self._hand_in(self._lock)

    def close(self) -> None:
        """Finish what was handed in, lock, and end the thread. Waits; twice is harmless."""
        if self._closed.is_set():
            return
        locked = self.lock()
        self._closed.set()
        self._thread.shutdown(wait=True)
        locked.result()

    def _hand_in(self, work: Callable[..., T], *values: object) -> Future[T]:
        """Queue work for the thread; a closed worker counts as a locked vault."""
        if self._closed.is_set():
            refused: Future[T] = Future()
            refused.set_exception(VaultLockedError())
            return refused
        return self._thread.submit(work, *values)

    def _create(self, passphrase: str) -> str:
        self._vault, code = create_vault(self._folder, passphrase, self._setup)
        return code

    def _unlock(self, credential: Credential) -> None:
        if self._vault is not None:
            self._vault.prove(credential)
            return
        self._vault = open_vault(self._folder, credential, self._setup)

    def _work(self, work: Callable[[Vault], T]) -> T:
        if self._vault is None:
            raise VaultLockedError
        with translated_errors():
            return work(self._vault)

    def _restore(self, path: Path, credential: Credential) -> BackupInfo:
        self._lock()
        return restore_backup(path, self._folder, credential, self._setup)

    def _lock(self) -> None:
        if self._vault is not None:
            vault, self._vault = self._vault, None
            vault.lock()
