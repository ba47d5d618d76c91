"""The counter: what a window keeps, reads at once and listens to (C1-C7).

One :class:`CounterSession` per profile folder, in ``counter/`` beside the wallet's own vault. Its
vault opens with a passphrase that a manager chose at set-up, or by the system's keychain where that
was allowed then: a counter starts in the morning before a manager comes. Who sells is told by
PINs, which need no network.

All coroutines run on one asyncio loop; ``snapshot`` may be read from any thread.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.counter import (
    Cashier,
    CashierList,
    CashierRequest,
    CounterInfo,
    CounterSetup,
)
from app.protocol.signing import SigningKey, decode_bytes
from app.sdk.address import ServiceAddress
from app.sdk.clock import ServiceClock
from app.sdk.till import TillClient
from app.sdk.transport import TimeLimits, Transport
from app.wallet.changes import Unsubscribe
from app.wallet.counter import shifts as shift_room
from app.wallet.counter.bills import BillDesk
from app.wallet.counter.board import Board, CounterSnapshot, CounterState, Topic
from app.wallet.counter.books import books
from app.wallet.counter.cashiers import Doorkeeper
from app.wallet.counter.offline import OfflineDesk
from app.wallet.counter.prices import Price, looks_like_barcode, read_csv
from app.wallet.counter.received import EVERY, ReceivedDesk
from app.wallet.counter.refunding import RefundDesk
from app.wallet.counter.road import Road
from app.wallet.counter.sale import Notice
from app.wallet.counter.schema import STEPS
from app.wallet.counter.selling import NOTICES, Pace, SaleDesk, standing
from app.wallet.counter.shifts import ShiftDesk
from app.wallet.counter.webhooks import WebhookDesk
from app.wallet.keeper import Keeper
from app.wallet.vault.errors import VaultError
from app.wallet.vault.files import private_folder
from app.wallet.vault.keychain import Keychain, NoKeychain
from app.wallet.vault.keyslots import Argon2Params
from app.wallet.vault.vault import Credential, QuickUnlock, Setup, Vault
from app.wallet.vault.worker import VaultWorker

T = TypeVar("T")
FOLDER = "counter"
_PATIENCE = 12.0
"""Seconds that opening waits for what a crash left behind."""
_SET_UP = "set-up"
_INFO = "info"
_CASHIERS = "cashiers"


class CounterSession:
    """A counter on one profile folder.

    Attributes:
        worker: The vault's thread.
        doors: PINs, roles, who is signed in.
        sales, refunds, shifts, offline: What happens at a counter.
        received: What comes in by the printed code.
        bills, webhooks: The merchant's day, and who is told of it.
    """

    def __init__(
        self,
        directory: Path,
        *,
        keychain: Keychain | None = None,
        clock: Callable[[], float] | None = None,
        argon2: Argon2Params | None = None,
        limits: TimeLimits | None = None,
    ) -> None:
        """Look at a profile folder; touches no network and opens nothing.

        Args:
            directory: The profile folder; the counter's own folder is made inside.
            keychain: The system's; None where there is none.
            clock: Seconds since 1970; the machine's clock by default.
            argon2: The vault's cost, for tests.
            limits: How long the service may take.
        """
        self.folder = directory / FOLDER
        self._setup = Setup(
            keychain=keychain or NoKeychain(), argon2=argon2 or Argon2Params(), steps=STEPS
        )
        self._clock = ServiceClock(clock)
        self._limits = limits
        self._board = Board()
        self._keeper = Keeper()
        self._settling = asyncio.Lock()
        # What was asked before a change must not be taken over after it.
        self._asking = asyncio.Lock()
        self.worker = VaultWorker(self.folder, self._setup)
        self.road = Road(self._board)
        self.doors = Doorkeeper(self.worker, self._board, self._clock.local_ms)
        self.sales = SaleDesk(self.worker, self.road, self._board, self._keeper.spawn)
        self.refunds = RefundDesk(self.worker, self.road, self._board)
        self.shifts = ShiftDesk(self.worker, self.road, self._board)
        self.received = ReceivedDesk(self.worker, self.road, self._board)
        self.bills = BillDesk(self.worker, self.road, self._board)
        self.webhooks = WebhookDesk(self.road)
        self.offline = OfflineDesk(self.worker, self._board, self.sales)
        state = CounterState.LOCKED if self.worker.exists else CounterState.NEW
        self._board.post("state", state=state)

    @property
    def snapshot(self) -> CounterSnapshot:
        """What is known now."""
        return self._board.snapshot

    def observe(self, callback: Callable[[frozenset[Topic]], None]) -> Unsubscribe:
        """Hear what changed, on the loop's thread; the answer unsubscribes."""
        return self._board.observers.add(callback)

    def now_ms(self) -> int:
        """The service's time as far as known, Unix milliseconds."""
        return self._clock.time_ms()

    @property
    def opens_by_itself(self) -> bool:
        """Whether the system's keychain opens this counter."""
        return self.worker.quick_unlock_enrolled

    @property
    def keychain_possible(self) -> bool:
        """Whether this machine has a keychain at all."""
        return not isinstance(self._setup.keychain, NoKeychain)

    # --- in and out

    async def set_up(
        self, file: CounterSetup, passphrase: str, *, opens_by_itself: bool = False
    ) -> str:
        """Make this computer the terminal of the operator's file; the service must be there.

        Args:
            file: What the operator's file says.
            passphrase: Opens the counter's vault from now on.
            opens_by_itself: Let the system's keychain open it too.

        Returns:
            The recovery code of the vault, to be shown once.

        Raises:
            KBeanError: ``validation_failed``, ``signature_invalid``, ``service_*`` …; nothing was
                made.
            VaultError: the disk refused, or the keychain (then the counter is set up without).
        """
        till = self._client(file)
        self.road.open(till)
        try:
            info, people = await self._ask()
        except BaseException:
            await self.road.close()
            raise
        await asyncio.to_thread(private_folder, self.folder)
        code = await asyncio.wrap_future(self.worker.create(passphrase))

        def work(vault: Vault) -> None:
            with vault.transaction():
                kept = books(vault)
                kept.secrets.put(_SET_UP, msgspec.json.encode(file))
                kept.settings.put(_INFO, info)
                kept.settings.put(_CASHIERS, people)

        await self.worker.run(work)
        if opens_by_itself:
            with contextlib.suppress(VaultError):
                await self.worker.run(lambda vault: vault.enable_quick_unlock())
        await self._opened()
        return code

    async def unlock(self, credential: Credential) -> None:
        """Open the vault and settle what a crash left behind; then the counter is OPEN.

        Raises:
            VaultError: it doesn't open.
        """
        await asyncio.wrap_future(self.worker.unlock(credential))
        await self._opened()

    async def open_by_itself(self) -> bool:
        """Open by the system's keychain; False where that isn't possible."""
        if not self.opens_by_itself:
            return False
        try:
            await self.unlock(QuickUnlock())
        except VaultError:
            return False
        return True

    async def close(self) -> None:
        """Stop everything before the program ends; sales under way stand in the vault."""
        await self._keeper.stop()
        await self.road.close()
        await asyncio.to_thread(self.worker.close)

    async def _opened(self) -> None:
        file, info, people, stands = await self.worker.run(_load)
        if file is None:
            raise KBeanError("counter_not_set_up")
        if self.road.closed:
            self.road.open(self._client(file))
        self._learn(info, people)
        self._board.post("sales", "shift", "notices", "prices", **stands)
        # Before anything else: what a crash left behind is brought to its one truth. A service
        # that doesn't answer holds nobody up: it is asked again behind, and the banner says so.
        with contextlib.suppress(KBeanError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self.settle()
        self._board.post("state", state=CounterState.OPEN)
        self._keeper.keep_current(self.refresh, self.settle)
        self._keeper.keep_current(self.received.refresh, every=EVERY)

    def _client(self, file: CounterSetup) -> TillClient:
        try:
            key = SigningKey(decode_bytes(file.key))
        except ValueError:
            raise KBeanError("validation_failed", "not a key", money="none") from None
        address = ServiceAddress.parse(file.address)
        transport = Transport(
            address, ca_file=file.ca_file or None, limits=self._limits, clock=self._clock
        )
        return TillClient(transport, file.terminal_id, key)

    # --- keeping up with the service

    async def settle(self) -> tuple[Notice, ...]:
        """Find out what became of every sale, refund and shift without an answer.

        Raises:
            KBeanError: why the service couldn't be asked.
        """
        async with self._settling:
            found = (*await self.sales.settle(), *await self.refunds.settle())
            await self.shifts.settle()
        return found

    def settle_soon(self) -> None:
        """Let the background settle now instead of at its next turn."""
        self._keeper.wake()

    async def refresh(self) -> None:
        """Ask what this till is and may, and who sells.

        Raises:
            KBeanError: why the service couldn't be asked.
        """
        async with self._asking:
            info, people = await self._ask()
            await self._take(info, people)

    async def change_cashier(self, cashier_id: str, request: CashierRequest) -> None:
        """Add or change a cashier in a manager's name.

        Raises:
            KBeanError: ``role_missing``, ``cashier_taken``, ``validation_failed`` …
        """
        wanted = cashier_id or new_id()
        async with self._asking:
            people = await self.road.call(lambda _: self.road.counter.put_cashier(wanted, request))
            await self._take(self.snapshot.info, people.items)

    async def _ask(self) -> tuple[CounterInfo, list[Cashier]]:
        info = await self.road.call(lambda _: self.road.counter.info())
        people: CashierList = await self.road.call(lambda _: self.road.counter.cashiers())
        return info, people.items

    async def _take(self, info: CounterInfo | None, people: list[Cashier]) -> None:
        def work(vault: Vault) -> None:
            with vault.transaction():
                if info is not None:
                    vault.settings.put(_INFO, info)
                vault.settings.put(_CASHIERS, people)

        await self.worker.run(work)
        self._learn(info, people)

    def _learn(self, info: CounterInfo | None, people: list[Cashier]) -> None:
        if info is not None:
            self.sales.set_pace(Pace(float(info.query_seconds), float(info.give_up_seconds)))
        here = self.snapshot.cashier
        # Somebody whose office was taken away meanwhile doesn't keep it.
        now = next((c for c in people if here and c.cashier_id == here.cashier_id), None)
        self._board.post(
            "info",
            "cashier",
            info=info,
            cashiers=tuple(people),
            cashier=now if now is not None and now.active else None,
        )

    # --- the price list, and small things a window remembers

    async def load_prices(self, raw: bytes) -> int:
        """Take over a price list; how many items it has.

        Raises:
            KBeanError: ``price_list_invalid``; the old list stays.
        """
        prices = await asyncio.to_thread(read_csv, raw, self.snapshot.currency)
        await self.worker.run(lambda vault: books(vault).prices.replace(prices))
        self._board.post("prices", prices=len(prices))
        return len(prices)

    async def price_of(self, barcode: str) -> Price:
        """What a barcode stands for.

        Raises:
            KBeanError: ``barcode_unknown``.
        """
        found = await self.worker.run(lambda vault: books(vault).prices.get(barcode))
        if found is None:
            raise KBeanError("barcode_unknown", params={"barcode": barcode})
        return found

    async def search_prices(self, words: str = "") -> list[Price]:
        """Items whose name or barcode holds the words."""
        return await self.worker.run(lambda vault: books(vault).prices.search(words))

    async def setting(self, name: str, kind: type[T], default: T) -> T:
        """Something the windows remember."""
        return await self.worker.run(
            lambda vault: vault.settings.get(f"window {name}", kind, default)
        )

    async def keep_setting(self, name: str, value: object) -> None:
        """Remember something for the windows."""
        await self.worker.run(lambda vault: vault.settings.put(f"window {name}", value))

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something to its end even if nobody waits any more."""
        return self._keeper.spawn(work)


def is_barcode(text: str) -> bool:
    """Whether a scanned text is an item's barcode."""
    return looks_like_barcode(text)


def _load(
    vault: Vault,
) -> tuple[CounterSetup | None, CounterInfo | None, list[Cashier], dict[str, Any]]:
    kept = books(vault)
    raw = kept.secrets.get(_SET_UP)
    file = None if raw is None else msgspec.json.decode(raw, type=CounterSetup)
    info = kept.settings.get(_INFO, CounterInfo | None, None)  # type: ignore[arg-type]  # a union
    people = kept.settings.get(_CASHIERS, list[Cashier], [])
    stands = {
        **standing(vault),
        **shift_room.standing(vault),
        "notices": kept.settings.get(NOTICES, tuple[Notice, ...], ()),
        "prices": kept.prices.count(),
    }
    return file, info, people, stands
