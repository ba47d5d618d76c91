"""Files that survive power cuts: private folders, atomic replacement, one owner at a time.

The order is the one that keeps old or new but never half (design/6, Electrum ``storage.py``):
a temporary file in the same folder, mode 0600 before the first byte, write, flush to the disk,
rename over the old one, flush the folder.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

from app.wallet.vault.errors import VaultInUseError

_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700


def private_folder(folder: Path) -> Path:
    """Make ``folder`` (and its parents) so that only its owner may look inside."""
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    return folder


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk; Windows journals them by itself and has no call."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Flush a closed file's content to the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move_into_place(temporary: Path, path: Path) -> None:
    """Flush ``temporary`` and let it become ``path`` in one step (same folder)."""
    sync_file(temporary)
    temporary.replace(path)
    sync_folder(path.parent)


def create_private(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a new file of mode 0600; it must not exist."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, _PRIVATE_FILE)
    with os.fdopen(handle, "wb") as stream:
        for chunk in chunks:
            stream.write(chunk)


def write_atomically(path: Path, chunks: Iterable[bytes]) -> None:
    """Replace ``path`` by the given bytes; afterwards it is wholly old or wholly new.

    Raises:
        OSError: the disk is full or the folder may not be written; ``path`` is untouched.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        create_private(temporary, chunks)
        move_into_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


class FileLock:
    """One process (and one vault in it) at a time; the system frees it when the process dies."""

    def __init__(self, path: Path) -> None:
        """Name the lock file; nothing is touched yet."""
        self._path = path
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock without waiting.

        Raises:
            VaultInUseError: somebody else holds it.
        """
        flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0)
        handle = os.open(self._path, flags, _PRIVATE_FILE)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            raise VaultInUseError from None
        self._handle = handle

    def release(self) -> None:
        """Give it back; doing so twice is harmless. The file stays, it holds nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
