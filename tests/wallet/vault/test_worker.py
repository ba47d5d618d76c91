from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError
from functools import partial

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from app.wallet.vault.errors import (
    VaultLockedError,
    VaultStorageError,
    WrongPassphraseError,
)
from app.wallet.vault.stores.intents import Intent
from app.wallet.vault.vault import Passphrase, QuickUnlock, RecoveryCode, Vault
from app.wallet.vault.worker import VaultWorker


@pytest.fixture
def worker(folder, setup):
    """A worker without a vault yet."""
    made = VaultWorker(folder, setup)
    yield made
    made.close()


def test_from_nothing_to_open_and_locked_again(worker, passphrase):
    assert not worker.exists
    code = worker.create(passphrase).result()
    assert worker.exists
    assert worker.unlocked
    worker.submit(lambda vault: vault.settings.put("a", 1)).result()
    worker.lock().result()
    assert not worker.unlocked
    with pytest.raises(VaultLockedError):
        worker.submit(lambda vault: vault.settings.get("a", int, 0)).result()
    worker.unlock(RecoveryCode(code)).result()
    assert worker.submit(lambda vault: vault.settings.get("a", int, 0)).result() == 1


def test_unlocking_an_open_vault_proves_who_is_there(worker, passphrase):
    worker.create(passphrase).result()
    worker.unlock(Passphrase(passphrase)).result()
    with pytest.raises(WrongPassphraseError):
        worker.unlock(Passphrase("guess")).result()
    assert worker.unlocked


def test_all_work_runs_on_one_thread_in_order(worker, passphrase):
    worker.create(passphrase)
    seen: list[tuple[int, str]] = []
    for number in range(20):
        worker.submit(lambda _, n=number: seen.append((n, threading.current_thread().name)))
    worker.lock().result()
    assert [number for number, _ in seen] == list(range(20))
    assert len({name for _, name in seen}) == 1
    assert threading.current_thread().name not in {name for _, name in seen}


def test_work_on_another_thread_is_refused(worker, passphrase):
    worker.create(passphrase).result()
    vault = worker.submit(lambda vault: vault).result()
    with pytest.raises(sqlcipher.ProgrammingError):
        vault.settings.put("a", 1)


async def test_coroutines_wait_without_stopping_the_loop(worker, passphrase):
    await asyncio.wrap_future(worker.create(passphrase))
    begun, go_on = threading.Event(), threading.Event()

    def slow(vault) -> str:
        begun.set()
        go_on.wait(10)
        return "done"

    waiting = asyncio.ensure_future(worker.run(slow))
    await asyncio.to_thread(begun.wait, 10)
    go_on.set()  # reached only because the loop was free
    assert await waiting == "done"


async def test_a_repeated_search_drops_the_one_that_has_not_begun(worker, passphrase):
    await asyncio.wrap_future(worker.create(passphrase))
    go_on = threading.Event()
    ran: list[str] = []

    def slow(_) -> bool:
        return go_on.wait(10)

    first = worker.submit(slow)

    def too_late(_) -> None:
        ran.append("dropped")

    waiting = worker.submit(too_late)
    assert waiting.cancel()
    go_on.set()
    assert first.result() is True

    def kept(_) -> None:
        ran.append("kept")

    await worker.run(kept)
    assert ran == ["kept"]
    with pytest.raises(CancelledError):
        waiting.result()


def test_closing_finishes_what_was_handed_in(folder, setup, passphrase):
    worker = VaultWorker(folder, setup)
    worker.create(passphrase)

    def write(number: int, vault: Vault) -> None:
        vault.intents.write(Intent(f"key-{number:02}", "payment", b"{}", "s", number))

    for number in range(50):
        worker.submit(partial(write, number))
    worker.close()
    worker.close()
    with pytest.raises(VaultLockedError):
        worker.submit(lambda vault: None).result()
    again = VaultWorker(folder, setup)
    again.unlock(Passphrase(passphrase)).result()
    assert len(again.submit(lambda vault: vault.intents.unfinished()).result()) == 50
    again.close()


def test_several_stores_commit_together_or_not_at_all(worker, passphrase):
    worker.create(passphrase).result()

    def half(vault) -> None:
        with vault.transaction():
            vault.settings.put("a", 1)
            vault.secrets.put("b", b"2")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        worker.submit(half).result()
    assert worker.submit(lambda vault: vault.settings.get("a", int, 0)).result() == 0
    assert worker.submit(lambda vault: vault.secrets.get("b")).result() is None


def test_a_failing_disk_is_the_surroundings(worker, passphrase):
    worker.create(passphrase).result()

    def full(vault) -> None:
        vault._connection.execute("PRAGMA max_page_count = 1")
        vault.settings.put("big", "x" * 10_000_000)

    with pytest.raises(VaultStorageError):
        worker.submit(full).result()
    assert worker.submit(lambda vault: vault.settings.get("big", str, "")).result() == ""


def test_a_bug_of_ours_passes_through_unchanged(worker, passphrase):
    worker.create(passphrase).result()
    intent = Intent("key", "payment", b"{}", "s", 1)
    worker.submit(lambda vault: vault.intents.write(intent)).result()
    with pytest.raises(sqlcipher.IntegrityError):
        worker.submit(lambda vault: vault.intents.write(intent)).result()


def test_backup_and_restore_through_the_worker(worker, passphrase, tmp_path):
    worker.create(passphrase).result()
    worker.submit(lambda vault: vault.settings.put("a", 1)).result()
    made = worker.back_up(tmp_path / "b").result()
    worker.submit(lambda vault: vault.settings.put("a", 2)).result()
    with pytest.raises(WrongPassphraseError):
        worker.restore(tmp_path / "b", Passphrase("wrong")).result()
    assert worker.restore(tmp_path / "b", Passphrase(passphrase)).result() == made
    assert not worker.unlocked
    worker.unlock(Passphrase(passphrase)).result()
    assert worker.submit(lambda vault: vault.settings.get("a", int, 0)).result() == 1


def test_quick_unlock_is_known_while_locked(worker, passphrase):
    worker.create(passphrase).result()
    assert not worker.quick_unlock_enrolled
    worker.submit(lambda vault: vault.enable_quick_unlock()).result()
    worker.lock().result()
    assert worker.quick_unlock_enrolled
    worker.unlock(QuickUnlock()).result()


def test_an_idle_worker_costs_no_thread(folder, setup):
    before = threading.active_count()
    worker = VaultWorker(folder, setup)
    assert threading.active_count() == before
    worker.close()
    assert threading.active_count() == before
