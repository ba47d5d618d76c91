"""Typed messages of the HTTP API and the event stream: one module a domain, msgspec Structs.

Times are Unix milliseconds (UTC), amounts integers in minor units, ids UUIDv7 text, keys and
signatures base64url without padding.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

# Python's ``$`` also matches before a last line end; ``(?!\n)`` refuses that in every dialect.
END = r"$(?!\n)"
"""The end of a pattern."""
LINE = r"^[^\x00-\x1f\x7f-\x9f]*" + END
"""Pattern of a text that people read: one line, no control characters (PostgreSQL takes no NUL)."""

Id = Annotated[
    str,
    msgspec.Meta(
        min_length=36, max_length=36, pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
    ),
]
Currency = Annotated[str, msgspec.Meta(min_length=3, max_length=3, pattern="^[A-Z]{3}$")]
OutTradeNo = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_.-]{1,64}" + END)]
