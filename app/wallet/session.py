"""The open wallet: what a window keeps, reads at once and listens to.

One :class:`WalletSession` per profile folder. It owns the vault's worker, the line to the service
and the background work (settling, syncing, asking for the network). It never waits for the
network where the vault can answer: snapshots come from the vault at once and are refreshed behind.

All coroutines run on one asyncio loop; properties are safe from any thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from app.protocol.errors import KBeanError
from app.sdk.clock import ServiceClock
from app.sdk.transport import TimeLimits
from app.wallet.beans.beans import Beans
from app.wallet.changes import Unsubscribe
from app.wallet.codes.codes import Codes
from app.wallet.codes.confirmations import Confirmations
from app.wallet.enrolment import Enrolment, save_enrolment
from app.wallet.gate import Gate
from app.wallet.history import ActivityPage, History
from app.wallet.intents import IntentDesk
from app.wallet.keeper import Keeper
from app.wallet.line import Line, Locale
from app.wallet.marks import MarkBook
from app.wallet.opening import SETTINGS, everything, load
from app.wallet.parts import Part
from app.wallet.payments import PAYMENTS
from app.wallet.people.people import People
from app.wallet.people.trades import HOLDS, PLANS, TRANSFERS
from app.wallet.profile import Profile as ProfileFolder
from app.wallet.reading import Reading
from app.wallet.receipts import ReceiptView
from app.wallet.snapshot import (
    Board,
    Network,
    Notice,
    SessionState,
    Settings,
    Snapshot,
    Topic,
)
from app.wallet.support.cases import Cases
from app.wallet.support.chat import SupportChat
from app.wallet.sync import Syncer
from app.wallet.vault.keychain import Keychain, NoKeychain
from app.wallet.vault.vault import Credential, Setup
from app.wallet.vault.worker import VaultWorker

__all__ = [
    "ActivityPage",
    "Network",
    "Notice",
    "ReceiptView",
    "SessionState",
    "Settings",
    "Snapshot",
    "Topic",
    "WalletSession",
]

T = TypeVar("T")
_SIGN_OUT_PATIENCE = 4.0


class WalletSession(Reading):
    """A wallet on one profile folder; see the module and :mod:`app.wallet.flows`.

    Attributes:
        clock: The service's time as far as known.
        gate: Who is there (flows).
        line: The way to the service (flows).
        desk: What was signed and is in progress (flows).
        support: The conversation with the people behind the service.
        cases: Cases, feedback and surveys.
        people: Transfers, requests for money, plans, pre-authorisations and limits.
        codes: Payers' codes of this device.
        confirmations: Charges that wait for the person's word.
        beans: What K-Beans can be used for.
        marks: What the person says of their movements.
        worker: The vault's thread (flows).
    """

    def __init__(
        self,
        directory: Path,
        *,
        locale: Locale = "zh-CN",
        device_name: str = "K-Bean Wallet",
        platform: str = "",
        keychain: Keychain | None = None,
        clock: Callable[[], float] | None = None,
        setup: Setup | None = None,
        limits: TimeLimits | None = None,
    ) -> None:
        """Look at a profile folder; cheap, touches no network and opens nothing.

        Args:
            directory: The profile folder; made when the vault is.
            locale: The language sent at registration.
            device_name: How this device is called in the person's list of devices.
            platform: ``windows``, ``macos`` or ``linux``.
            keychain: The system's keychain; None means quick unlock isn't offered.
            clock: Seconds since 1970; the machine's clock by default.
            setup: The vault's cost parameters, for tests; replaces ``keychain``.
            limits: How long the service may take.
        """
        self.folder = ProfileFolder.at(directory)
        self.locale: Locale = locale
        self.device_name = device_name
        self.platform = platform
        self._setup = setup or Setup(keychain=keychain or NoKeychain())
        self.clock = ServiceClock(clock)
        self._limits = limits
        self._board = Board()
        self._enrolment: Enrolment | None = None
        self._keeper = Keeper()
        self._refreshing = asyncio.Lock()
        self._settling = asyncio.Lock()
        self._state = SessionState.NEW
        self._assemble()

    def _assemble(self) -> None:
        self.worker = VaultWorker(self.folder.vault, self._setup)
        self.gate = Gate(self.worker)
        self.line = Line(self.worker, self._board, self.clock, self._limits)
        trades = (PAYMENTS, TRANSFERS, PLANS, HOLDS)
        self.desk = IntentDesk(self.worker, self.line, self._board, trades)
        self._history = History(self.worker, self.line, self._board, self.desk)
        self._syncer = Syncer(self.worker, self.line, self._board)
        self.cases = Cases(self.worker, self.line, self._board, spawn=self.spawn)
        self.codes = Codes(self.worker, self.line, self._board, spawn=self.spawn)
        self.confirmations = Confirmations(self.line, self._board, spawn=self.spawn)
        self.beans = Beans(
            self.worker, self.line, self._board, spawn=self.spawn, refresh_soon=self.refresh_soon
        )
        self.people = People(
            self.worker, self.line, self._board, self.desk, self.gate, spawn=self.spawn
        )
        self.marks = MarkBook(self.worker, self.line, self._board, spawn=self.spawn)
        self._parts: tuple[Part, ...] = (
            self.marks,
            self.cases,
            self.codes,
            self.confirmations,
            self.beans,
            self.people,
        )
        self.support = SupportChat(
            self.worker,
            self.line,
            self.gate,
            self._board,
            spawn=self.spawn,
            refresh_soon=self.refresh_soon,
            told=self._told,
        )
        self._state = SessionState.LOCKED if self.worker.exists else SessionState.NEW

    # --- what a window reads

    @property
    def state(self) -> SessionState:
        """NEW (no vault), LOCKED or UNLOCKED."""
        return self._state

    @property
    def onboarding_pending(self) -> bool:
        """UNLOCKED, but set-up was interrupted: ``OnboardingFlow(session).resume()`` goes on."""
        unlocked = self._state is SessionState.UNLOCKED
        return unlocked and (self._enrolment is None or self._enrolment.stage != "done")

    @property
    def enrolment(self) -> Enrolment | None:
        """Which service, who, how far set-up got; None while locked."""
        return self._enrolment

    @property
    def snapshot(self) -> Snapshot:
        """What is known now."""
        return self._board.snapshot

    @property
    def quick_unlock(self) -> bool:
        """Whether the OS keychain can open this vault."""
        return self.worker.quick_unlock_enrolled

    @property
    def keychain_possible(self) -> bool:
        """Whether this machine has a keychain at all, so that quick unlock can be offered."""
        return not isinstance(self._setup.keychain, NoKeychain)

    def observe(self, callback: Callable[[frozenset[Topic]], None]) -> Unsubscribe:
        """Hear what changed, on the loop's thread; the answer unsubscribes."""
        return self._board.observers.add(callback)

    # --- keeping up with the service

    async def refresh(self) -> None:
        """Ask the service for everything now: accounts, points, person, new movements.

        Raises:
            KBeanError: why it couldn't be done; the snapshot says the same in ``network``.
        """
        async with self._refreshing:
            answers = await self.line.ask(everything)
            await self.worker.run(answers.keep)
            answers.post(self._board)
            await self._syncer.run()

    def refresh_soon(self) -> None:
        """Let the background refresh now instead of at its next turn."""
        self._keeper.wake()

    async def settle(self) -> tuple[Notice, ...]:
        """Ask about every intent without an answer; runs by itself after unlocking.

        What is found out is returned and kept as notices until dismissed.
        """
        async with self._settling:
            return await self.desk.settle()

    async def dismiss_notice(self, notice_id: str) -> None:
        """The person has read it."""
        await self.desk.dismiss(notice_id)

    async def change_settings(self, settings: Settings) -> None:
        """Keep the person's choices in the vault."""
        await self.worker.run(lambda vault: vault.settings.put(SETTINGS, settings))
        self._board.post("settings", settings=settings)

    async def set_quick_unlock(self, wanted: bool) -> None:
        """Enrol the OS keychain, or forget it.

        Raises:
            VaultError: ``vault_keychain_unavailable``.
        """
        if wanted:
            await self.worker.run(lambda vault: vault.enable_quick_unlock())
        else:
            await self.worker.run(lambda vault: vault.disable_quick_unlock())
        self._board.post("settings")

    # --- in and out

    async def unlock(self, credential: Credential, *, new_passphrase: str | None = None) -> None:
        """Open the vault and show what it holds; the network is left to the background.

        Args:
            credential: Passphrase, keychain or recovery code.
            new_passphrase: Takes the old one's place before anything else happens.

        Raises:
            KBeanError: ``too_many_requests`` during the local back-off.
            VaultError: it doesn't open.
        """
        if self._state is SessionState.UNLOCKED:
            raise RuntimeError("already unlocked; gate.prove() asks again who is there")
        await self.gate.prove(credential)
        if new_passphrase is not None:
            await self.worker.run(lambda vault: vault.set_passphrase(new_passphrase))
        await self._opened()

    async def create(self, passphrase: str, enrolment: Enrolment) -> str:
        """Make the vault for a set-up that begins; the answer is the recovery code.

        Raises:
            VaultError: ``vault_exists``, ``vault_in_use``, ``vault_storage``.
        """
        await asyncio.to_thread(self.folder.prepare)
        code = await asyncio.wrap_future(self.worker.create(passphrase))
        await self.worker.run(lambda vault: save_enrolment(vault, enrolment))
        self.gate.passed()
        await self._opened()
        return code

    async def reach(self, enrolment: Enrolment) -> None:
        """Write down how far set-up got; the background starts once it is done."""
        await self.worker.run(lambda vault: save_enrolment(vault, enrolment))
        self._enrolment = enrolment
        if enrolment.stage == "done":
            self._start_background()

    async def discard(self) -> None:
        """Throw a vault of an unfinished set-up away; NEW again.

        Raises:
            RuntimeError: set-up is done: such a vault is never thrown away here.
        """
        if not self.onboarding_pending:
            raise RuntimeError("only an unfinished set-up is thrown away")
        await self._wind_down()
        await asyncio.to_thread(self.worker.close)
        await asyncio.to_thread(shutil.rmtree, self.folder.vault)
        self._assemble()
        self._board.post("lock")

    async def sign_in_again(self, passphrase: str) -> None:
        """After ``session_ended``: a new session for the same person on the same device key.

        Raises:
            KBeanError: ``credentials_wrong``, ``account_locked``, ``device_revoked`` …
        """
        enrolment = self._enrolment
        if enrolment is None:
            raise KBeanError("unauthenticated", "locked")
        await self.line.adopt(await self.line.sign_in(enrolment, passphrase))
        self.refresh_soon()
        self._start_parts()

    async def lock(self) -> None:
        """Close the vault, drop keys and snapshots from memory; LOCKED."""
        if self._state is not SessionState.UNLOCKED:
            return
        await self._wind_down()
        await asyncio.wrap_future(self.worker.lock())
        self._state = SessionState.LOCKED
        self._board.post("lock")

    async def sign_out(self) -> None:
        """End the session on the service, then lock. The vault keeps the history.

        A service that can't be reached doesn't keep the wallet open: the tokens are forgotten
        here and the session on the service runs out by itself.
        """
        await self._keeper.stop()
        with contextlib.suppress(KBeanError):
            await self.line.ask(lambda client: client.sign_out(), patience=_SIGN_OUT_PATIENCE)
        await self.line.forget_session()
        await self.lock()

    async def close(self) -> None:
        """Stop everything before the program ends; safe in every state and more than once."""
        await self._wind_down()
        await asyncio.to_thread(self.worker.close)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something to its end even if nobody waits any more; locking cancels it."""
        return self._keeper.spawn(work)

    async def _opened(self) -> None:
        loaded = await self.worker.run(load)
        self._enrolment = enrolment = loaded.enrolment
        ready = enrolment is not None and enrolment.stage == "done"
        if enrolment is not None:
            await self.line.open(enrolment.address, enrolment.ca_file)
        self._board.post(
            settings=loaded.settings,
            notices=loaded.notices,
            open_payments=loaded.open_payments,
            service=loaded.service,
            accounts=tuple(loaded.accounts.accounts) if loaded.accounts else (),
            points=loaded.points,
            person=loaded.person,
            as_of=loaded.accounts.server_time if loaded.accounts else None,
            session_ended=ready and self.line.session is None,
        )
        await self.support.opened()
        for part in self._parts:
            await part.opened()
        self._state = SessionState.UNLOCKED
        self._board.post("lock")
        if ready:
            self._start_background()

    def _start_background(self) -> None:
        self._keeper.keep_current(self.settle, self.refresh, self.line.refresh_service)
        self._start_parts()

    def _start_parts(self) -> None:
        self.support.start()
        for part in self._parts:
            part.start()

    def _told(self, topics: set[str]) -> None:
        for part in self._parts:
            part.told(topics)

    async def _wind_down(self) -> None:
        await self._keeper.stop()
        self.support.stopped()
        for part in self._parts:
            part.stopped()
        await self.line.close()
        self.gate.forget()
        self.desk.forget()
        self._enrolment = None
        self._board.clear()
