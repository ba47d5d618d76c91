from __future__ import annotations

import os
import stat
import sys
from contextlib import closing

import pytest

from app.wallet.vault.cipher import connect
from app.wallet.vault.errors import (
    CODES,
    KeychainUnavailableError,
    MistypedRecoveryCodeError,
    QuickUnlockOffError,
    SlotsMissingError,
    VaultAbsentError,
    VaultError,
    VaultExistsError,
    VaultInUseError,
    WrongPassphraseError,
    WrongRecoveryCodeError,
)
from app.wallet.vault.keyslots import VaultKey
from app.wallet.vault.layout import VaultLayout
from app.wallet.vault.recovery_code import new_recovery_code
from app.wallet.vault.vault import (
    Credential,
    Passphrase,
    QuickUnlock,
    RecoveryCode,
    create_vault,
    open_vault,
    quick_unlock_enrolled,
)


def test_what_was_written_is_there_after_locking(folder, setup, passphrase):
    vault, code = create_vault(folder, passphrase, setup)
    vault.settings.put("language", "zh-CN")
    vault.lock()
    for credential in (Passphrase(passphrase), RecoveryCode(code.lower().replace("-", " "))):
        opened = open_vault(folder, credential, setup)
        assert opened.settings.get("language", str, "") == "zh-CN"
        opened.check()
        opened.lock()


def test_the_database_is_unreadable_and_starts_with_its_random_salt(vault, folder):
    vault.settings.put("x", "y")
    (database,) = folder.glob("vault-*.db")
    raw = database.read_bytes()
    assert not raw.startswith(b"SQLite")
    assert b"CREATE TABLE" not in raw


def test_a_wrong_passphrase_and_codes_say_so_and_touch_nothing(
    folder, setup, passphrase, fingerprint
):
    vault, _ = create_vault(folder, passphrase, setup)
    vault.lock()
    before = fingerprint()
    refusals: dict[Credential, type[VaultError]] = {
        Passphrase("correct horse"): WrongPassphraseError,
        RecoveryCode(new_recovery_code()): WrongRecoveryCodeError,
        RecoveryCode("ABCD"): MistypedRecoveryCodeError,
        QuickUnlock(): QuickUnlockOffError,
    }
    for credential, refusal in refusals.items():
        with pytest.raises(refusal):
            open_vault(folder, credential, setup)
        assert fingerprint() == before


def test_changing_the_passphrase_rewraps_and_leaves_the_database_alone(
    folder, setup, passphrase, fingerprint
):
    vault, code = create_vault(folder, passphrase, setup)
    before = fingerprint()
    with pytest.raises(WrongPassphraseError):
        vault.change_passphrase("wrong", "new")
    assert fingerprint() == before
    vault.change_passphrase(passphrase, "new")
    after = fingerprint()
    vault.lock()
    databases = [name for name in before if ".db" in name]
    assert databases
    assert {name: after[name] for name in databases} == {n: before[n] for n in databases}
    with pytest.raises(WrongPassphraseError):
        open_vault(folder, Passphrase(passphrase), setup)
    open_vault(folder, Passphrase("new"), setup).lock()
    open_vault(folder, RecoveryCode(code), setup).lock()


def test_the_old_passphrase_does_not_live_on_in_the_copy(vault, folder, setup, passphrase):
    vault.change_passphrase(passphrase, "new")
    vault.lock()
    VaultLayout(folder).slots.unlink()
    with pytest.raises(WrongPassphraseError):
        open_vault(folder, Passphrase(passphrase), setup)
    open_vault(folder, Passphrase("new"), setup).lock()


def test_recovery_gives_a_new_passphrase_and_a_new_code(folder, setup, passphrase):
    vault, old_code = create_vault(folder, passphrase, setup)
    vault.lock()
    vault = open_vault(folder, RecoveryCode(old_code), setup)
    vault.set_passphrase("fresh start")
    new_code = vault.renew_recovery_code()
    vault.lock()
    with pytest.raises(WrongRecoveryCodeError):
        open_vault(folder, RecoveryCode(old_code), setup)
    open_vault(folder, RecoveryCode(new_code), setup).lock()
    open_vault(folder, Passphrase("fresh start"), setup).lock()


def test_quick_unlock_comes_and_goes(vault, folder, setup, keychain):
    assert not quick_unlock_enrolled(folder)
    vault.enable_quick_unlock()
    vault.lock()
    assert quick_unlock_enrolled(folder)
    vault = open_vault(folder, QuickUnlock(), setup)
    vault.prove(QuickUnlock())
    vault.disable_quick_unlock()
    assert not vault.quick_unlock
    assert keychain.kept == {}
    vault.lock()
    with pytest.raises(QuickUnlockOffError):
        open_vault(folder, QuickUnlock(), setup)


def test_a_broken_keychain_is_never_fatal(vault, folder, setup, keychain, passphrase):
    keychain.broken = True
    with pytest.raises(KeychainUnavailableError) as refusal:
        vault.enable_quick_unlock()
    assert refusal.value.sort == "surroundings"
    assert not vault.quick_unlock
    keychain.broken = False
    vault.enable_quick_unlock()
    vault.lock()
    keychain.broken = True
    with pytest.raises(KeychainUnavailableError):
        open_vault(folder, QuickUnlock(), setup)
    opened = open_vault(folder, Passphrase(passphrase), setup)
    opened.disable_quick_unlock()  # the keychain keeps its half, which opens nothing any more
    opened.lock()
    keychain.broken = False
    with pytest.raises(QuickUnlockOffError):
        open_vault(folder, QuickUnlock(), setup)


@pytest.mark.parametrize("kept", [None, b"another machine's secret, 32 bytes"])
def test_a_keychain_that_forgot_or_mixed_up_is_quick_unlock_off(
    vault, folder, setup, keychain, kept
):
    vault.enable_quick_unlock()
    vault.lock()
    keychain.kept = {} if kept is None else {vault.vault_id: kept}
    with pytest.raises(QuickUnlockOffError):
        open_vault(folder, QuickUnlock(), setup)


def test_nothing_there_is_absent_and_leaves_nothing_behind(folder, setup):
    with pytest.raises(VaultAbsentError):
        open_vault(folder, Passphrase("x"), setup)
    assert not folder.exists()
    assert not quick_unlock_enrolled(folder)


def test_a_vault_is_never_created_over_another(vault, folder, setup, fingerprint):
    vault.lock()
    before = fingerprint()
    with pytest.raises(VaultExistsError):
        create_vault(folder, "other", setup)
    layout = VaultLayout(folder)
    layout.slots.unlink()
    layout.slots_copy.unlink()
    with pytest.raises(VaultExistsError):
        create_vault(folder, "other", setup)
    with pytest.raises(SlotsMissingError):
        open_vault(folder, Passphrase("x"), setup)
    assert {n: h for n, h in before.items() if ".db" in n} == fingerprint()


def test_a_creation_that_was_cut_off_is_no_vault(folder, setup, monkeypatch):
    def power_cut(self, slots):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(VaultLayout, "save", power_cut)
        with pytest.raises(KeyboardInterrupt):
            create_vault(folder, "first", setup)
    assert len(list(folder.glob("vault-*.db"))) == 1
    assert not VaultLayout(folder).exists()
    with pytest.raises(VaultAbsentError):
        open_vault(folder, Passphrase("first"), setup)
    create_vault(folder, "second", setup)[0].lock()
    open_vault(folder, Passphrase("second"), setup).lock()
    assert len(list(folder.glob("vault-*.db"))) == 1


def test_a_foreign_program_that_holds_the_database_is_told_as_in_use(
    folder, setup, passphrase, reopen
):
    vault, _ = create_vault(folder, passphrase, setup)
    (database,) = folder.glob("vault-*.db")
    key = VaultKey(bytearray(vault._key.material()))
    vault.lock()
    with closing(connect(database, key)) as browser:
        browser.execute("PRAGMA user_version").fetchone()
        browser.execute("BEGIN IMMEDIATE")
        with pytest.raises(VaultInUseError):
            reopen()
    reopen().lock()


def test_a_second_opening_in_the_same_process_is_refused(vault, folder, setup, passphrase):
    with pytest.raises(VaultInUseError):
        open_vault(folder, Passphrase(passphrase), setup)
    vault.lock()
    open_vault(folder, Passphrase(passphrase), setup).lock()


def test_a_second_process_is_refused_until_the_first_dies(
    folder, setup, passphrase, child, fingerprint
):
    create_vault(folder, passphrase, setup)[0].lock()
    before = fingerprint()
    other = child(
        """
import sys
from pathlib import Path
from app.wallet.vault.files import FileLock
FileLock(Path(sys.argv[1]) / "vault.lock").acquire()
print("held", flush=True)
sys.stdin.read()
""",
        str(folder),
    )
    assert other.stdout.readline() == "held\n"
    with pytest.raises(VaultInUseError) as refusal:
        open_vault(folder, Passphrase(passphrase), setup)
    assert refusal.value.sort == "surroundings"
    assert fingerprint() == before
    other.kill()
    other.wait()
    open_vault(folder, Passphrase(passphrase), setup).lock()


@pytest.mark.parametrize("which", ["slots.json", "slots.copy.json"])
@pytest.mark.parametrize("harm", ["gone", "cut", "garbage", "flipped"])
def test_one_harmed_slots_file_is_healed_from_the_other(vault, folder, reopen, which, harm):
    vault.lock()
    path = folder / which
    raw = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        flipped = raw.replace(b"created_at", b"created_as", 1)
        path.write_bytes({"cut": raw[:99], "garbage": b"\x00\xff{", "flipped": flipped}[harm])
    with pytest.raises(WrongPassphraseError):
        reopen(Passphrase("wrong"))
    reopen().lock()
    assert path.read_bytes() == raw


def test_closing_leaves_no_log_and_no_shared_memory_file(vault, folder):
    vault.settings.put("x", 1)
    assert any(path.name.endswith("-wal") for path in folder.iterdir())
    assert not any(path.name.endswith("-shm") for path in folder.iterdir())
    vault.lock()
    (database,) = folder.glob("*.db*")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["slots.copy.json", "slots.json", database.name, "vault.lock"]
    )


def test_everything_is_for_the_owner_alone(vault, folder):
    previous = os.umask(0)
    try:
        vault.settings.put("x", 1)
        vault.set_passphrase("again")
    finally:
        os.umask(previous)
    # Windows keeps people apart by the profile's access list and shows every file as writable.
    in_folder, in_file = (0o777, 0o666) if sys.platform == "win32" else (0o700, 0o600)
    assert stat.S_IMODE(folder.stat().st_mode) == in_folder
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == in_file, path.name


def test_left_overs_of_an_interrupted_step_are_tidied_after_opening(
    vault, folder, setup, passphrase
):
    vault.lock()
    left = ["new-00000000.db", "new-00000000.db-wal", "vault-00000000.db", ".slots.json.ab.tmp"]
    for name in left:
        (folder / name).write_bytes(b"left over")
    (folder / "trial-00000000").mkdir()
    (folder / "photo-of-my-cat.db.jpg").write_bytes(b"not ours")
    with pytest.raises(WrongPassphraseError):
        open_vault(folder, Passphrase("wrong"), setup)
    assert all((folder / name).exists() for name in left)
    open_vault(folder, Passphrase(passphrase), setup).lock()
    assert not any((folder / name).exists() for name in left)
    assert not (folder / "trial-00000000").exists()
    assert (folder / "photo-of-my-cat.db.jpg").exists()


def test_a_locked_vault_has_no_key_left_and_locking_twice_is_harmless(vault):
    vault.lock()
    vault.lock()
    assert vault._key.material() == bytes(48)


def test_every_error_has_its_own_code_and_words():
    kinds = VaultError.__subclasses__()
    assert len(CODES) == len(kinds)
    assert len({kind.text for kind in kinds}) == len(kinds)
    assert all(code.startswith("vault_") for code in CODES)
    assert str(WrongPassphraseError()) == WrongPassphraseError.text


def test_credentials_never_show_themselves():
    assert "hunter2" not in repr(Passphrase("hunter2")) + repr(RecoveryCode("hunter2"))
