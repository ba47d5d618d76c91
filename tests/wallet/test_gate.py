"""Who is there: misses are counted, a pause follows, proof resets it."""

from __future__ import annotations

import asyncio
import math

import pytest

from app.protocol.errors import KBeanError
from app.wallet.gate import FREE_MISSES, Gate
from app.wallet.vault.errors import (
    MistypedRecoveryCodeError,
    QuickUnlockOffError,
    WrongPassphraseError,
)
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.vault import Passphrase, QuickUnlock, RecoveryCode, Setup
from app.wallet.vault.worker import VaultWorker

RIGHT, WRONG = Passphrase("right"), Passphrase("wrong")


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def worker(tmp_path):
    worker = VaultWorker(
        tmp_path / "vault", Setup(argon2=Argon2Params(memory_kib=64, passes=1, lanes=1))
    )
    await asyncio.wrap_future(worker.create("right"))
    await asyncio.wrap_future(worker.lock())
    yield worker
    worker.close()


@pytest.fixture
def watch():
    return Watch()


async def miss(gate: Gate) -> None:
    with pytest.raises(WrongPassphraseError):
        await gate.prove(WRONG)


async def test_the_pause_grows_and_proof_resets_it(worker, watch):
    gate = Gate(worker, monotonic=watch)
    for _ in range(FREE_MISSES - 1):
        await miss(gate)
        assert gate.wait_seconds == 0
    for pause in (2, 4, 8, 16, 32, 60, 60):
        await miss(gate)
        assert gate.wait_seconds == pause
        with pytest.raises(KBeanError) as refused:
            await gate.prove(RIGHT)
        assert (refused.value.code, refused.value.retry_after) == ("too_many_requests", pause)
        watch.now += pause - 0.5
        assert gate.wait_seconds == 1
        watch.now += 0.5
    await gate.prove(RIGHT)
    assert (gate.misses, gate.wait_seconds, worker.unlocked) == (0, 0, True)


async def test_typing_mistakes_in_a_recovery_code_are_no_misses(worker, watch):
    gate = Gate(worker, monotonic=watch)
    with pytest.raises(MistypedRecoveryCodeError):
        await gate.prove(RecoveryCode("ABCD"))
    with pytest.raises(QuickUnlockOffError):
        await gate.prove(QuickUnlock())
    assert gate.misses == 0


async def test_how_long_nobody_proved_anything(worker, watch):
    gate = Gate(worker, monotonic=watch)
    assert gate.idle_for() == math.inf
    await gate.prove(RIGHT)
    watch.now += 7
    assert gate.idle_for() == 7
    await miss(gate)
    assert gate.idle_for() == 7
    await gate.prove(RIGHT)
    assert gate.idle_for() == 0
    gate.forget()
    assert gate.idle_for() == math.inf
