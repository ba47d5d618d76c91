"""The load generator's connections: frames and stanzas written by hand on raw sockets.

A library for either protocol would cost the generator more than the server it is to drive.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import msgspec

from app.protocol.ids import new_id


class Line(asyncio.Protocol, ABC):
    """One connection of the generator; ``heard`` gets the body of every message."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        self._heard = heard
        self._buffer = b""
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self.transport = transport
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begin()

    @abstractmethod
    def begin(self) -> None:
        """Say the first thing."""

    @abstractmethod
    def say(self, body: str) -> None:
        """Send a message to the one at the other end."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits for this line is told."""
        if not self.ready.done():
            self.ready.set_exception(exc or ConnectionError("closed before it was ready"))


class _Message(msgspec.Struct):
    body: str = ""


class _Frame(msgspec.Struct):
    t: str
    message: _Message | None = None
    problem: msgspec.Raw | None = None


_decode = msgspec.json.Decoder(_Frame).decode
_text = msgspec.json.Encoder().encode


class OurLine(Line):
    """A WebSocket; the mask is zero, which RFC 6455 allows and which costs nothing to apply."""

    def __init__(self, heard: Callable[[str], None], token: str, conv: str) -> None:
        super().__init__(heard)
        self._token = token
        self.conv = conv
        self._open = False

    def begin(self) -> None:
        """Ask for the upgrade."""
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            b"GET /v1/stream HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: " + key.encode() + b"\r\n\r\n"
        )

    def _write(self, data: bytes) -> None:
        size = len(data)
        head = bytes((0x81, 0x80 | size)) if size < 126 else b"\x81\xfe" + struct.pack("!H", size)
        self.transport.write(head + b"\0\0\0\0" + data)

    def say(self, body: str) -> None:
        """Send into the wallet's own conversation."""
        self.say_in(self.conv, body)

    def say_in(self, conv: str, body: str) -> None:
        """Send into one conversation (an agent has many)."""
        self._write(_text({"t": "send", "conv": conv, "cmid": new_id(), "body": body}))

    def data_received(self, data: bytes) -> None:
        """Take frames apart."""
        data = self._buffer + data if self._buffer else data
        if not self._open:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise RuntimeError(head[:200].decode("latin-1"))
            self._open = True
            self._write(_text({"t": "hello", "token": self._token}))
        at, size = 0, len(data)
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length == 126:
                if size - at < 4:
                    break
                length, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                if size - at < 10:
                    break
                length, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if size - start < length:
                break
            self._frame(data[at] & 0x0F, data[start : start + length])
            at = start + length
        self._buffer = data[at:]

    def _frame(self, kind: int, data: bytes) -> None:
        if kind == 9:
            self.transport.write(bytes((0x8A, 0x80 | len(data))) + b"\0\0\0\0" + data)
        elif kind == 1:
            frame = _decode(data)
            if frame.t == "msg" and frame.message is not None:
                self._heard(frame.message.body)
            elif frame.t == "welcome":
                self.ready.set_result(None)
            elif frame.t == "refused":
                raise RuntimeError(bytes(frame.problem or b"").decode())


_BODY = re.compile(rb"<body>([^<]*)</body>")


class XmppLine(Line):
    """An XMPP client: SASL PLAIN, one resource, messages to a full address."""

    def __init__(self, heard: Callable[[str], None], name: str, to: str) -> None:
        super().__init__(heard)
        self._name = name
        self.to = to
        self._stage = 0

    def begin(self) -> None:
        """Open the stream."""
        self.transport.write(_STREAM)

    def data_received(self, data: bytes) -> None:
        """Sign in, then take messages out."""
        self._buffer += data
        if self._stage < 3:
            self._step()
        else:
            last = 0
            for match in _BODY.finditer(self._buffer):
                last = match.end()
                self._heard(match.group(1).decode())
            if last:
                self._buffer = self._buffer[last:]

    def _step(self) -> None:
        if self._stage == 0 and b"</stream:features>" in self._buffer:
            secret = base64.b64encode(f"\0{self._name}\0pass".encode())
            self.transport.write(
                b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                + secret
                + b"</auth>"
            )
            self._advance()
        elif self._stage == 1 and b"<success" in self._buffer:
            self.transport.write(_STREAM)
            self._advance()
        elif self._stage == 2 and b"</stream:features>" in self._buffer:
            self.transport.write(
                b"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                b"<resource>r</resource></bind></iq>"
            )
            self._buffer = b""
            self._stage = 2
        if b"<jid>" in self._buffer:
            self._advance(3)
            self.ready.set_result(None)
        if b"<failure" in self._buffer or b"<stream:error" in self._buffer:
            raise RuntimeError(self._buffer[:300].decode())

    def _advance(self, stage: int | None = None) -> None:
        self._buffer = b""
        self._stage = self._stage + 1 if stage is None else stage

    def say(self, body: str) -> None:
        """Send to the wallet's agent."""
        self.say_to(self.to, body)

    def say_to(self, to: str, body: str) -> None:
        """Send to one address."""
        self.transport.write(
            f"<message type='chat' to='{to}@bench.local/r' id='{body}'><body>{body}</body>"
            "</message>".encode()
        )


_STREAM = (
    b"<?xml version='1.0'?><stream:stream to='bench.local' xmlns='jabber:client' "
    b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
)
