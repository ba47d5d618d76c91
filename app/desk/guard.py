"""What stands before every page: names, origins, sessions, and the headers of every answer.

NiceGUI needs ``eval`` for its templates; inline scripts are allowed by a nonce of this one answer
alone, so nothing that slips into a page can run. Its WebSocket is told apart from a foreign page's
by Origin, cookie and the page's own number together.
"""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import nicegui
from nicegui import Client
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.desk.sessions import COOKIE, DeskSession, Sessions
from app.desk.settings import Settings

SIGN_IN = "/sign-in"
OPEN = (
    "/sign-in",
    "/language/",
    "/assets/",
    f"/_nicegui/{nicegui.__version__}/",
    "/favicon.ico",
    "/health",
)
"""What is answered without a session: the door, and files that are the same for everybody."""
SOCKET = "/_nicegui_ws/"
IN_SCOPE = "kbean.session"
UPLOAD = "/_nicegui/client/"
"""Where a page sends files to: ``/_nicegui/client/<page>/upload/<element>``."""
_SCRIPT = re.compile(rb"<script\b")
BODY_MAX = 12 * 1024 * 1024
"""Bytes of a request: the largest attachment and what is around it."""


class Guard:
    """An ASGI layer around the desk's application."""

    def __init__(self, app: ASGIApp, settings: Settings, sessions: Sessions) -> None:
        """Stand before ``app``."""
        self._app = app
        self._settings = settings
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        path: str = scope["path"]
        guarded = _Answer(send, secure=self._settings.secure)
        if headers.get("host", "").lower() not in self._settings.hosts:
            await guarded.refuse(421, "This desk has another name.")
            return
        if scope["method"] not in {"GET", "HEAD"} and not self._is_ours(headers):
            await guarded.refuse(403, "This came from another site.")
            return
        if path.startswith(SOCKET):
            # Pages speak by WebSocket only; long polling would be a second door.
            await guarded.refuse(403, "WebSocket only.")
            return
        if int(headers.get("content-length") or 0) > BODY_MAX:
            await guarded.refuse(413, "Too large.")
            return
        session = self._sessions.find(cookie_of(headers))
        scope[IN_SCOPE] = session
        if session is None and not path.startswith(OPEN):
            await self._to_sign_in(scope, guarded, had_cookie=cookie_of(headers) is not None)
            return
        if path.startswith(UPLOAD) and not _is_of(session, path.split("/")[3]):
            await guarded.refuse(403, "This page is somebody else's.")
            return
        await self._app(scope, receive, guarded)

    async def _to_sign_in(self, scope: Scope, answer: _Answer, *, had_cookie: bool) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            await answer.refuse(401, "Sign in first.")
            return
        back = scope["path"] if scope["path"] != "/" else ""
        query = ["why=timeout"] * had_cookie + [f"next={quote(back)}"] * bool(back)
        await answer.redirect(SIGN_IN + ("?" + "&".join(query) if query else ""))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        session = self._sessions.find(cookie_of(headers))
        named = headers.get("host", "").lower() in self._settings.hosts
        if not named or not self._is_ours(headers) or session is None:
            await _shut(receive, send)
            return
        page = parse_qs(scope["query_string"].decode("latin-1")).get("client_id", [""])[0]
        if not _is_of(session, page):
            await _shut(receive, send)
            return
        scope[IN_SCOPE] = session
        await self._app(scope, receive, send)

    def _is_ours(self, headers: dict[str, str]) -> bool:
        """Whether a page of this desk asks. Browsers always name the origin here."""
        origin = urlsplit(headers.get("origin", ""))
        if self._settings.origin:
            return f"{origin.scheme}://{origin.netloc}".lower() == self._settings.origin
        return origin.scheme == "http" and origin.netloc.lower() == headers.get("host", "").lower()


def cookie_of(headers: dict[str, str]) -> str | None:
    """The browser's number, from its ``Cookie`` header."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found is not None else None


def session_of(scope: Scope) -> DeskSession:
    """The session that the guard found for a request.

    Raises:
        LookupError: there is none; only pages outside :data:`OPEN` may ask.
    """
    session: DeskSession | None = scope.get(IN_SCOPE)
    if session is None:
        raise LookupError("no session in this request")
    return session


class _Answer:
    """Sends an answer with the desk's headers; HTML gets its nonces."""

    def __init__(self, send: Send, *, secure: bool) -> None:
        self._send = send
        self._secure = secure
        self._nonce = secrets.token_urlsafe(16)
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """ASGI's ``send``."""
        if message["type"] == "http.response.start":
            html = any(
                name == b"content-type" and value.startswith(b"text/html")
                for name, value in message["headers"]
            )
            kept = [pair for pair in message["headers"] if pair[0] not in {b"x-nicegui-content"}]
            message = {**message, "headers": [*kept, *self._headers(html=html)]}
            if html:
                self._start = message
                return
        elif self._start is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            await self._send_html()
            return
        await self._send(message)

    async def _send_html(self) -> None:
        assert self._start is not None
        body = _SCRIPT.sub(b'<script nonce="' + self._nonce.encode() + b'"', bytes(self._body))
        kept = [pair for pair in self._start["headers"] if pair[0] != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**self._start, "headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": body})

    async def refuse(self, status: int, text: str) -> None:
        """Answer a refusal in plain text."""
        await self(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(b"content-type", b"text/plain; charset=utf-8")],
            }
        )
        await self({"type": "http.response.body", "body": text.encode()})

    async def redirect(self, where: str) -> None:
        """Send the browser elsewhere."""
        headers = [(b"location", where.encode("latin-1")), (b"cache-control", b"no-store")]
        await self({"type": "http.response.start", "status": 303, "headers": headers})
        await self({"type": "http.response.body", "body": b""})

    def _headers(self, *, html: bool) -> list[tuple[bytes, bytes]]:
        headers = {
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
        }
        if self._secure:
            headers["strict-transport-security"] = "max-age=31536000"
        if html:
            headers["content-security-policy"] = (
                "default-src 'none'; "
                f"script-src 'self' 'nonce-{self._nonce}' 'unsafe-eval'; "
                "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
                "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
            )
            headers["cache-control"] = "no-store"
        return [(name.encode(), value.encode()) for name, value in headers.items()]


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _is_of(session: DeskSession | None, page: str) -> bool:
    """Whether a page is this session's; one that is gone is NiceGUI's business (it reloads)."""
    client = Client.instances.get(page)
    return client is None or client.request.scope.get(IN_SCOPE) is session


async def _shut(receive: Receive, send: Send) -> None:
    """Refuse a WebSocket before it is one; the browser sees 403."""
    message: Any = await receive()
    if message["type"] == "websocket.connect":
        await send({"type": "websocket.close", "code": 1008})
