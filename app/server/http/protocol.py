"""HTTP on the wire: uvicorn's reader with an end to what may wait before a request is whole.

By itself it keeps a head of any length in memory and waits for ever for the rest of a request, so
that anybody's single connection could fill the machine, and a few hundred all its sockets. Besides,
it writes an answer's head and body apart; who has both can hand them over at once.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from app.server.http.front import WHOLE

HEAD_MAX = 32_768
"""Bytes of a request's line and headers; what came with its first packet is not counted."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection; bodies are bounded by the application."""

    request_seconds: ClassVar[float] = 30.0
    """How long a whole request may take to arrive, from its first byte or the connection's."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch the clock: one timer a connection, none a request."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._in_head = False
        self._head_bytes = 0
        self._since: float | None = self.loop.time()
        self._watch = self.loop.call_later(self.request_seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head has grown too long."""
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_MAX:
                self.send_400_response("The request's head is too long.")
                return
        super().data_received(data)

    def handle_websocket_upgrade(self) -> None:
        """Another protocol takes over, and with it the clock."""
        self._watch.cancel()
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head, self._head_bytes = True, 0
        self._since = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is whole."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """It is whole; from here on the service is the one to hurry."""
        self._since = None
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Hand the request to the application, with a way to take and answer it at once."""
        cast("dict[str, Any]", cycle.scope)[WHOLE] = _Whole(cycle)
        super()._start_asgi_task(cycle, app)

    def _look(self) -> None:
        """End a connection whose request doesn't come; otherwise look again later."""
        now = self.loop.time()
        if self._since is not None and now - self._since >= self.request_seconds:
            self.transport.close()
            return
        begun = now if self._since is None else self._since
        self._watch = self.loop.call_at(begun + self.request_seconds, self._look)


class _Whole:
    """What ``cycle.receive`` and ``cycle.send`` do in steps; :class:`front.Exchange`."""

    __slots__ = ("_cycle",)

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    async def read(self) -> bytes | None:
        """See :meth:`front.Exchange.read`; how much may come was announced and checked."""
        cycle = self._cycle
        body = b""
        while cycle.more_body:
            # It is still coming: wait as an application does.
            message: Any = await cycle.receive()
            if message["type"] == "http.disconnect":
                return None
            body += message["body"]
        return None if cycle.disconnected else body + cycle.body

    async def answer(self, status: int, lines: bytes, body: bytes) -> None:
        """See :meth:`front.Exchange.answer`."""
        cycle = self._cycle
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if cycle.disconnected:
            return
        cycle.response_started = cycle.response_complete = True
        defaults = b"".join(b"%b: %b\r\n" % header for header in cycle.default_headers)
        close = b"" if cycle.keep_alive else b"connection: close\r\n"
        cycle.transport.write(
            b"".join((STATUS_LINE[status], defaults, lines, close, b"\r\n", body))
        )
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()
