"""Every refusal as a problem document (RFC 9457), wherever in the request it arises."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import msgspec

from app.protocol.errors import CODES, KBeanError

T = TypeVar("T")

MEDIA_TYPE = "application/problem+json"

_FIELD_CODES = {
    "amount": "amount_invalid",
    "code": "code_malformed",
    "display_name": "display_name_invalid",
    "public_key": "device_key_invalid",
    "value": "contact_invalid",
}
"""Fields whose bad value has a code of its own; every other one is ``validation_failed``."""

_STATUS_CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    503: "busy",
}

_PATH = re.compile(r" - at `\$\.?([^`]*)`")

_encode = msgspec.json.Encoder().encode


class Refusal(NamedTuple):
    """A problem ready to be sent."""

    status: int
    body: bytes
    headers: list[tuple[bytes, bytes]]


def refusal(error: KBeanError, trace_id: str) -> Refusal:
    """Write the problem document of an error, and the headers that go with it."""
    problem = msgspec.structs.replace(error.problem(), trace_id=error.trace_id or trace_id)
    headers = [(b"content-type", MEDIA_TYPE.encode())]
    if error.retry_after is not None:
        headers.append((b"retry-after", str(error.retry_after).encode()))
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    return Refusal(problem.status, _encode(problem), headers)


def decoded(decode: Callable[[bytes], T], body: bytes) -> T:
    """Decode a request's body.

    Raises:
        KBeanError: ``bad_request``, ``validation_failed`` or the code of the field at fault.
    """
    try:
        return decode(body)
    except msgspec.ValidationError as error:
        raise _at_fault(error) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise KBeanError("bad_request", "the body is not JSON") from None


def _at_fault(error: msgspec.ValidationError) -> KBeanError:
    """Say which field of a body is at fault; the body's words are never repeated."""
    text = str(error)
    match = _PATH.search(text)
    path = match.group(1) if match else ""
    detail = text[: match.start()] if match else text
    code = _FIELD_CODES.get(path.rpartition(".")[2], "validation_failed")
    return KBeanError(code, detail, field=path or None)


def from_status(status: int, detail: str = "") -> KBeanError:
    """The error for a bare HTTP status, as frameworks raise them."""
    code = _STATUS_CODES.get(status, "internal_error" if status >= 500 else "bad_request")
    return KBeanError(code, detail)


def described(*codes: str) -> dict[int, str]:
    """Group codes by status, for the OpenAPI description of a route."""
    found: dict[int, list[str]] = {}
    for code in codes:
        found.setdefault(CODES[code].status, []).append(code)
    return {status: ", ".join(names) for status, names in sorted(found.items())}
