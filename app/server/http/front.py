"""The outermost ASGI layer: trace ids, security headers, metrics, the media type, the fast lane.

The fast lane carries the few requests that come by the thousand a second (payments). An ordinary
one (JSON with a length, nothing odd) goes straight to its handler, and its answer goes onto the
wire in one piece. Whatever is unusual about a request makes it take the framework's way to the very
same function, so the lane holds no rules.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple, Protocol

import structlog

from app.protocol.errors import KBeanError
from app.server.http.metrics import Metrics
from app.server.http.problems import Refusal, refusal
from app.server.http.tokens import Principal, TokenBook

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Any, Any, Any], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]


class LaneAnswer(Protocol):
    """What a lane handler answers; the ledger's ``Answer`` is one."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def body(self) -> bytes:
        """JSON bytes; a problem document from 400 on."""
        ...

    @property
    def replayed(self) -> bool:
        """Whether this is the kept answer of an earlier request."""
        ...


class Exchange(Protocol):
    """A request and its answer, each in one piece: what a server may offer beside ASGI's way."""

    async def read(self) -> bytes | None:
        """The whole body, None if the client left."""
        ...

    async def answer(self, status: int, lines: bytes, body: bytes) -> None:
        """Write the answer at once.

        Args:
            status: The HTTP status.
            lines: Header lines, each with its line end; ``content-length`` is among them.
            body: The whole body.
        """
        ...


WHOLE = "kbean.exchange"
"""Where a server puts its :class:`Exchange` into the scope."""

LaneHandler = Callable[[Principal, str | None, bytes], Awaitable[LaneAnswer]]
"""Who asks, the ``Idempotency-Key`` header, the body."""


class Lane(NamedTuple):
    """A request that may take the fast lane."""

    method: str
    path: str
    handler: LaneHandler


SECURITY_HEADERS: list[tuple[bytes, bytes]] = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

FILES = re.compile(r"/v1/(support|staff/conversations/[^/]+)/attachments/")
"""Below this a PUT brings the bytes of a file."""

_JSON = b"application/json"
_JSON_LINE = b"content-type: application/json\r\n"
_PROBLEM_LINE = b"content-type: application/problem+json\r\n"
_log = structlog.get_logger("http")


def now_ms() -> int:
    """The wall clock, Unix milliseconds."""
    return time.time_ns() // 1_000_000


def bearer(value: str | None) -> str:
    """The token of an ``Authorization`` header.

    Raises:
        KBeanError: ``unauthenticated``.
    """
    if not value or value[:7].lower() != "bearer ":
        raise KBeanError("unauthenticated")
    return value[7:]


class Front:
    """Wraps the framework's application."""

    def __init__(
        self,
        inner: Asgi,
        *,
        tokens: TokenBook,
        metrics: Metrics,
        lanes: Iterable[Lane],
        body_max: int,
        tls: bool,
        state: Mapping[str, Any] | None = None,
    ) -> None:
        """Put the front before ``inner``; ``tls`` adds HSTS.

        ``state`` is what the server's own protocols find in the lifespan's state (ASGI): the event
        stream is handled there, next to the socket.
        """
        self._inner = inner
        self._tokens = tokens
        self._metrics = metrics
        self._lanes: Mapping[tuple[str, str], LaneHandler] = {
            (lane.method, lane.path): lane.handler for lane in lanes
        }
        self._body_max = body_max
        self._headers = [*SECURITY_HEADERS, HSTS] if tls else SECURITY_HEADERS
        self._header_lines = _lines(self._headers)
        self._state = state or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            scope.setdefault("state", {}).update(self._state)
            await self._inner(scope, receive, send)
            return
        started = time.perf_counter()
        trace = os.urandom(8).hex()
        lane = self._lanes.get((scope["method"], scope["path"]))
        if lane is not None and WHOLE in scope:
            found = _ordinary(scope["headers"], self._body_max)
            if found is not None:
                status = await self._drive(lane, found, trace, scope[WHOLE])
                self._metrics.observe(
                    scope["method"], scope["path"], status, time.perf_counter() - started
                )
                return
        await self._frame(scope, receive, send, trace, started)

    async def _drive(
        self,
        handler: LaneHandler,
        found: tuple[str | None, str | None],
        trace: str,
        exchange: Exchange,
    ) -> int:
        """Read the body, call the lane's handler, answer."""
        authorization, key = found
        try:
            principal = self._tokens.open(bearer(authorization), now_ms())
            body = await exchange.read()
            if body is None:
                return 499
            answer = await handler(principal, key, body)
        except Exception as error:
            if not isinstance(error, KBeanError):
                _log.exception("request failed", trace_id=trace)
                error = KBeanError("internal_error")
            refused = refusal(error, trace)
            status, lines, body = refused.status, _lines(refused.headers), refused.body
        else:
            status, body = answer.status, answer.body
            lines = _JSON_LINE if status < 400 else _PROBLEM_LINE
            if answer.replayed:
                lines += b"idempotent-replayed: true\r\n"
        lines += b"content-length: %d\r\nx-request-id: %b\r\n" % (len(body), trace.encode())
        await exchange.answer(status, lines + self._header_lines, body)
        return status

    async def _frame(
        self, scope: Scope, receive: Receive, send: Send, trace: str, started: float
    ) -> None:
        """Let the framework answer, and dress what it sends."""
        scope.setdefault("state", {})["trace_id"] = trace
        status = 500
        begun = False

        async def dressed(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                begun = True
                status = message["status"]
                extra = [*self._headers, (b"x-request-id", trace.encode())]
                taken = {name.lower() for name, _ in message["headers"]}
                message = {
                    **message,
                    "headers": [
                        *message["headers"],
                        *(header for header in extra if header[0] not in taken),
                    ],
                }
            await send(message)

        try:
            if _wrong_media_type(scope):
                refused = refusal(KBeanError("unsupported_media_type"), trace)
                status = refused.status
                await self._send(send, refused.status, refused.body, refused.headers, trace)
            else:
                await self._inner(scope, receive, dressed)
        except Exception:
            _log.exception("request failed", trace_id=trace)
            if begun:
                raise
            refused = refusal(KBeanError("internal_error"), trace)
            await self._send(send, refused.status, refused.body, refused.headers, trace)
        finally:
            route = scope.get("path_template") or "unmatched"
            self._metrics.observe(scope["method"], route, status, time.perf_counter() - started)

    async def _send(
        self, send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]], trace: str
    ) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [
                    *headers,
                    (b"content-length", b"%d" % len(body)),
                    (b"x-request-id", trace.encode()),
                    *self._headers,
                ],
            }
        )
        await send({"type": "http.response.body", "body": body})


def _lines(headers: Headers) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)


def _ordinary(headers: Headers, body_max: int) -> tuple[str | None, str | None] | None:
    """Authorization and Idempotency-Key of an ordinary JSON request; None for any other."""
    authorization = key = None
    length = -1
    is_json = False
    for name, value in headers:
        if name == b"authorization":
            authorization = value.decode("latin-1")
        elif name == b"idempotency-key":
            key = value.decode("latin-1")
        elif name == b"content-type":
            is_json = value.startswith(_JSON)
        elif name == b"content-length":
            length = int(value) if value.isdigit() else -1
        elif name in {b"transfer-encoding", b"expect"}:
            return None
    if not is_json or not 0 < length <= body_max:
        return None
    return authorization, key


def _wrong_media_type(scope: Scope) -> bool:
    """Whether a request brings a body that does not say it is JSON, other than a file's."""
    if scope["method"] == "PUT" and FILES.match(scope["path"]):
        return False
    media_type = b""
    has_body = False
    for name, value in scope["headers"]:
        if name == b"content-type":
            media_type = value
        elif name == b"content-length":
            has_body = value != b"0"
        elif name == b"transfer-encoding":
            has_body = True
    return has_body and media_type.partition(b";")[0].strip().lower() != _JSON


__all__ = ["Front", "Lane", "LaneHandler", "Refusal", "bearer", "now_ms"]
