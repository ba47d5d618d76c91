"""The K-Beans shop, and what K-Beans settle (``messages/points.py``, design/1 P2-P4)."""

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
from app.protocol.messages.refunds import RefundList
from app.sdk.answers import read
from app.sdk.client import ServiceClient
from app.sdk.transport import Call


class PointShop:
    """What a signed-in person does with K-Beans."""

    def __init__(self, client: ServiceClient) -> None:
        """Ask through a person's client."""
        self._client = client

    async def items(self) -> Catalogue:
        """What is offered now, and how often this person took it."""
        return read(await self._client.send(Call("GET", "/v1/points/items")), Catalogue)

    async def redeem(self, key: str, item_id: str) -> Redemption:
        """Take an item: a coupon is there at once, a gift is reserved and has a code.

        Args:
            key: A UUIDv7; the same one redeems once.
            item_id: What.

        Raises:
            KBeanError: ``points_short``, ``item_sold_out``, ``redemption_limit``,
                ``item_not_found``, ``account_frozen``.
        """
        body = msgspec.json.encode(RedeemRequest(item_id))
        call = Call("POST", "/v1/points/redemptions", body, key=key)
        return read(await self._client.send(call), Redemption)

    async def redemptions(self) -> RedemptionList:
        """What this person took, newest first."""
        raw = await self._client.send(Call("GET", "/v1/points/redemptions"))
        return read(raw, RedemptionList)

    async def cancel(self, redemption_id: str) -> Redemption:
        """Let go of a reserved gift; safe to repeat.

        Raises:
            KBeanError: ``redemption_ended``, ``redemption_not_found``.
        """
        path = f"/v1/points/redemptions/{redemption_id}/cancel"
        return read(await self._client.send(Call("POST", path, repeatable=True)), Redemption)

    async def coupons(self) -> CouponList:
        """Open ones first, soonest expiry first."""
        return read(await self._client.send(Call("GET", "/v1/points/coupons")), CouponList)

    async def deductions(self, merchant_id: str, amount: int, currency: str) -> Deductions:
        """What K-Beans and coupons could settle of a payment; moves nothing.

        Raises:
            KBeanError: ``currency_unsupported``.
        """
        body = msgspec.json.encode(DeductionRequest(merchant_id, amount, currency))
        call = Call("POST", "/v1/payments/deductions", body, repeatable=True)
        return read(await self._client.send(call), Deductions)

    async def refunds(self, payment_id: str) -> RefundList:
        """What came back of one of this person's payments, oldest first.

        Raises:
            KBeanError: ``payment_not_found``.
        """
        path = f"/v1/payments/{payment_id}/refunds"
        return read(await self._client.send(Call("GET", path)), RefundList)
