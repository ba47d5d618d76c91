"""Who may call a route: dependencies that turn a bearer token into a :class:`Principal`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler

from app.protocol.errors import KBeanError
from app.protocol.ids import is_uuid7
from app.server.http.front import bearer, now_ms
from app.server.http.roles import STAFF_PATH, check_route, is_open_route
from app.server.http.tokens import Kind, Principal, TokenBook

TOKENS = "tokens"
"""Name of the :class:`TokenBook` in the application's state."""

_STAFF_KEY = "kbean_staff"

STAFF_SEEN = "staff_seen"
"""Name of :data:`StaffSeen` in the application's state."""

StaffSeen = Callable[[Principal], Awaitable[Principal]]
"""Looks at the session's row, notes that something was asked and answers the roles of now."""


Asking = ASGIConnection[Any, Any, Any, Any]


def principal_of(request: Asking, kind: Kind) -> Principal:
    """The holder of the request's token.

    Raises:
        KBeanError: ``unauthenticated``, ``token_expired``, ``session_ended``, or ``forbidden``
            where a till asks for what is a person's or the other way round.
    """
    tokens: TokenBook = request.app.state[TOKENS]
    principal = tokens.open(bearer(request.headers.get("authorization")), now_ms())
    if principal.kind != kind:
        raise KBeanError("forbidden", f"this needs the token of a {kind}")
    return principal


def _person(request: Request[Any, Any, Any]) -> Principal:
    return principal_of(request, "person")


def _till(request: Request[Any, Any, Any]) -> Principal:
    return principal_of(request, "till")


async def guard_staff(request: Asking, _handler: BaseRouteHandler) -> None:
    """Let only those of the staff to a route of theirs whose role stands at it.

    Guards every route of the application and looks at the staff's alone, before anything of the
    request is read: the session lives, the role is one of now.

    Raises:
        KBeanError: as :func:`principal_of`, or ``forbidden``.
    """
    scope: Any = request.scope
    method, path = scope["method"], scope["path_template"]
    if not path.startswith(STAFF_PATH) or is_open_route(method, path):
        return
    seen: StaffSeen = request.app.state[STAFF_SEEN]
    principal = await seen(principal_of(request, "staff"))
    check_route(principal, method, path)
    scope["state"][_STAFF_KEY] = principal


def _staff(request: Request[Any, Any, Any]) -> Principal:
    principal: Principal = request.scope["state"][_STAFF_KEY]
    return principal


PERSON = {"person": Provide(_person, sync_to_thread=False)}
TILL = {"till": Provide(_till, sync_to_thread=False)}
STAFF = {"staff": Provide(_staff, sync_to_thread=False)}
"""A staff route takes ``staff: NamedDependency[Principal]`` and has a line in ``roles.py``."""


def client_address(request: Request[Any, Any, Any]) -> str:
    """The caller's address, as the server (behind a trusted proxy: the proxy) reports it."""
    return request.client.host if request.client else ""


def checked_key(key: str | None) -> str:
    """A request's ``Idempotency-Key``.

    Raises:
        KBeanError: ``idempotency_key_missing`` or ``idempotency_key_invalid``.
    """
    if not key:
        raise KBeanError("idempotency_key_missing")
    if not is_uuid7(key):
        raise KBeanError("idempotency_key_invalid")
    return key
