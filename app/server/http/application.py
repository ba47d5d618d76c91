"""The framework's application: handlers in, ASGI out, every failure a problem document."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
import structlog
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute

from app import __version__
from app.protocol.errors import KBeanError, Problem
from app.server.http.access import guard_staff
from app.server.http.front import LaneAnswer
from app.server.http.problems import MEDIA_TYPE, described, from_status, refusal

_log = structlog.get_logger("http")

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]

ALWAYS = ("bad_request", "payload_too_large", "internal_error", "busy")
SIGNED_IN = ("unauthenticated", "token_expired", "session_ended", "forbidden")


def refusals(*codes: str) -> dict[int, ResponseSpec]:
    """Describe which problems a route may answer, grouped by status."""
    return {
        status: ResponseSpec(
            Problem, description=names, media_type=MEDIA_TYPE, generate_examples=False
        )
        for status, names in described(*ALWAYS, *codes).items()
    }


def documented(status: int, message: type[Any]) -> dict[int, ResponseSpec]:
    """Describe what a route answers that sends ready-made bytes."""
    return {status: ResponseSpec(message, description="", generate_examples=False)}


def answered(answer: LaneAnswer) -> Response[bytes]:
    """A ledger's answer as a response."""
    return Response(
        answer.body,
        status_code=answer.status,
        media_type="application/json" if answer.status < 400 else MEDIA_TYPE,
        headers={"Idempotent-Replayed": "true"} if answer.replayed else {},
    )


def _answer(request: Request[Any, Any, Any], error: KBeanError) -> Response[bytes]:
    refused = refusal(error, request.scope["state"].get("trace_id", ""))
    headers = {name.decode(): value.decode() for name, value in refused.headers[1:]}
    return Response(
        refused.body, status_code=refused.status, headers=headers, media_type=MEDIA_TYPE
    )


def _on_refusal(request: Request[Any, Any, Any], error: KBeanError) -> Response[bytes]:
    return _answer(request, error)


def _on_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """404, 405, 413, malformed parameters: what the framework refuses by itself."""
    if isinstance(error, ValidationException):
        extra = error.extra if isinstance(error.extra, list) else []
        first = extra[0] if extra and isinstance(extra[0], dict) else {}
        field = first.get("key")
        problem = KBeanError(
            "validation_failed", str(first.get("message", ""))[:200], field=field and str(field)
        )
    else:
        problem = from_status(error.status_code)
    response = _answer(request, problem)
    if error.status_code == 405:
        # RFC 9110 §15.5.6 wants it; the framework leaves it out.
        response.set_header("Allow", ", ".join(_methods(request)))
    return response


def _methods(request: Request[Any, Any, Any]) -> list[str]:
    """The methods that a path takes."""
    for route in request.app.routes:
        pattern = re.sub(r"\{[^}]*\}", "[^/]+", route.path_format)
        if isinstance(route, HTTPRoute) and re.fullmatch(pattern, request.scope["path"]):
            return sorted(route.methods)
    return []


def _on_bug(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _log.error(
        "request failed",
        trace_id=request.scope["state"].get("trace_id", ""),
        route=request.scope.get("path_template"),
        exc_info=error,
    )
    return _answer(request, KBeanError("internal_error"))


def make_application(
    handlers: Sequence[Any], *, lifespan: Sequence[Lifespan], body_max: int
) -> Litestar:
    """Put handlers together. The description is served by ours (:func:`describe`)."""
    return Litestar(
        route_handlers=list(handlers),
        lifespan=list(lifespan),
        guards=[guard_staff],
        exception_handlers={
            KBeanError: _on_refusal,
            HTTPException: _on_framework,
            Exception: _on_bug,
        },
        request_max_body_size=body_max,
        logging_config=None,
        openapi_config=None,
    )


def describe(handlers: Sequence[Any]) -> bytes:
    """The OpenAPI description of handlers as JSON.

    It is drawn from an application that is never served: the framework's own routes for
    descriptions answer HTML where nothing is, ours answer problem documents everywhere.
    """
    bearer = {
        kind: SecurityScheme(type="http", scheme="bearer", description=f"A {kind}'s access token")
        for kind in ("person", "till", "staff")
    }
    described_only = Litestar(
        route_handlers=list(handlers),
        logging_config=None,
        openapi_config=OpenAPIConfig(
            title="K-Bean Wallet service",
            version=__version__,
            description="Times are Unix milliseconds, amounts minor units, ids UUIDv7.",
            components=Components(security_schemes=dict(bearer)),
            use_handler_docstrings=True,
        ),
    )
    schema = described_only.openapi_schema.to_schema()
    for handler in handlers:
        body = handler.parsed_fn_signature.parameters.get("data")
        if body is not None:
            _refuse_unknown_fields(schema["components"]["schemas"], body.annotation)
    return msgspec.json.encode(schema)


def _refuse_unknown_fields(schemas: dict[str, Any], message: Any) -> None:
    """Say what the framework's description leaves out of strict messages, and of those inside."""
    for kind in (message, *msgspec.structs.fields(message)):
        struct = getattr(kind, "type", kind)
        strict = isinstance(struct, type) and issubclass(struct, msgspec.Struct)
        if strict and struct.__struct_config__.forbid_unknown_fields:
            schemas[struct.__name__]["additionalProperties"] = False
