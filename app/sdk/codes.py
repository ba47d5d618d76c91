"""A person's payment codes, typed, one method a route (``messages/charges.py``, design/1 M2)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

import msgspec

from app.protocol.messages.charges import CodesRequest, CodeUses, ConfirmationList, PayerCodes
from app.sdk.answers import read
from app.sdk.client import ServiceClient
from app.sdk.transport import Call


class PayerCodeBook:
    """Handles to make codes with, what became of the codes, and what waits for a word."""

    def __init__(self, client: ServiceClient) -> None:
        """Ask through a signed-in person's client."""
        self._client = client

    async def issue(self, burn: Iterable[int] = ()) -> PayerCodes:
        """Fresh handles for this device; those of the last issue live on until the next one.

        Args:
            burn: Handles that die at once, at most 32.

        Raises:
            KBeanError: ``account_frozen``, ``too_many_requests``.
        """
        body = msgspec.json.encode(CodesRequest(list(burn)))
        raw = await self._client.send(Call("POST", "/v1/payer-codes", body, repeatable=True))
        return read(raw, PayerCodes, clock=self._client.clock)

    async def uses(self, after: int = 0) -> CodeUses:
        """What became of this person's codes since a moment (Unix ms), newest first."""
        raw = await self._client.send(Call("GET", f"/v1/payer-codes/uses?after={after}"))
        return read(raw, CodeUses, clock=self._client.clock)

    async def confirmations(self) -> ConfirmationList:
        """The charges that wait for this person's word; yes is an ordinary payment of the order."""
        raw = await self._client.send(Call("GET", "/v1/confirmations"))
        return read(raw, ConfirmationList, clock=self._client.clock)

    async def decline(self, charge_id: str) -> ConfirmationList:
        """Say no to one; safe to repeat. Answers what else waits.

        Raises:
            KBeanError: ``confirmation_not_found``, ``order_paid``.
        """
        path = f"/v1/confirmations/{quote(charge_id, safe='')}/decline"
        raw = await self._client.send(Call("POST", path, repeatable=True))
        return read(raw, ConfirmationList, clock=self._client.clock)
