"""One file that holds a whole vault, and the way back.

``magic ‖ version ‖ header length ‖ CRC-32 of these ‖ header (JSON: the key slots, the size of the
database) ‖ the SQLCipher database ‖ SHA-256 of everything before``. Nothing in it is readable
without a passphrase or the recovery code. The keychain slot stays behind: it belongs to one device.

Restoring checks everything first (checksum, credential, every page) on a database beside the old
one; the old vault is the vault until the slots file names the new one, and its files go away only
when the restored vault has been opened.
"""

from __future__ import annotations

import hashlib
import struct
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from app.wallet.vault.building import finish_database, held_lock
from app.wallet.vault.cipher import inspect, translated_errors
from app.wallet.vault.errors import (
    DamagedBackupError,
    DamagedVaultError,
    ForeignBackupError,
    ForeignVaultError,
    NewerBackupError,
    NewerVaultError,
    TruncatedBackupError,
    TruncatedVaultError,
)
from app.wallet.vault.files import create_private, write_atomically
from app.wallet.vault.keyslots import VaultKey
from app.wallet.vault.layout import SlotsFile, VaultLayout, decode_slots, encode_slots
from app.wallet.vault.schema import missing_steps
from app.wallet.vault.vault import (
    Credential,
    Setup,
    Vault,
    key_from,
)

MAGIC = b"KBeanVaultBackup"
_VERSION = 1
_PREFIX = struct.Struct(">16sII")
_CRC = struct.Struct(">I")
_DIGEST_BYTES = 32
_CHUNK = 1 << 20


class BackupInfo(msgspec.Struct, frozen=True):
    """What a backup says of itself.

    Attributes:
        created_at: Unix milliseconds.
        vault_id: Which vault it is of.
        database_bytes: Size of the database inside.
    """

    created_at: int
    vault_id: str
    database_bytes: int


class _Header(msgspec.Struct, frozen=True):
    info: BackupInfo
    slots: bytes


def write_backup(vault: Vault, path: Path) -> BackupInfo:
    """Write the open vault to ``path``, as it is at this moment, in one step.

    Args:
        vault: An open vault; runs on its thread.
        path: The file to make or replace; readable by its owner only.

    Raises:
        VaultStorageError: the disk refused; a file that was there before is untouched.
    """
    with translated_errors(), vault.snapshot_file() as (slots, database):
        info = BackupInfo(time.time_ns() // 1_000_000, slots.vault_id, database.stat().st_size)
        kept = encode_slots(slots.without("keychain"))
        header = msgspec.json.encode(_Header(info, kept))
        prefix = _PREFIX.pack(MAGIC, _VERSION, len(header))
        with database.open("rb") as stream:
            parts = _chain(prefix + _CRC.pack(zlib.crc32(prefix)) + header, stream)
            write_atomically(path, _with_digest(parts))
    return info


def read_backup(path: Path) -> BackupInfo:
    """Check a backup without opening it: its form and its checksum.

    Raises:
        ForeignBackupError, TruncatedBackupError, DamagedBackupError, NewerBackupError: the file.
        VaultStorageError: it can't be read.
    """
    with translated_errors(), path.open("rb") as stream:
        return _verified_header(stream)[0].info


def restore_backup(path: Path, folder: Path, credential: Credential, setup: Setup) -> BackupInfo:
    """Make the backup the vault in ``folder``, which stays locked.

    Args:
        path: The backup.
        folder: A vault's folder, with a (whole, damaged or missing) vault that is not open.
        credential: Passphrase or recovery code *of the backup*.
        setup: See :class:`~app.wallet.vault.vault.Setup`.

    Raises:
        ForeignBackupError, TruncatedBackupError, DamagedBackupError, NewerBackupError: the file.
        WrongPassphraseError, MistypedRecoveryCodeError, WrongRecoveryCodeError: the credential.
        VaultInUseError: the vault in ``folder`` is open.
        VaultStorageError: the disk refused. In every case the old vault is as it was.
    """
    layout = VaultLayout(folder)
    with translated_errors(), path.open("rb") as stream:
        header, database_at = _verified_header(stream)
        slots = decode_slots(header.slots)
        key = key_from(slots, credential, setup.keychain)
        lock = None
        try:
            with held_lock(layout) as lock:
                stream.seek(database_at)
                _install(layout, slots, key, _pieces(stream, header.info.database_bytes), setup)
        finally:
            key.clear()
            if lock is not None:
                lock.release()
    return header.info


def _install(
    layout: VaultLayout, slots: SlotsFile, key: VaultKey, database: Iterator[bytes], setup: Setup
) -> None:
    building = layout.new_database()
    try:
        create_private(building, database)
        missing_steps(inspect(building, key, full=True), setup.steps)
        layout.save(slots.naming(finish_database(layout, building).name))
    except (DamagedVaultError, TruncatedVaultError, ForeignVaultError):
        raise DamagedBackupError from None
    except NewerVaultError:
        raise NewerBackupError from None
    finally:
        building.unlink(missing_ok=True)


def _verified_header(stream: BinaryIO) -> tuple[_Header, int]:
    """The header and where the database starts, once every byte is known to be right."""
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(_PREFIX.size + _CRC.size)
    if not head.startswith(MAGIC):
        raise TruncatedBackupError if head and MAGIC.startswith(head) else ForeignBackupError
    if len(head) < _PREFIX.size + _CRC.size:
        raise TruncatedBackupError
    if _CRC.unpack(head[_PREFIX.size :])[0] != zlib.crc32(head[: _PREFIX.size]):
        raise DamagedBackupError
    _, version, header_bytes = _PREFIX.unpack(head[: _PREFIX.size])
    if version > _VERSION:
        raise NewerBackupError
    raw = stream.read(header_bytes)
    if len(raw) < header_bytes:
        raise TruncatedBackupError
    try:
        header = msgspec.json.decode(raw, type=_Header)
    except msgspec.DecodeError:
        raise DamagedBackupError from None
    database_at = len(head) + header_bytes
    if size < database_at + header.info.database_bytes + _DIGEST_BYTES:
        raise TruncatedBackupError
    digest = hashlib.sha256(head + raw)
    for piece in _pieces(stream, header.info.database_bytes):
        digest.update(piece)
    if stream.read() != digest.digest():
        raise DamagedBackupError
    return header, database_at


def _pieces(stream: BinaryIO, count: int) -> Iterator[bytes]:
    while count > 0 and (piece := stream.read(min(_CHUNK, count))):
        count -= len(piece)
        yield piece


def _chain(head: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield head
    while piece := stream.read(_CHUNK):
        yield piece


def _with_digest(parts: Iterator[bytes]) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
        yield part
    yield digest.digest()
