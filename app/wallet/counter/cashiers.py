"""Who stands at the counter: PINs checked without internet, roles, a pause after misses (C4, C5).

The hashes come from the service (Argon2id text); how often somebody missed is kept in the vault,
so that a restart doesn't give new tries.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.counter import Cashier, CashierRole
from app.wallet.counter.board import Board
from app.wallet.counter.books import books
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

FREE_MISSES = 4
"""Wrong PINs of one number before there is a pause."""
_FIRST_PAUSE_MS = 30_000
_LONGEST_PAUSE_MS = 15 * 60_000
MISSES = "pin misses"
RANKS: dict[CashierRole, int] = {"cashier": 0, "supervisor": 1, "manager": 2}
# Checked where a number is unknown, so that it takes as long as a wrong PIN.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZWJvZHllbHNlcw$MkYhtOBlvnDnBsOO9V4fvMGwhg6YF8bnnl9kqdnJJ5E"
)


class Misses(msgspec.Struct, frozen=True):
    """Wrong PINs in a row, and until when no try is taken (Unix milliseconds)."""

    count: int = 0
    until: int = 0


def may(cashier: Cashier | None, role: CashierRole) -> bool:
    """Whether somebody's role is at least ``role``."""
    return cashier is not None and RANKS[cashier.role] >= RANKS[role]


def pause_ms(count: int) -> int:
    """How long no try is taken after so many wrong PINs in a row."""
    beyond = count - FREE_MISSES
    if beyond < 1:
        return 0
    doubled: int = _FIRST_PAUSE_MS * 2 ** min(beyond - 1, 10)
    return min(_LONGEST_PAUSE_MS, doubled)


class Doorkeeper:
    """Checks PINs, and keeps who is signed in."""

    def __init__(self, worker: VaultWorker, board: Board, now_ms: Callable[[], int]) -> None:
        self._worker = worker
        self._board = board
        self._now_ms = now_ms
        self._one = asyncio.Lock()

    async def sign_in(self, number: str, pin: str) -> Cashier:
        """Somebody takes the counter over.

        Raises:
            KBeanError: ``pin_wrong``, ``pin_locked`` (``retry_after``).
        """
        cashier = await self.prove(number, pin)
        self._board.post("cashier", cashier=cashier)
        return cashier

    def sign_out(self) -> None:
        """Nobody stands at the counter."""
        self._board.post("cashier", cashier=None)

    async def allow(self, role: CashierRole, number: str = "", pin: str = "") -> Cashier:
        """Who allows something that needs a role: who is signed in, or somebody by their PIN.

        Raises:
            KBeanError: ``role_missing``, ``pin_wrong``, ``pin_locked``.
        """
        if not number:
            here = self._board.snapshot.cashier
            if here is None or not may(here, role):
                raise KBeanError("role_missing", params={"role": role})
            return here
        cashier = await self.prove(number, pin)
        if not may(cashier, role):
            raise KBeanError("role_missing", params={"role": role})
        return cashier

    async def prove(self, number: str, pin: str) -> Cashier:
        """Check a number and its PIN; who is signed in stays.

        Raises:
            KBeanError: ``pin_wrong``, ``pin_locked`` (``retry_after``).
        """
        async with self._one:
            missed = await self._worker.run(lambda vault: _misses(vault).get(number, Misses()))
            wait = missed.until - self._now_ms()
            if wait > 0:
                raise _locked(wait)
            known = self._board.snapshot.cashiers
            found = next((c for c in known if c.number == number and c.active), None)
            right = await asyncio.to_thread(_fits, found.pin_hash if found else _NOBODY, pin)
            if found is None or not right:
                raise await self._miss(number, missed)
            if missed.count:
                await self._worker.run(lambda vault: _keep(vault, number, None))
            return found

    async def _miss(self, number: str, missed: Misses) -> KBeanError:
        count = missed.count + 1
        pause = pause_ms(count)
        now = Misses(count, self._now_ms() + pause if pause else 0)
        await self._worker.run(lambda vault: _keep(vault, number, now))
        return _locked(pause) if pause else KBeanError("pin_wrong")


def _locked(wait_ms: int) -> KBeanError:
    seconds = math.ceil(wait_ms / 1000)
    return KBeanError("pin_locked", retry_after=seconds, params={"wait": seconds})


def _fits(hashed: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(hashed, pin)
    except (VerificationError, InvalidHashError):
        return False


def _misses(vault: Vault) -> dict[str, Misses]:
    return books(vault).settings.get(MISSES, dict[str, Misses], {})


def _keep(vault: Vault, number: str, misses: Misses | None) -> None:
    known = _misses(vault)
    known.pop(number, None)
    if misses is not None:
        known[number] = misses
    books(vault).settings.put(MISSES, dict(list(known.items())[-100:]))
