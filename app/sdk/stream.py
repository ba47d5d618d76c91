"""The event stream's client: one connection that comes back by itself (design/4).

:class:`EventStream` greets the service with cursors, keeps its token fresh with a second Hello,
notices a dead line (ping every 20 s, dead at 50 s) and reconnects with a jittered back-off. It
knows no conversation: what arrives goes to a :class:`Listener` in its order, one frame at a time.
websockets is imported at the first connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import random
import ssl
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import (
    CLOSE_INVALID,
    CLOSE_RESTART,
    CLOSE_SLOW,
    CLOSE_UNAUTHENTICATED,
    ClientFrame,
    Hello,
    ServiceFrame,
    Unsure,
    Welcome,
)
from app.sdk.address import ServiceAddress
from app.sdk.clock import ServiceClock
from app.sdk.frames import read_frame
from app.sdk.transport import tls_context

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

PATH = "/v1/stream"
Link = Literal["off", "connecting", "live", "away"]
"""``off``: not running, or a service without a stream; ``live``: greeted and welcomed."""

CLOSE_CROWDED = 1013
"""Close code (RFC 6455 registry): too many connections of this person; try again later."""

_MAX_FRAME = 8 * 1024 * 1024
_EARLY_MS = 30_000
_ABSENT = frozenset({404, 405, 501})
_SESSION_OVER = frozenset({"session_ended", "device_revoked", "refresh_invalid"})
_log = logging.getLogger(__name__)


class Token(NamedTuple):
    """An access token and when it runs out (Unix milliseconds, the service's clock)."""

    text: str
    expires_at: int


TokenSource = Callable[[str | None], Awaitable[Token]]
"""Answers a token that should work; the argument is one that the service just refused."""


class Listener(Protocol):
    """Who hears the stream. Everything is called on the stream's loop."""

    async def cursors(self) -> dict[str, int]:
        """The last applied number of each conversation."""
        ...

    async def received(self, frame: ServiceFrame) -> None:
        """A frame; the next one waits until this returns."""
        ...

    def linked(self, link: Link, close_code: int | None) -> None:
        """The line changed; ``close_code`` is why a live one ended, where it was told."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Patience:
    """Seconds.

    Attributes:
        ping: Between two pings.
        pong: Until an unanswered ping means dead; with ``ping`` the 50 s of design/4.
        welcome: For connecting, and again for the Welcome.
        base: The first wait after a failure is drawn from (base/2, base], then it doubles.
        cap: The longest wait.
        steady: A connection that lived longer than this was a good one.
        absent: Between two looks at a service that has no stream.
        draw: A random number in [0, 1).
    """

    ping: float = 20.0
    pong: float = 30.0
    welcome: float = 15.0
    base: float = 0.5
    cap: float = 30.0
    steady: float = 10.0
    absent: float = 600.0
    draw: Callable[[], float] = random.random

    def wait(self, misses: int) -> float:
        """How long to wait after so many failures in a row (1, 2 …)."""
        return min(self.cap, self.base * 2.0 ** min(misses - 1, 16)) * (1 - self.draw() / 2)


class EventStream:
    """One connection at most, for as long as :meth:`run` runs."""

    def __init__(
        self,
        address: ServiceAddress,
        tokens: TokenSource,
        listener: Listener,
        *,
        ca_file: str | None = None,
        clock: ServiceClock | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Prepare; nothing is opened before :meth:`run`.

        Args:
            address: The service; plain only on this machine (:class:`ServiceAddress` sees to it).
            tokens: See :data:`TokenSource`.
            listener: See :class:`Listener`.
            ca_file: An organisation's own certificate authority.
            clock: Learns the service's time.
            patience: See :class:`Patience`.
        """
        self._address = address
        self._tokens = tokens
        self._listener = listener
        self._ca_file = ca_file
        self._clock = clock or ServiceClock()
        self._patience = patience or Patience()
        self._tls: ssl.SSLContext | None = None
        self._socket: ClientConnection | None = None
        self._link: Link = "off"
        self._hurry = asyncio.Event()
        self._refused: str | None = None

    @property
    def link(self) -> Link:
        """How the line stands."""
        return self._link

    def wake(self) -> None:
        """The network is back: don't wait any longer before the next try."""
        self._hurry.set()

    async def send(self, frame: ClientFrame) -> bool:
        """Send a frame; False where the line isn't live or breaks. True promises nothing more."""
        socket = self._socket
        if socket is None or self._link != "live":
            return False
        return await self._write(socket, frame)

    async def run(self) -> None:
        """Keep the line up until cancelled.

        Raises:
            KBeanError: ``session_ended`` or ``device_revoked``: only signing in helps.
        """
        if self._link != "off":
            raise RuntimeError("this stream runs already")
        misses = 0
        try:
            while True:
                self._show("connecting")
                self._hurry.clear()
                begun = asyncio.get_running_loop().time()
                pause = await self._once()
                lived = asyncio.get_running_loop().time() - begun
                misses = 1 if lived > self._patience.steady else misses + 1
                await self._rest(self._patience.wait(misses) if pause is None else pause)
        finally:
            self._socket = None
            self._show("off")

    async def _once(self) -> float | None:
        """One connection from beginning to end; how long to wait now, None: the back-off."""
        from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

        code: int | None = None
        pause: float | None = None
        try:
            token = await self._tokens(self._refused)
            self._refused = None
            socket = await self._connect()
            try:
                await self._greet(socket, token)
                await self._listen(socket, token)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd is not None else None
                if code == CLOSE_UNAUTHENTICATED:
                    self._refused = token.text
                pause = self._pause_after(code)
            finally:
                self._socket = None
                await self._hang_up(socket)
        except KBeanError as error:
            if error.code in _SESSION_OVER:
                raise
            pause = self._patience.cap if error.code == "service_untrusted" else None
        except InvalidStatus as refused:
            if refused.response.status_code in _ABSENT:
                self._show("off")
                return self._patience.absent
        except ssl.SSLCertVerificationError:
            pause = self._patience.cap
        except (OSError, TimeoutError, WebSocketException, EOFError):
            pass
        self._show("away", code)
        return pause

    async def _connect(self) -> ClientConnection:
        from websockets.asyncio.client import connect

        class Straight(connect):
            """A token never follows a redirect."""

            def process_redirect(self, exc: Exception) -> Exception | str:
                return exc

        # At DEBUG websockets would write frames, and with them tokens and words, into a log.
        logging.getLogger("websockets").setLevel(logging.WARNING)
        url = self._address.url
        secure = url.startswith("https:")
        if secure and self._tls is None:
            self._tls = await asyncio.to_thread(tls_context, self._ca_file)
        return await Straight(
            f"ws{url.removeprefix('http')}{PATH}",
            ssl=self._tls if secure else None,
            # A proxy of the environment has no business between us and this machine.
            proxy=None if self._address.loopback else True,
            open_timeout=self._patience.welcome,
            ping_interval=self._patience.ping,
            ping_timeout=self._patience.pong,
            close_timeout=2,
            max_size=_MAX_FRAME,
            compression=None,
            user_agent_header="kbean-sdk",
        )

    async def _greet(self, socket: ClientConnection, token: Token) -> None:
        """Say Hello and wait for the Welcome; frames that overtake it are heard all the same."""
        await self._hello(socket, token)
        async with asyncio.timeout(self._patience.welcome):
            while True:
                frame = read_frame(await socket.recv())
                if isinstance(frame, Welcome):
                    break
                await self._hear(frame)
        self._socket = socket
        self._clock.learn(frame.server_time)
        self._show("live")
        await self._listener.received(frame)

    async def _listen(self, socket: ClientConnection, token: Token) -> None:
        renewing = asyncio.create_task(self._renew(socket, token))
        try:
            while True:
                frame = read_frame(await socket.recv())
                if isinstance(frame, Unsure):
                    # The node may have missed something: let it compare.
                    await self._hello(socket, await self._tokens(None))
                await self._hear(frame)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _renew(self, socket: ClientConnection, token: Token) -> None:
        """Say Hello again with a fresh token before the present one runs out."""
        while True:
            left = token.expires_at - _EARLY_MS - self._clock.time_ms()
            await asyncio.sleep(max(1.0, left / 1000 + 0.5))
            try:
                token = await self._tokens(None)
            except KBeanError:
                # The line may well hold until the token's end; then the service says 4401.
                continue
            with contextlib.suppress(Exception):
                await self._hello(socket, token)

    async def _hello(self, socket: ClientConnection, token: Token) -> None:
        cursors = await self._listener.cursors()
        await socket.send(msgspec.json.encode(Hello(token.text, cursors)).decode())

    async def _hear(self, frame: ServiceFrame | None) -> None:
        if frame is not None:
            await self._listener.received(frame)

    async def _write(self, socket: ClientConnection, frame: ClientFrame) -> bool:
        from websockets.exceptions import ConnectionClosed

        try:
            await socket.send(msgspec.json.encode(frame).decode())
        except ConnectionClosed:
            return False
        return True

    async def _hang_up(self, socket: ClientConnection) -> None:
        # Whoever cancels us doesn't want to wait for the other side's goodbye.
        with contextlib.suppress(Exception):
            await socket.close()

    def _pause_after(self, code: int | None) -> float | None:
        """How long to wait after a close code; None: the usual back-off."""
        if code == CLOSE_RESTART:
            # A whole crowd was cut off at once: spread out over a few seconds.
            return 0.2 + 3 * self._patience.draw()
        if code == CLOSE_CROWDED:
            return self._patience.cap
        if code == CLOSE_INVALID:
            _log.warning("the service did not understand a frame")
            return self._patience.cap
        if code in {CLOSE_SLOW, CLOSE_UNAUTHENTICATED}:
            return self._patience.wait(1)
        return None

    async def _rest(self, seconds: float) -> None:
        # WORKAROUND: wait_for may swallow a cancellation that comes with the wake-up
        # (python/cpython#86296, until 3.12); asyncio.timeout doesn't.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()

    def _show(self, link: Link, code: int | None = None) -> None:
        if link != self._link or code is not None:
            self._link = link
            self._listener.linked(link, code)
