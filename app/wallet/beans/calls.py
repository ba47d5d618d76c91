"""The calls of the K-Bean shop."""

from __future__ import annotations

import msgspec

from app.protocol.messages.points import (
    Catalogue,
    CouponList,
    DeductionRequest,
    Deductions,
    RedeemRequest,
    Redemption,
    RedemptionList,
)
from app.sdk.answers import read
from app.sdk.client import ServiceClient
from app.sdk.transport import Call


class PointShop:
    """Of a signed-in person."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def items(self) -> Catalogue:
        """What is offered."""
        return read(await self._client.send(Call("GET", "/v1/points/items")), Catalogue)

    async def coupons(self) -> CouponList:
        """This person's coupons."""
        return read(await self._client.send(Call("GET", "/v1/points/coupons")), CouponList)

    async def redemptions(self) -> RedemptionList:
        """This person's redemptions."""
        return read(await self._client.send(Call("GET", "/v1/points/redemptions")), RedemptionList)

    async def redeem(self, key: str, request: RedeemRequest) -> Redemption:
        """Give K-Beans for something."""
        body = msgspec.json.encode(request)
        call = Call("POST", "/v1/points/redemptions", body, key=key)
        return read(await self._client.send(call), Redemption)

    async def cancel(self, redemption_id: str) -> Redemption:
        """Give a reserved gift back."""
        path = f"/v1/points/redemptions/{redemption_id}/cancel"
        return read(await self._client.send(Call("POST", path, repeatable=True)), Redemption)

    async def deductions(self, request: DeductionRequest) -> Deductions:
        """What could be deducted from a payment."""
        body = msgspec.json.encode(request)
        call = Call("POST", "/v1/payments/deductions", body, repeatable=True)
        return read(await self._client.send(call), Deductions)
