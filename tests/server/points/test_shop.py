"""The K-Beans shop over HTTP: coupons, gifts, reservations, what is sold out, what runs out."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from app.protocol.errors import KBeanError
from app.protocol.ids import new_id
from app.protocol.messages.points import Item, Redemption
from tests.databases import on_one_database
from tests.server.payments.refunds.shopping import beans
from tests.server.points.beans import (
    COFFEE,
    GIFT,
    NAMES,
    OFF,
    cancel,
    catalogue,
    commit,
    coupons,
    earn,
    move_clock,
    offer,
    redeem,
    redeem_raw,
    taken,
)
from tests.server.world import Person, World, code_of


async def shown_of(person: Person, item_id: str) -> Item:
    """What the catalogue shows of an item."""
    items = (await catalogue(person)).items
    return next(one for one in items if one.item_id == item_id)


async def test_a_coupon_is_there_at_once(street: World):
    till, person = await street.till(), await street.person()
    await earn(till, person, 120)
    item = await offer(street, OFF, merchant_id=till.merchant_id, per_person=2)
    shown = await shown_of(person, item)
    assert (shown.names, shown.beans) == (NAMES, 50)
    assert (shown.merchant_name, shown.taken, shown.stock) == ("K豆便利店", 0, None)

    redemption = await redeem(person, item)

    assert (redemption.state, redemption.points_after, redemption.code) == ("committed", 70, "")
    coupon = redemption.coupon
    assert coupon is not None
    assert (coupon.state, coupon.value, coupon.least) == ("open", 500, 2_000)
    assert (await coupons(person)).items == [coupon]
    assert (await taken(person)).items == [msgspec.structs.replace(redemption, coupon=None)]
    assert (await shown_of(person, item)).taken == 1
    line = (await person.get("/v1/activity?currency=KBN&limit=1")).json()["items"][0]
    assert (line["kind"], line["amount"]) == ("points_spent", -50)
    assert line["subject"] == "五元券 · ¥5 off"
    await redeem(person, item)
    assert code_of(await redeem_raw(person, item)) == "redemption_limit"


async def test_a_gift_is_reserved_then_handed_over(mall: World):
    till, person = await mall.till(), await mall.person()
    other = await mall.till()
    await earn(till, person, 100)
    item = await offer(mall, GIFT, stock=1, merchant_id=till.merchant_id)

    redemption = await redeem(person, item)

    assert (redemption.state, redemption.points_after) == ("reserved", 20)
    assert len(redemption.code) == 8
    held = await beans(person)
    assert (held.balance, held.pending) == (100, 80)
    stranger = await mall.person()
    await earn(till, stranger, 80)
    assert code_of(await redeem_raw(stranger, item)) == "item_sold_out"
    assert code_of(await commit(other, redemption.code)) == "redemption_not_found"
    assert code_of(await commit(till, "00000000x")) == "redemption_not_found"

    done = await commit(till, redemption.code)

    assert done.status_code == 200
    told = msgspec.json.decode(done.content, type=Redemption)
    assert (told.state, told.names, told.points_after) == ("committed", COFFEE, 0)
    again = await commit(till, redemption.code)
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    second = await mall.till((till.merchant_id, till.store_id))
    assert code_of(await commit(second, redemption.code)) == "redemption_ended"
    assert code_of(await cancel(person, redemption.redemption_id)) == "redemption_ended"
    held = await beans(person)
    assert (held.balance, held.pending) == (20, 0)


@on_one_database
async def test_what_is_cancelled_or_runs_out_is_free_again(shop: World):
    # The sweep is made by hand here, at the moment that it is about.
    await shop.service.ticks.stop()
    till, person = await shop.till(), await shop.person()
    await earn(till, person, 100)
    item = await offer(shop, GIFT, stock=1, per_person=1)
    before = await beans(person)
    first = await redeem(person, item)
    assert code_of(await redeem_raw(person, item)) == "item_sold_out"
    answers = [await cancel(person, first.redemption_id) for _ in range(2)]
    assert [answer.json()["state"] for answer in answers] == ["released", "released"]
    assert code_of(await commit(till, first.code)) == "redemption_ended"
    assert (await beans(person)).lots == before.lots

    second = await redeem(person, item)
    sweeps = shop.service.points.sweeps
    await sweeps.release_redemptions()
    assert (await beans(person)).pending == 80
    move_clock(shop, 3.1)
    # Out of time: neither side can end it any more, the clock does.
    assert code_of(await cancel(person, second.redemption_id)) == "redemption_ended"
    assert code_of(await commit(till, second.code)) == "redemption_ended"
    await asyncio.gather(sweeps.release_redemptions(), sweeps.release_redemptions())
    after = await beans(person)
    assert (after.lots, after.pending) == (before.lots, 0)
    assert [one.state for one in (await taken(person)).items] == ["released", "released"]
    assert (await catalogue(person)).items[0].stock == 1


async def test_requests_twice_and_strangers(street: World):
    till, person = await street.till(), await street.person()
    stranger = await street.person()
    await earn(till, person, 100)
    item, other = await offer(street, OFF), await offer(street, GIFT)
    key = new_id()
    first = await redeem_raw(person, item, key)
    again = await asyncio.gather(*(redeem_raw(person, item, key) for _ in range(3)))
    assert {answer.content for answer in again} == {first.content}
    assert code_of(await redeem_raw(person, other, key)) == "idempotency_body_differs"
    bare = await street.client.post(
        "/v1/points/redemptions", json={"item_id": item}, headers=person.headers
    )
    assert code_of(bare) == "idempotency_key_missing"
    assert code_of(await redeem_raw(person, other)) == "points_short"
    for number in (new_id(), "0b9b3a3e-7a3c-4b6e-9a54-2f1c8d3e4f5a"):
        assert code_of(await redeem_raw(person, number)) == "item_not_found"
    assert code_of(await redeem_raw(person, "x")) == "validation_failed"
    own = first.json()["redemption_id"]
    for asker, number in ((stranger, own), (person, new_id()), (person, "x")):
        assert code_of(await cancel(asker, number)) == "redemption_not_found"
    await street.service.points.catalogue.change(item, offered=False)
    assert code_of(await redeem_raw(person, item)) == "item_not_found"
    offered = {one.item_id for one in (await catalogue(person)).items}
    assert offered & {item, other} == {other}


async def test_many_takers_of_the_last_one(mall: World):
    till = await mall.till()
    people = [await mall.person() for _ in range(3)]
    for person in people:
        await earn(till, person, 100)
    item = await offer(mall, GIFT, stock=1)
    answers = await asyncio.gather(*(redeem_raw(person, item) for person in people for _ in "12"))
    codes = [answer.status_code for answer in answers]
    assert codes.count(201) == 1
    assert {code_of(a) for a in answers if a.status_code != 201} <= {
        "item_sold_out",
        "points_short",
    }


async def test_lots_run_out_but_not_what_is_promised(shop: World):
    till, person = await shop.till(), await shop.person()
    await earn(till, person, 100)
    move_clock(shop, 300)
    await earn(till, person, 40)
    item = await offer(shop, GIFT, beans=60, valid_days=90)
    redemption = await redeem(person, item)
    sweeps = shop.service.points.sweeps
    move_clock(shop, 364)
    assert await sweeps.expire_lots() == 0
    move_clock(shop, 366)
    # At once with somebody else's round, and with a person who wants what just ran out.
    await asyncio.gather(
        sweeps.expire_lots(), sweeps.expire_lots(), redeem_raw(person, await offer(shop, OFF))
    )
    held = await beans(person)
    assert (held.balance, held.pending) == (100, 60)
    line = (await person.get("/v1/activity?currency=KBN&limit=1")).json()["items"][0]
    assert (line["kind"], line["amount"]) == ("points_expired", -40)
    assert (await cancel(person, redemption.redemption_id)).status_code == 200
    await sweeps.expire_lots()
    assert [lot.remaining for lot in (await beans(person)).lots] == [40]


BAD_ITEMS: list[dict[str, Any]] = [
    {"beans": 0},
    {"least": 500},
    {"value": 0},
    {"value": -1},
    {"names": {"en": "x"}},
    {"texts": {}},
    {"stock": -1},
    {"per_person": 0},
    {"valid_days": 0},
    {"kind": "gift"},
]


async def test_items_that_make_no_sense_are_not_offered(street: World):
    for changes in BAD_ITEMS:
        with pytest.raises(KBeanError, match="validation_failed"):
            await offer(street, OFF, **changes)
    with pytest.raises(KBeanError, match="not_found"):
        await offer(street, OFF, merchant_id=new_id())
    book = street.service.points.catalogue
    with pytest.raises(KBeanError, match="item_not_found"):
        await book.change(new_id(), stock=1)
    with pytest.raises(KBeanError, match="validation_failed"):
        await book.change(await offer(street, OFF), stock=-1)
