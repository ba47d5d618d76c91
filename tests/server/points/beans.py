"""People with K-Beans, things to take for them, and a clock that can be moved."""

from __future__ import annotations

import functools
from typing import Any

import httpx
import msgspec

from app.protocol.ids import new_id
from app.protocol.messages.points import (
    Catalogue,
    CouponList,
    Deductions,
    Redemption,
    RedemptionList,
)
from app.server.points.catalogue import NewItem
from app.server.points.rules import DAY_MS
from tests.server.world import Person, Till, World, now

NAMES = {"zh": "五元券", "en": "¥5 off"}
COFFEE = {"zh": "美式咖啡", "en": "Americano"}
OFF = NewItem(kind="coupon", names=NAMES, texts=NAMES, beans=50, currency="CNY", value=500,
              least=2_000)  # fmt: skip
GIFT = NewItem(kind="gift", names=COFFEE, texts=COFFEE, beans=80, currency="CNY", valid_days=3)


async def budget(world: World, amount: int = 1_000_000) -> None:
    await world.service.points.office.fund_promotions(amount, "CNY", reason="test", key=new_id())


async def earn(till: Till, person: Person, beans: int) -> None:
    """A sale that earns so many K-Beans."""
    await person.fund(beans * 100)
    found = await person.resolve((await till.order(beans * 100)).code)
    answer = await person.pay_raw(found, time=person.world.service.writer.clock())
    assert answer.status_code == 201, answer.text


async def offer(world: World, item: NewItem, **changes: Any) -> str:
    return await world.service.points.catalogue.add(msgspec.structs.replace(item, **changes))


async def redeem_raw(person: Person, item_id: str, key: str | None = None) -> httpx.Response:
    return await person.world.client.post(
        "/v1/points/redemptions",
        json={"item_id": item_id},
        headers=person.headers | {"idempotency-key": key or new_id()},
    )


async def redeem(person: Person, item_id: str) -> Redemption:
    answer = await redeem_raw(person, item_id)
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Redemption)


async def cancel(person: Person, redemption_id: str) -> httpx.Response:
    return await person.world.client.post(
        f"/v1/points/redemptions/{redemption_id}/cancel", headers=person.headers
    )


async def commit(till: Till, code: str) -> httpx.Response:
    return await till.world.client.post(f"/v1/redemptions/{code}/commit", headers=till.headers)


async def coupons(person: Person) -> CouponList:
    answer = await person.get("/v1/points/coupons")
    return msgspec.json.decode(answer.content, type=CouponList)


async def taken(person: Person) -> RedemptionList:
    answer = await person.get("/v1/points/redemptions")
    return msgspec.json.decode(answer.content, type=RedemptionList)


async def catalogue(person: Person) -> Catalogue:
    return msgspec.json.decode((await person.get("/v1/points/items")).content, type=Catalogue)


async def deductions(person: Person, merchant_id: str, amount: int) -> Deductions:
    answer = await person.world.client.post(
        "/v1/payments/deductions",
        json={"merchant_id": merchant_id, "amount": amount, "currency": "CNY"},
        headers=person.headers,
    )
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Deductions)


def move_clock(world: World, days: float) -> None:
    """Let the ledger believe that it is later by so many days, from the present on."""
    world.service.writer.clock = functools.partial(_later, round(days * DAY_MS))


def _later(ms: int) -> int:
    return now() + ms
