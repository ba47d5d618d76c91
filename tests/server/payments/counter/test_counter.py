"""What a till is, who sells at it, and codes for payments without internet (design/1 C4-C6)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest_asyncio
import sqlalchemy as sa
from argon2 import PasswordHasher

from app.protocol.codes import confirmation_code
from app.protocol.ids import new_id
from app.protocol.messages.counter import CounterInfo
from app.protocol.signing import decode_bytes
from app.server.db.engine import reading
from app.server.payments.counter.store_keys import StoreKeys
from app.server.payments.counter.tables import store_keys
from tests.server.world import Till, World, code_of, now, world


async def info(till: Till) -> CounterInfo:
    answer = await till.world.client.get("/v1/counter", headers=till.headers)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=CounterInfo)


async def put(till: Till, cashier_id: str, by: str, **changes: Any) -> httpx.Response:
    wish = {"by": by, "number": "7", "name": "王芳", "role": "cashier", "pin": "4711"} | changes
    sent = {name: value for name, value in wish.items() if value is not None}
    return await till.world.client.put(
        f"/v1/counter/cashiers/{cashier_id}", json=sent, headers=till.headers
    )


@pytest_asyncio.fixture(loop_scope="session")
async def till(shop: World) -> Till:
    return await shop.till()


@pytest_asyncio.fixture(loop_scope="session")
async def manager(till: Till) -> str:
    return await till.world.service.counter.add(till.merchant_id, "1", "李娜", "manager", "1234")


async def test_a_till_learns_what_it_is(till: Till):
    _, text = await till.world.service.merchants.add_code(till.store_id, "CNY")
    told = await info(till)
    assert (told.terminal_id, told.terminal_name) == (till.id, "Till 1")
    assert (told.merchant_id, told.merchant_names) == (till.merchant_id, {"zh": "K豆便利店"})
    assert (told.store_id, told.store_name) == (till.store_id, "K豆 3号店")
    assert (told.currency, told.static_code, told.mode) == ("CNY", text, "demo")
    assert (told.query_seconds, told.give_up_seconds) == (3, 45)
    assert len(decode_bytes(told.confirmation_key)) == 32


async def test_the_tills_of_a_store_share_its_key_and_no_other_store_has_it(till: Till):
    beside = await till.world.till((till.merchant_id, till.store_id))
    elsewhere = await till.world.till()
    key = (await info(till)).confirmation_key
    assert (await info(beside)).confirmation_key == key
    assert (await info(elsewhere)).confirmation_key != key
    async with reading(till.world.service.engine) as connection:
        of_both = store_keys.c.store_id.in_((till.store_id, elsewhere.store_id))
        kept = (
            (await connection.execute(sa.select(store_keys.c.key).where(of_both))).scalars().all()
        )
    assert len(kept) == 2
    assert not any(decode_bytes(key) in sealed for sealed in kept)


async def test_payments_at_the_store_carry_a_code_that_its_counter_takes(till: Till):
    person = await till.world.person(100_000)
    key = decode_bytes((await info(till)).confirmation_key)
    _, text = await till.world.service.merchants.add_code(till.store_id, "CNY")
    order = await till.order(2_370)
    for paid in (
        await person.pay(await person.resolve(text), 1_250),
        await person.pay(await person.resolve(order.code)),
    ):
        amount = paid.receipt.amount
        step = confirmation_code.accepts(key, paid.confirmation_code, amount, "CNY", now())
        assert step == paid.receipt.posted_at // 60_000
        wrong = confirmation_code.accepts(key, paid.confirmation_code, amount + 1, "CNY", now())
        assert wrong is None
        again = await person.get(f"/v1/payments/{paid.payment_id}")
        assert again.json()["confirmation_code"] == paid.confirmation_code


async def test_keys_and_cashiers_on_each_database(shop_on_each: World):
    """The statements of SQL that differ: keys made twice at once, a number taken twice at once."""
    till = await shop_on_each.till()
    service = shop_on_each.service
    nodes = [StoreKeys(service.engine, service.keys.sealer) for _ in range(4)]
    keys = await asyncio.gather(*(node.key(till.store_id) for node in nodes))
    assert len(set(keys)) == 1
    add = service.counter.add
    tried = await asyncio.gather(
        *(add(till.merchant_id, "1", "李娜", "manager", "1234") for _ in range(4)),
        return_exceptions=True,
    )
    (made,) = [one for one in tried if isinstance(one, str)]
    assert [getattr(one, "code", "") for one in tried].count("cashier_taken") == 3
    assert (await put(till, new_id(), made)).status_code == 200


async def test_another_node_knows_a_renewed_key_within_a_minute(till: Till):
    service = till.world.service
    at = 0.0
    other = StoreKeys(service.engine, service.keys.sealer, clock=lambda: at)
    before = await other.key(till.store_id)
    assert before == await service.counter.keys.key(till.store_id)
    await service.counter.keys.renew(till.store_id)
    after = await service.counter.keys.key(till.store_id)
    assert after != before
    at = 61.0
    assert await other.key(till.store_id) == after


async def test_a_manager_adds_and_changes_cashiers(till: Till, manager: str):
    somebody = new_id()
    added = await put(till, somebody, manager)
    assert added.status_code == 200, added.text
    assert [one["number"] for one in added.json()["items"]] == ["1", "7"]
    hashed = added.json()["items"][1]["pin_hash"]
    assert PasswordHasher().verify(hashed, "4711")
    # Again the same; then another role, the PIN stays.
    assert len((await put(till, somebody, manager)).json()["items"]) == 2
    changed = (await put(till, somebody, manager, role="supervisor", pin=None)).json()["items"][1]
    assert changed["role"] == "supervisor"
    assert PasswordHasher().verify(changed["pin_hash"], "4711")
    counter = till.world.service.counter
    assert await counter.role_of(till.merchant_id, somebody) == "supervisor"
    gone = (await put(till, somebody, manager, active=False, pin=None)).json()["items"][1]
    assert not gone["active"]
    listed = await till.world.client.get("/v1/counter/cashiers", headers=till.headers)
    assert listed.json()["items"][1] == gone


async def test_roles_count_at_their_own_merchant_only(till: Till, manager: str):
    counter = till.world.service.counter
    stranger = await till.world.till()
    assert await counter.role_of(till.merchant_id, manager) == "manager"
    assert await counter.role_of(stranger.merchant_id, manager) is None
    assert await counter.role_of(till.merchant_id, new_id()) is None
    assert await counter.role_of(till.merchant_id, "Lina") is None
    answer = await put(stranger, new_id(), manager)
    assert (answer.status_code, code_of(answer)) == (403, "role_missing")
    own = await counter.add(stranger.merchant_id, "1", "赵敏", "manager", "1234")
    answer = await put(stranger, manager, own)
    assert (answer.status_code, code_of(answer)) == (409, "cashier_taken")
    assert await counter.role_of(till.merchant_id, manager) == "manager"


async def test_who_may_not_keep_the_cashiers(till: Till, manager: str):
    seller, left = new_id(), new_id()
    assert (await put(till, seller, manager, role="supervisor")).status_code == 200
    assert (await put(till, left, manager, number="8", role="manager")).status_code == 200
    assert (await put(till, left, manager, number="8", active=False)).status_code == 200
    for by in (seller, left, new_id()):
        answer = await put(till, new_id(), by, number="9")
        assert (answer.status_code, code_of(answer)) == (403, "role_missing")
    # Nobody takes their own office away: the last manager would be gone.
    for changes in ({"role": "cashier"}, {"role": "manager", "active": False}):
        answer = await put(till, manager, manager, number="1", **changes)
        assert (answer.status_code, code_of(answer)) == (403, "role_missing")


async def test_what_is_wrong_with_a_cashier_is_said(till: Till, manager: str):
    wrong: list[tuple[str, str, dict[str, Any]]] = [
        ("cashier_taken", "number", {"number": "1"}),
        ("validation_failed", "pin", {"pin": None}),
        ("validation_failed", "pin", {"pin": "123"}),
        ("validation_failed", "pin", {"pin": "12345\n"}),
        ("validation_failed", "number", {"number": "x"}),
        ("validation_failed", "role", {"role": "owner"}),
        ("validation_failed", "name", {"name": "a\nb"}),
        ("validation_failed", "name", {"name": ""}),
    ]
    for code, field, changes in wrong:
        answer = await put(till, new_id(), manager, **changes)
        assert (code_of(answer), answer.json()["field"]) == (code, field), changes
    answer = await put(till, "7", manager)
    assert (code_of(answer), answer.json()["field"]) == ("validation_failed", "cashier_id")


async def test_only_a_till_asks(shop: World):
    person = await shop.person()
    for path in ("/v1/counter", "/v1/counter/cashiers"):
        assert code_of(await person.get(path)) == "forbidden"
        assert code_of(await shop.client.get(path)) == "unauthenticated"


async def test_the_operators_settings_reach_the_till(sqlite: str, tmp_path: Path):
    slow = {"charge_query_seconds": 5, "charge_give_up_seconds": 90}
    async with world(tmp_path, sqlite, **slow) as shop:
        told = await info(await shop.till())
        assert (told.query_seconds, told.give_up_seconds) == (5, 90)
