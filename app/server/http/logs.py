"""Structured logs: one JSON object a line on standard error, without secrets.

Request bodies, headers and query strings are never logged, so nothing secret can slip in by way
of a request; tracebacks carry no local variables, database errors no parameters, and
:func:`_without_secrets` is the last fence, for what code adds by name.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

_SECRET = ("passphrase", "token", "secret", "seed", "authorization", "signature", "password")


def _without_secrets(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key in event:
        if any(word in key.lower() for word in _SECRET):
            event[key] = "(hidden)"
    return event


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    _without_secrets,
]


def route_logs() -> None:
    """Hand our events to the standard library's logging, as JSON; whoever embeds us listens."""
    # This driver writes what is bound to its statements at debug level.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _Lines(logging.Formatter):
    """Our own records are JSON already; those of libraries become it."""

    _foreign = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        message = record.getMessage()
        return message if message.startswith("{") else self._foreign.format(record)


def configure_logs(level: str) -> None:
    """Write everything to standard error; for processes of our own."""
    route_logs()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
