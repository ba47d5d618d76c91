"""What a person and a till do with pre-authorisations, in tests."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import sqlalchemy as sa

from app.protocol.ids import new_id
from app.protocol.messages.holds import (
    Authorisation,
    AuthorisationList,
    CaptureRequest,
    HoldRequest,
    ReleaseRequest,
)
from app.protocol.messages.payments import Order, PaymentIntent
from app.server.db.engine import writing
from app.server.ledger.tables import holds as ledger_holds
from app.server.payments.holds.tables import authorisations
from tests.server.world import Person, Till, World, now


async def wanted(person: Person, order: Order, **changes: Any) -> PaymentIntent:
    target = await person.world.service.facts.order(order.order_id)
    made = PaymentIntent(
        key=new_id(),
        payer=person.session.user_id,
        device=person.session.device_id,
        payee=target.merchant_id,
        code_id=order.order_id,
        order_id=order.order_id,
        amount=order.amount,
        currency=order.currency,
        time=now(),
    )
    return msgspec.structs.replace(made, **changes)


async def hold_raw(person: Person, order: Order, **changes: Any) -> httpx.Response:
    wish = await wanted(person, order, **changes)
    request = HoldRequest(wish, person.key.sign(wish.signed_bytes()))
    return await person.world.client.post(
        "/v1/holds",
        content=msgspec.json.encode(request),
        headers=person.headers | {"idempotency-key": wish.key},
    )


async def hold(person: Person, order: Order) -> Authorisation:
    answer = await hold_raw(person, order)
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Authorisation)


async def capture_raw(
    till: Till, order: Order, amount: int, number: str, shift: str = ""
) -> httpx.Response:
    request = CaptureRequest(order.out_trade_no, number, amount, shift=shift)
    return await till.world.client.post(
        "/v1/holds/capture", content=msgspec.json.encode(request), headers=till.headers
    )


async def capture(
    till: Till, order: Order, amount: int, number: str, shift: str = ""
) -> Authorisation:
    answer = await capture_raw(till, order, amount, number, shift)
    assert answer.status_code == 201, answer.text
    return msgspec.json.decode(answer.content, type=Authorisation)


async def release(till: Till, order: Order) -> httpx.Response:
    return await till.world.client.post(
        "/v1/holds/release",
        content=msgspec.json.encode(ReleaseRequest(order.out_trade_no)),
        headers=till.headers,
    )


async def holds_of(person: Person) -> list[Authorisation]:
    answer = await person.get("/v1/holds")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=AuthorisationList).items


async def accounts(person: Person) -> tuple[int, int, int]:
    """Posted, pending, available money."""
    items = (await person.get("/v1/accounts")).json()["accounts"]
    money = next(item for item in items if item["currency"] == "CNY")
    return money["posted"], money["pending"], money["available"]


async def run_out(shop: World, held: Authorisation) -> None:
    """Let the time of a hold be over."""
    async with writing(shop.service.engine) as connection:
        for table in (authorisations, ledger_holds):
            await connection.execute(
                sa.update(table).where(table.c.id == held.hold_id).values(expires_at=1)
            )
