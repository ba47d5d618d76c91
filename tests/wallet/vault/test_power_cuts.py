"""``kill -9`` at any moment: what was acknowledged is there, the file opens, nothing is half."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest

from app.wallet.vault.errors import WrongPassphraseError
from app.wallet.vault.vault import Passphrase, Setup, create_vault, open_vault
from app.wallet.vault.worker import VaultWorker

HEAD = """
import sys
from pathlib import Path
from app.protocol.ids import new_id
from app.wallet.vault.backup import restore_backup, write_backup
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.stores.activity import ActivityRow
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.vault import Passphrase, Setup, open_vault
from app.wallet.vault.worker import VaultWorker

folder, passphrase = Path(sys.argv[1]), sys.argv[2]
setup = Setup(argon2=Argon2Params(64, 1, 1))
"""

INTENTS = (
    HEAD
    + """
worker = VaultWorker(folder, setup)
worker.unlock(Passphrase(passphrase)).result()
number = 0


def write(vault, key):
    vault.intents.write(Intent(key, "payment", b"{}" * 50, "signature", number))


def movements(vault, key):
    with vault.transaction():
        vault.activity.upsert(
            ActivityRow(id=f"{key}-{n}", kind="payment", amount=-n, currency="CNY",
                        occurred_at=1_795_000_000_000 + number * 100 + n, note="早餐")
            for n in range(10))
        vault.cursors.put(key, "10")


while True:
    number += 1
    key = new_id()
    written = worker.submit(lambda vault: write(vault, key))
    worker.submit(lambda vault: movements(vault, key))
    written.result()
    print(key, flush=True)
"""
)

PASSPHRASES = (
    HEAD
    + """
vault = open_vault(folder, Passphrase(passphrase), setup)
number = 0
while True:
    vault.change_passphrase(passphrase, f"passphrase {number}")
    passphrase = f"passphrase {number}"
    print(number, flush=True)
    number += 1
"""
)

CREATION = (
    HEAD
    + """
from app.wallet.vault.vault import create_vault
print("begun", flush=True)
vault, code = create_vault(folder, passphrase, setup)
vault.settings.put("language", "zh-CN")
sys.stdin.read()
"""
)

RESTORES = (
    HEAD
    + """
backup = folder.parent / "backup"
vault = open_vault(folder, Passphrase(passphrase), setup)
print("open", flush=True)
while True:
    write_backup(vault, backup)
    vault.lock()
    restore_backup(backup, folder, Passphrase(passphrase), setup)
    vault = open_vault(folder, Passphrase(passphrase), setup)
    vault.intents.write(Intent(new_id(), "payment", b"{}", "s", 1))
    print(len(vault.intents.unfinished()), flush=True)
"""
)


@pytest.fixture
def killed_after(child) -> Callable[[str, int, Path, str], list[str]]:
    """Run a child, kill it some random microseconds after so many lines; all lines it said."""

    def run(code: str, lines: int, folder: Path, passphrase: str) -> list[str]:
        process: Popen[str] = child(code, str(folder), passphrase)
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(lines)]
        moment = threading.Timer(random.random() * 0.02, process.kill)
        moment.start()
        rest = process.stdout.read().splitlines(keepends=True)
        said += [line.strip() for line in rest if line.endswith("\n")]
        process.wait()
        assert process.returncode != 0
        assert all(said)
        return said

    return run


def test_every_acknowledged_intent_outlives_the_process(killed_after, folder, setup, passphrase):
    create_vault(folder, passphrase, setup)[0].lock()
    acknowledged: list[str] = []
    for round_ in range(5):
        acknowledged += killed_after(INTENTS, 5 + 7 * round_, folder, passphrase)
        vault = open_vault(folder, Passphrase(passphrase), setup)
        vault.check()
        keys = {intent.key for intent in vault.intents.unfinished()}
        assert set(acknowledged) <= keys
        assert len(keys) <= len(acknowledged) + round_ + 1  # one may be on the disk unsaid
        whole = vault.database.rows("SELECT count(*) FROM cursors")[0][0]
        assert vault.activity.count() == whole * 10
        vault.lock()
    assert len(acknowledged) >= 5 + 12 + 19 + 26 + 33


def test_a_creation_that_is_cut_off_never_happened_or_is_whole(child, tmp_path, setup, passphrase):
    outcomes = set()
    for round_ in range(10):
        folder = tmp_path / str(round_)
        process = child(CREATION, str(folder), passphrase)
        assert process.stdout.readline() == "begun\n"
        moment = threading.Timer(0.007 * round_, process.kill)
        moment.start()
        process.wait()
        worker = VaultWorker(folder, setup)
        outcomes.add(worker.exists)
        if worker.exists:
            worker.unlock(Passphrase(passphrase)).result()
        else:
            worker.create(passphrase).result()
        worker.submit(lambda vault: vault.check()).result()
        worker.lock().result()
        worker.unlock(Passphrase(passphrase)).result()
        worker.close()
        assert not (folder / "vault.creating").exists()
        assert len(list(folder.glob("*.db"))) == 1
    assert False in outcomes


def test_a_passphrase_being_changed_is_the_old_or_the_new_one(
    killed_after, folder, setup, passphrase
):
    create_vault(folder, passphrase, setup)[0].lock()
    for round_ in range(3):
        said = killed_after(PASSPHRASES, 1 + 3 * round_, folder, passphrase)
        vault = _open_with_either(folder, setup, int(said[-1]))
        vault.set_passphrase(passphrase)
        vault.check()
        vault.lock()


def _open_with_either(folder: Path, setup: Setup, last: int):
    try:
        return open_vault(folder, Passphrase(f"passphrase {last}"), setup)
    except WrongPassphraseError:
        return open_vault(folder, Passphrase(f"passphrase {last + 1}"), setup)


def test_a_vault_being_backed_up_and_restored_is_always_whole(
    killed_after, folder, setup, passphrase
):
    vault, _ = create_vault(folder, passphrase, setup)
    vault.settings.put("language", "zh-CN")
    vault.lock()
    for round_ in range(3):
        said = killed_after(RESTORES, 1 + round_, folder, passphrase)
        vault = open_vault(folder, Passphrase(passphrase), setup)
        vault.check()
        assert vault.settings.get("language", str, "") == "zh-CN"
        if len(said) > 1:
            assert len(vault.intents.unfinished()) >= int(said[-1])
        vault.lock()
        assert len(list(folder.glob("*.db"))) == 1
