"""The connection itself: handshakes, silence, slow readers, a service that stops."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from app.protocol.messages.stream import CLOSE_RESTART, CLOSE_SLOW
from app.server.realtime import connection as module
from app.server.realtime.connection import STREAM, Connection, text_frame
from app.server.runner import _Server
from tests.server.support.world import stream, world


class Echo:
    """Answers every message with itself."""

    def __init__(self) -> None:
        self.open: list[Connection] = []
        self.gone = 0

    def opened(self, connection: Connection) -> None:
        self.open.append(connection)

    def received(self, connection: Connection, data: bytes) -> None:
        connection.deliver(text_frame(data))

    def closed(self, connection: Connection) -> None:
        self.gone += 1


@asynccontextmanager
async def serving(handler: Echo | None) -> AsyncIterator[tuple[str, Any]]:
    """A bare server whose lifespan names the handler."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "lifespan"
        if handler is not None:
            scope["state"][STREAM] = handler
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    config = uvicorn.Config(
        application, host="127.0.0.1", port=0, ws=Connection, lifespan="on", log_config=None
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"ws://127.0.0.1:{port}{module.PATH}", server
    finally:
        server.should_exit = True
        await task


async def until_closed(line: ClientConnection) -> int | None:
    await asyncio.wait_for(line.wait_closed(), 60)
    return line.close_code


async def test_what_is_sent_in_pieces_arrives_whole():
    echo = Echo()
    async with serving(echo) as (url, _), connect(url, proxy=None) as line:
        for size in (0, 125, 126, 30_000):
            await line.send("é" * (size // 2))
            assert await line.recv() == "é" * (size // 2)
        await line.send(["one ", "two ", "three"])
        assert await line.recv() == "one two three"
        pong = await line.ping()
        await asyncio.wait_for(pong, 30)
        await line.close()
        async with asyncio.timeout(30):
            while not echo.gone:
                await asyncio.sleep(0.01)
        echo.open[0].deliver(text_frame(b"too late"))
        echo.open[0].close(1000)


async def test_a_broken_frame_ends_one_line_only():
    echo = Echo()
    async with serving(echo) as (url, _), connect(url, proxy=None) as good:
        async with connect(url, proxy=None) as line:
            # Unmasked, which no client may send (RFC 6455 §5.1).
            line.transport.write(b"\x81\x02hi")
            assert await until_closed(line) == 1002
        await good.send("still here")
        assert await good.recv() == "still here"


async def test_who_is_silent_for_too_long_is_gone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PING_SECONDS", 0.05)
    monkeypatch.setattr(module, "DEAD_SECONDS", 0.4)
    monkeypatch.setattr(module, "GOODBYE_SECONDS", 0.1)
    echo = Echo()
    async with serving(echo) as (url, _):
        reader, writer = await asyncio.open_connection(*url[5:].split("/")[0].split(":"))
        writer.write(
            b"GET /v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        ended = await asyncio.wait_for(reader.read(), 60)
        assert ended.startswith(b"HTTP/1.1 101")
        assert b"\x89\x00" in ended, "a ping came first"
        assert b"no answer to a ping" in ended
        writer.close()


async def test_who_does_not_read_is_closed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "BUFFER_MAX", 64 * 1024)
    monkeypatch.setattr(module, "GOODBYE_SECONDS", 0.2)
    echo = Echo()
    async with serving(echo) as (url, _):
        plain = socket.socket()
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = url[5:].split("/")[0].split(":")
        await asyncio.get_running_loop().run_in_executor(None, plain.connect, (host, int(port)))
        async with connect(url, proxy=None, sock=plain, max_queue=1) as line:
            async with asyncio.timeout(30):
                while not echo.open:
                    await asyncio.sleep(0.01)
            slow = echo.open[0]
            async with asyncio.timeout(60):
                while slow.is_open:
                    slow.deliver(text_frame(b"x" * 8192))
                    await asyncio.sleep(0)
            slow.deliver(text_frame(b"never written"))
            async with asyncio.timeout(60):
                while not echo.gone:
                    await asyncio.sleep(0.01)
            line.transport.abort()


async def test_a_service_that_stops_says_so(sqlite: str, tmp_path: Path):
    async with world(tmp_path, sqlite) as shop:
        person = await shop.person()
        lines = stream(person)
        line = await lines.__aenter__()
    assert await asyncio.wait_for(line.closed, 60) == CLOSE_RESTART
    await lines.__aexit__(None, None, None)


async def test_without_a_stream_nothing_is_upgraded():
    from websockets.exceptions import InvalidStatus

    async with serving(None) as (url, _):
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, proxy=None)
        assert refused.value.response.status_code == 503
    assert CLOSE_SLOW == 4408
