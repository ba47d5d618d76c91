"""One way to the service: TLS rules, time-outs, size limits, retries, problem documents.

Everything that goes wrong here becomes a :class:`KBeanError`; nothing of a request's body or
headers is ever logged. httpx is imported at the first request, off the loop's thread, so that a
window paints before it is loaded.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from app.protocol.errors import KBeanError, Money, Problem
from app.sdk.address import ServiceAddress
from app.sdk.clock import ServiceClock
from app.sdk.retry import AGAIN_CODES, RetryPolicy, parse_retry_after

if TYPE_CHECKING:
    import httpx

Method = Literal["GET", "POST", "DELETE", "PATCH", "PUT"]
_MAX_ANSWER = 8 * 1024 * 1024
_GATEWAY_TROUBLE = {502: "service_unreachable", 503: "busy", 504: "service_unreachable"}
_NOTICED_HERE = frozenset({"service_unreachable", "service_garbled", "service_untrusted"})
_problems = msgspec.json.Decoder(Problem)


@dataclasses.dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds.

    Attributes:
        connect: For TCP and TLS together.
        answer: For one whole try, from the first byte sent to the last byte read: a service that
            drips a byte now and then doesn't hold the wallet.
    """

    connect: float = 5.0
    answer: float = 15.0


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One request, ready to be repeated byte for byte.

    Attributes:
        method: The HTTP method.
        path: Below the service's address, with its query.
        body: JSON bytes, or None.
        token: Access token, or None for public routes.
        key: ``Idempotency-Key``; makes a POST safe to repeat.
        repeatable: Safe to repeat without a key (idempotent by nature).
        media_type: Of the body.
        answer: Seconds for one whole try, where the usual ones are too few (an attachment).
    """

    method: Method
    path: str
    body: bytes | None = None
    token: str | None = dataclasses.field(default=None, repr=False)
    key: str | None = None
    repeatable: bool = False
    media_type: str = "application/json"
    answer: float | None = None

    @property
    def safe(self) -> bool:
        """Whether repeating it can't do anything twice."""
        return self.method == "GET" or self.key is not None or self.repeatable


class _NeverSentError(Exception):
    """A try ended before a byte of the request left this machine."""

    def __init__(self, error: KBeanError) -> None:
        super().__init__(error.code)
        self.error = error


def tls_context(ca_file: str | None = None) -> ssl.SSLContext:
    """TLS 1.3 with httpx's and the system's trust, or an organisation's own CA alone.

    Raises:
        KBeanError: ``service_untrusted`` when the CA file can't be read.
    """
    import httpx

    try:
        if ca_file is not None:
            context = ssl.create_default_context(cafile=ca_file)
        else:
            context = httpx.create_ssl_context()
            context.load_default_certs()
    except (OSError, ssl.SSLError) as error:
        raise KBeanError("service_untrusted", "the CA file can't be read", money="none") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


class Transport:
    """A connection pool to one service."""

    def __init__(
        self,
        address: ServiceAddress,
        *,
        ca_file: str | None = None,
        limits: TimeLimits | None = None,
        retry: RetryPolicy | None = None,
        clock: ServiceClock | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare; nothing is opened before the first request."""
        self.address = address
        self.clock = clock or ServiceClock()
        self._ca_file = ca_file
        self._limits = limits or TimeLimits()
        self._retry = retry or RetryPolicy()
        self._sleep = sleep
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def send(self, call: Call) -> bytes:
        """Send, and again with the same bytes where that is safe; answer the body of a 2xx.

        Raises:
            KBeanError: the service's refusal, or ``service_unreachable``, ``service_garbled``,
                ``service_untrusted``. Then ``money`` is ``none`` for calls that move none,
                ``not_moved`` when no byte ever left, else ``unknown``.
        """
        http = await self._open()
        tried = 0
        left = lost = False
        while True:
            tried += 1
            try:
                return await self._try(http, call)
            except _NeverSentError as never:
                error = never.error
                again = error.code == "service_unreachable"
            except KBeanError as refused:
                left = True
                error = refused
                again = call.safe and (
                    error.code in AGAIN_CODES or error.code == "service_unreachable"
                )
            if error.code in _NOTICED_HERE:
                error.money = _money(call, left)
            # A refused repetition says nothing about the try whose answer was lost.
            lost = lost or (left and error.money == "unknown")
            if lost and call.key is not None:
                error.money = "unknown"
            wait = self._retry.wait(tried, error.retry_after) if again else None
            if wait is None:
                raise error
            await self._sleep(wait)

    async def close(self) -> None:
        """Close the connections; the next request would open new ones."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _open(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._http is None:
                self._http = await asyncio.to_thread(self._build)
            return self._http

    def _build(self) -> httpx.AsyncClient:
        import httpx

        # At DEBUG httpcore would write headers, and with them tokens, into a log.
        for name in ("httpcore", "httpx"):
            logging.getLogger(name).setLevel(logging.WARNING)
        secure = self.address.url.startswith("https:")
        limits = self._limits
        return httpx.AsyncClient(
            base_url=self.address.url,
            verify=tls_context(self._ca_file) if secure else False,
            # A proxy of the environment has no business between us and this machine.
            trust_env=not self.address.loopback,
            follow_redirects=False,
            timeout=httpx.Timeout(limits.answer, connect=limits.connect),
            limits=httpx.Limits(max_connections=8, keepalive_expiry=30),
            headers={"Accept": "application/json", "User-Agent": "kbean-sdk"},
        )

    async def _try(self, http: httpx.AsyncClient, call: Call) -> bytes:
        import httpx

        try:
            async with asyncio.timeout(self._limits.connect + (call.answer or self._limits.answer)):
                return await self._exchange(http, call)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            code = "service_untrusted" if _is_distrust(error) else "service_unreachable"
            refusal = KBeanError(code)
            refusal.__cause__ = error
            raise _NeverSentError(refusal) from error
        except (httpx.DecodingError, httpx.RemoteProtocolError) as error:
            # A connection that just closes is "away"; bytes that aren't HTTP are garbage.
            closed = "disconnected" in str(error) or "peer closed" in str(error)
            raise KBeanError("service_unreachable" if closed else "service_garbled") from error
        except (TimeoutError, httpx.TransportError, ssl.SSLError) as error:
            raise KBeanError("service_unreachable") from error

    async def _exchange(self, http: httpx.AsyncClient, call: Call) -> bytes:
        request = http.build_request(
            call.method, call.path, content=call.body, headers=_headers(call)
        )
        answer = await http.send(request, stream=True)
        try:
            body = await _read(answer)
        finally:
            await answer.aclose()
        self.clock.learn_from_date(answer.headers.get("date"))
        if 200 <= answer.status_code < 300:
            return body
        raise _refusal(answer.status_code, answer.headers, body, self.clock)


def _money(call: Call, left: bool) -> Money:
    """What became of the money when no readable answer came: only keyed calls move any."""
    if call.key is None:
        return "none"
    return "unknown" if left else "not_moved"


def _headers(call: Call) -> dict[str, str]:
    headers = {}
    if call.body is not None:
        headers["Content-Type"] = call.media_type
    if call.token is not None:
        headers["Authorization"] = f"Bearer {call.token}"
    if call.key is not None:
        headers["Idempotency-Key"] = call.key
    return headers


async def _read(answer: httpx.Response) -> bytes:
    parts = bytearray()
    async for part in answer.aiter_bytes():
        parts += part
        if len(parts) > _MAX_ANSWER:
            raise KBeanError("service_garbled", "the answer is too long")
    return bytes(parts)


def _refusal(
    status: int, headers: Mapping[str, str], body: bytes, clock: ServiceClock
) -> KBeanError:
    """What a status other than 2xx means; only problem documents speak for the service."""
    wait = parse_retry_after(headers.get("retry-after"), clock.time_ms() / 1000)
    if headers.get("content-type", "").partition(";")[0].strip() == "application/problem+json":
        try:
            error = KBeanError.from_problem(_problems.decode(body))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return KBeanError("service_garbled", f"unreadable problem, status {status}")
        error.retry_after = error.retry_after if error.retry_after is not None else wait
        return error
    if status in _GATEWAY_TROUBLE:
        code = _GATEWAY_TROUBLE[status]
        return KBeanError(code, f"status {status}", retry_after=wait, money="unknown")
    return KBeanError("service_garbled", f"status {status} without a problem document")


def _is_distrust(error: BaseException) -> bool:
    """Tell a certificate or protocol refusal from a connection that merely broke."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError):
            return False
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
