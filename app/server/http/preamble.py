"""What many routes declare alike: who asks, the idempotency key, and what is said of both."""

from __future__ import annotations

from typing import Annotated, Any

from litestar.params import HeaderParameter

from app.server.http.access import PERSON, TILL

AS_PERSON: dict[str, Any] = {"dependencies": PERSON, "security": [{"person": []}]}
"""A route of a signed-in person's."""

AS_TILL: dict[str, Any] = {"dependencies": TILL, "security": [{"till": []}]}
"""A route of a merchant's till's."""

Key = Annotated[
    str | None,
    HeaderParameter(name="Idempotency-Key", description="A UUIDv7, the same for every retry."),
]
"""The ``Idempotency-Key`` header; its absence is refused in words by the service."""

KEY_REFUSALS = ("idempotency_key_missing", "idempotency_key_invalid", "idempotency_body_differs")
"""What may be wrong with it."""
