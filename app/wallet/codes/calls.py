"""The calls of payers' codes and confirmations."""

from __future__ import annotations

import msgspec

from app.protocol.messages.charges import CodesRequest, CodeUses, ConfirmationList, PayerCodes
from app.sdk.answers import read
from app.sdk.client import ServiceClient
from app.sdk.transport import Call


class Codes:
    """Of a signed-in person."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def issue(self, burn: list[int]) -> PayerCodes:
        """Fresh handles for this device."""
        body = msgspec.json.encode(CodesRequest(burn))
        raw = await self._client.send(Call("POST", "/v1/payer-codes", body, repeatable=True))
        return read(raw, PayerCodes, clock=self._client.clock)

    async def uses(self, after: int) -> CodeUses:
        """What became of shown codes."""
        raw = await self._client.send(Call("GET", f"/v1/payer-codes/uses?after={after}"))
        return read(raw, CodeUses, clock=self._client.clock)

    async def confirmations(self) -> ConfirmationList:
        """Charges that wait for this person."""
        raw = await self._client.send(Call("GET", "/v1/confirmations"))
        return read(raw, ConfirmationList, clock=self._client.clock)

    async def decline(self, charge_id: str) -> ConfirmationList:
        """Say no."""
        path = f"/v1/confirmations/{charge_id}/decline"
        raw = await self._client.send(Call("POST", path, repeatable=True))
        return read(raw, ConfirmationList, clock=self._client.clock)
