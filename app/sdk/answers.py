"""Reading answers: typed, or ``service_garbled``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from app.protocol.errors import KBeanError
from app.sdk.clock import ServiceClock

T = TypeVar("T", bound=msgspec.Struct)


@lru_cache(maxsize=64)
def _decoder(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def read(raw: bytes, kind: type[T], *, clock: ServiceClock | None = None) -> T:
    """Read an answer's body.

    Args:
        raw: JSON bytes.
        kind: The message it has to be.
        clock: Learns from the message's ``server_time`` where it has one.

    Raises:
        KBeanError: ``service_garbled``.
    """
    try:
        message: T = _decoder(kind).decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KBeanError("service_garbled", f"not a {kind.__name__}") from error
    server_time = getattr(message, "server_time", 0)
    if clock is not None and server_time:
        clock.learn(server_time)
    return message
