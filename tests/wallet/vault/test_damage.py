"""Every way a file can be harmed has its own error, and trying to open it never changes a byte."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from app.wallet.vault.errors import (
    DamagedVaultError,
    DatabaseMissingError,
    ForeignVaultError,
    NewerVaultError,
    SlotsDamagedError,
    TruncatedVaultError,
    VaultStorageError,
)
from app.wallet.vault.layout import VaultLayout, encode_slots
from app.wallet.vault.stores.activity import ActivityRow
from app.wallet.vault.vault import Passphrase, create_vault, open_vault
from app.wallet.vault.worker import VaultWorker

PAGE = 4096


@pytest.fixture
def database(folder, setup, passphrase) -> Path:
    """A closed vault with some pages in it."""
    vault, _ = create_vault(folder, passphrase, setup)
    vault.activity.upsert(
        ActivityRow(
            id=str(number),
            kind="payment",
            amount=-number,
            currency="CNY",
            occurred_at=1_700_000_000_000 + number,
            counterparty=f"商户 {number}",
            raw=b"{}" * 200,
        )
        for number in range(300)
    )
    vault.lock()
    (path,) = folder.glob("vault-*.db")
    assert path.stat().st_size > 40 * PAGE
    return path


@pytest.fixture
def refused(folder, setup, passphrase, fingerprint):
    """Open with the right passphrase; it fails that way, twice, and nothing has changed."""

    def check(error: type[Exception]) -> None:
        before = fingerprint()
        for _ in range(2):
            with pytest.raises(error) as refusal:
                open_vault(folder, Passphrase(passphrase), setup)
            assert type(refusal.value) is error
        assert fingerprint() == before

    return check


def _flip(path: Path, at: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("at", [0, 7, 15], ids=["first", "middle", "last"])
def test_a_flipped_bit_in_the_salt(database, refused, at):
    _flip(database, at)
    refused(DamagedVaultError)


@pytest.mark.parametrize("at", [16, 28, 99, PAGE - 81, PAGE - 80, PAGE - 1])
def test_a_flipped_bit_in_the_encrypted_header_page(database, refused, at):
    _flip(database, at)
    refused(DamagedVaultError)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
def test_a_flipped_bit_in_any_page(database, refused, share):
    _flip(database, int((database.stat().st_size - 1) * share))
    refused(DamagedVaultError)


def test_swapped_pages(database, refused):
    raw = database.read_bytes()
    database.write_bytes(
        raw[: PAGE * 5] + raw[PAGE * 6 : PAGE * 7] + raw[PAGE * 5 : PAGE * 6] + raw[PAGE * 7 :]
    )
    refused(DamagedVaultError)


def test_bytes_added_at_the_end(database, refused):
    with database.open("ab") as stream:
        stream.write(bytes(PAGE))
    refused(DamagedVaultError)


@pytest.mark.parametrize("pages", [0, 1, 2, 20])
def test_cut_at_a_page(database, refused, pages):
    os.truncate(database, PAGE * pages)
    refused(TruncatedVaultError)


@pytest.mark.parametrize("size", [1, 15, 16, 17, 1000, PAGE + 1, PAGE * 20 - 1])
def test_cut_inside_a_page(database, refused, size):
    os.truncate(database, size)
    refused(TruncatedVaultError)


def test_gone(database, refused):
    database.unlink()
    refused(DatabaseMissingError)


@pytest.mark.parametrize("content", [b"hello", b"\xff\xd8\xff\xe0" * 5000, os.urandom(PAGE * 8)])
def test_some_other_file(database, refused, content):
    database.write_bytes(content)
    refused(ForeignVaultError)


def test_a_plain_sqlite_file(database, refused):
    database.unlink()
    with closing(sqlite3.connect(database)) as plain:
        plain.execute("CREATE TABLE t (x)")
    refused(ForeignVaultError)


def test_another_vaults_database(database, refused, setup, tmp_path):
    create_vault(tmp_path / "other", "x", setup)[0].lock()
    (other,) = (tmp_path / "other").glob("vault-*.db")
    shutil.copyfile(other, database)
    refused(ForeignVaultError)


def test_a_folder_in_its_place(database, refused):
    database.unlink()
    database.mkdir()
    refused(VaultStorageError)


def test_both_slots_files_damaged(database, refused, folder):
    for name in ("slots.json", "slots.copy.json"):
        _flip(folder / name, 120)
    refused(SlotsDamagedError)


def test_slots_that_point_out_of_the_folder(database, refused, folder):
    layout = VaultLayout(folder)
    raw = encode_slots(layout.load().naming("../vault.db"))
    layout.slots.write_bytes(raw)
    layout.slots_copy.write_bytes(raw)
    refused(SlotsDamagedError)


def test_slots_of_a_newer_wallet(database, refused, folder):
    layout = VaultLayout(folder)
    raw = encode_slots(msgspec.structs.replace(layout.load(), version=2))
    layout.slots.write_bytes(raw)
    layout.slots_copy.write_bytes(raw)
    refused(NewerVaultError)


@pytest.fixture
def crashed(database, folder, reopen) -> Path:
    """Put the open vault's files back after locking, as if the power had gone."""
    vault = reopen()
    vault.settings.put("after", "the last checkpoint")
    saved = {p: p.read_bytes() for p in folder.glob("vault-*")}
    vault.lock()
    for path, raw in saved.items():
        path.write_bytes(raw)
    (log,) = folder.glob("*-wal")
    assert log.stat().st_size > 0
    return database


def test_a_log_left_by_a_crash_is_recovered(crashed, reopen):
    vault = reopen()
    assert vault.settings.get("after", str, "") == "the last checkpoint"
    vault.check()
    vault.lock()


@pytest.mark.parametrize("harm", ["flipped", "cut", "foreign", "salt"])
def test_a_harmed_file_with_a_log_is_refused_untouched(crashed, refused, harm):
    database = crashed
    if harm == "flipped":
        _flip(database, PAGE * 30 + 100)
    elif harm == "cut":
        os.truncate(database, PAGE * 20)
    elif harm == "salt":
        _flip(database, 3)
    else:
        database.write_bytes(os.urandom(PAGE * 20))
    kinds = {
        "flipped": DamagedVaultError,
        "salt": DamagedVaultError,
        "cut": TruncatedVaultError,
        "foreign": ForeignVaultError,
    }
    refused(kinds[harm])


def test_damage_under_an_open_vault_is_told_when_it_is_met(database, folder, setup, passphrase):
    worker = VaultWorker(folder, setup)
    worker.unlock(Passphrase(passphrase)).result()
    raw = bytearray(database.read_bytes())
    for page in range(1, len(raw) // PAGE):
        raw[page * PAGE + 50] ^= 1
    database.write_bytes(raw)
    with pytest.raises(DamagedVaultError):
        worker.submit(lambda vault: vault.check()).result()
    with pytest.raises(DamagedVaultError):
        worker.submit(lambda vault: vault.activity.find(limit=300)).result()
    worker.close()


def test_slots_of_the_wrong_form_under_a_right_checksum(database, refused, folder):
    body = b'{"vault_id": 7}'
    envelope = {
        "format": "kbean-vault-slots",
        "sha256": hashlib.sha256(body).hexdigest(),
        "body": msgspec.Raw(body),
    }
    for name in ("slots.json", "slots.copy.json"):
        (folder / name).write_bytes(msgspec.json.encode(envelope))
    refused(SlotsDamagedError)
