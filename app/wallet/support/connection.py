"""The event stream of an open wallet: begun after unlocking, ended by the lock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import ClientFrame
from app.sdk.stream import EventStream, Patience
from app.sdk.support import SupportClient
from app.wallet.line import Line
from app.wallet.snapshot import Board, Network, Topic
from app.wallet.support.live import Live
from app.wallet.support.standing import Spawn
from app.wallet.vault.errors import VaultError, VaultLockedError

_AGAIN_SECONDS = 30.0
_log = logging.getLogger(__name__)


class Connection:
    """Runs one :class:`EventStream` and the outbox beside it."""

    def __init__(self, line: Line, spawn: Spawn, patience: Patience | None) -> None:
        self._line = line
        self._spawn = spawn
        self._patience = patience or Patience()
        self._stream: EventStream | None = None
        self._task: asyncio.Task[Any] | None = None
        self._again = asyncio.Event()

    def start(self, live: Live) -> None:
        """Begin; one that runs already only hurries."""
        if self._task is None or self._task.done():
            self._task = self._spawn(self._run(live))
        else:
            self.hurry()

    async def post(self, frame: ClientFrame) -> bool:
        """Send a frame; False while the line isn't live."""
        return self._stream is not None and await self._stream.send(frame)

    def hurry(self) -> None:
        """The network is back."""
        self._again.set()
        if self._stream is not None and self._stream.link == "away":
            self._stream.wake()

    def told(self, board: Board) -> Callable[[frozenset[Topic]], None]:
        """An observer that hurries as soon as another request got through."""
        before = Network.UNKNOWN

        def observe(topics: frozenset[Topic]) -> None:
            nonlocal before
            network = board.snapshot.network
            if network is Network.ONLINE and before is not Network.ONLINE:
                self.hurry()
            before = network

        return observe

    async def _run(self, live: Live) -> None:
        await self._wait_for_support()
        sending = self._spawn(_for_ever(live.sender.run))
        try:
            await _for_ever(partial(self._stay, live))
        finally:
            sending.cancel()

    async def _stay(self, live: Live) -> None:
        address, ca_file = self._line.service()
        self._stream = EventStream(
            address,
            self._line.token,
            live,
            ca_file=ca_file,
            clock=self._line.clock,
            patience=self._patience,
        )
        try:
            await self._stream.run()
        finally:
            self._stream = None

    async def _wait_for_support(self) -> None:
        """An older service has no support: the line stays off, and is asked for now and then."""
        while True:
            try:
                await self._line.ask(lambda client: SupportClient(client).conversations())
            except KBeanError as error:
                if error.code not in {"not_found", "method_not_allowed"}:
                    return
            else:
                return
            self._again.clear()
            try:
                async with asyncio.timeout(self._patience.absent):
                    await self._again.wait()
            except TimeoutError:
                continue


async def _for_ever(work: Callable[[], Awaitable[None]]) -> None:
    """Begin again after the disk's trouble or a bug; end with the session or the lock."""
    while True:
        try:
            await work()
        except (KBeanError, VaultLockedError):
            # Signed out (the snapshot says so) or locked: there is nothing to stay for.
            return
        except VaultError:
            pass
        except Exception:
            _log.exception("the conversation with the service failed")
        await asyncio.sleep(_AGAIN_SECONDS)
