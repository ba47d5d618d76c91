"""Payers' codes of this device: handles in the vault, one code at a time.

One :class:`Codes` stands beside the session as ``session.codes``. While the service can be reached
it keeps handles for a day without internet; :meth:`Codes.next` makes a code of what the vault
holds and asks nobody. What changed is told by the session's observers: topic ``"codes"``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import msgspec

from app.protocol.codes.payment_code import cpm, generate
from app.protocol.errors import KBeanError
from app.protocol.messages.charges import CodeUse, PayerCodes
from app.protocol.signing import decode_bytes
from app.sdk.codes import PayerCodeBook
from app.wallet.changes import Unsubscribe
from app.wallet.codes import rules
from app.wallet.codes.views import CodesState, ShownCode
from app.wallet.line import Line
from app.wallet.parts import Spawn
from app.wallet.snapshot import Board, Network, Topic
from app.wallet.vault.errors import VaultError
from app.wallet.vault.stores.handles import Handle
from app.wallet.vault.vault import Vault
from app.wallet.vault.worker import VaultWorker

TOPICS = frozenset({"codes", "person"})
"""What the service's stream says has changed: uses, or whether anything can be paid at all."""

_TERMS = "payer codes"
_PATIENCE = 6.0
"""Seconds a person who wants to pay waits for fresh handles."""

_LOOK_AGAIN = 60.0
"""Seconds between two looks at how many are left and how old they are."""


class _Terms(msgspec.Struct, frozen=True):
    """What came with the handles, and how the clocks stood then."""

    issued_at: int | None = None
    currency: str = ""
    small_each: int = 0
    small_day: int = 0
    offset_ms: int = 0


class Codes:
    """The person's side of payers' codes."""

    def __init__(self, worker: VaultWorker, line: Line, board: Board, *, spawn: Spawn) -> None:
        """Put it together; nothing happens before :meth:`opened`.

        Args:
            worker: The vault's thread.
            line: The way to the service.
            board: Whose observers hear of changes.
            spawn: Runs something to its end or to the lock.
        """
        self._worker = worker
        self._line = line
        self._board = board
        self._spawn = spawn
        self._terms = _Terms()
        self._state = CodesState()
        self._stale = False
        self._shown = 0
        self._news = 0
        self._stir = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._deaf: Unsubscribe | None = None
        self._asking = asyncio.Lock()
        self._making = asyncio.Lock()

    @property
    def state(self) -> CodesState:
        """How many codes are left and on what terms; may be read from any thread."""
        return self._state

    @property
    def news(self) -> int:
        """Grows whenever a code may have been used; may be read from any thread."""
        return self._news

    # --- with the session

    async def opened(self) -> None:
        """The vault is open: show what it holds, and know the clock's error from the last time."""
        self._terms = await self._worker.run(
            lambda vault: vault.settings.get(_TERMS, _Terms, _Terms())
        )
        self._line.clock.resume(self._terms.offset_ms)
        self._deaf = self._board.observers.add(self._network_changed())
        await self._look()

    def start(self) -> None:
        """Signed in: see that there are enough handles, now and from time to time."""
        if self._keeping is None or self._keeping.done():
            self._keeping = self._spawn(self._keep_enough())
        self._stir.set()

    def told(self, topics: set[str]) -> None:
        """Codes were used, or the account was frozen or thawed: then the handles died."""
        if "person" in topics:
            self._stale = True
            self._stir.set()
        if topics & TOPICS:
            self._news += 1
            self._board.post("codes")

    def stopped(self) -> None:
        """Locked: nothing is known any more."""
        if self._deaf is not None:
            self._deaf()
            self._deaf = None
        self._terms, self._state = _Terms(), CodesState()
        self._stale, self._shown = False, 0

    # --- codes

    def hold(self) -> None:
        """Somebody looks at a code: leave the handles as they are until :meth:`release`."""
        self._shown += 1

    def release(self) -> None:
        """Nobody looks any more."""
        self._shown = max(0, self._shown - 1)
        self._stir.set()

    def distrust(self) -> None:
        """The service refused a code: take fresh handles as soon as nobody looks."""
        self._stale = True
        self._stir.set()

    async def next(self, *, must_confirm: bool = False) -> ShownCode:
        """Make a code to be shown now; the counter is on the disk when this returns.

        Args:
            must_confirm: The digits are to be read out: whatever is charged is to be confirmed.

        Raises:
            KBeanError: ``no_payer_codes``: nothing is left, and fresh ones can't be had now.
            VaultError: the disk refused; then nothing may be shown.
        """
        async with self._making:
            if self._stale:
                await self._ask_now()
            code = await self._make(must_confirm, resort=False)
            if code is None:
                await self._ask_now()
                code = await self._make(must_confirm, resort=True)
        await self._look()
        if code is None:
            raise KBeanError("no_payer_codes")
        return code

    async def uses(self, since: int) -> tuple[CodeUse, ...]:
        """What became of codes shown since a moment (service's clock), newest first.

        Raises:
            KBeanError: ``service_*``, ``session_ended``.
        """
        found = await self._line.ask(lambda client: PayerCodeBook(client).uses(since))
        return tuple(found.items)

    async def refresh(self, *, patience: float | None = None) -> None:
        """Take fresh handles in place of those that are here.

        Raises:
            KBeanError: why there are none; those that are here stay.
            VaultError: the disk refused.
        """
        async with self._asking:
            burn = await self._worker.run(_worn_out)
            answer = await self._line.ask(
                lambda client: PayerCodeBook(client).issue(burn), patience=patience
            )
            await self._keep(answer)
        await self._look()

    # --- pieces

    async def _make(self, must_confirm: bool, *, resort: bool) -> ShownCode | None:
        at = self._line.clock.time_ms()

        def work(vault: Vault) -> ShownCode | None:
            handles = vault.handles.all()
            chosen = rules.choose(handles, at, must_confirm=must_confirm, resort=resort)
            if chosen is None:
                return None
            handle, counter = chosen
            # First the disk, then the eye: a power cut in between loses a code, no secret.
            if not vault.handles.show(handle.handle, counter, at):
                raise RuntimeError("a code would have been shown twice")
            digits = generate(handle.secret, handle.handle, at // 1000, counter)
            until = min(at + rules.SHOWN_MS, handle.valid_until)
            return ShownCode(digits, cpm(digits), handle.handle, handle.must_confirm, at, until)

        return await self._worker.run(work)

    async def _ask_now(self) -> None:
        with contextlib.suppress(KBeanError):
            if self._board.snapshot.network is not Network.OFFLINE:
                await self.refresh(patience=_PATIENCE)

    async def _keep_enough(self) -> None:
        while True:
            self._stir.clear()
            with contextlib.suppress(KBeanError, VaultError):
                await self._top_up()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN):
                    await self._stir.wait()

    async def _top_up(self) -> None:
        """Ask for fresh handles where it is time and nobody looks at a code of the old ones."""
        handles = await self._worker.run(lambda vault: vault.handles.all())
        at = self._line.clock.time_ms()
        wanted = self._stale or rules.wants_fresh(handles, self._terms.issued_at, at)
        known_offline = self._board.snapshot.network is Network.OFFLINE
        if wanted and not self._shown and not known_offline:
            await self.refresh()

    async def _keep(self, answer: PayerCodes) -> None:
        handles = [
            Handle(
                one.handle,
                decode_bytes(one.key),
                one.valid_from,
                one.valid_until,
                one.must_confirm,
            )
            for one in answer.handles
        ]
        terms = _Terms(
            answer.server_time,
            answer.currency,
            answer.small_each,
            answer.small_day,
            self._line.clock.offset_ms,
        )

        def work(vault: Vault) -> None:
            with vault.transaction():
                vault.handles.replace(handles)
                vault.settings.put(_TERMS, terms)

        await self._worker.run(work)
        self._terms, self._stale = terms, False

    async def _look(self) -> None:
        handles = await self._worker.run(lambda vault: vault.handles.all())
        terms, before, at = self._terms, self._state, self._line.clock.time_ms()
        self._state = CodesState(
            rules.left(handles, at),
            rules.lasting(handles, at),
            terms.issued_at,
            terms.currency,
            terms.small_each,
            terms.small_day,
        )
        if self._state != before:
            self._board.post("codes")

    def _network_changed(self) -> Callable[[frozenset[Topic]], None]:
        """An observer that hurries as soon as another request got through."""
        before = Network.UNKNOWN

        def observe(topics: frozenset[Topic]) -> None:
            nonlocal before
            network = self._board.snapshot.network
            if network is Network.ONLINE and before is not Network.ONLINE:
                self._stir.set()
            before = network

        return observe


def _worn_out(vault: Vault) -> list[int]:
    """Handles of which something was shown: this device has no more use for them."""
    return [one.handle for one in vault.handles.all() if one.shown_at is not None][:32]
