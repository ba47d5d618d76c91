"""A person's pre-authorisations, typed, one method a route (``app/protocol/messages/holds.py``)."""

from __future__ import annotations

import msgspec

from app.protocol.errors import KBeanError
from app.protocol.messages.holds import Authorisation, AuthorisationList, HoldRequest
from app.sdk.answers import read
from app.sdk.client import ServiceClient
from app.sdk.transport import Call


class Holds:
    """A signed-in person's money that merchants hold."""

    def __init__(self, client: ServiceClient) -> None:
        """Ask as this person."""
        self._client = client

    async def authorise(self, request: HoldRequest) -> Authorisation:
        """Let a merchant hold money; the key is the intent's own."""
        return await self.authorise_bytes(request.intent.key, msgspec.json.encode(request))

    async def authorise_bytes(self, key: str, body: bytes) -> Authorisation:
        """The same with the very bytes: every retry sends exactly these.

        Raises:
            KBeanError: the refusal (``money`` is ``not_moved``), or no answer (``unknown``).
        """
        raw = await self._client.send(Call("POST", "/v1/holds", body, key=key))
        try:
            return read(raw, Authorisation)
        except KBeanError as error:
            error.money = "unknown"
            raise

    async def by_key(self, key: str, *, fence: bool = False) -> Authorisation | None:
        """What became of an intent; with ``fence`` None is for ever."""
        query = "?fence=true" if fence else ""
        try:
            raw = await self._client.send(Call("GET", f"/v1/holds/by-key/{key}{query}"))
        except KBeanError as error:
            if error.code == "hold_not_found":
                return None
            raise
        return read(raw, Authorisation)

    async def holds(self) -> AuthorisationList:
        """Open ones first, newest first."""
        raw = await self._client.send(Call("GET", "/v1/holds"))
        return read(raw, AuthorisationList, clock=self._client.clock)
