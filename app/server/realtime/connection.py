"""One WebSocket connection, straight on the transport.

A service holds thousands of these, most of them idle. Through ASGI each would cost a task, a queue
and a wake-up a message; here uvicorn hands over the socket after the HTTP upgrade, the
``websockets`` package reads the protocol (RFC 6455), and a frame that many people get is put
together once and written to every transport.
"""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from app.protocol.messages.stream import CLOSE_INVALID, CLOSE_RESTART, CLOSE_SLOW

PATH = "/v1/stream"
STREAM = "kbean.stream"
"""Where the lifespan's state names the :class:`Handler`."""

FRAME_MAX = 32 * 1024
"""Bytes of one message of a client; the longest (a Send of 4,000 characters) is far below."""

BUFFER_MAX = 1024 * 1024
"""Bytes that may wait for a client that doesn't read; then it is closed and comes back later."""

PING_SECONDS = 20.0
DEAD_SECONDS = 50.0
GOODBYE_SECONDS = 5.0
"""How long a closing handshake may take."""

_log = logging.getLogger("websockets.server")
# At debug level it would write whole frames, and with them tokens and words, into the log.
_log.setLevel(logging.WARNING)


class Handler(Protocol):
    """What talks through connections."""

    def opened(self, connection: Connection) -> None:
        """The WebSocket is open; nothing was said yet."""
        ...

    def received(self, connection: Connection, data: bytes) -> None:
        """A text message came; must neither wait nor raise."""
        ...

    def closed(self, connection: Connection) -> None:
        """It is gone; called once for each ``opened``."""
        ...


def text_frame(payload: bytes) -> bytes:
    """One unmasked, unfragmented text frame (RFC 6455 §5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Connection(asyncio.Protocol):
    """uvicorn makes one for every upgrade request; ``user`` is the handler's to keep its own in."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """As uvicorn calls it."""
        self.user: Any = None
        self.client = ""
        self._loop = _loop or asyncio.get_running_loop()
        self._handler: Handler | None = app_state.get(STREAM)
        self._all = cast("set[Any]", server_state.connections)
        self._ws = ServerProtocol(max_size=FRAME_MAX, logger=_log)
        self._transport: asyncio.Transport = cast("asyncio.Transport", None)
        self._timer: asyncio.TimerHandle | None = None
        self._heard = self._loop.time()
        self._parts: list[bytes] = []
        self._announced = False

    # --- the transport's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The server hands over the socket."""
        self._transport = cast("asyncio.Transport", transport)
        self._all.add(self)
        peer = transport.get_extra_info("peername")
        self.client = str(peer[0]) if isinstance(peer, tuple) else ""

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is gone."""
        self._all.discard(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._announced and self._handler is not None:
            self._announced = False
            self._handler.closed(self)

    def eof_received(self) -> None:
        """The client will send nothing more; the transport closes itself."""

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self._heard = self._loop.time()
        self._ws.receive_data(data)
        for event in self._ws.events_received():
            if isinstance(event, Request):
                self._shake_hands(event)
            elif isinstance(event, Frame):
                self._frame(event)
        waiting = self._ws.data_to_send()
        if waiting and not self._transport.is_closing():
            self._transport.write(b"".join(waiting))
        if self._ws.parser_exc is not None or self._ws.close_expected():
            self._end_soon()

    def _shake_hands(self, request: Request) -> None:
        response = self._ws.accept(request)
        if response.status_code == 101 and self._handler is None:
            response = self._ws.reject(HTTPStatus.SERVICE_UNAVAILABLE, "No stream here.\n")
        elif response.status_code == 101 and urlsplit(request.path).path != PATH:
            response = self._ws.reject(HTTPStatus.NOT_FOUND, "Nothing to upgrade here.\n")
        self._ws.send_response(response)
        if response.status_code == 101 and self._handler is not None:
            self._timer = self._loop.call_later(PING_SECONDS, self._look)
            self._announced = True
            self._handler.opened(self)

    def _frame(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            self.close(CLOSE_INVALID, "text only")
            return
        if frame.opcode is Opcode.TEXT:
            self._parts = []
        elif frame.opcode is not Opcode.CONT:
            return
        self._parts.append(bytes(frame.data))
        if frame.fin:
            data, self._parts = b"".join(self._parts), []
            if self._announced and self._handler is not None and self.is_open:
                self._handler.received(self, data)

    def _look(self) -> None:
        """Ping, or give up: once every 20 s, one timer a connection."""
        self._timer = None
        silent = self._loop.time() - self._heard
        if not self.is_open:
            return
        if silent >= DEAD_SECONDS:
            self.close(1011, "no answer to a ping")
            return
        self._ws.send_ping(b"")
        self._transport.write(b"".join(self._ws.data_to_send()))
        due = min(PING_SECONDS, DEAD_SECONDS - silent)
        self._timer = self._loop.call_later(due, self._look)

    def shutdown(self) -> None:
        """The server stops: the client comes back with a little patience."""
        self.close(CLOSE_RESTART, "restart")
        self._transport.close()

    # --- the handler's side

    @property
    def is_open(self) -> bool:
        """Whether a frame may still be sent."""
        return self._ws.state is State.OPEN and not self._transport.is_closing()

    def deliver(self, frame: bytes) -> None:
        """Write one frame made by :func:`text_frame`; who doesn't read is closed."""
        if self._ws.state is not State.OPEN or self._transport.is_closing():
            return
        self._transport.write(frame)
        if self._transport.get_write_buffer_size() > BUFFER_MAX:
            self.close(CLOSE_SLOW, "read faster")

    def close(self, code: int, reason: str = "") -> None:
        """Begin the closing handshake; harmless to repeat."""
        if not self.is_open:
            return
        self._ws.send_close(code, reason)
        self._transport.write(b"".join(self._ws.data_to_send()))
        self._end_soon()

    def _end_soon(self) -> None:
        """Close the socket when the other side has answered, or anyway after some seconds."""
        if self._timer is not None:
            self._timer.cancel()
        done = self._ws.state is not State.CLOSING or self._ws.close_rcvd is not None
        if done or self._ws.parser_exc is not None:
            self._timer = None
            self._transport.close()
        else:
            self._timer = self._loop.call_later(GOODBYE_SECONDS, self._transport.abort)
