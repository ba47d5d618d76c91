"""A real TCP server on the loopback that misbehaves on purpose: no mocks, real sockets.

Each request that arrives is answered by the next behaviour of a script; the last one repeats.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Heard:
    """One request as it came over the wire."""

    line: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[[asyncio.StreamWriter, Heard], Awaitable[None]]


def answer(
    status: int,
    body: object = None,
    *,
    raw: bytes | None = None,
    media: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Behaviour:
    """Answer properly with a status and a body."""

    async def behave(writer: asyncio.StreamWriter, heard: Heard) -> None:
        content = raw if raw is not None else json.dumps(body).encode()
        lines = [
            f"HTTP/1.1 {status} x",
            f"Content-Length: {len(content)}",
            f"Content-Type: {media}",
        ]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await writer.drain()

    return behave


def problem(code: str, status: int, **more: Any) -> Behaviour:
    """Refuse as the service does."""
    headers = more.pop("headers", None)
    body = {"code": code, "type": "x", "title": "x", "status": status, **more}
    return answer(status, body, media="application/problem+json", headers=headers)


def raw(content: bytes, *, then_close: bool = True) -> Behaviour:
    """Write bytes that may be anything."""

    async def behave(writer: asyncio.StreamWriter, heard: Heard) -> None:
        writer.write(content)
        await writer.drain()
        if then_close:
            writer.close()

    return behave


async def hang_up(writer: asyncio.StreamWriter, heard: Heard) -> None:
    """Take the request and close without a word: the answer is lost."""
    writer.close()


async def stay_silent(writer: asyncio.StreamWriter, heard: Heard) -> None:
    """Take the request and never answer."""
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter, heard: Heard) -> None:
    """Begin an answer and go on one byte at a time for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


class RudeServer:
    """Use it as an async context manager; ``heard`` has every request in order."""

    def __init__(self, *script: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.script = list(script)
        self.heard: list[Heard] = []
        self.connections = 0
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> RudeServer:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while not writer.is_closing() and (heard := await read_request(reader)) is not None:
                self.heard.append(heard)
                behave = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                await behave(writer, heard)
        except (ConnectionError, asyncio.CancelledError, ssl.SSLError):
            return
        finally:
            self._tasks.discard(task)
            writer.close()


async def read_request(reader: asyncio.StreamReader) -> Heard | None:
    """The next whole request, or nothing: a client may be gone between its head and its body."""
    try:
        return await _whole_request(reader)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


async def _whole_request(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rest = head.strip().split("\r\n")
    headers = {}
    for text in rest:
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(line, headers, body)
