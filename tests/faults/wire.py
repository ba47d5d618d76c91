"""HTTP by hand: what left, what came back whole, and nothing that retries behind a test's back."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import msgspec

from app.protocol.errors import Problem

PATIENCE = 30.0
"""Seconds after which an answer counts as lost; a service that hangs fails the test."""


class Heard(NamedTuple):
    """An answer that arrived whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The problem's code; empty where this is none."""
        return self.problem.code if self.status >= 400 else ""

    @property
    def problem(self) -> Problem:
        return msgspec.json.decode(self.body, type=Problem)

    @property
    def replayed(self) -> bool:
        return self.headers.get("idempotent-replayed") == "true"


class Call(NamedTuple):
    """One request, the same bytes however often it is sent."""

    method: str
    path: str
    token: str = ""
    key: str = ""
    body: bytes = b""

    def raw(self) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", "host: 127.0.0.1", "connection: close"]
        if self.token:
            lines.append(f"authorization: Bearer {self.token}")
        if self.key:
            lines.append(f"idempotency-key: {self.key}")
        if self.body or self.method == "POST":
            lines.append(f"content-length: {len(self.body)}")
        if self.body:
            lines.append("content-type: application/json")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


async def read_answer(reader: asyncio.StreamReader) -> Heard | None:
    """One whole answer; None where the connection broke before its last byte."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.strip().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in rest)
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, OSError):
        return None
    return Heard(int(first.split()[1]), headers, body)


async def send(port: int, call: Call, *, patience: float = PATIENCE) -> Heard | None:
    """Send on a connection of its own; None means that nobody knows what became of it."""
    writer = None
    try:
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(call.raw())
            return await read_answer(reader)
    except (OSError, TimeoutError):
        return None
    finally:
        if writer is not None:
            writer.transport.abort()


async def ask(port: int, call: Call) -> Heard:
    """Send to a service that is well."""
    heard = await send(port, call)
    assert heard is not None, f"no answer to {call.method} {call.path}"
    return heard


async def is_ready(port: int) -> bool:
    """Whether the service there says that it is ready."""
    heard = await send(port, Call("GET", "/health/ready"), patience=5)
    return heard is not None and heard.status == 200
