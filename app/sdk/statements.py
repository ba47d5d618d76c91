"""Sealed statements of account (design/1 M6); :mod:`app.sdk.seals` checks them."""

from __future__ import annotations

import msgspec

from app.protocol.messages.settlement import StatementRequest
from app.sdk.client import ServiceClient
from app.sdk.transport import Call


class Statements:
    """``Statements(client)``: a person's statements."""

    def __init__(self, client: ServiceClient) -> None:
        """Ask as this person."""
        self._client = client

    async def make(self, request: StatementRequest) -> bytes:
        """The PDF, sealed by the service.

        Raises:
            KBeanError: ``statement_invalid``, ``currency_unsupported``, ``too_many_requests``.
        """
        body = msgspec.json.encode(request)
        # Drawing a year takes the service some seconds, and others may be before it.
        call = Call("POST", "/v1/statements", body, repeatable=True, answer=60)
        return await self._client.send(call)
