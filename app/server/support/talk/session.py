"""What is known of one connection of the event stream."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.stream import Refused, ServiceFrame
from app.server.http.tokens import Principal
from app.server.realtime.connection import Connection, text_frame
from app.server.support.talk.limits import Allowance

_encode = msgspec.json.Encoder().encode


class Session:
    """What is known of one connection; the hub's :class:`Peer`."""

    def __init__(self, connection: Connection, allowance: Allowance) -> None:
        """Nobody has said Hello yet."""
        self.connection = connection
        self.allowance = allowance
        self.principal: Principal | None = None
        self.name = ""
        self.seen_at = 0
        self.bad = 0
        self.watching: set[str] = set()
        self.work: deque[Callable[[], Awaitable[None]]] = deque()
        self.task: asyncio.Task[None] | None = None
        self.impatience: asyncio.TimerHandle | None = None

    def deliver(self, frame: bytes) -> None:
        """See :class:`app.server.realtime.hub.Peer`."""
        self.connection.deliver(frame)

    def tell(self, frame: ServiceFrame) -> None:
        """Send one frame to this connection alone."""
        self.connection.deliver(text_frame(_encode(frame)))

    def refuse(self, error: KBeanError, conv: str | None = None, cmid: str | None = None) -> None:
        """Say why a frame was not accepted."""
        self.tell(Refused(error.problem(), conv, cmid))
