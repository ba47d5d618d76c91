from __future__ import annotations

import stat
import struct
import sys
import zlib
from contextlib import contextmanager

import pytest

from app.wallet.vault.backup import read_backup, restore_backup, write_backup
from app.wallet.vault.errors import (
    DamagedBackupError,
    ForeignBackupError,
    MistypedRecoveryCodeError,
    NewerBackupError,
    QuickUnlockOffError,
    TruncatedBackupError,
    VaultError,
    VaultInUseError,
    VaultStorageError,
    WrongPassphraseError,
)
from app.wallet.vault.schema import STEPS, Step
from app.wallet.vault.vault import (
    Credential,
    Passphrase,
    QuickUnlock,
    RecoveryCode,
    Setup,
    create_vault,
)
from app.wallet.vault.vault import open_vault as _open


@pytest.fixture
def backup(vault, tmp_path):
    """A backup of a vault that is in use, and afterwards has moved on."""
    path = tmp_path / "my wallet.kbackup"
    vault.settings.put("when", "backed up")
    vault.secrets.put("device_key", b"k" * 32)
    vault.enable_quick_unlock()
    info = write_backup(vault, path)
    assert info.vault_id == vault.vault_id
    vault.settings.put("when", "later")
    vault.lock()
    return path


def _when(folder, credential, setup) -> str:
    vault = _open(folder, credential, setup)
    vault.check()
    said = vault.settings.get("when", str, "")
    vault.lock()
    return said


def test_a_backup_restores_into_an_empty_place(backup, tmp_path, setup, passphrase):
    place = tmp_path / "new machine" / "vault"
    info = restore_backup(backup, place, Passphrase(passphrase), setup)
    assert info == read_backup(backup)
    assert _when(place, Passphrase(passphrase), setup) == "backed up"


def test_a_backup_opens_with_its_recovery_code(folder, tmp_path, setup, passphrase):
    vault, code = create_vault(folder, passphrase, setup)
    write_backup(vault, tmp_path / "b")
    vault.lock()
    restore_backup(tmp_path / "b", tmp_path / "vault", RecoveryCode(code), setup)
    assert _when(tmp_path / "vault", RecoveryCode(code), setup) == ""


def test_restoring_replaces_the_vault_and_tidies_the_old_one(backup, folder, setup, passphrase):
    assert _when(folder, Passphrase(passphrase), setup) == "later"
    restore_backup(backup, folder, Passphrase(passphrase), setup)
    assert len(list(folder.glob("vault-*.db"))) == 2  # the old one goes once the new one opened
    assert _when(folder, Passphrase(passphrase), setup) == "backed up"
    assert len(list(folder.glob("vault-*.db"))) == 1


def test_restoring_heals_a_harmed_vault(backup, folder, setup, passphrase):
    for path in folder.iterdir():
        path.write_bytes(b"harm")
    restore_backup(backup, folder, Passphrase(passphrase), setup)
    assert _when(folder, Passphrase(passphrase), setup) == "backed up"


def test_the_keychain_slot_stays_behind(backup, folder, setup, passphrase):
    restore_backup(backup, folder, Passphrase(passphrase), setup)
    with pytest.raises(QuickUnlockOffError):
        _open(folder, QuickUnlock(), setup)


def test_a_backup_is_one_private_file_and_replaces_an_older_one(vault, tmp_path):
    path = tmp_path / "b"
    path.write_bytes(b"older")
    write_backup(vault, path)
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["b"]
    expected = 0o666 if sys.platform == "win32" else 0o600
    assert stat.S_IMODE(path.stat().st_mode) == expected
    read_backup(path)


def test_a_backup_that_cannot_be_written_leaves_the_older_one(vault, folder, tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(VaultStorageError) as refusal:
        write_backup(vault, tmp_path / "b")
    assert refusal.value.sort == "surroundings"
    assert {path.name for path in tmp_path.iterdir()} == {"profile", "b"}
    assert not list(folder.glob("new-*"))


def test_an_open_vault_is_not_replaced(backup, folder, setup, passphrase):
    vault = _open(folder, Passphrase(passphrase), setup)
    with pytest.raises(VaultInUseError):
        restore_backup(backup, folder, Passphrase(passphrase), setup)
    assert vault.settings.get("when", str, "") == "later"
    vault.lock()


def test_the_wrong_credential_changes_nothing(backup, folder, setup, fingerprint):
    before = fingerprint()
    refusals: dict[Credential, type[VaultError]] = {
        Passphrase("wrong"): WrongPassphraseError,
        RecoveryCode("nonsense"): MistypedRecoveryCodeError,
        QuickUnlock(): QuickUnlockOffError,
    }
    for credential, refusal in refusals.items():
        with pytest.raises(refusal):
            restore_backup(backup, folder, credential, setup)
        assert fingerprint() == before


@pytest.fixture
def refused(backup, folder, setup, passphrase, fingerprint):
    """Look at and restore a harmed backup: both fail that way; the vault and the file stay."""

    def check(error: type[Exception]) -> None:
        before, raw = fingerprint(), backup.read_bytes()
        for attempt in (
            lambda: read_backup(backup),
            lambda: restore_backup(backup, folder, Passphrase(passphrase), setup),
        ):
            with pytest.raises(error) as refusal:
                attempt()
            assert type(refusal.value) is error
        assert fingerprint() == before
        assert backup.read_bytes() == raw
        assert _when(folder, Passphrase(passphrase), setup) == "later"

    return check


@pytest.mark.parametrize("at", [17, 21, 25, 30, 200, 900, 5000, -40, -1])
def test_a_flipped_bit_anywhere_is_damage(backup, refused, at):
    raw = bytearray(backup.read_bytes())
    raw[at] ^= 4
    backup.write_bytes(raw)
    refused(DamagedBackupError)


@pytest.mark.parametrize("size", [1, 10, 16, 27, 28, 100, 3000, -1])
def test_a_backup_cut_short(backup, refused, size):
    backup.write_bytes(backup.read_bytes()[:size])
    refused(TruncatedBackupError)


def test_bytes_behind_the_end_are_damage(backup, refused):
    with backup.open("ab") as stream:
        stream.write(b"more")
    refused(DamagedBackupError)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"x" * 100_000])
def test_some_other_file_is_no_backup(backup, refused, content):
    backup.write_bytes(content)
    refused(ForeignBackupError)


def test_a_missing_backup_is_the_disks_business(tmp_path, folder, setup):
    with pytest.raises(VaultStorageError):
        restore_backup(tmp_path / "gone", folder, Passphrase("x"), setup)
    assert not folder.exists()


def test_a_backup_of_a_newer_format(backup, refused):
    raw = bytearray(backup.read_bytes())
    raw[16:20] = struct.pack(">I", 2)
    raw[24:28] = struct.pack(">I", zlib.crc32(raw[:24]))
    backup.write_bytes(raw)
    refused(NewerBackupError)


def test_a_backup_with_a_newer_schema(tmp_path, setup, passphrase, folder, fingerprint):
    newer = Setup(argon2=setup.argon2, steps=(*STEPS, Step(2, 0, ("DROP TABLE cursors",))))
    vault, _ = create_vault(tmp_path / "theirs", passphrase, newer)
    write_backup(vault, tmp_path / "b")
    vault.lock()
    create_vault(folder, passphrase, setup)[0].lock()
    before = fingerprint()
    with pytest.raises(NewerBackupError):
        restore_backup(tmp_path / "b", folder, Passphrase(passphrase), setup)
    assert fingerprint() == before


def test_a_well_formed_backup_whose_database_does_not_open(
    folder, setup, reopen, tmp_path, monkeypatch
):
    """The checksum is right, as of a backup written from bad memory; the pages are not."""
    vault, code = create_vault(folder, "correct horse 电池 staple", setup)

    real = vault.snapshot_file

    @contextmanager
    def spoiled():
        with real() as (slots, database):
            raw = bytearray(database.read_bytes())
            raw[4096 * 3 + 9] ^= 1
            database.write_bytes(raw)
            yield slots, database

    monkeypatch.setattr(vault, "snapshot_file", spoiled)
    write_backup(vault, tmp_path / "b")
    vault.lock()
    read_backup(tmp_path / "b")
    with pytest.raises(DamagedBackupError):
        restore_backup(tmp_path / "b", folder, RecoveryCode(code), setup)
    assert not list(folder.glob("new-*"))
    reopen().lock()
