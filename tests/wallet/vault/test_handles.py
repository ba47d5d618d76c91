"""Handles of payers' codes in the vault, and the power cut that never shows a code twice."""

from __future__ import annotations

from app.protocol.codes.payment_code import AHEAD
from app.wallet.vault.stores.handles import Handle

MINUTE = 60_000
AT = 1_800_000_000_000


def handle(number: int, **more) -> Handle:
    return Handle(number, bytes(32), AT - MINUTE, AT + 100 * MINUTE, must_confirm=False, **more)


def test_fresh_handles_take_the_place_of_others_and_a_known_one_keeps_its_counter(vault):
    vault.handles.replace([handle(1), handle(2)])
    assert vault.handles.show(2, 1, AT)
    vault.handles.replace([handle(2), handle(3)])
    kept = {one.handle: (one.counter, one.shown_at) for one in vault.handles.all()}
    assert kept == {2: (1, AT), 3: (0, None)}
    assert "2" not in repr(vault.handles.all()[0])
    vault.handles.forget(3)
    assert [one.handle for one in vault.handles.all()] == [2]


def test_the_counter_never_goes_back(vault):
    vault.handles.replace([handle(1)])
    assert vault.handles.show(1, 0, AT)
    assert not vault.handles.show(1, 0, AT)
    assert vault.handles.show(1, 1, AT)
    assert not vault.handles.show(1, 0, AT + MINUTE)
    assert vault.handles.show(1, 1, AT + MINUTE)
    assert vault.handles.show(1, 2, AT - MINUTE)  # the clock was set back: another counter
    (row,) = vault.handles.all()
    assert (row.counter, row.shown_at) == (2, AT + MINUTE)
    assert not vault.handles.show(9, 0, AT)


SHOW = """
import asyncio
import sys
from pathlib import Path
from app.sdk.clock import ServiceClock
from app.wallet.codes.codes import Codes
from app.wallet.line import Line
from app.wallet.snapshot import Board
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.vault import Passphrase, Setup
from app.wallet.vault.worker import VaultWorker

seconds = [float(sys.argv[3])]
worker = VaultWorker(Path(sys.argv[1]), Setup(argon2=Argon2Params(64, 1, 1)))
worker.unlock(Passphrase(sys.argv[2])).result()


async def show():
    board = Board()
    line = Line(worker, board, ServiceClock(lambda: seconds[0]))
    codes = Codes(worker, line, board, spawn=asyncio.ensure_future)
    while True:
        code = await codes.next()
        print(code.digits, flush=True)
        seconds[0] += 1


asyncio.run(show())
"""


def test_no_power_cut_shows_a_code_twice(vault, folder, passphrase, reopen, child):
    vault.handles.replace(
        Handle(number, bytes([number]) * 32, 0, 2**50, must_confirm=False)
        for number in range(1, 40)
    )
    vault.lock()
    seen: list[str] = []
    for _ in range(3):
        # Each start believes that it is the same minute again.
        process = child(SHOW, str(folder), passphrase, str(AT / 1000))
        assert process.stdout is not None
        for line in process.stdout:
            seen.append(line.strip())
            if len(seen) % 12 == 0:
                break
        process.kill()
        rest, _ = process.communicate()
        seen += rest.split()
    assert len(seen) >= 36
    assert len(seen) == len(set(seen))
    opened = reopen()
    assert all(one.counter <= AHEAD for one in opened.handles.all())
    opened.lock()
