"""A shop with a manager, and what a till and a person ask about refunds and K-Beans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.payments import Order, Payment, PointsSummary
from app.protocol.messages.refunds import Refund, RefundList
from tests.server.world import Person, Till, World


@dataclass
class Counter:
    """A till and the people who may, and may not, refund at it."""

    world: World
    till: Till
    manager: str
    seller: str

    @classmethod
    async def open(cls, world: World) -> Counter:
        till = await world.till()
        add = world.service.counter.add
        return cls(
            world,
            till,
            await add(till.merchant_id, "1", "何经理", "manager", "2468"),
            await add(till.merchant_id, "2", "小周", "cashier", "1357"),
        )

    async def sell(self, person: Person, amount: int, **deducted: Any) -> tuple[Order, Payment]:
        order = await self.till.order(amount)
        answer = await person.pay_raw(await person.resolve(order.code), **deducted)
        assert answer.status_code == 201, answer.text
        return order, msgspec.json.decode(answer.content, type=Payment)

    async def refund_raw(
        self, out_trade_no: str, amount: int | None = None, **changes: Any
    ) -> httpx.Response:
        wish: dict[str, Any] = {"out_trade_no": out_trade_no, "out_request_no": new_id()}
        wish["cashier"] = self.manager
        if amount is not None:
            wish["amount"] = amount
        return await self.world.client.post(
            "/v1/refunds", json=wish | changes, headers=self.till.headers
        )

    async def refund(self, out_trade_no: str, amount: int | None = None, **changes: Any) -> Refund:
        answer = await self.refund_raw(out_trade_no, amount, **changes)
        assert answer.status_code == 201, answer.text
        return msgspec.json.decode(answer.content, type=Refund)

    async def refunds(self, out_trade_no: str) -> RefundList:
        answer = await self.world.client.get(
            f"/v1/refunds/{out_trade_no}", headers=self.till.headers
        )
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=RefundList)


async def beans(person: Person) -> PointsSummary:
    answer = await person.get("/v1/points")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=PointsSummary)
