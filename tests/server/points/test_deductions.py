"""K-Beans and coupons at payment, and what a refund makes of them."""

from __future__ import annotations

import asyncio
from typing import Any

from app.protocol.signing import verify
from app.server.points.office import NewRule
from tests.databases import on_one_database
from tests.server.payments.refunds.shopping import Counter, beans
from tests.server.points.beans import (
    GIFT,
    OFF,
    budget,
    cancel,
    coupons,
    deductions,
    earn,
    move_clock,
    offer,
    redeem,
    redeem_raw,
)
from tests.server.world import Person, World, code_of


async def account(world: World, owner: str, kind: str) -> int:
    """The balance of an account, as the ledger has it."""
    import sqlalchemy as sa

    from app.server.db.engine import reading
    from app.server.ledger.tables import accounts

    t = accounts.c
    async with reading(world.service.engine) as connection:
        query = sa.select(t.posted - t.pending).where(
            t.owner == owner, t.kind == kind, t.currency == "CNY"
        )
        return int(await connection.scalar(query) or 0)


async def promotions(world: World) -> int:
    from app.server.ledger.chart import OPERATOR

    return await account(world, OPERATOR, "promotions")


async def state(world: World, counter: Counter, person: Person) -> tuple:
    """Everything that a full refund must leave as it was."""
    held = await beans(person)
    return (
        await person.available(),
        held.balance,
        held.pending,
        held.lots,
        await account(world, counter.till.merchant_id, "merchant"),
        await promotions(world),
        (await coupons(person)).items,
    )


@on_one_database
async def test_beans_settle_up_to_half_and_come_back_with_their_dates(shop: World):
    counter, person = await Counter.open(shop), await shop.person(10_000)
    await budget(shop, 10_000)
    await earn(counter.till, person, 300)
    move_clock(shop, 1)
    await earn(counter.till, person, 400)
    move_clock(shop, 0)
    can = await deductions(person, counter.till.merchant_id, 1_000)
    assert (can.beans_per_unit, can.beans_max, can.coupons) == (1, 500, [])
    assert (await deductions(person, counter.till.merchant_id, 1)).beans_max == 0
    assert (await deductions(person, counter.till.merchant_id, 10**15)).beans_max == 700
    before = await state(shop, counter, person)

    order, payment = await counter.sell(person, 1_000, points=500)

    receipt = payment.receipt
    assert (receipt.amount, receipt.paid, receipt.discount) == (1_000, 500, 500)
    # Earned on what was really paid.
    assert (receipt.points_spent, receipt.points_earned) == (500, 5)
    keys = {key["key_id"]: key for key in (await person.get("/v1/service")).json()["keys"]}
    assert verify(keys[receipt.key_id]["public_key"], receipt.signed_bytes(), receipt.signature)
    assert (payment.balance_after, payment.points_after) == (9_500, 205)
    assert [lot.remaining for lot in (await beans(person)).lots] == [5, 200]
    lines = (await person.get("/v1/activity?limit=3")).json()["items"]
    assert {(line["kind"], line["amount"]) for line in lines} == {
        ("payment", -500),
        ("points_spent", -500),
        ("points_earned", 5),
    }

    first = await counter.refund(order.out_trade_no, 333)
    assert (first.paid_back, first.points_returned, first.points_taken_back) == (167, 166, 1)
    second = await counter.refund(order.out_trade_no, 1)
    assert (second.paid_back, second.points_returned) == (0, 1)
    rest = await counter.refund(order.out_trade_no)
    assert (rest.left, rest.points_taken_back + first.points_taken_back) == (0, 5)
    assert await state(shop, counter, person) == before


@on_one_database
async def test_a_coupon_settles_once_and_comes_back_whole(shop: World):
    counter, person = await Counter.open(shop), await shop.person(10_000)
    await budget(shop, 10_000)
    await earn(counter.till, person, 100)
    coupon = (await redeem(person, await offer(shop, OFF))).coupon
    assert coupon is not None
    elsewhere = await offer(shop, OFF, merchant_id=(await shop.merchant())[0])
    foreign = (await redeem(person, elsewhere)).coupon
    assert foreign is not None
    merchant = counter.till.merchant_id
    assert (await deductions(person, merchant, 2_000)).coupons == [coupon]
    assert (await deductions(person, merchant, 1_999)).coupons == []
    before = await state(shop, counter, person)

    order, payment = await counter.sell(person, 2_390, coupon_id=coupon.coupon_id)

    receipt = payment.receipt
    assert (receipt.paid, receipt.points_spent, receipt.points_earned) == (1_890, 0, 18)
    assert await promotions(shop) == 9_500
    used = next(c for c in (await coupons(person)).items if c.state == "used")
    assert (used.coupon_id, used.payment_id) == (coupon.coupon_id, payment.payment_id)

    part = await counter.refund(order.out_trade_no, 1_000)
    assert (part.paid_back, part.coupon_returned) == (791, False)
    assert (await counter.refund(order.out_trade_no)).coupon_returned
    assert await state(shop, counter, person) == before
    again, _ = await counter.sell(person, 2_000, coupon_id=coupon.coupon_id)
    assert (await counter.refund(again.out_trade_no)).coupon_returned
    assert await state(shop, counter, person) == before


async def refused(counter: Counter, person: Person, amount: int, **deducted: Any) -> str:
    found = await person.resolve((await counter.till.order(amount)).code)
    return code_of(await person.pay_raw(found, **deducted))


@on_one_database
async def test_what_can_not_be_deducted(shop: World):
    counter, person = await Counter.open(shop), await shop.person(50_000)
    stranger = await shop.person(10_000)
    await earn(counter.till, person, 1_000)
    item = await offer(shop, OFF)
    coupon = (await redeem(person, item)).coupon
    assert coupon is not None
    own = {"coupon_id": coupon.coupon_id}
    # The operator's budget is empty.
    assert await refused(counter, person, 2_000, points=10) == "promotion_exhausted"
    assert await refused(counter, person, 2_000, **own) == "promotion_exhausted"
    assert (await deductions(person, counter.till.merchant_id, 2_000)).beans_max == 0
    await budget(shop, 2_000)
    assert await refused(counter, person, 1_000, points=501) == "points_invalid"
    assert await refused(counter, person, 1, points=1) == "points_invalid"
    assert await refused(counter, person, 4_000, points=951) == "points_short"
    assert await refused(counter, person, 2_000, points=10, **own) == "points_invalid"
    assert await refused(counter, person, 1_999, **own) == "coupon_unfit"
    assert await refused(counter, stranger, 2_000, **own) == "coupon_not_found"
    other = "0197a0e0-0000-7000-8000-00000000dead"
    assert await refused(counter, person, 2_000, coupon_id=other) == "coupon_not_found"
    for bad in (-1, 10**12 + 1):
        assert await refused(counter, person, 2_000, points=bad) == "validation_failed"
    # What a redemption has promised can't be spent here, until it is let go.
    gift = await redeem(person, await offer(shop, GIFT, beans=900))
    assert await refused(counter, person, 2_000, points=51) == "points_short"
    assert (await cancel(person, gift.redemption_id)).status_code == 200
    await counter.sell(person, 2_000, points=51)
    elsewhere = await offer(shop, OFF, merchant_id=(await shop.merchant())[0])
    foreign = (await redeem(person, elsewhere)).coupon
    assert foreign is not None
    assert await refused(counter, person, 2_000, coupon_id=foreign.coupon_id) == "coupon_unfit"
    await counter.sell(person, 2_000, **own)
    assert await refused(counter, person, 2_000, **own) == "coupon_used"
    assert await person.available() == 50_000 - 1_949 - 1_500


async def test_the_same_coupon_and_the_same_beans_twice_at_once(mall: World):
    counter, person = await Counter.open(mall), await mall.person(50_000)
    await budget(mall)
    await earn(counter.till, person, 650)
    coupon = (await redeem(person, await offer(mall, OFF))).coupon
    assert coupon is not None
    found = [await person.resolve((await counter.till.order(2_000)).code) for _ in range(4)]
    answers = await asyncio.gather(
        *(person.pay_raw(what, coupon_id=coupon.coupon_id) for what in found)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {code_of(a) for a in answers if a.status_code == 409} == {"coupon_used"}
    # 615 K-Beans are left, of two lots: one of three can have 500 of them.
    found = [await person.resolve((await counter.till.order(1_000)).code) for _ in range(3)]
    requests = [person.signed(person.intent(what, points=500)) for what in found]
    answers = await asyncio.gather(*(person.send(request) for request in requests))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422]
    assert {code_of(a) for a in answers if a.status_code == 422} == {"points_short"}
    again = await asyncio.gather(*(person.send(request) for request in requests))
    assert [answer.content for answer in again] == [answer.content for answer in answers]


async def test_spending_and_running_out_race(shop: World):
    counter, person = await Counter.open(shop), await shop.person(50_000)
    await budget(shop)
    sweeps = shop.service.points.sweeps
    item = await offer(shop, OFF)
    for _ in range(3):
        move_clock(shop, 0)
        await earn(counter.till, person, 100)
        found = await person.resolve((await counter.till.order(200)).code)
        move_clock(shop, 366)
        at = shop.service.writer.clock()
        paid, redeemed, _ = await asyncio.gather(
            person.pay_raw(found, points=100, time=at), redeem_raw(person, item),
            sweeps.expire_lots(),
        )  # fmt: skip
        assert paid.status_code != 201
        assert code_of(redeemed) == "points_short"
        await sweeps.expire_lots()
        assert (await beans(person)).balance == 0


async def test_beans_already_spent_are_owed_and_paid_by_later_ones(mall: World):
    counter, person = await Counter.open(mall), await mall.person(10_000)
    sweeps = mall.service.points.sweeps
    order, _ = await counter.sell(person, 6_000)
    await redeem(person, await offer(mall, OFF))
    assert (await beans(person)).balance == 10
    refund = await counter.refund(order.out_trade_no)
    assert (refund.points_taken_back, (await beans(person)).balance) == (60, 0)
    await sweeps.collect_debts()
    await counter.sell(person, 3_000)
    await asyncio.gather(sweeps.collect_debts(), sweeps.collect_debts())
    assert (await beans(person)).balance == 0
    await counter.sell(person, 3_000)
    await sweeps.collect_debts()
    assert (await beans(person)).balance == 10
    line = (await person.get("/v1/activity?currency=KBN&limit=1")).json()["items"][0]
    assert (line["kind"], line["amount"]) == ("points_taken_back", -20)


async def test_a_frozen_person_owes_what_a_refund_takes_back(street: World):
    counter, person = await Counter.open(street), await street.person(10_000)
    order, _ = await counter.sell(person, 1_000)
    freezing, session = street.service.identity.freezing, person.session
    await freezing.freeze(session.user_id, by="person", keep_session=session.session_id)
    refund = await counter.refund(order.out_trade_no)
    assert (refund.paid_back, refund.points_taken_back) == (1_000, 10)
    sweeps = street.service.points.sweeps
    await sweeps.collect_debts()
    assert (await beans(person)).balance == 10
    await freezing.thaw(session.user_id, reason="test")
    await sweeps.collect_debts()
    assert ((await beans(person)).balance, await person.available()) == (0, 10_000)


@on_one_database
async def test_what_ran_out_meanwhile_comes_back_for_a_week(shop: World):
    counter, person = await Counter.open(shop), await shop.person(10_000)
    await budget(shop)
    sweeps = shop.service.points.sweeps
    await earn(counter.till, person, 300)
    item = await offer(shop, OFF, valid_days=300)
    coupon = (await redeem(person, item)).coupon
    assert coupon is not None
    with_beans, _ = await counter.sell(person, 400, points=200)
    with_coupon, _ = await counter.sell(person, 2_000, coupon_id=coupon.coupon_id)
    move_clock(shop, 366)
    await sweeps.expire_lots()
    assert (await beans(person)).balance == 0
    # What was earned ran out unused: nobody owes it.
    assert (await counter.refund(with_coupon.out_trade_no)).points_taken_back == 0
    refund = await counter.refund(with_beans.out_trade_no)
    assert (refund.points_returned, refund.points_taken_back) == (200, 0)
    held = await beans(person)
    left = [(lot.remaining, lot.expires_at - shop.service.writer.clock()) for lot in held.lots]
    assert [beans_left for beans_left, _ in left] == [200]
    assert 6 * 86_400_000 < left[0][1] <= 7 * 86_400_000
    assert [one.state for one in (await coupons(person)).items] == ["open"]
    move_clock(shop, 374)
    await sweeps.expire_lots()
    assert (await beans(person)).balance == 0


@on_one_database
async def test_what_runs_out_soon_is_said(shop: World):
    till, person = await shop.till(), await shop.person()
    office = shop.service.points.office
    for days in (1, 5, 20, 40):
        rule = NewRule(name="campaign", campaign="opening", currency="CNY", per=100, beans=2,
                       mcc="5411", lifetime_days=days)  # fmt: skip
        rule_id = await office.add_rule(rule)
        shop.service.posting.earning_rules = await office.rules()
        await earn(till, person, 10)
        await office.end_rule(rule_id)
    warned = (await beans(person)).warnings
    assert [(one.beans, one.days) for one in warned] == [(20, 1), (20, 7), (20, 30)]
