"""The SQLCipher file itself: how it is opened, looked at without touching, and diagnosed.

A vault that can't be opened must stay byte for byte as it was. SQLite writes on its own when it
finds a write-ahead log (recovery, checkpoint), so every opening is tried first where nothing can
be written: a cleanly closed database through an ``immutable`` read-only connection, one with a
log left behind by a crash on a private copy (which is as encrypted as the original).
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from app.wallet.vault.errors import (
    DamagedVaultError,
    DatabaseMissingError,
    ForeignVaultError,
    TruncatedVaultError,
    VaultError,
    VaultInUseError,
    VaultStorageError,
)
from app.wallet.vault.files import private_folder
from app.wallet.vault.keyslots import SALT_BYTES, VaultKey

PAGE_BYTES = 4096
_RESERVED_BYTES = 80
_IV_BYTES = 16
_PAGE_COUNT_AT = 28
FULL_CHECK_BELOW = 8 * 1024 * 1024
"""Every page is authenticated when opening up to this size (about 20 ms); larger vaults are
checked page by page as they are read, wholly after a crash and by :meth:`Vault.check`."""

_DAMAGE = frozenset({sqlcipher.SQLITE_CORRUPT, sqlcipher.SQLITE_NOTADB})
_STORAGE = frozenset(
    {
        sqlcipher.SQLITE_FULL,
        sqlcipher.SQLITE_IOERR,
        sqlcipher.SQLITE_READONLY,
        sqlcipher.SQLITE_CANTOPEN,
        sqlcipher.SQLITE_PERM,
    }
)
_PRIMARY_CODE = 0xFF
_PATIENCE_SECONDS = 1.0


def connect(path: Path, key: VaultKey, *, immutable: bool = False) -> Any:
    """Open a connection and hand it the raw key. Nothing is read yet.

    Args:
        path: The database file; created on first write unless ``immutable``.
        key: The vault's key and salt.
        immutable: Read-only, without locks, without looking at a write-ahead log.

    Returns:
        A ``sqlcipher3`` connection in autocommit mode, for the thread that opened it.
    """
    query = "?mode=ro&immutable=1" if immutable else ""
    connection = sqlcipher.connect(
        f"{path.as_uri()}{query}", uri=True, isolation_level=None, timeout=_PATIENCE_SECONDS
    )
    # SQLCipher prints its troubles to stderr; ours are typed errors.
    connection.execute("PRAGMA cipher_log_level = NONE").close()
    spec = key.raw_key_spec()
    connection.set_key(spec)
    spec[:] = bytes(len(spec))
    connection.execute("PRAGMA cipher_compatibility = 4").close()
    connection.execute("PRAGMA temp_store = MEMORY").close()
    connection.execute("PRAGMA trusted_schema = OFF").close()
    return connection


def connect_to_work(path: Path, key: VaultKey) -> Any:
    """Open for reading and writing: WAL, a flush at every commit, no other process.

    With exclusive locking SQLite keeps the index of the log in memory instead of a ``-shm`` file.
    """
    connection = connect(path, key)
    try:
        for pragma in (
            "locking_mode = EXCLUSIVE",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "cell_size_check = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn what SQLite says about damage and disks into the vault's errors.

    Anything else (a broken constraint, a wrong statement) is a bug of ours and passes through.
    """
    try:
        yield
    except sqlcipher.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
        if code in _DAMAGE:
            raise DamagedVaultError from error
        if code in _STORAGE:
            raise VaultStorageError from error
        if code == sqlcipher.SQLITE_BUSY:
            raise VaultInUseError from error
        raise
    except OSError as error:
        raise VaultStorageError from error


def inspect(path: Path, key: VaultKey, *, full: bool = False) -> int:
    """Look whether the database would open, without writing a byte to it.

    Args:
        path: The database.
        key: The key that the slots gave.
        full: Authenticate every page whatever the size.

    Returns:
        Its ``user_version`` (see :mod:`app.wallet.vault.schema`).

    Raises:
        DatabaseMissingError: there is no such file.
        TruncatedVaultError: it ends too early.
        DamagedVaultError: a page, or the salt in the header, was changed.
        ForeignVaultError: it was never ours.
        VaultStorageError: it can't be read at all.
    """
    if not path.exists():
        raise DatabaseMissingError
    log = path.with_name(path.name + "-wal")
    try:
        if log.exists() and log.stat().st_size > 0:
            return _inspect_copy(path, log, key)
        small = path.stat().st_size <= FULL_CHECK_BELOW
        return _inspect_in_place(path, key, full=full or small)
    except OSError as error:
        raise VaultStorageError from error


def integrity_holds(connection: Any) -> bool:
    """Authenticate every page (``cipher_integrity_check``: one row for each bad page)."""
    return not connection.execute("PRAGMA cipher_integrity_check").fetchall()


def _inspect_copy(path: Path, log: Path, key: VaultKey) -> int:
    if _file_salt(path) != key.salt:
        raise _diagnosis(path, key)
    trial = private_folder(path.parent / f"trial-{secrets.token_hex(4)}")
    try:
        copy = trial / path.name
        shutil.copyfile(path, copy)
        shutil.copyfile(log, trial / log.name)
        with closing(connect(copy, key)) as connection:
            # With a log SQLite reads pages behind the end of the file as zeros without a word;
            # once the log is written back, every page has to be there and authentic.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return _read_version(connection, full=True)
    except (sqlcipher.DatabaseError, DamagedVaultError):
        raise _diagnosis(path, key) from None
    finally:
        shutil.rmtree(trial, ignore_errors=True)


def _inspect_in_place(path: Path, key: VaultKey, *, full: bool) -> int:
    if _file_salt(path) != key.salt or path.stat().st_size % PAGE_BYTES:
        raise _diagnosis(path, key)
    try:
        with closing(connect(path, key, immutable=True)) as connection:
            return _read_version(connection, full=full)
    except sqlcipher.DatabaseError:
        raise _diagnosis(path, key) from None


def _read_version(connection: Any, *, full: bool) -> int:
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if full and not integrity_holds(connection):
        raise DamagedVaultError
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _diagnosis(path: Path, key: VaultKey) -> VaultError:
    """Sort a database that does not open: cut short, damaged, or never ours."""
    size = path.stat().st_size
    pages, rest = divmod(size, PAGE_BYTES)
    ours_by_salt = key.salt.startswith(_file_salt(path))  # an empty file is ours, cut short
    if not ours_by_salt and not _first_page_opens(path, key):
        return ForeignVaultError()
    if ours_by_salt and (rest or pages == 0 or _pages_by_header(path, key) > pages):
        return TruncatedVaultError()
    return DamagedVaultError()


def _file_salt(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(SALT_BYTES)


def _first_page_opens(path: Path, key: VaultKey) -> bool:
    """Whether page 1 is authentic under our key when our salt is used in place of the file's."""
    if path.stat().st_size < PAGE_BYTES:
        return False
    try:
        with closing(connect(path, key, immutable=True)) as connection:
            connection.execute("PRAGMA user_version").fetchone()
    except sqlcipher.DatabaseError as error:
        return bool(error.sqlite_errorcode & _PRIMARY_CODE == sqlcipher.SQLITE_CORRUPT)
    return True


def _pages_by_header(path: Path, key: VaultKey) -> int:
    """The page count in the database header, decrypted by hand; 0 where page 1 makes no sense.

    SQLCipher 4 pages are AES-256-CBC with the IV at the start of the 80 reserved bytes; page 1
    keeps its first 16 bytes (the salt) in the clear.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    with path.open("rb") as stream:
        page = stream.read(PAGE_BYTES)
    body_end = PAGE_BYTES - _RESERVED_BYTES
    iv = page[body_end : body_end + _IV_BYTES]
    decryptor = Cipher(AES(key.key), CBC(iv)).decryptor()
    plain = bytes(SALT_BYTES) + decryptor.update(page[SALT_BYTES:body_end])
    # Bytes 21–23 of every SQLite header are fixed (64, 32, 32): a damaged page 1 fails here.
    if plain[21:24] != b"\x40\x20\x20":
        return 0
    return int.from_bytes(plain[_PAGE_COUNT_AT : _PAGE_COUNT_AT + 4], "big")
